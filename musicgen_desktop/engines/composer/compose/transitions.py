# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the effects between sections: risers, reverse cymbals, impacts, sub drops, downlifters.

Each genre's style says how likely each is. Not for: drum fills and crashes (see groove).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.scopes import drums_rest
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.theory import quarter_seconds

RISER, DOWNLIFTER, IMPACT, REVERSE, SUB_DROP, SWEEP = 1, 2, 3, 4, 5, 6
_PERCUSSIVE = frozenset({IMPACT, REVERSE})
"""Effects that are a blow or a cymbal."""
_LONGEST_S = 14.0
_PEAKS = frozenset({"drop", "chorus", "climax", "hook"})


@dataclass(frozen=True, slots=True)
class _Seam:
    """Where one section meets the next."""

    before: SectionFrame
    after: SectionFrame

    @property
    def beat(self) -> float:
        return self.after.start

    @property
    def rises(self) -> bool:
        return self.after.energy > self.before.energy + 0.08

    @property
    def falls(self) -> bool:
        return self.after.energy < self.before.energy - 0.15


def keys_forbidden(plan: MusicPlan) -> frozenset[int]:
    """Effects that may not be heard: without drums or cymbals no blows and no cymbals."""
    bans = {"drums", "percussion", "cymbals"} - set(plan.instruments)
    return _PERCUSSIVE if bans & set(plan.excluded) else frozenset()


def write_effects(context: Context, *, is_named: bool = False) -> list[Draft]:
    """The effects of the whole piece but the ending, in order.

    Args:
        context: The piece.
        is_named: Whether effects were asked for: each seam then has one.
    """
    drafts: list[Draft] = []
    forbidden = keys_forbidden(context.plan)
    rests = drums_rest(context.plan, context.sections)
    quarters = context.metre.bar_quarters
    body = [f for f in context.sections if f.label != "ending"]
    for before, after in pairwise(body):
        seam = _Seam(before, after)
        found = [
            d
            for d in _at(context, seam)
            if d.pitch not in (forbidden if int(d.start / quarters) not in rests else _PERCUSSIVE)
        ]
        drafts += found or ([_sweep(context, seam)] if is_named else [])
    if is_named and not drafts:
        key = SWEEP if IMPACT in forbidden else IMPACT
        drafts.append(Draft(0.0, 2 * context.metre.bar_quarters, key, 96, "fx"))
    return sorted(drafts, key=lambda d: (d.start, d.pitch))


def _at(context: Context, seam: _Seam) -> Iterator[Draft]:
    style = context.style["transitions"]
    stream = context.streams.stream("fills/effects", seam.after.index)
    chances = {name: stream.chance(float(style.get(name, 0.0))) for name in
               ("riser", "reverse", "impact", "sub_drop", "downlifter")}  # fmt: skip
    is_peak = seam.after.label in _PEAKS and seam.rises
    if chances["riser"] and (is_peak or seam.before.label == "build"):
        yield _riser(context, seam)
    if chances["reverse"] and not seam.falls:
        length = 2 * context.metre.pulse_quarters
        yield Draft(max(0.0, seam.beat - length), length, REVERSE, 84, "fx")
    if chances["impact"] and is_peak:
        yield Draft(seam.beat, 2 * context.metre.bar_quarters, IMPACT, 104, "fx")
    if chances["sub_drop"] and seam.after.label in ("drop", "climax"):
        yield Draft(seam.beat, context.metre.bar_quarters, SUB_DROP, 92, "fx")
    if chances["downlifter"] and seam.falls:
        yield Draft(seam.beat, 2 * context.metre.bar_quarters, DOWNLIFTER, 80, "fx")


def _sweep(context: Context, seam: _Seam) -> Draft:
    length = context.metre.bar_quarters
    return Draft(seam.beat - length, length, SWEEP, 80, "fx")


def _riser(context: Context, seam: _Seam) -> Draft:
    """As long as the build before it (two bars at least where they are there)."""
    longest = _LONGEST_S / quarter_seconds(context.metre, context.plan.bpm)
    bars = seam.before.bars if seam.before.label == "build" else min(4, seam.before.bars)
    length = min(bars * context.metre.bar_quarters, longest)
    return Draft(seam.beat - length, length, RISER, 92, "fx")
