# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words for changes: what "darker" or the name of a mood or an instrument does to a track.

Not for: making the changed recipe (see changes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose.edits import recompose
from musicgen_desktop.engines.composer.compose.edits.piece import instruments
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.edit import (
    MAX_BPM,
    MAX_DURATION_S,
    MIN_BPM,
    MIN_DURATION_S,
    WORDS,
    Edit,
    Instrument,
    Length,
    Mood,
    Tempo,
    Without,
)
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.music.score import Part
from musicgen_desktop.music.theory import MINOR_LIKE
from musicgen_desktop.prompt.lexicon import Lexicon

_SIMPLY_LEFT_OUT = ("counter", "percussion", "arp", "fx")
_LEAST_PLAYERS = 3
_GLAD, _SAD = 0.25, -0.12
_DARK = -0.5


def for_word(recipe: Recipe, word: str) -> tuple[Edit, ...]:
    """The edits that one of `music.edit.WORDS` stands for, for this track.

    Raises:
        UsageError: There is no such word, or this track can't be changed so.
    """
    piece = recompose.made(recipe.plan, recipe.parameters)
    plan = piece.plan
    if word not in WORDS or not is_offered(word, plan, piece.score.parts):
        known = ", ".join(w for w in WORDS if is_offered(w, plan, piece.score.parts))
        raise UsageError(
            "This piece can’t be made “{word}”.", "It can be made: {known}.",
            word=word.replace("_", " "), known=known.replace("_", " "),
        )  # fmt: skip
    is_minor = plan.mode in MINOR_LIKE
    match word:
        case "calmer":
            mood = Mood(dynamics=-0.5, density=-0.5, brightness=-0.2, space=0.15)
            return (*_faster(plan, 0.88), mood)
        case "livelier":
            return (*_faster(plan, 1.12), Mood(dynamics=0.5, density=0.5, brightness=0.2))
        case "darker":
            mode = "" if is_minor else "minor"
            return (Mood(mode, valence=-0.4, brightness=-0.6, register=-1),)
        case "brighter":
            mode = "major" if is_minor else ""
            return (Mood(mode, valence=0.4, brightness=0.6, register=1),)
        case "simpler":
            return (*_fewer(piece.score.parts), Mood(density=-0.9))
        case "no_melody":
            return (Without(who="melody"),)
        case _:
            factor = 0.5 if word == "shorter" else 2.0
            seconds = min(MAX_DURATION_S, max(MIN_DURATION_S, plan.duration_s * factor))
            return (Length(round(seconds, 3)),)


def for_mood(recipe: Recipe, moods: Sequence[str], lexicon: Lexicon) -> Mood:
    """The edit that brings a track into a mood.

    Args:
        recipe: That of the track.
        moods: Ids or names of moods, strongest first.
        lexicon: Knows what they feel like.

    Raises:
        UsageError: One of them isn't known.
    """
    ids = tuple(_resolved("mood", mood, lexicon) for mood in moods)
    row = lexicon.row("mood", ids[0])
    plan = recipe.plan
    valence = float(row.get("valence", plan.valence))
    arousal = float(row.get("arousal", plan.arousal))
    brightness = float(row.get("brightness", plan.brightness))
    glad = valence + 0.25 * brightness - 0.35 * float(row.get("tension", plan.tension))
    is_minor = plan.mode in MINOR_LIKE
    mode = "major" if is_minor and glad >= _GLAD else ""
    mode = "minor" if not is_minor and glad <= _SAD else mode
    return Mood(
        mode=mode,
        words=ids,
        valence=_inside(valence - plan.valence),
        dynamics=_inside(arousal - plan.arousal),
        brightness=_inside(brightness - plan.brightness),
        density=_inside(float(row.get("density", 0.5 * arousal)) - plan.density),
        space=_inside(float(row.get("space", plan.space)) - plan.space),
        register=-1 if brightness - plan.brightness <= _DARK else 0,
    )


def for_instrument(part: str, wanted: str, lexicon: Lexicon) -> Instrument:
    """The edit that gives a part to another player.

    Args:
        part: Part id or role.
        wanted: Id, name or alias of an instrument, or the id of a kit or another patch.
        lexicon: Knows the names.

    Raises:
        UsageError: It isn't known.
    """
    entries = instruments()
    name = wanted.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in entries:
        for entry in entries.values():
            if name in entry["patches"] or (entry["id"] == "drums" and name in kits()):
                return Instrument(part, str(entry["id"]), name)
    instrument = name if name in entries else _resolved("instrument", wanted, lexicon)
    patches = patches_of(entries[instrument]) if instrument in entries else []
    if not patches:
        raise UsageError("The Composer has no “{name}”.", "Choose another instrument.", name=wanted)
    return Instrument(part, instrument, patches[0])


def is_offered(word: str, plan: MusicPlan, parts: Sequence[Part]) -> bool:
    """Whether a piece can be changed by one of `music.edit.WORDS`."""
    roles = {part.role for part in parts}
    match word:
        case "no_melody":
            tunes = {"lead", "counter"}
            return bool(roles & tunes) and bool(roles - tunes - {"fx"})
        case "shorter":
            return plan.duration_s >= 3 * MIN_DURATION_S
        case "longer":
            return 2 * plan.duration_s <= MAX_DURATION_S
        case _:
            return True


def _faster(plan: MusicPlan, factor: float) -> tuple[Edit, ...]:
    """Another tempo, as far as the bounds of tempo and length allow."""
    low = max(MIN_BPM, plan.bpm * plan.duration_s / MAX_DURATION_S)
    high = min(MAX_BPM, plan.bpm * plan.duration_s / MIN_DURATION_S)
    bpm = min(high, max(low, float(round(plan.bpm * factor))))
    return (Tempo(bpm),) if abs(bpm - plan.bpm) >= 1.0 else ()


def _fewer(parts: Sequence[Part]) -> list[Edit]:
    """Leaves out who isn't needed, while a few stay."""
    found: list[Edit] = []
    left = len(parts)
    for role in _SIMPLY_LEFT_OUT:
        those = [part for part in parts if part.role == role]
        if those and left - len(those) >= _LEAST_PLAYERS:
            found += [Without(part=part.id) for part in those]
            left -= len(those)
    return found


def patches_of(entry: Mapping[str, Any]) -> list[str]:
    """The patches of an instrument that are there."""
    return [p for p in entry["patches"] if _is_there(str(p))]


def kits() -> list[str]:
    """Patches of the drum kits that are there."""
    table = resources.load_json("cells", "instruments.json")
    return [str(kit) for kit in table["patches_of"]["drums"] if _is_there(str(kit))]


def _is_there(patch: str) -> bool:
    return bool(resources.path("patches", f"{patch}.json").is_file())


def _resolved(kind: str, text: str, lexicon: Lexicon) -> str:
    found = lexicon.resolve(kind, text)
    if found is None:
        raise UsageError(
            "“{text}” isn’t {article} {kind} this program knows.",
            "Use another word for it.",
            text=text,
            article="an" if kind == "instrument" else "a",
            kind=kind,
        )
    return found


def _inside(value: float) -> float:
    return round(min(1.0, max(-1.0, value)), 4)
