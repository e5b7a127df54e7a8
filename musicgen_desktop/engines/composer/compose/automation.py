# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the automation of a player: filters that follow the energy or sweep, gates, swells.

What a seat's data may ask for (lane values are 0 to 1; the renderer says what they mean):

* `cutoff: [lowest, highest]` – the filter follows the energy of every bar.
* `sweep: {label: [from, to]}` – in sections of that label the filter moves from one to the other.
* `wave: [bars, depth]` – the filter of all other sections swings slowly up and down around it.
* `gate: [pattern, …]` – one of these patterns (a character per sixteenth, `.` closes) chops what
  the player holds; in every section, or only in those of `gate_in: [label, …]`.
* `swell: {label: [from, to]}` – the level moves likewise.

Not for: who plays when (see form_layers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from musicgen_desktop.engines.composer.compose import cells, form_layers
from musicgen_desktop.engines.composer.compose.context import Context, SectionFrame
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.score import AutomationPoint

_EDGE_QUARTERS = 0.02
"""How long a gate takes to open or close: short, and yet without a click."""
_CLOSED = 0.1
_LANE_OPEN = 1.0


def write_automation(context: Context, seat: Seat) -> dict[str, tuple[AutomationPoint, ...]]:
    """The automation lanes of a player: `cutoff` and `level`, where its seat asks for them."""
    lanes = {"cutoff": _cutoff(context, seat), "level": _level(context, seat)}
    return {name: points for name, points in lanes.items() if points}


def _cutoff(context: Context, seat: Seat) -> tuple[AutomationPoint, ...]:
    settings = seat.settings
    limits = settings.get("cutoff")
    if limits is None:
        return ()
    low, high = limits
    lift = 0.15 * context.plan.brightness
    curve = form_layers.energy_curve(context.plan, context.sections)
    wave = settings.get("wave")
    found: list[AutomationPoint] = []
    for frame in context.sections:
        sweep = settings.get("sweep", {}).get(frame.label)
        if sweep is not None:
            found += _moved(context, frame, [value + lift for value in sweep])
            continue
        for bar in range(frame.start_bar, frame.start_bar + frame.bars):
            value = low + (high - low) * curve[bar] + lift
            if wave is not None:
                value += _swing(bar, *wave)
            found.append(AutomationPoint(bar * context.metre.bar_quarters, _inside(value)))
    return tuple(found)


def _inside(value: float) -> float:
    return min(1.0, max(0.0, value))


def _swing(bar: int, bars: float, depth: float) -> float:
    """A triangle of `bars` bars between -depth and +depth, rising from the middle."""
    x = (bar / bars + 0.25) % 1.0
    return float(depth) * (4.0 * x - 1.0 if x < 0.5 else 3.0 - 4.0 * x)


def _moved(
    context: Context, frame: SectionFrame, ends: Sequence[float]
) -> Iterator[AutomationPoint]:
    """A line over a whole section that jumps at its edges."""
    start, end = ends
    yield AutomationPoint(frame.start, _inside(start))
    for bar in range(1, frame.bars):
        value = start + (end - start) * bar / frame.bars
        yield AutomationPoint(frame.start + bar * context.metre.bar_quarters, _inside(value))
    yield AutomationPoint(frame.start + frame.quarters - _EDGE_QUARTERS, _inside(end))


def _level(context: Context, seat: Seat) -> tuple[AutomationPoint, ...]:
    settings = seat.settings
    swell: Mapping[str, Sequence[float]] = settings.get("swell", {})
    gates: Sequence[str] = settings.get("gate", ())
    if not swell and not gates:
        return ()
    found: list[AutomationPoint] = []
    for frame in context.sections:
        is_gated = gates and frame.label in settings.get("gate_in", (frame.label,))
        if frame.label in swell:
            found += _moved(context, frame, swell[frame.label])
        elif is_gated and frame.label != "ending":
            pattern = context.streams.stream(f"accompaniment/gate/{seat.part}").choice(gates)
            found += _gated(context, frame, pattern)
        else:
            found += _moved(context, frame, (_LANE_OPEN, _LANE_OPEN))
    return tuple(found)


def _gated(context: Context, frame: SectionFrame, pattern: str) -> Iterator[AutomationPoint]:
    """Steps of a sixteenth; only where the gate opens or closes there are points."""
    text = cells.fitted(pattern, context.metre)
    before = ""
    for bar in range(frame.bars):
        start = frame.start + bar * context.metre.bar_quarters
        for step, mark in enumerate(cells.bar_text(text, context.metre, bar)):
            at = start + step * cells.STEP
            value = _CLOSED if mark == "." else _LANE_OPEN
            if not before:
                yield AutomationPoint(at, value)
            elif (mark == ".") != (before == "."):
                yield AutomationPoint(at, _LANE_OPEN if value == _CLOSED else _CLOSED)
                yield AutomationPoint(at + _EDGE_QUARTERS, value)
            before = mark
    last = _CLOSED if before == "." else _LANE_OPEN
    yield AutomationPoint(frame.start + frame.quarters - _EDGE_QUARTERS, last)
