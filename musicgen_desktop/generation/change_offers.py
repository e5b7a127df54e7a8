# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be changed of a track: its players, sections and the words for buttons.

The piece is composed to see what is in it (well under a second for most); it makes no sound. Not
for: changing it (see changes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from musicgen_desktop.engines.composer.compose.edits import recompose
from musicgen_desktop.engines.composer.compose.edits.piece import Piece, instruments
from musicgen_desktop.generation import change_words
from musicgen_desktop.generation.changes import require_composer
from musicgen_desktop.music.edit import (
    MAX_BPM,
    MAX_DURATION_S,
    MIN_BPM,
    MIN_DURATION_S,
    WORDS,
)
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.music.score import Part
from musicgen_desktop.prompt.lexicon import Lexicon

_FIGURES_OF_ROLE: Mapping[str, frozenset[str]] = {
    "lead": frozenset({"lead", "counter"}), "counter": frozenset({"lead", "counter"}),
    "chords": frozenset({"comp"}), "arp": frozenset({"arp"}), "pad": frozenset({"pad"}),
    "bass": frozenset({"bass"}), "drums": frozenset(), "percussion": frozenset(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its id, and its words for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Player:
    """A part of a track.

    Attributes:
        id: Part id, for edits. name: such as `Marimba`. role: as in Part.
        instrument: Its instrument. others: what else could play it.
        is_needed: Whether the track would be silent without it.
    """

    id: str
    name: str
    role: str
    instrument: Choice
    others: tuple[Choice, ...]
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be changed of a track.

    Attributes:
        words: Changes by one click, for `change_words.for_word`.
        players: For Instrument, Without and Regenerate.
        sections: For Regenerate, by label; a label that comes again is also there as `chorus#2`.
        bpm: As it is. bpm_range: what it can be. key: name as it is.
        duration_s: As it is. duration_range_s: what it can be.
    """

    words: tuple[Choice, ...]
    players: tuple[Player, ...]
    sections: tuple[Choice, ...]
    bpm: float
    bpm_range: tuple[float, float]
    key: str
    duration_s: float
    duration_range_s: tuple[float, float] = (MIN_DURATION_S, MAX_DURATION_S)


def offers(recipe: Recipe, lexicon: Lexicon) -> Offers:
    """What can be changed of a track.

    Args:
        recipe: That of the track.
        lexicon: For the names of instruments.

    Raises:
        MusicGenError: It isn't the Composer's, or its changes can't be read.
    """
    require_composer(recipe)
    piece = recompose.made(recipe.plan, recipe.parameters)
    plan, parts = piece.plan, piece.score.parts
    kits = change_words.kits()
    return Offers(
        words=tuple(
            Choice(w, name) for w, name in WORDS.items() if change_words.is_offered(w, plan, parts)
        ),
        players=tuple(_player(part, parts, lexicon, kits) for part in parts),
        sections=_sections(piece),
        bpm=plan.bpm,
        bpm_range=(
            max(MIN_BPM, plan.bpm * plan.duration_s / MAX_DURATION_S),
            min(MAX_BPM, plan.bpm * plan.duration_s / MIN_DURATION_S),
        ),
        key=plan.theory_key.name,
        duration_s=plan.duration_s,
    )


def _player(part: Part, parts: Sequence[Part], lexicon: Lexicon, kits: Sequence[str]) -> Player:
    spoken = lexicon.name("instrument", part.instrument)
    others = [p for p in parts if p.id != part.id and p.role != "fx"]
    return Player(
        part.id,
        part.display_name,
        part.role,
        Choice(part.instrument, spoken),
        _others(part, lexicon, kits),
        is_needed=not others,
    )


def _others(part: Part, lexicon: Lexicon, kits: Sequence[str]) -> tuple[Choice, ...]:
    """The instruments that suit a part, named and sorted for people."""
    if part.role == "drums":
        return tuple(Choice(k, k.replace("_", " ").capitalize()) for k in kits if k != part.patch)
    figures = _FIGURES_OF_ROLE.get(part.role, frozenset())
    fitting = [
        Choice(name, lexicon.name("instrument", name))
        for name, entry in instruments().items()
        if figures & set(entry["figures"])
        and name != part.instrument
        and change_words.patches_of(entry)
    ]
    return tuple(sorted(fitting, key=lambda choice: choice.name))


def _sections(piece: Piece) -> tuple[Choice, ...]:
    labels = [marker.label for marker in piece.score.markers]
    found: list[Choice] = []
    for name in dict.fromkeys(labels):
        words = name.replace("_", " ")
        words = f"part {words.upper()}" if len(words) == 1 else words
        spoken = words[:1].upper() + words[1:]
        found.append(Choice(name, spoken))
        if labels.count(name) > 1:
            numbers = range(1, labels.count(name) + 1)
            found += [Choice(f"{name}#{k}", f"{spoken} {k}") for k in numbers]
    return tuple(found)
