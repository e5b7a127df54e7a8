# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a melody's phrases: which bar of the motif goes where, and how it is varied.

A block is a period of eight bars (two phrases, the first ending open, the second closed), or of
four where a section is shorter. A phrase is a scheme of four bar tokens such as `a b a+ c`: a and b
are the bars of the head, d another cell, c a cadence, r a rest; `'` varies, `+`/`-` move by steps,
`i` inverts, `t` truncates.
Not for: pitches (see line).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from musicgen_desktop.engines.composer.compose.context import SectionFrame, Stream
from musicgen_desktop.engines.composer.compose.line import Ladder, Slot
from musicgen_desktop.engines.composer.compose.motif import BarRhythm, Material
from musicgen_desktop.music.theory import Metre

PHRASE_BARS = 4
BLOCK_BARS = 8
_TOKEN = re.compile(r"([abcdr])(i?)(t?)(?:([+-])(\d?))?('?)")


@dataclass(frozen=True, slots=True)
class BarPlan:
    """What one bar of a phrase does.

    Attributes:
        name: a, b, c, d or r. shift: steps of sequence. inverted, truncated, varied: as said above.
        phrase: Number of the phrase in its block. place: the bar's number in the phrase.
        phrase_bars: Length of the phrase. cadence: `half` or `full` in the phrase's last bar.
    """

    name: str
    shift: int = 0
    inverted: bool = False
    truncated: bool = False
    varied: bool = False
    phrase: int = 0
    place: int = 0
    phrase_bars: int = PHRASE_BARS
    cadence: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a section that is one period.

    Attributes:
        start_bar: From the start of the section.
        bars: Its length.
        closed: Whether it ends the section.
    """

    start_bar: int
    bars: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Register:
    """Where a section's melody lies: limits and middle (MIDI numbers), size of its curve."""

    low: int
    high: int
    centre: float
    amplitude: float


def blocks(bars: int) -> tuple[Block, ...]:
    """Cuts a section of any length into blocks of 8, 4 and a rest of 1–3 bars."""
    found: list[Block] = []
    at = 0
    while at < bars:
        left = bars - at
        size = BLOCK_BARS if left >= BLOCK_BARS else PHRASE_BARS if left >= PHRASE_BARS else left
        found.append(Block(at, size, at + size == bars))
        at += size
    return tuple(found)


def block_plan(
    kind: str, bars: int, style: Mapping[str, Any], stream: Stream
) -> tuple[BarPlan, ...]:
    """The bars of a block of a kind of section (hook, second, lift, sparse, third, farewell)."""
    scheme = _scheme(kind, style, stream)
    if bars < PHRASE_BARS:
        tokens = [*scheme[: bars - 1], "c"] if bars > 1 else ["c"]
        return _phrase(tokens, 0, "full")
    first = _phrase(scheme, 0, "half" if bars == BLOCK_BARS else "full")
    if bars == PHRASE_BARS:
        return first
    names, weights = zip(*style["period"], strict=True)
    if stream.weighted(names, weights) == "same":
        return first + _phrase(scheme, 1, "full")
    return first + _phrase(_answer(scheme, kind, stream), 1, "full")


def _scheme(kind: str, style: Mapping[str, Any], stream: Stream) -> list[str]:
    names, weights = zip(*style["schemes"][kind], strict=True)
    return str(stream.weighted(names, weights)).split()


def _answer(scheme: Sequence[str], kind: str, stream: Stream) -> list[str]:
    """The second phrase of a period: begins alike, goes on otherwise, closes."""
    third = stream.choice(["a+", "d", "a'", "b+"]) if scheme[2] != "r" else scheme[2]
    if kind == "sparse":
        return [scheme[0], scheme[1], "r", "r" if scheme[3] == "r" else "c"]
    return [scheme[0], scheme[1], third, "c"]


def _phrase(tokens: Sequence[str], number: int, cadence: str) -> tuple[BarPlan, ...]:
    last = max((i for i, token in enumerate(tokens) if token != "r"), default=-1)
    return tuple(
        replace(
            _bar(token),
            phrase=number,
            place=place,
            phrase_bars=len(tokens),
            cadence=cadence if place == last else "",
        )
        for place, token in enumerate(tokens)
    )


def _bar(token: str) -> BarPlan:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise ValueError(f"not a bar token: {token!r}")
    name, inverted, truncated, sign, steps, varied = match.groups()
    shift = int(steps or 1) * (-1 if sign == "-" else 1) if sign else 0
    return BarPlan(name, shift, bool(inverted), bool(truncated), bool(varied))


def rhythms(
    plans: Sequence[BarPlan], material: Material, most: int, metre: Metre, stream: Stream
) -> list[BarRhythm]:
    """The rhythm of each bar of a block; at most `most` notes in a bar."""
    answer = stream.choice(material.answers).bars[0]
    cadence = {kind: stream.choice(material.cadences).bars[0] for kind in ("", "half", "full")}
    found: list[BarRhythm] = []
    for plan in plans:
        rhythm = {
            "a": material.head.bars[0],
            "b": material.head.bars[1],
            "c": cadence[plan.cadence],
            "d": answer,
        }.get(plan.name, BarRhythm(()))
        if plan.truncated:
            rhythm = rhythm.truncated(_half_bar(metre))
        found.append(rhythm.thinned(most))
    return found


def _half_bar(metre: Metre) -> float:
    return metre.pulse_quarters * ((metre.pulses + 1) // 2)


class SlotWriter:
    """Turns bar plans into slots for the search of pitches.

    Args:
        metre: The metre.
        ladder: The key's scale.
        contour: The phrase's curve, control points around 0.
        material: Its motifs become wishes.
        register: Where the melody lies.
        breath: Quarters of rest that a phrase's last note leaves before the next phrase.
    """

    def __init__(
        self,
        metre: Metre,
        ladder: Ladder,
        contour: Sequence[float],
        material: Material,
        register: Register,
        breath: float,
    ) -> None:
        self._metre = metre
        self._ladder = ladder
        self._contour = contour
        self._material = material
        self._register = register
        self._breath = breath

    def write(
        self, plans: Sequence[BarPlan], bars: Sequence[BarRhythm], start: float
    ) -> list[Slot]:
        """The slots of a block that starts at `start` (quarters from the start of the piece)."""
        slots: list[Slot] = []
        length = self._metre.bar_quarters
        for number, (plan, rhythm) in enumerate(zip(plans, bars, strict=True)):
            bar_start = start + number * length
            if rhythm.held and slots and _ends_at(slots[-1], bar_start):
                slots[-1] = replace(slots[-1], duration=slots[-1].duration + rhythm.held)
            slots.extend(self._bar_slots(plan, rhythm, bar_start))
        slots = [
            replace(slot, breath=not before or slot.start - before.start - before.duration > 0.7)
            for before, slot in pairwise([None, *slots])
            if slot is not None
        ]
        return self._with_breath(slots, start, plans)

    def _bar_slots(self, plan: BarPlan, rhythm: BarRhythm, bar_start: float) -> list[Slot]:
        motif = self._material.motifs.get(plan.name, ())
        if len(motif) < len(rhythm.onsets):
            motif = ()
        slots = []
        for index, onset in enumerate(rhythm.onsets):
            is_last = index == len(rhythm.onsets) - 1
            interval, target = self._wish(plan, motif, index, len(rhythm.onsets))
            slots.append(
                Slot(
                    start=bar_start + onset.start,
                    duration=onset.duration,
                    strong=is_strong(onset.start, self._metre),
                    contour=self._curve(plan, onset.start / self._metre.bar_quarters),
                    interval=interval,
                    target=target,
                    pull=0.5,
                    cadence=plan.cadence if is_last else "",
                    bar=plan.name,
                )
            )
        return slots

    def _wish(
        self, plan: BarPlan, motif: Sequence[float], index: int, count: int
    ) -> tuple[float | None, float | None]:
        """The wanted interval (steps) and pitch of a bar's note, from the motif and its variant."""
        if not motif or (plan.varied and index >= count // 2 > 0):
            return None, None
        sign = -1 if plan.inverted else 1
        interval = sign * (motif[index] - motif[index - 1]) if index else None
        if plan.inverted and index:
            return interval, None
        moved = self._register.centre - self._material.centre
        moved_place = motif[index] + plan.shift + round(moved * 7 / 12)
        return interval, float(self._ladder.pitch(moved_place))

    def _curve(self, plan: BarPlan, inside: float) -> float:
        """The pitch of the phrase's curve at a place of a bar; the second phrase lies higher."""
        x = (plan.place + inside) / plan.phrase_bars * (len(self._contour) - 1)
        left = min(int(x), len(self._contour) - 2)
        value = self._contour[left] + (x - left) * (self._contour[left + 1] - self._contour[left])
        lift = 1.0 if plan.phrase == 1 and plan.place < plan.phrase_bars - 1 else 0.0
        return self._register.centre + self._register.amplitude * value + 1.5 * lift + plan.shift

    def _with_breath(self, slots: list[Slot], start: float, plans: Sequence[BarPlan]) -> list[Slot]:
        """Shortens notes that would run into the next phrase."""
        ends = [
            start + (number + 1) * self._metre.bar_quarters
            for number, plan in enumerate(plans)
            if plan.place == plan.phrase_bars - 1
        ]
        found = []
        for slot in slots:
            stop = next((end for end in ends if end > slot.start + 1e-6), ends[-1])
            longest = stop - self._breath - slot.start
            if slot.start + slot.duration > stop - self._breath and longest >= 0.75:
                slot = replace(slot, duration=longest)
            found.append(replace(slot, duration=min(slot.duration, stop - slot.start)))
        return found


def is_strong(position: float, metre: Metre) -> bool:
    """Whether a group of the bar begins here: 1 and 3 of 4/4, 1 of 3/4, 1 and 4 of 5/4."""
    return any(abs(position - start) < 1e-6 for start in metre.group_starts)


def register_of(
    frame: SectionFrame, kind: str, style: Mapping[str, Any], limits: tuple[int, int]
) -> Register:
    """Where a section's melody lies, by its energy and kind, inside the instrument's limits."""
    low, high = limits
    rest, full = style["centre"]
    lift = {"second": -1.5, "third": -1.0, "farewell": -1.0, "lift": 0.5}.get(kind, 0.0)
    lift += 2.0 if frame.label == "climax" else 0.0
    centre = low + (high - low) * (rest + (full - rest) * frame.energy) + lift
    reach = style["span"] / 2
    bottom = max(low, round(centre - reach))
    top = min(high, round(centre + reach))
    if top - bottom < 12:
        bottom = max(low, top - 12)
        top = min(high, bottom + 12)
    return Register(bottom, top, centre, float(style["amplitude"]))


def _ends_at(slot: Slot, moment: float) -> bool:
    return abs(slot.start + slot.duration - moment) < 1e-6
