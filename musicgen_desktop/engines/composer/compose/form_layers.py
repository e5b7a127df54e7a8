# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides who plays when: for every bar and player a level from 0 (rests) to 1 (full).

Intros and builds grow, long sections gain a little in their second half, breaks empty, named
instruments are heard everywhere but where a genre always pauses them.
Not for: what is played.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.context import SectionFrame, Streams
from musicgen_desktop.engines.composer.compose.scopes import heard_bars, silent_bars
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.plan import MusicPlan

Levels = Mapping[str, Sequence[float]]
"""By part id: the level in each bar of the piece."""

PEAKS = frozenset({"chorus", "drop", "climax", "hook"})
_GROWING = frozenset({"intro", "build"})
FADING = frozenset({"outro", "aftermath"})
_LIFT = 0.06
_HEARD = 0.3
"""The least level of a player whose entry was asked for."""
_LEAST_STAGGERED_BARS = 12
_LONG_BARS = 8
"""Longer sections change on the way."""
_OPTIONAL = frozenset({"pad", "arp", "percussion", "ostinato", "stab"})
_MOST_VOICES = 9.25
_DOUBLING = ("pad",)
_VOICES = {
    "lead": 1.0, "counter": 1.0, "bass": 1.0, "drone": 1.5, "arp": 1.0, "ostinato": 0.5,
    "drums": 0.0, "percussion": 0.0, "timpani": 0.0, "fx": 0.0, "vinyl": 0.0,
}  # fmt: skip
_TONAL_BASE = (
    "comp",
    "pad",
    "arp",
    "left_hand",
    "ostinato",
    "power",
    "drone",
    "bass",
    "lead",
    "drums",
)


def energy_curve(plan: MusicPlan, sections: Sequence[SectionFrame]) -> list[float]:
    """The energy of every bar: intros grow, outros thin out, the last peak outdoes the others."""
    shift = 0.1 * plan.density + 0.05 * plan.arousal
    peaks = [frame.index for frame in sections if frame.label in PEAKS]
    curve: list[float] = []
    for frame in sections:
        lift = _LIFT if len(peaks) > 1 and frame.index == peaks[-1] else 0.0
        for bar in range(frame.bars):
            energy = frame.energy * _slope(frame, bar) + lift + shift
            if frame.label not in _GROWING | FADING and frame.bars >= 8:
                energy += 0.05 if bar >= frame.bars // 2 else 0.0
            curve.append(min(1.0, max(0.02, energy)))
    return curve


def _slope(frame: SectionFrame, bar: int) -> float:
    if frame.bars < 2:
        return 1.0
    if frame.label in _GROWING:
        return 0.55 + 0.45 * (bar + 1) / frame.bars
    return 1.1 - 0.3 * bar / (frame.bars - 1) if frame.label in FADING else 1.0


def levels(
    plan: MusicPlan,
    sections: Sequence[SectionFrame],
    seats: Sequence[Seat],
    streams: Streams,
    opening: Sequence[str] = (),
    layers: Mapping[str, Any] | None = None,
) -> dict[str, list[float]]:
    """The level of every player in every bar.

    Args:
        plan: The plan.
        sections: Its form.
        seats: The line-up.
        streams: Chance.
        opening: The figures that begin where a form has no intro; the others enter after them.
        layers: How long sections are built of layers that come and go (see `_layered`), or None.
    """
    curve = energy_curve(plan, sections)
    table = {seat.part: [0.0] * len(curve) for seat in seats}
    seats = [_freed(seat, sections, only=plan.only) for seat in seats]
    for frame in sections:
        for seat in seats:
            for bar in range(frame.bars):
                at = frame.start_bar + bar
                if _plays(seat, frame, bar, curve[at], streams, bool(plan.only)):
                    table[seat.part][at] = curve[at]
    if opening and not plan.only and not plan.loop:
        _open(sections, seats, table, opening)
    if not plan.only:
        for frame in sections:
            own = _usual_layers(frame, seats) if layers is None else layers
            _layered(frame, seats, table, own, streams)
    for frame in sections:
        _thin_out(frame, seats, table, streams)
    silent = _obey(plan, sections, seats, table, curve)
    for frame in sections:
        _keep_company(frame, seats, table, curve, silent)
    return table


def _obey(
    plan: MusicPlan,
    sections: Sequence[SectionFrame],
    seats: Sequence[Seat],
    table: Mapping[str, list[float]],
    curve: Sequence[float],
) -> dict[str, frozenset[int]]:
    """Wishes for a part of the piece: rests and entries; the silent bars of every part."""
    silent = {seat.part: silent_bars(plan, sections, seat) for seat in seats}
    for seat in seats:
        row = table[seat.part]
        for bar in heard_bars(plan, sections, seat):
            row[bar] = max(row[bar], _HEARD, curve[bar])
        for bar in silent[seat.part]:
            row[bar] = 0.0
    return silent


def _open(
    sections: Sequence[SectionFrame],
    seats: Sequence[Seat],
    table: Mapping[str, list[float]],
    opening: Sequence[str],
) -> None:
    """A form that starts without an intro: some begin, the rest come in two or four bars later."""
    first = sections[0]
    total = sum(frame.bars for frame in sections)
    if first.label == "intro" or first.bars < 4 or total < _LEAST_STAGGERED_BARS:
        return
    bars = 4 if first.bars >= 12 else 2
    for seat in seats:
        if seat.figure not in opening and seat.figure not in ("fx", "vinyl"):
            table[seat.part][:bars] = [0.0] * bars


def _usual_layers(frame: SectionFrame, seats: Sequence[Seat]) -> Mapping[str, Any]:
    """A long section of a genre without a plan for its layers: one player pauses half the time."""
    is_long = frame.bars > _LONG_BARS and frame.label not in _GROWING | FADING
    parts = [s.part for s in seats if s.figure in _OPTIONAL] if is_long else []
    return {"bars": min(_LONG_BARS, -(-frame.bars // 2)), "parts": parts, "spares": 0}


def _layered(
    frame: SectionFrame,
    seats: Sequence[Seat],
    table: Mapping[str, list[float]],
    layers: Mapping[str, Any],
    streams: Streams,
) -> None:
    """Something comes or goes every few bars of a section that is long enough.

    Args:
        frame: The section.
        seats: The line-up.
        table: The levels, changed in place.
        layers: `bars`: length of a block. `parts`: who may rest; in intros they enter one by one,
            in outros they leave, elsewhere `rest` of them take turns to pause. `drums`: what is
            added to the kit's level in each block, so that its lanes come and go. `spares`: how
            many of a few play on all the same.
        streams: Chance.
    """
    every = int(layers["bars"])
    if frame.label == "ending" or frame.bars < 2 * every - 1 or not layers["parts"]:
        return
    stream = streams.stream(f"form/layers/{frame.label}", frame.occurrence)
    free = [s for s in seats if s.part in layers["parts"] and not s.is_named]
    order = stream.shuffled([s for s in free if any(_bars_of(table[s.part], frame))])
    steps = layers.get("drums", (0.0,))
    for block in range(-(-frame.bars // every)):
        first = frame.start_bar + block * every
        bars = range(first, min(first + every, frame.start_bar + frame.bars))
        spared = int(layers.get("spares", 1))
        for seat in _resting(frame, order, block, int(layers.get("rest", 1)), spared):
            for bar in bars:
                table[seat.part][bar] = 0.0
        for seat in (s for s in seats if s.figure == "drums"):
            for bar in bars:
                level = table[seat.part][bar]
                moved = min(1.0, max(0.05, level + float(steps[block % len(steps)])))
                table[seat.part][bar] = moved if level > 0 else 0.0


def _bars_of(seat_levels: Sequence[float], frame: SectionFrame) -> Sequence[float]:
    return seat_levels[frame.start_bar : frame.start_bar + frame.bars]


def _resting(
    frame: SectionFrame, order: Sequence[Seat], block: int, rest: int, spared: int
) -> Sequence[Seat]:
    """Who pauses in a block of a section."""
    if frame.label in _GROWING:
        return order[block + 1 :]
    if frame.label in FADING:
        return order[: block + 1]
    if len(order) <= rest:
        return order[: max(0, len(order) - spared)] if block == 0 else ()
    return [order[(block + i) % len(order)] for i in range(rest)]


def _thin_out(
    frame: SectionFrame, seats: Sequence[Seat], table: Mapping[str, list[float]], streams: Streams
) -> None:
    """Rests players that only double others where more voices sound than an ear can follow."""
    bars = range(frame.start_bar, frame.start_bar + frame.bars)
    playing = [s for s in seats if any(table[s.part][bar] > 0 for bar in bars)]
    holding = [s for s in playing if s.figure == "pad"]
    spare = [
        s for s in playing if s.figure in _DOUBLING and not s.is_named and s not in holding[:1]
    ]
    voices = sum(_voices_of(seat) for seat in playing)
    for seat in streams.stream(f"form/tutti/{frame.label}").shuffled(spare):
        if voices <= _MOST_VOICES:
            break
        voices -= _voices_of(seat)
        for bar in bars:
            table[seat.part][bar] = 0.0


def _voices_of(seat: Seat) -> float:
    """How many notes of a player sound at once, on average."""
    usual = _VOICES.get(seat.figure)
    if usual is not None:
        return usual
    voices = float(seat.settings.get("voices", 3))
    return 0.5 * voices if seat.figure == "stab" else voices


def _plays(
    seat: Seat, frame: SectionFrame, bar: int, energy: float, streams: Streams, only: bool
) -> bool:
    settings = seat.settings
    label = frame.label
    if label in settings.get("not", ()):
        return False
    allowed = settings.get("only")
    if allowed is not None and label not in allowed and not seat.is_named:
        return False
    if label == "ending":
        return True
    least = float(settings.get("min", 0.0)) + _form_shift(seat, frame, streams)
    if seat.is_named:
        least = 0.0 if only else min(least, 0.3)
        if label == "intro" and not only and seat.figure in ("drums", "lead", "counter"):
            return _late_in_intro(frame, bar)
    most = 1.0 if seat.is_named else float(settings.get("max", 1.0))
    return least <= energy <= most


def _freed(seat: Seat, sections: Sequence[SectionFrame], *, only: bool) -> Seat:
    """A named player whom the form never lets play may play everywhere; so may a line-up."""
    barred = set(seat.settings.get("not", ())) | {"ending"}
    is_heard = any(frame.label not in barred for frame in sections)
    if not seat.is_named or (is_heard and not only):
        return seat
    return replace(seat, settings={**seat.settings, "not": ()})


def _late_in_intro(frame: SectionFrame, bar: int) -> bool:
    return frame.label != "intro" or 2 * bar >= frame.bars


def _form_shift(seat: Seat, frame: SectionFrame, streams: Streams) -> float:
    """A take's own way to stagger the entries; the backbone stays where it is."""
    if seat.figure in ("drums", "bass", "lead"):
        return 0.0
    stream = streams.stream(f"form/{seat.part}/{frame.label}")
    return stream.uniform(-0.08, 0.08)


def _keep_company(
    frame: SectionFrame,
    seats: Sequence[Seat],
    table: Mapping[str, list[float]],
    curve: Sequence[float],
    silent: Mapping[str, frozenset[int]],
) -> None:
    """No bar without anything that carries it: the first fitting player steps in."""
    for bar in range(frame.start_bar, frame.start_bar + frame.bars):
        playing = [s for s in seats if table[s.part][bar] > 0 and s.figure in _TONAL_BASE[:7]]
        if playing:
            continue
        for figure in _TONAL_BASE:
            helper = next(
                (s for s in seats if s.figure == figure and bar not in silent[s.part]), None
            )
            if helper is not None:
                table[helper.part][bar] = max(0.15, curve[bar])
                break


def thin_bars(seats: Sequence[Seat], table: Levels) -> frozenset[int]:
    """Bars in which nobody sustains: chords in rhythm then have to fill their rests."""
    holding = [s.part for s in seats if s.figure in ("pad", "drone", "arp", "left_hand")]
    bars = len(next(iter(table.values()), ()))
    return frozenset(b for b in range(bars) if all(table[part][b] <= 0 for part in holding))


def sections_active(
    seat_levels: Sequence[float], sections: Sequence[SectionFrame]
) -> tuple[bool, ...]:
    """For each section whether a player plays in at least half of it."""
    active = []
    for frame in sections:
        bars = seat_levels[frame.start_bar : frame.start_bar + frame.bars]
        active.append(2 * sum(level > 0 for level in bars) >= frame.bars)
    return tuple(active)
