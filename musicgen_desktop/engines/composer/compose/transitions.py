# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what happens between sections: risers, sweeps, impacts, downlifters, silences, cuts.

Each genre's style says how likely each is. `gap: {chance, pulses, keeps}` is a silence of everybody
but the effects (and of the figures it keeps) right before a peak; `cut: {chance, pulses, bars,
figures}` silences the figures at the end of each stretch of so many bars inside a full section.
Not for: drum fills and crashes (see groove).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
_LEAST_CUT_ENERGY = 0.5


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
    if not (is_peak or seam.falls) and stream.chance(float(style.get("sweep", 0.0))):
        yield _sweep(context, seam)
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


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of time (quarter notes) in which some figures rest.

    Attributes:
        start, end: From the start of the piece.
        figures: Who rests; empty for all but `keeps`.
        keeps: Who doesn't, where all others rest.
    """

    start: float
    end: float
    figures: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset({"fx", "vinyl"})

    def covers(self, figure: str) -> bool:
        """Whether a figure rests."""
        return figure in self.figures if self.figures else figure not in self.keeps


def silences(context: Context) -> list[Silence]:
    """The silences before peaks and the cuts inside sections, in order."""
    body = [f for f in context.sections if f.label != "ending"]
    found: list[Silence] = []
    for before, after in pairwise(body):
        found += _gap(context, _Seam(before, after))
    for frame in body:
        found += _cuts(context, frame)
    return sorted(found, key=lambda s: s.start)


def _gap(context: Context, seam: _Seam) -> Iterator[Silence]:
    gap = context.style["transitions"].get("gap")
    if gap is None or seam.after.label not in _PEAKS or not seam.rises or seam.before.bars < 2:
        return
    stream = context.streams.stream("fills/gap", seam.after.index)
    if stream.chance(float(gap["chance"])):
        length = int(gap.get("pulses", 1)) * context.metre.pulse_quarters
        keeps = frozenset({"fx", "vinyl", *gap.get("keeps", ())})
        yield Silence(seam.beat - length, seam.beat, keeps=keeps)


def _cuts(context: Context, frame: SectionFrame) -> Iterator[Silence]:
    cut = context.style["transitions"].get("cut")
    if cut is None or frame.energy < _LEAST_CUT_ENERGY:
        return
    every = int(cut.get("bars", 8))
    quarters = context.metre.bar_quarters
    for bar in range(every - 1, frame.bars - 1, every):
        stream = context.streams.stream("fills/cut", frame.index, bar)
        if stream.chance(float(cut["chance"])):
            end = frame.start + (bar + 1) * quarters
            length = int(cut.get("pulses", 1)) * context.metre.pulse_quarters
            yield Silence(end - length, end, frozenset(cut["figures"]))


def with_silences(drafts: Sequence[Draft], found: Sequence[Silence], figure: str) -> list[Draft]:
    """A player's notes without those that start in its silences; the others end before them."""
    kept = list(drafts)
    for silence in found:
        if silence.covers(figure):
            kept = [
                _ended(draft, silence.start)
                for draft in kept
                if not silence.start - 1e-6 <= draft.start < silence.end - 1e-6
            ]
    return kept


def _ended(draft: Draft, end: float) -> Draft:
    """The note, let go at `end` if it is held over it."""
    if draft.start < end - 1e-6 < draft.start + draft.duration - 1e-6:
        return replace(draft, duration=end - draft.start)
    return draft
