# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bars of a piece make another one of a wished length: whole sections before parts of them.

The cheapest choice is found exactly, by dynamic programming over sections and bars. Not for: notes
(see stretch).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from musicgen_desktop.music.plan import Section

_OPENINGS = frozenset({"intro"})
_CLOSINGS = frozenset({"outro", "aftermath"})
_HIGHLIGHTS = frozenset({"chorus", "drop", "climax", "hook", "theme"})
_FIRST, _AGAIN, _COPY, _FRAME, _HIGHLIGHT = 3.0, 1.0, 0.25, 2.0, 1.0
_CUTS = ((8, 0.5), (4, 1.0), (2, 4.0), (1, 9.0))
"""What it costs to cut a section to a multiple of so many bars."""
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Slice:
    """Bars of a section that follow each other.

    Attributes:
        section: Its index in the plan. first: first bar in it. bars: how many, at least 1.
        opens: Whether a section of the new piece begins here.
    """

    section: int
    first: int
    bars: int
    opens: bool = True


@dataclass(frozen=True, slots=True)
class _Slot:
    """A section that may be taken, what each of its bars is worth, and whether it is a repeat."""

    index: int
    bars: int
    worth: float
    is_copy: bool = False

    def choices(self) -> list[int]:
        """How many bars may be taken."""
        if self.bars <= 8:
            return list(range(self.bars + 1))
        return sorted({0, 1, self.bars - 1, *range(2, self.bars, 2), self.bars})

    def cost(self, taken: int) -> float:
        """What is lost where only so many bars are taken: of the piece itself, the last most."""
        cut = 0.0
        if 0 < taken < self.bars:
            cut = next(cost for unit, cost in _CUTS if taken % unit == 0)
        lost = (self.bars - taken) / self.bars
        return self.worth * self.bars * (lost if self.is_copy else float(lost**1.5)) + cut


def arrange(body: Sequence[Section], totals: Mapping[int, float]) -> tuple[Slice, ...]:
    """The bars to take for one of several lengths.

    Args:
        body: The sections but the ending, which always stays.
        totals: What each possible number of bars costs by itself.

    Returns:
        In the order of playing; () where no length can be had.
    """
    most = max(totals, default=0)
    slots = _slots(body, most)
    if not slots or most <= 0:
        return ()
    best: list[float] = [0.0] + [_NEVER] * most
    taken: list[list[int]] = []
    for slot in slots:
        best, chosen = _extended(best, slot)
        taken.append(chosen)
    total = min(totals, key=lambda bars: (best[bars] + totals[bars], bars))
    if best[total] >= _NEVER:
        return ()
    return _slices(slots, _walked_back(taken, total))


def _slots(body: Sequence[Section], most: int) -> list[_Slot]:
    """The sections, those between the opening and the closing as often as the length needs."""
    indices = list(range(len(body)))
    head = [i for i in indices[:1] if body[i].label in _OPENINGS]
    tail = [i for i in indices[-1:] if body[i].label in _CLOSINGS and i not in head]
    inner = [i for i in indices if i not in (*head, *tail)]
    if not inner:
        head, tail, inner = [], [], indices
    bars = sum(body[i].bars for i in inner)
    copies = max(1, -(-most // max(1, bars)))
    slots = [_Slot(i, body[i].bars, _FRAME) for i in head]
    seen: set[str] = set()
    for turn in range(copies):
        for i in inner:
            label = body[i].label
            worth = _COPY if turn else _AGAIN if label in seen else _FIRST
            if not turn and label in _HIGHLIGHTS:
                worth += _HIGHLIGHT
            seen.add(label)
            slots.append(_Slot(i, body[i].bars, worth, is_copy=turn > 0))
    return [*slots, *(_Slot(i, body[i].bars, _FRAME) for i in tail)]


def _extended(best: Sequence[float], slot: _Slot) -> tuple[list[float], list[int]]:
    """The cheapest ways to every number of bars with one more section, and its bars in them."""
    costs = [(bars, slot.cost(bars)) for bars in slot.choices()]
    found = [_NEVER] * len(best)
    chosen = [0] * len(best)
    for done, before in enumerate(best):
        if before >= _NEVER:
            continue
        for bars, cost in costs:
            if done + bars >= len(best):
                break
            if before + cost < found[done + bars]:
                found[done + bars] = before + cost
                chosen[done + bars] = bars
    return found, chosen


def _walked_back(taken: Sequence[Sequence[int]], total: int) -> list[int]:
    counts: list[int] = []
    for chosen in reversed(taken):
        counts.append(chosen[total])
        total -= chosen[total]
    return counts[::-1]


def _slices(slots: Sequence[_Slot], counts: Sequence[int]) -> tuple[Slice, ...]:
    found: list[Slice] = []
    for slot, count in zip(slots, counts, strict=True):
        if count == slot.bars:
            found.append(Slice(slot.index, 0, count))
        elif count:
            found.extend(_cut(slot, count))
    return tuple(found)


def _cut(slot: _Slot, count: int) -> list[Slice]:
    """The start of a section and its end, which leads on: in fours or twos where they fit."""
    unit = 4 if count >= 8 else 2
    tail = count // 2 // unit * unit
    if tail == 0:
        return [Slice(slot.index, slot.bars - count, count)]
    head = count - tail
    return [
        Slice(slot.index, 0, head),
        Slice(slot.index, slot.bars - tail, tail, opens=False),
    ]
