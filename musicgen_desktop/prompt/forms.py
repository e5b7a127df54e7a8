# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits a form to a length: whole bars, whole phrases, a last chord that rings out inside the time.

Templates are data (resources/lexicon/forms.json). Not for: which genre, tempo or key (see planner).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from musicgen_desktop.music.plan import Section
from musicgen_desktop.music.theory import Metre, bar_seconds
from musicgen_desktop.prompt.chance import rotate
from musicgen_desktop.prompt.templates import (
    Slot,
    Template,
    allot,
    anchored,
    candidates,
    from_layout,
    from_wish,
    inserted,
)

BEND = 0.03
"""How far an unstated tempo may move so that the bars fill the time."""
_MOST_RING_S = 6.0
_GOOD = 0.9
_AFTER_HIT_S = (0.9, 2.2)
"""How long the room may ring after a last hit."""
_OFF_COST = 2.5
"""Of a second between a wished moment and its bar line."""
_WHOLE_S = 30.0
_LEAST_WITH_INTRO = 12


@dataclass(frozen=True, slots=True)
class FormWish:
    """What a form must fit.

    Attributes:
        templates: In order of preference, groups of templates; the first group that can fill the
            time is used.
        duration_s: Length of the track.
        bpms: Tempi to try, best first; several only where none was stated.
        bends: Whether the tempo may bend.
        metre: Of every bar.
        ring_s: Shortest and longest time of the final chord after the last bar.
        loop: Whether bars fill the time exactly, without an ending.
        keeps_time: Whether a loop may not even be up to 3 % longer or shorter.
        wanted: Section labels that were asked for.
        unwanted: Section labels that were banned.
        later: Section labels that must not open the form.
        anchors: Labels with the second at which they start.
        bars: Labels with the bars that were asked for, in order; the whole form.
        layout: Labels of sections in the order that was asked for, without bars.
        end: How it ends: `ring` (a chord that rings out), `hit` (short, and silence), `fade`.
        seed: seed // 8 orders the templates, seed % 8 picks one.
    """

    templates: tuple[tuple[Template, ...], ...]
    duration_s: float
    bpms: tuple[float, ...]
    bends: bool
    metre: Metre
    ring_s: tuple[float, float]
    loop: bool = False
    keeps_time: bool = False
    wanted: tuple[str, ...] = ()
    unwanted: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    anchors: tuple[tuple[str, float], ...] = ()
    bars: tuple[tuple[str, int], ...] = ()
    layout: tuple[str, ...] = ()
    end: str = "ring"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A form that fits.

    Attributes:
        sections: With whole bars; the last is `ending` unless the form loops.
        bpm: Perhaps bent by up to 3 %.
        duration_s: As wished, or up to 3 % off for a loop whose tempo was stated.
        loops: Whether bars fill the time exactly.
    """

    sections: tuple[Section, ...]
    bpm: float
    duration_s: float
    loops: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """A number of bars (the ending's included) at a tempo, and how badly they suit."""

    bars: int
    bpm: float
    cost: float


def fit(wish: FormWish) -> Form:
    """The form that suits best; always finds one."""
    if wish.loop:
        looped = _fit_loop(wish)
        if looped is not None:
            return looped
    if wish.end == "fade":
        return _faded(wish)
    grid = _best_grid(wish)
    slots = [*_slots(wish, grid.bars - 1, grid.bpm), Slot("ending", 1, 1, 1, 0.3)]
    return Form(_sections(slots, wish.metre, grid.bpm), grid.bpm, wish.duration_s, False)


def _faded(wish: FormWish) -> Form:
    """Whole bars until the time is over and a little beyond; the last section fades away."""
    lengths = [(bpm, bar_seconds(wish.metre, bpm)) for bpm in wish.bpms]
    grids = [
        _Grid(math.ceil(wish.duration_s / bar_s - 1e-6), bpm, 0.15 * order)
        for order, (bpm, bar_s) in enumerate(lengths)
    ]
    grid = min(grids, key=lambda g: g.cost + phrase_cost(g.bars))
    slots = _slots(wish, grid.bars, grid.bpm)
    if len(slots) > 1:  # what fades is still the music, not its rest
        slots[-1] = replace(slots[-1], energy=max(slots[-1].energy, 0.8 * slots[-2].energy))
    return Form(_sections(slots, wish.metre, grid.bpm), grid.bpm, wish.duration_s, False)


def _sections(slots: Iterable[Slot], metre: Metre, bpm: float) -> tuple[Section, ...]:
    bar_s = bar_seconds(metre, bpm)
    done = 0
    sections = []
    for slot in slots:
        sections.append(Section(slot.label, slot.bars, round(done * bar_s, 6), slot.energy))
        done += slot.bars
    return tuple(sections)


def _slots(wish: FormWish, bars: int, bpm: float) -> list[Slot]:
    if bars <= 0:
        return []
    if wish.bars:
        return allot(from_wish(wish.bars), bars)
    template = _template(wish, bars)
    moments: list[tuple[str, int]] = []
    for label, at_s in sorted(wish.anchors, key=lambda anchor: anchor[1]):
        bar = round(at_s / bar_seconds(wish.metre, bpm))
        if (moments[-1][1] if moments else 0) < bar < bars:
            moments.append((label, bar))
    return anchored(template, bars, moments) if moments else allot(template, bars)


def _template(wish: FormWish, bars: int) -> Template:
    """The form of this take, or the one that was spelt out."""
    if wish.layout:
        is_long = wish.duration_s >= _WHOLE_S and bars >= _LEAST_WITH_INTRO
        template = from_layout(
            wish.layout, bars, with_intro=is_long and "intro" not in wish.unwanted
        )
        for label in wish.wanted:
            if label not in wish.layout:
                template = inserted(template, label)
        return template
    options = candidates(wish.templates, bars, wish.wanted, wish.unwanted)
    if wish.anchors:
        later = [o for o in options if o.slots[0].label != wish.anchors[0][0]]
        options = later or options
    options = [o for o in options if o.slots[0].label not in wish.later] or [
        inserted(option, "intro") for option in options
    ]
    return rotate(f"{wish.seed // 8}:form", options, wish.seed)


def phrase_cost(bars: int) -> float:
    """How badly a number of bars falls into phrases: eight best, odd numbers last."""
    if bars % 8 == 0:
        return 0.0
    if bars % 4 == 0:
        return 0.2
    if bars in {1, 2}:
        return 0.4
    return 1.0 if bars % 2 == 0 else 2.5


def ring_range(ring_s: tuple[float, float], duration_s: float) -> tuple[float, float]:
    """The ring-out that suits a length: shorter in very short pieces."""
    low = max(0.5, min(ring_s[0], duration_s * 0.08))
    return low, max(low + 1.0, min(ring_s[1], duration_s * 0.3))


def _best_grid(wish: FormWish) -> _Grid:
    best: _Grid | None = None
    for order, bpm in enumerate(wish.bpms):
        for grid in _grids(wish, bpm):
            cost = grid.cost + 0.15 * order
            if best is None or cost < best.cost:
                best = replace(grid, cost=cost)
        if best is not None and best.cost < _GOOD:
            break
    return best or _squeezed(wish)


def _grids(wish: FormWish, bpm: float) -> Iterable[_Grid]:
    is_hit = wish.end == "hit"
    low, high = _AFTER_HIT_S if is_hit else ring_range(wish.ring_s, wish.duration_s)
    silent = 1 if is_hit else 0
    bar_s = bar_seconds(wish.metre, bpm)
    slack = 1 + (BEND if wish.bends else 0.0)
    first = max(1, math.floor((wish.duration_s - _MOST_RING_S) / bar_s / slack))
    last = math.ceil(wish.duration_s / bar_s * slack) + 1 + silent
    for bars in range(first, last + 1):
        played = bars - silent  # a hit needs no bar of its own to ring in
        if played < 1:
            continue
        if wish.bends:
            bent = _bent(played * wish.metre.bar_pulses * 60.0, wish.duration_s, (low, high), bpm)
        else:
            bent = bpm
        if bent is None:
            continue
        ring = wish.duration_s - played * bar_seconds(wish.metre, bent)
        if not low <= ring <= _MOST_RING_S:
            continue
        cost = phrase_cost(bars - 1) + 30 * abs(bent / bpm - 1) + 0.3 * max(0.0, ring - high)
        if bars == 1:
            cost += 2.0
        if bent != round(bent):
            cost += 0.12
        yield _Grid(bars, bent, cost + _unanchored(wish, bent))


def _unanchored(wish: FormWish, bpm: float) -> float:
    """How far wished moments are from the nearest bar line, as a cost."""
    bar_s = bar_seconds(wish.metre, bpm)
    off = sum(abs(at_s - round(at_s / bar_s) * bar_s) for _, at_s in wish.anchors)
    return _OFF_COST * off


def _bent(
    beats_s: float, duration_s: float, ring_s: tuple[float, float], bpm: float
) -> float | None:
    """The tidy tempo nearest to bpm, within 3 %, that leaves a fitting ring-out; None if none does.

    Args:
        beats_s: Seconds that all bars would take at 1 bpm.
        duration_s: Of the track.
        ring_s: Shortest and longest ring-out.
        bpm: Unbent.
    """
    low = max(bpm * (1 - BEND), beats_s / (duration_s - ring_s[0]))
    longest = duration_s - ring_s[1]
    high = min(bpm * (1 + BEND), beats_s / longest if longest > 0 else math.inf)
    if low > high:
        return None
    wanted = min(max(bpm, low), high)
    for digits in (0, 1, 2):
        step = 10.0**-digits
        for tidy in (
            round(wanted, digits),
            round(wanted + step, digits),
            round(wanted - step, digits),
        ):
            if low <= tidy <= high:
                return tidy
    return wanted


def _squeezed(wish: FormWish) -> _Grid:
    """For lengths of hardly a bar: as many bars as leave some ring-out, else one chord."""
    bpm = wish.bpms[0]
    room = wish.duration_s - ring_range(wish.ring_s, wish.duration_s)[0] * 0.6
    return _Grid(max(1, math.floor(room / bar_seconds(wish.metre, bpm))), bpm, 0.0)


def _fit_loop(wish: FormWish) -> Form | None:
    """Bars that fill the time exactly; the tempo bends, or the time where the tempo was stated."""
    best: tuple[float, int, float, float] | None = None
    for order, bpm in enumerate(wish.bpms):
        bar_s = bar_seconds(wish.metre, bpm)
        middle = wish.duration_s / bar_s
        for bars in range(max(1, math.floor(middle * 0.96)), math.ceil(middle * 1.04) + 1):
            length = bars * bar_s
            off = abs(length / wish.duration_s - 1)
            if off > BEND + 1e-9 or (wish.keeps_time and not wish.bends and off > 1e-6):
                continue
            exact = bars * wish.metre.bar_pulses * 60.0 / wish.duration_s
            option = (
                (phrase_cost(bars) + 30 * off + 0.15 * order, bars, exact, wish.duration_s)
                if wish.bends
                else (phrase_cost(bars) * 0.2 + 60 * off, bars, bpm, length)
            )
            if best is None or option < best:
                best = option
    if best is None:
        return None
    _, bars, bpm, duration_s = best
    if abs(bpm - round(bpm)) < 1e-3:
        bpm = float(round(bpm))
    slots = _slots(wish, bars, bpm)
    return Form(_sections(slots, wish.metre, bpm), bpm, duration_s, True)
