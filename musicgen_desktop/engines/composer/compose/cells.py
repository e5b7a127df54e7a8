# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads phrase cells: authored rhythms and figures on a grid of sixteenths, as data.

A cell is text, one character per sixteenth note; spaces and bars lines (`|`) are for the eye. In
all kinds `.` is a rest. Drum cells: `X` accent, `x` normal, `o` soft, `g` ghost, a digit n = n
strokes within the sixteenth, `t` = three strokes within the eighth. Chord cells: `X x o` the
whole chord, `r` rolled, `b` the bottom voice, `B` the bass note that it alternates with, `u` the
upper voices, `-` holds; strums: `D` down, `d` down lightly, `^` up, `m` choked. Figure cells: a
digit is a rung of the chord's ladder, `d e f g h` the rungs 2+3, 3+4, 0+1, 1+2, 0+2 together, `-`
holds.
Bass cells are tokens `step:steps:degree` (see bass).
Not for: choosing cells, or pitches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.music.theory import Metre

STEP = 0.25
"""A sixteenth in quarter notes."""

STROKE_VELOCITIES = {"X": 114, "x": 98, "o": 76, "g": 40}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in a cell.

    Attributes:
        start: Quarter notes from the cell's start. duration: quarter notes.
        symbol: The character that stands for it.
    """

    start: float
    duration: float
    symbol: str


def bar_steps(metre: Metre) -> int:
    """Sixteenths in a bar."""
    return round(metre.bar_quarters / STEP)


def clean(pattern: str) -> str:
    """The pattern without what is for the eye only."""
    return pattern.replace(" ", "").replace("|", "")


def bars_of(pattern: str, metre: Metre) -> int:
    """Whole bars that a pattern takes, at least 1."""
    return max(1, len(clean(pattern)) // bar_steps(metre))


def bar_text(pattern: str, metre: Metre, bar: int) -> str:
    """The characters of one bar of a repeating pattern."""
    text, steps = clean(pattern), bar_steps(metre)
    at = (bar % bars_of(pattern, metre)) * steps
    return text[at : at + steps]


def held_events(text: str) -> list[Event]:
    """The events of a chord or figure cell: each lasts through the holds after it."""
    events: list[Event] = []
    for step, symbol in enumerate(text):
        if symbol == "-" and events:
            last = events[-1]
            events[-1] = Event(last.start, (step + 1) * STEP - last.start, last.symbol)
        elif symbol not in ".-":
            events.append(Event(step * STEP, STEP, symbol))
    return events


def strokes(text: str) -> list[tuple[float, int]]:
    """Start (quarter notes) and velocity of each stroke of a drum cell."""
    found: list[tuple[float, int]] = []
    for step, symbol in enumerate(text):
        start = step * STEP
        if symbol in STROKE_VELOCITIES:
            found.append((start, STROKE_VELOCITIES[symbol]))
        elif symbol == "t" or symbol.isdigit():
            count, span = (3, 2 * STEP) if symbol == "t" else (int(symbol), STEP)
            found += [(start + i * span / count, 92 - 26 * i // count) for i in range(count)]
    return found


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a source bar that is taken over.

    Attributes:
        bar: Which bar of the period. start: its first sixteenth. steps: sixteenths.
    """

    bar: int
    start: int
    steps: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How bars of one metre are put together from bars of another.

    Attributes:
        period: Source bars that are taken together. bars: for each bar that comes out its slices.
    """

    period: int
    bars: tuple[tuple[Slice, ...], ...]


_LAYOUTS = {
    "2/4": Layout(1, ((Slice(0, 0, 8),), (Slice(0, 8, 8),))),
    "5/4": Layout(1, ((Slice(0, 0, 12), Slice(0, 8, 8)),)),
    "7/8": Layout(1, ((Slice(0, 0, 14),),)),
    "9/8": Layout(1, ((Slice(0, 0, 12), Slice(0, 6, 6)),)),
    "12/8": Layout(2, ((Slice(0, 0, 12), Slice(1, 0, 12)),)),
}
"""A bar of 4/4 is two of 2/4, with its third beat twice 3+2, without its last eighth 2+2+3; two
bars of 6/8 are one of 12/8, one and a half are one of 9/8."""


def layout(metre: Metre) -> Layout:
    """How a metre's bars are made from those of `source_metre(metre)`."""
    return _LAYOUTS.get(metre.name) or Layout(1, ((Slice(0, 0, bar_steps(metre)),),))


def rebar(pattern: str, metre: Metre) -> str:
    """A pattern written in `source_metre(metre)`, with bars of `metre`.

    A hold that would open a bar is struck again.
    """
    text, steps, plan = clean(pattern), bar_steps(source_metre(metre)), layout(metre)
    bars = [text[i : i + steps] for i in range(0, len(text), steps)]
    found, before = [], "."
    for first in range(0, len(bars), plan.period):
        group = [bars[min(first + i, len(bars) - 1)] for i in range(plan.period)]
        for slices in plan.bars:
            bar = "".join(group[s.bar][s.start : s.start + s.steps] for s in slices)
            found.append(before + bar[1:] if bar.startswith("-") else bar)
            before = next((c for c in reversed(found[-1]) if c != "-"), ".")
    return "".join(found)


@lru_cache(maxsize=64)
def load(kind: str, name: str) -> Mapping[str, Any]:
    """One file of cells, such as `load("drums", "house")`; read once, not to be changed."""
    data: Mapping[str, Any] = resources.load_json("cells", kind, f"{name}.json")
    return data


def source_metre(metre: Metre) -> Metre:
    """The metre whose cells serve another one: every genre has cells in 4/4, 3/4 and 6/8."""
    if metre.name in ("3/4", "4/4", "6/8"):
        return metre
    return Metre(6, 8) if metre.is_compound else Metre(4, 4)


def fitted(pattern: str, metre: Metre) -> str:
    """A pattern written in `source_metre(metre)`, or in the metre itself, with bars of `metre`."""
    source = source_metre(metre)
    text = clean(pattern)
    if source == metre or (len(text) % bar_steps(source) and not len(text) % bar_steps(metre)):
        return text
    return rebar(text, metre)


def pool(kind: str, genre: str, group: str, metre: Metre) -> list[Mapping[str, Any]]:
    """The cells of a group that suit a metre: the genre's own, else the shared ones it may use.

    A cell without `metre` is in 4/4; a shared cell without `genres` serves all. Where nobody has
    anything in a metre, the cells of `source_metre` are re-barred (see `fitted`).
    """
    written = [c for c in load(kind, genre).get(group, ()) if c.get("metre") == metre.name]
    if written:
        return written
    name = source_metre(metre).name
    own = [c for c in load(kind, genre).get(group, ()) if c.get("metre", "4/4") == name]
    if own:
        return own
    shared = [c for c in load(kind, "common").get(group, ()) if c.get("metre", "4/4") == name]
    return [c for c in shared if genre in c.get("genres", (genre,))] or shared


def level_name(energy: float) -> str:
    """Which of a cell's variants an energy asks for."""
    if energy < 0.45:
        return "low"
    return "mid" if energy < 0.72 else "high"


def variant(cell: Mapping[str, Any], energy: float) -> Any:
    """A cell's variant for an energy, or the nearest one it has."""
    if "mid" not in cell and "low" in cell and "high" in cell:
        return cell["high" if energy >= 0.52 else "low"]
    order = {
        "low": ("low", "mid", "high"),
        "mid": ("mid", "low", "high"),
        "high": ("high", "mid", "low"),
    }
    for name in order[level_name(energy)]:
        if name in cell:
            return cell[name]
    raise KeyError(f"cell {cell.get('id')} has no variant")
