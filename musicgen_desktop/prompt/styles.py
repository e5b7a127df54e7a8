# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which genre, moods and feeling a prompt asks for.

The circumplex of Russell (1980), valence and arousal, with tension, brightness, space and density
beside it, is the common currency of moods, scenes, genres and use cases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from musicgen_desktop.prompt import blends, clash, degrees
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import FEELINGS, Lexicon
from musicgen_desktop.prompt.overrides import Overrides
from musicgen_desktop.prompt.spans import Reading

DEFAULT_GENRE = "pop"
_HEARD_WEIGHTS = {"mood": 1.0, "scene": 0.6, "use_case": 0.5, "production": 0.4}
_PRIOR_WEIGHTS = {
    "use_case": 3.0,
    "ensemble": 2.0,
    "instrument": 1.2,
    "production": 1.0,
    "mood": 1.0,
    "scene": 1.0,
    "era": 0.9,
}
_CLEARLY_CALM = 0.25
_LESS_DENSE = -0.5
"""Density of a wish for little of an instrument."""
_ERA_GENRES = {
    "80s": "synthwave",
    "70s": "disco",
    "60s": "rock",
    "50s": "rock",
    "90s": "pop",
    "20s": "swing",
    "30s": "swing",
    "40s": "swing",
}


@dataclass(frozen=True, slots=True)
class Style:
    """What kind of music it is to be.

    Attributes:
        genre: A playable id. genres: all heard (or supposed), the main one first.
        heard: Whether a genre was named.
        moods: Ids, strongest first.
        feel: valence, arousal, tension, brightness, space, density.
        stated_feel: The part of it that words asked for (0 where nothing did).
    """

    genre: str
    genres: tuple[str, ...]
    heard: bool
    moods: tuple[str, ...]
    feel: Mapping[str, float]
    stated_feel: Mapping[str, float]

    @property
    def main(self) -> str:
        """The genre that sets tempo and feel, playable or not."""
        return self.genres[0]


def resolve(reading: Reading, overrides: Overrides, lexicon: Lexicon, notes: Notes) -> Style:
    """Decides genre, moods and feeling, and says so."""
    moods = _moods(reading, overrides, lexicon, notes)
    genres, heard = _genres(reading, overrides, moods, lexicon, notes)
    genre = lexicon.nearest(genres[0])
    if heard:
        _refuse_missing(reading, genres, genre, lexicon, notes)
    stated = _stated_feel(reading, moods, lexicon)
    feel = _blend(stated, genres, genre, lexicon)
    if overrides.energy is not None:
        feel["arousal"] = round(overrides.energy * 2 - 1, 3)
        feel["density"] = round((overrides.energy - 0.5) * 1.2, 3)
        notes.was_set("energy", overrides.energy, f"energy {overrides.energy:.0%}")
    return Style(genre, genres, heard, moods, feel, stated)


def _moods(
    reading: Reading, overrides: Overrides, lexicon: Lexicon, notes: Notes
) -> tuple[str, ...]:
    if overrides.moods:
        for mood in overrides.moods:
            notes.was_set("mood", mood, lexicon.name("mood", mood))
        return overrides.moods
    banned = {s.id for s in reading.negated("mood")}
    moods = []
    for span in reading.of("mood"):
        if span.id in banned:
            continue
        moods.append(span.id)
        notes.heard(span, degrees.label(span, lexicon.name("mood", span.id)))
    clash.tell_moods_apart(moods, lexicon, notes)
    for span in reading.of("scene"):
        row = lexicon.row("scene", span.id)
        notes.heard(span, span.text.lower())
        moods += [m for m in str(row.get("moods") or "").split() if m not in banned]
    for kind in ("use_case", "genre"):
        for span in reading.of(kind):
            more = lexicon.row(kind, span.id).get("moods", ())
            moods += [m for m in more if m not in banned and kind == "use_case"]
    return tuple(dict.fromkeys(moods))


def _genres(
    reading: Reading,
    overrides: Overrides,
    moods: tuple[str, ...],
    lexicon: Lexicon,
    notes: Notes,
) -> tuple[tuple[str, ...], bool]:
    spans = list(reading.of("genre"))
    named = blends.main_first(reading, lexicon)
    if overrides.genre is not None:
        notes.was_set("genre", overrides.genre, lexicon.name("genre", overrides.genre))
        rest = [g for g in named if g != overrides.genre]
        return (overrides.genre, *rest)[:1], True
    for span in spans:
        notes.heard(span, lexicon.name("genre", span.id))
    strong = [g for g in named if not lexicon.row("genre", g).get("silent")]
    if strong:
        return tuple(strong), True
    guess, why = _guess(reading, moods, named, lexicon)
    nearest = lexicon.nearest(guess)
    notes.assumed("genre", nearest, lexicon.name("genre", nearest), why, lexicon.playable("genre"))
    return tuple(dict.fromkeys((guess, *named, nearest))), False


def _guess(
    reading: Reading, moods: tuple[str, ...], named: list[str], lexicon: Lexicon
) -> tuple[str, str]:
    """The genre that the other words speak for, and the words."""
    scores: dict[str, float] = {}
    causes: dict[str, str] = {}

    def vote(genre: str, weight: float, cause: str) -> None:
        if genre:
            scores[genre] = scores.get(genre, 0.0) + weight
            causes.setdefault(genre, cause)

    only_piano = reading.only and set(reading.ids("instrument")) == {"piano"}
    if only_piano:
        return "solo_piano", "piano alone"
    for kind in ("ensemble", "use_case", "instrument", "production", "scene", "mood"):
        for span in reading.of(kind):
            vote(
                str(lexicon.row(kind, span.id).get("genre") or ""),
                _PRIOR_WEIGHTS[kind] * min(1.0, span.degree),
                span.text,
            )
    for span in reading.of("era"):
        vote(_ERA_GENRES.get(span.id, ""), _PRIOR_WEIGHTS["era"], span.text)
    for mood in moods:
        vote(str(lexicon.row("mood", mood).get("genre") or ""), 0.2, lexicon.name("mood", mood))
    for genre in named:
        vote(genre, 0.5, lexicon.name("genre", genre))
    banned = {s.id for s in reading.negated("genre")}
    scores = {g: s for g, s in scores.items() if g not in banned}
    if not scores:
        return _by_feeling(reading, moods, banned, lexicon)
    best = max(scores, key=lambda g: scores[g])
    return best, f"goes with “{causes[best]}”"


def _by_feeling(
    reading: Reading, moods: tuple[str, ...], banned: Collection[str], lexicon: Lexicon
) -> tuple[str, str]:
    """The genre for images and moods that speak for none; the usual one where there are none."""
    first = reading.first("scene") or reading.first("mood")
    if first is not None and first.kind == "scene":
        excited = _stated_feel(reading, moods, lexicon)["arousal"]
        guess = "ambient" if excited < -_CLEARLY_CALM else "cinematic"
        if guess not in banned:
            return guess, f"goes with “{first.text}”"
    default = next(g for g in (DEFAULT_GENRE, "cinematic", "ambient") if g not in banned)
    return default, "nothing said which genre"


def _refuse_missing(
    reading: Reading, genres: tuple[str, ...], genre: str, lexicon: Lexicon, notes: Notes
) -> None:
    for wanted in genres:
        row = lexicon.row("genre", wanted)
        if row.get("playable"):
            continue
        span = next((s for s in reading.of("genre") if s.id == wanted), None)
        name = lexicon.name("genre", genre)
        is_main = wanted == genres[0]
        why = f"not yet; nearest is {name}" if is_main else f"not yet; colours the {name}"
        notes.refused(span.text if span else lexicon.name("genre", wanted), why, span, "genre")


def _stated_feel(reading: Reading, moods: tuple[str, ...], lexicon: Lexicon) -> dict[str, float]:
    totals = dict.fromkeys(FEELINGS, 0.0)
    weights = dict.fromkeys(FEELINGS, 0.0)

    def add(row: Mapping[str, Any], weight: float, degree: float = 1.0) -> None:
        for name in FEELINGS:
            if row.get(name) is not None:
                totals[name] += float(row[name]) * degree * weight * degree
                weights[name] += weight * degree

    asked = {span.id: span.degree for span in reading.of("mood")}
    for rank, mood in enumerate(moods):
        weight = _HEARD_WEIGHTS["mood"] / (1 + 0.15 * rank)
        add(lexicon.row("mood", mood), weight, asked.get(mood, 1.0))
    for kind in ("scene", "use_case", "production"):
        for span in reading.of(kind):
            add(lexicon.row(kind, span.id), _HEARD_WEIGHTS[kind], span.degree)
    for span in reading.of("instrument"):
        if span.degree != 1.0:
            add({"density": _LESS_DENSE if span.degree < 1.0 else -_LESS_DENSE}, 0.5)
    for span in reading.negated("mood"):
        row = {k: -0.5 * float(v) for k, v in lexicon.row("mood", span.id).items() if k in FEELINGS}
        add(row, 0.5)
    means = {n: totals[n] / weights[n] if weights[n] else 0.0 for n in FEELINGS}
    return {name: round(min(1.0, max(-1.0, mean)), 3) for name, mean in means.items()}


def _blend(
    stated: Mapping[str, float], genres: tuple[str, ...], genre: str, lexicon: Lexicon
) -> dict[str, float]:
    """Words move the genre's own feeling: most of the way for mood, less for sound."""
    base = {**lexicon.row("genre", genre)["feel"]}
    base.update(lexicon.row("genre", genres[0]).get("feel", {}))
    colour = lexicon.row("genre", genres[1]).get("feel", {}) if genres[1:] else {}
    for name, value in colour.items():
        base[name] += (value - base[name]) * blends.COLOUR_SHARE
    feel = {}
    for name in FEELINGS:
        low = 0.0 if name in {"tension", "space"} else -1.0
        wished = stated.get(name, 0.0)
        value = base[name] * 0.4 + wished * 0.8 if wished else base[name]
        feel[name] = round(min(1.0, max(low, value)), 3)
    return feel
