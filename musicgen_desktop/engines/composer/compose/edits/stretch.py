# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another length: the same sections, fewer, more or shorter; the ending stays, the time is exact.

What bars can't do, the ring-out and the tempo do, the tempo by 3 % at most and not at all where it
was stated. A loop keeps to whole bars: its length may miss by as much. Not for: which bars (see
slices).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from musicgen_desktop.engines.composer.compose.edits.piece import (
    Piece,
    ended,
    scaled,
    tidy,
    value_at,
    with_tempo,
)
from musicgen_desktop.engines.composer.compose.edits.slices import Slice, arrange
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.edit import Length
from musicgen_desktop.music.plan import MusicPlan, Section
from musicgen_desktop.music.score import (
    EARLY,
    AutomationPoint,
    ChordSpan,
    Marker,
    Note,
    Part,
    Score,
    TempoPoint,
)
from musicgen_desktop.music.theory import bar_seconds

BEND = 0.03
_MOST_RING_S = 8.0
_RELEASE_S = 0.5
_HELD_OVER = 0.5
"""Quarter notes; a note that lasts longer past a cut is let go there."""
_EDGE = 0.02


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a number of bars fills the time: factor of the tempo's quarter note, length, cost."""

    bend: float
    duration_s: float
    cost: float


@dataclass(frozen=True, slots=True)
class _Cut:
    """A stretch of the old piece and where it goes, in quarter notes.

    Attributes:
        start, end: Of the stretch. shift: to be added. joins: whether it follows what it followed.
        goes_on: Whether what follows it followed it before.
    """

    start: float
    end: float
    shift: float
    joins: bool
    goes_on: bool


def apply(piece: Piece, edit: Length) -> Piece:
    """The piece at another length.

    Raises:
        UsageError: Its bars can't fill the length.
    """
    plan = piece.plan
    has_ending = not plan.loop and len(plan.sections) > 1
    body = plan.sections[:-1] if has_ending else plan.sections
    fits = dict(_fits(plan, body, edit.duration_s))
    slices = arrange(body, {bars: fit.cost for bars, fit in fits.items()})
    if not slices:
        raise UsageError(
            "This piece can’t be made {seconds:g} seconds long: its bars are too long for that.",
            "Choose a longer time, or a faster tempo first.",
            seconds=edit.duration_s,
        )
    fit = fits[sum(s.bars for s in slices)]
    if has_ending:
        slices = (*slices, Slice(len(body), 0, plan.sections[-1].bars))
    return _rebuilt(piece, slices, fit)


def _fits(
    plan: MusicPlan, body: Sequence[Section], duration_s: float
) -> Iterator[tuple[int, _Fit]]:
    bar_s = bar_seconds(plan.theory_metre, plan.bpm)
    slack = 0.0 if "bpm" in plan.explicit else BEND
    if plan.loop or len(body) == len(plan.sections):
        yield from _loop_fits(bar_s, duration_s, slack)
        return
    before_s = sum(section.bars for section in body) * bar_s
    ring_s = max(0.5, plan.duration_s - before_s)
    least = max(0.4, min(0.6 * ring_s, 0.08 * duration_s))
    most = max(least + 1.05 * bar_s, min(_MOST_RING_S, 1.4 * ring_s, 0.3 * duration_s))
    for bars in range(1, math.ceil(duration_s / bar_s / (1 - BEND)) + 1):
        options = [
            _Fit(bend, duration_s, _phrase_cost(bars) + 40 * abs(bend - 1) + 0.5 * miss / bar_s)
            for bend in _bends(bars * bar_s, duration_s - ring_s, slack)
            if least <= (left := duration_s - bars * bar_s * bend) <= most
            and (miss := abs(left - ring_s)) >= 0.0
        ]
        if options:
            yield bars, min(options, key=lambda fit: fit.cost)


def _bends(length_s: float, wanted_s: float, slack: float) -> set[float]:
    exact = min(1 + slack, max(1 - slack, wanted_s / length_s))
    return {1.0, 1 - slack, 1 + slack, exact}


def _loop_fits(bar_s: float, duration_s: float, slack: float) -> Iterator[tuple[int, _Fit]]:
    middle = duration_s / bar_s
    for bars in {max(1, math.floor(middle)), max(1, math.ceil(middle))} | {
        max(1, round(middle / unit) * unit) for unit in (2, 4, 8)
    }:
        bend = min(1 + slack, max(1 - slack, middle / bars))
        length_s = bars * bar_s * bend
        miss = abs(length_s / duration_s - 1)
        cost = _phrase_cost(bars) + 40 * abs(bend - 1) + 400 * miss
        yield bars, _Fit(bend, round(length_s, 6), cost)


def _phrase_cost(bars: int) -> float:
    return next(c for unit, c in ((8, 0.0), (4, 0.3), (2, 1.0), (1, 3.0)) if bars % unit == 0)


def _rebuilt(piece: Piece, slices: Sequence[Slice], fit: _Fit) -> Piece:
    plan, score = piece.plan, piece.score
    cuts = tuple(_cuts(plan, slices))
    sections = _sections(plan, slices)
    new_plan = with_tempo(
        replace(plan, sections=sections), round(plan.bpm / fit.bend, 6), fit.duration_s
    )
    end = _end_of(plan, sections, fit)
    changed = replace(
        score,
        tempo=scaled(_tempo(score, plan, sections), fit.bend),
        markers=_markers(plan, sections),
        chords=_chords(score.chords, cuts),
        parts=tuple(_part(part, cuts, end, plan) for part in score.parts),
        duration_s=fit.duration_s,
    )
    explicit = tuple(dict.fromkeys([*plan.explicit, "duration_s"]))
    return Piece(changed, replace(new_plan, explicit=explicit))


def _starts(sections: Sequence[Section], bar: float) -> list[float]:
    starts = [0.0]
    for section in sections:
        starts.append(starts[-1] + section.bars * bar)
    return starts


def _cuts(plan: MusicPlan, slices: Sequence[Slice]) -> Iterator[_Cut]:
    bar = plan.theory_metre.bar_quarters
    starts = _starts(plan.sections, bar)
    at = 0.0
    ends: float | None = 0.0
    spans = [(starts[s.section] + s.first * bar, s.bars * bar) for s in slices]
    for place, (start, length) in enumerate(spans):
        following = spans[place + 1][0] if place + 1 < len(spans) else starts[-1]
        end = start + length
        yield _Cut(start, end, at - start, start == ends, following == end)
        at, ends = at + length, end


def _sections(plan: MusicPlan, slices: Sequence[Slice]) -> tuple[Section, ...]:
    found: list[Section] = []
    for piece in slices:
        section = plan.sections[piece.section]
        if piece.opens or not found:
            found.append(replace(section, bars=piece.bars))
        else:
            found[-1] = replace(found[-1], bars=found[-1].bars + piece.bars)
    return tuple(found)


def _markers(plan: MusicPlan, sections: Sequence[Section]) -> tuple[Marker, ...]:
    starts = _starts(sections, plan.theory_metre.bar_quarters)
    return tuple(
        Marker(start, section.label, section.energy)
        for start, section in zip(starts, sections, strict=False)
    )


def _tempo(score: Score, plan: MusicPlan, sections: Sequence[Section]) -> tuple[TempoPoint, ...]:
    """The tempo, with what broadens before the ending still before it, where there is room."""
    bar = plan.theory_metre.bar_quarters
    shift = _starts(sections, bar)[-2] - _starts(plan.sections, bar)[-2]
    first, *rest = score.tempo
    moved = [TempoPoint(point.beat + shift, point.quarter_s) for point in rest]
    if moved and moved[0].beat < 2 * bar:
        return (first,)
    return (first, *moved)


def _end_of(plan: MusicPlan, sections: Sequence[Section], fit: _Fit) -> float:
    """Where the last note must have been let go."""
    metre = plan.theory_metre
    starts = _starts(sections, metre.bar_quarters)
    if plan.loop:
        return starts[-1]
    quarter_s = bar_seconds(metre, plan.bpm) * fit.bend / metre.bar_quarters
    return max(starts[-2] + 0.25, (fit.duration_s - _RELEASE_S) / quarter_s)


def _chords(chords: Sequence[ChordSpan], cuts: Sequence[_Cut]) -> tuple[ChordSpan, ...]:
    found: list[ChordSpan] = []
    for cut in cuts:
        for span in chords:
            start = max(span.beat, cut.start)
            end = min(span.beat + span.duration, cut.end)
            if end - start < 1e-6:
                continue
            last = found[-1] if found else None
            if last is not None and cut.joins and span.beat < cut.start:
                found[-1] = replace(last, duration=last.duration + end - start)
            else:
                found.append(ChordSpan(start + cut.shift, end - start, span.chord))
    return tuple(found)


def _part(part: Part, cuts: Sequence[_Cut], end: float, plan: MusicPlan) -> Part:
    bar = plan.theory_metre.bar_quarters
    lanes = {name: _lane(points, cuts) for name, points in part.automation.items()}

    def taken(notes: Sequence[Note]) -> tuple[Note, ...]:
        return ended(tidy(n for cut in cuts for n in _notes(notes, cut, bar)), end)

    return replace(part, notes=taken(part.notes), measured=taken(part.measured), automation=lanes)


def _notes(notes: Sequence[Note], cut: _Cut, bar: float) -> Iterator[Note]:
    for note in notes:
        last = note.start + note.duration
        inside = cut.start <= note.start + EARLY < cut.end
        if inside:
            if not cut.goes_on and last > cut.end + _HELD_OVER:
                last = cut.end
            start = max(0.0, note.start + cut.shift)
            yield replace(note, start=round(start, 6), duration=round(last - note.start, 6))
        elif note.start < cut.start and not cut.joins and last > cut.start + bar / 2:
            until = last if cut.goes_on else min(last, cut.end)
            yield replace(
                note, start=round(cut.start + cut.shift, 6), duration=round(until - cut.start, 6)
            )


def _lane(points: Sequence[AutomationPoint], cuts: Sequence[_Cut]) -> tuple[AutomationPoint, ...]:
    found: list[AutomationPoint] = []
    for cut in cuts:
        inside = [p for p in points if cut.start <= p.beat < cut.end]
        edges = [
            AutomationPoint(at, value_at(points, at))
            for at in (cut.start, cut.end - _EDGE)
            if points
        ]
        both = {p.beat: p for p in (*edges, *inside)}
        found += [
            AutomationPoint(round(p.beat + cut.shift, 6), p.value)
            for p in sorted(both.values(), key=lambda p: p.beat)
        ]
    return tuple(found)
