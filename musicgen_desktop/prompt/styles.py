# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which genre, moods and feeling a prompt asks for.

The circumplex of Russell (1980), valence and arousal, with tension, brightness, space and density
beside it, is the common currency of moods, scenes, genres and use cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musicgen_desktop.prompt import clash
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import FEELINGS, Lexicon
from musicgen_desktop.prompt.overrides import Overrides
from musicgen_desktop.prompt.spans import Reading, Span

DEFAULT_GENRE = "pop"
_HEARD_WEIGHTS = {"mood": 1.0, "scene": 0.6, "use_case": 0.5, "production": 0.4}
_PRIOR_WEIGHTS = {
    "use_case": 3.0,
    "instrument": 1.2,
    "production": 1.0,
    "mood": 1.0,
    "scene": 1.0,
    "era": 0.9,
}
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
    playable = next((g for g in genres if lexicon.row("genre", g).get("playable")), None)
    genre = playable or str(lexicon.row("genre", genres[0])["nearest"])
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
        notes.heard(span, lexicon.name("mood", span.id))
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
    named = _main_first(spans, reading.text, lexicon)
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
    nearest = str(lexicon.row("genre", guess)["nearest"])
    notes.assumed("genre", nearest, lexicon.name("genre", nearest), why, lexicon.playable("genre"))
    return tuple(dict.fromkeys((guess, *named, nearest))), False


def _main_first(spans: list[Span], text: str, lexicon: Lexicon) -> list[str]:
    """Ids, the main one first: in “ambient techno” the last word of the compound is the head."""
    if not spans:
        return []
    run = [spans[0]]
    for span in spans[1:]:
        if text[run[-1].end : span.start].strip(" -") or span.start < run[-1].end:
            break
        run.append(span)
    ids = [run[-1].id, *(s.id for s in spans)]
    whole = [i for i in ids if i == "solo_piano"]
    weak = [i for i in ids if lexicon.row("genre", i).get("weak")]
    strong = [i for i in ids if i not in weak]
    return list(dict.fromkeys([*whole, *strong, *weak]))


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
    for kind in ("use_case", "instrument", "production", "scene", "mood"):
        for span in reading.of(kind):
            vote(
                str(lexicon.row(kind, span.id).get("genre") or ""), _PRIOR_WEIGHTS[kind], span.text
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
        return (
            DEFAULT_GENRE if DEFAULT_GENRE not in banned else "cinematic",
            "nothing said which genre",
        )
    best = max(scores, key=lambda g: scores[g])
    return best, f"goes with “{causes[best]}”"


def _refuse_missing(
    reading: Reading, genres: tuple[str, ...], genre: str, lexicon: Lexicon, notes: Notes
) -> None:
    playable_heard = any(lexicon.row("genre", g).get("playable") for g in genres)
    for wanted in genres:
        row = lexicon.row("genre", wanted)
        if row.get("playable"):
            continue
        span = next((s for s in reading.of("genre") if s.id == wanted), None)
        name = lexicon.name("genre", genre)
        why = f"not yet; played as {name} here" if playable_heard else f"not yet; nearest is {name}"
        notes.refused(span.text if span else lexicon.name("genre", wanted), why, span, "genre")


def _stated_feel(reading: Reading, moods: tuple[str, ...], lexicon: Lexicon) -> dict[str, float]:
    totals = dict.fromkeys(FEELINGS, 0.0)
    weights = dict.fromkeys(FEELINGS, 0.0)

    def add(row: Mapping[str, Any], weight: float) -> None:
        for name in FEELINGS:
            if row.get(name) is not None:
                totals[name] += float(row[name]) * weight
                weights[name] += weight

    for rank, mood in enumerate(moods):
        add(lexicon.row("mood", mood), _HEARD_WEIGHTS["mood"] / (1 + 0.15 * rank))
    for kind in ("scene", "use_case", "production"):
        for span in reading.of(kind):
            add(lexicon.row(kind, span.id), _HEARD_WEIGHTS[kind])
    for span in reading.negated("mood"):
        row = {k: -0.5 * float(v) for k, v in lexicon.row("mood", span.id).items() if k in FEELINGS}
        add(row, 0.5)
    return {n: round(totals[n] / weights[n], 3) if weights[n] else 0.0 for n in FEELINGS}


def _blend(
    stated: Mapping[str, float], genres: tuple[str, ...], genre: str, lexicon: Lexicon
) -> dict[str, float]:
    """Words move the genre's own feeling: most of the way for mood, less for sound."""
    base = {**lexicon.row("genre", genre)["feel"]}
    base.update(lexicon.row("genre", genres[0]).get("feel", {}))
    feel = {}
    for name in FEELINGS:
        low = 0.0 if name in {"tension", "space"} else -1.0
        wished = stated.get(name, 0.0)
        value = base[name] * 0.4 + wished * 0.8 if wished else base[name]
        feel[name] = round(min(1.0, max(low, value)), 3)
    return feel
