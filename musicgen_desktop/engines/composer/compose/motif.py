# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rhythm cells of melodies and the material (motifs) that a piece makes from them.

The cells are authored data (see melody_data), a sixteenth per character. A head
cell is a two-bar statement: it is what a listener remembers, so the takes of one group rotate
through the heads. Not for: where motifs go (see phrase) or their pitches (see line).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from musicgen_desktop.engines.composer.compose import melody_data
from musicgen_desktop.engines.composer.compose.context import Context, Stream
from musicgen_desktop.music.theory import Metre, parse_metre

STEP = 0.25
"""Length in quarter notes of one character of a cell."""


@dataclass(frozen=True, slots=True)
class Onset:
    """One note of a bar's rhythm: where it starts in the bar and how long it lasts, in quarters."""

    start: float
    duration: float


@dataclass(frozen=True, slots=True)
class BarRhythm:
    """The rhythm of one bar.

    Attributes:
        onsets: In order. held: How long the bar before sounds into it, in quarters.
    """

    onsets: tuple[Onset, ...]
    held: float = 0.0

    def thinned(self, most: int) -> BarRhythm:
        """At most `most` notes: the least important one melts into its neighbour until it fits."""
        onsets = list(self.onsets)
        while len(onsets) > max(1, most):
            index = min(range(1, len(onsets)), key=lambda i: _importance(onsets[i]))
            gone, before = onsets.pop(index), onsets[index - 1]
            if abs(before.start + before.duration - gone.start) < 1e-6:
                onsets[index - 1] = Onset(before.start, before.duration + gone.duration)
        return BarRhythm(tuple(onsets), self.held)

    def truncated(self, quarters: float) -> BarRhythm:
        """Only the notes that start in the first `quarters`, cut off there."""
        kept = tuple(
            Onset(o.start, min(o.duration, quarters - o.start))
            for o in self.onsets
            if o.start < quarters - 1e-6
        )
        return BarRhythm(kept, min(self.held, quarters))


@dataclass(frozen=True, slots=True)
class Cell:
    """An authored rhythm: one or two bars of a role (head, answer, cadence)."""

    id: str
    role: str
    bars: tuple[BarRhythm, ...]


@dataclass(slots=True)
class Material:
    """What a family of sections is made of.

    Attributes:
        head: The statement's cell. answers, cadences: what completes a phrase.
        contour: Name of the curve that the statement follows.
        motifs: Places on the scale's ladder by bar name (a, b, d…), once they have been found.
        centre: The register (MIDI number) in which they were found.
    """

    head: Cell
    answers: tuple[Cell, ...]
    cadences: tuple[Cell, ...]
    contour: str
    motifs: dict[str, tuple[float, ...]] = field(default_factory=dict)
    centre: float = 72.0


_OWN_METRES = ("5/4", "7/8")


def _importance(onset: Onset) -> float:
    """How much a note matters in its bar: long ones and those on the pulse matter most."""
    on_pulse = 1.0 if abs(onset.start - round(onset.start)) < 1e-6 else 0.0
    return onset.duration + on_pulse


def parse_bar(text: str) -> BarRhythm:
    """Reads a bar such as `x--x..x-`: x starts a note, - holds it, . is a rest."""
    onsets: list[Onset] = []
    held = 0.0
    for place, mark in enumerate(text):
        if mark == "x":
            onsets.append(Onset(place * STEP, STEP))
        elif mark == "-" and onsets:
            onsets[-1] = Onset(onsets[-1].start, onsets[-1].duration + STEP)
        elif mark == "-":
            held += STEP
    return BarRhythm(tuple(onsets), held)


def fit_text(text: str, metre: Metre) -> str:
    """A bar's text with the length of a bar of `metre`: in 5/4 with its third beat twice."""
    length = round(metre.bar_quarters / STEP)
    if len(text) == 16 and length == 20:
        return text[:12] + text[8:]
    return (text * (length // len(text) + 1))[:length]


def styles() -> Mapping[str, Any]:
    """The melody styles of all genres, and the tables that they share (see melody_data)."""
    return melody_data.styles()


def style_of(genre: str) -> Mapping[str, Any]:
    """The melody style of a genre; pop's for one that has none."""
    genres: Mapping[str, Mapping[str, Any]] = styles()["genres"]
    return genres.get(genre, genres["pop"])


def authored_metre(metre: Metre) -> str:
    """The metre whose cells serve `metre`; 5/4 and 7/8 have cells of their own."""
    if metre.name in _OWN_METRES:
        return metre.name
    if metre.is_compound:
        return "6/8"
    return "3/4" if abs(metre.bar_quarters - 3.0) < 1e-6 else "4/4"


@lru_cache(maxsize=64)
def cells(genre: str, metre_name: str, role: str) -> tuple[Cell, ...]:
    """The cells of a role that a genre may use in a metre, fitted to it."""
    metre = parse_metre(metre_name)
    source = authored_metre(metre)
    found = [
        Cell(item["id"], role, tuple(parse_bar(fit_text(bar, metre)) for bar in item["bars"]))
        for item in melody_data.cells()
        if item["metre"] == source and item["role"] == role and _serves(item, genre)
    ]
    return tuple(found)


def _serves(item: Mapping[str, Any], genre: str) -> bool:
    known = styles()["genres"]
    return not item["genres"] or (genre if genre in known else "pop") in item["genres"]


def hook_material(context: Context, attempt: int = 0) -> Material:
    """The material of choruses, drops and themes; takes of one group get different heads.

    Args:
        context: The piece.
        attempt: Another number gives another contour and other completions of the same head.
    """
    heads = cells(context.plan.genre, context.metre.name, "head")
    return _material(context, context.streams.rotate("hook", heads), "hook/material", attempt)


def second_material(context: Context, hook: Material, attempt: int = 0) -> Material:
    """The material of verses and B sections: another head than the hook's."""
    heads = cells(context.plan.genre, context.metre.name, "head")
    stream = context.streams.stream("hook/second_head", attempt)
    head = stream.choice([cell for cell in heads if cell.id != hook.head.id])
    return _material(context, head, "hook/second", attempt)


def _material(context: Context, head: Cell, stream_name: str, attempt: int) -> Material:
    genre, metre = context.plan.genre, context.metre.name
    stream = context.streams.stream(stream_name, attempt)
    return Material(
        head=head,
        answers=_akin(cells(genre, metre, "answer"), head, stream),
        cadences=tuple(stream.shuffled(cells(genre, metre, "cadence"))),
        contour=stream.choice(style_of(genre)["contours"]),
    )


def _akin(options: Sequence[Cell], head: Cell, stream: Stream) -> tuple[Cell, ...]:
    """The cells whose rhythm is closest to the head's, with a little chance."""
    starts = {onset.start for onset in head.bars[0].onsets}
    strangeness = {
        cell.id: len(starts ^ {onset.start for onset in cell.bars[0].onsets})
        + stream.uniform(0.0, 2.0)
        for cell in options
    }
    ordered = sorted(options, key=lambda cell: strangeness[cell.id])
    return tuple(ordered[: max(2, len(ordered) // 2)])
