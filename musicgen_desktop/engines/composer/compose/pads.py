# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what is held: pads, drones on the tonic, the bed of vinyl noise; and timpani.

Nothing is held longer than a sound may last: long notes are struck again before that.
Not for: chords in rhythm (see accompaniment).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from musicgen_desktop.engines.composer.compose.accompaniment import voiced
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.theory import quarter_seconds

LONGEST_S = 8.0
_BED_S = 12.0
_OVERLAP_S = 1.0


def write_pad(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """The voicing of each chord, held; tones in common stay as long as a sound may last."""
    voicings = voiced(context, seat, tune)
    longest = LONGEST_S / quarter_seconds(context.metre, context.plan.bpm)
    drafts: list[Draft] = []
    held: dict[int, Draft] = {}
    for start, end, level, beat in _stretches(context, levels):
        for pitch in voicings[beat]:
            before = held.pop(pitch, None)
            joins = before is not None and abs(before.start + before.duration - start) < 1e-6
            if before is not None and joins and end - before.start <= longest:
                held[pitch] = replace(before, duration=end - before.start)
                continue
            if before is not None:
                drafts.append(before)
            for piece in _pieces(start, end, longest):
                if pitch in held:
                    drafts.append(held[pitch])
                held[pitch] = Draft(piece[0], piece[1], pitch, round(58 + 30 * level), "pad")
    return sorted([*drafts, *held.values()], key=lambda d: (d.start, d.pitch))


def _pieces(start: float, end: float, longest: float) -> Iterator[tuple[float, float]]:
    count = max(1, -(-(end - start) // longest))
    length = (end - start) / count
    for i in range(int(count)):
        yield start + i * length, length


def _stretches(
    context: Context, levels: Sequence[float]
) -> Iterator[tuple[float, float, float, float]]:
    """Start, end, level and chord beat of all time in which the player plays, in order."""
    quarters = context.metre.bar_quarters
    for frame in context.sections:
        if frame.label == "ending":
            continue
        for bar in range(frame.bars):
            level = levels[frame.start_bar + bar]
            if level <= 0:
                continue
            at, end = frame.start + bar * quarters, frame.start + (bar + 1) * quarters
            while at < end - 1e-6:
                span = context.chord_at(at)
                until = min(end, span.beat + span.duration)
                yield at, until, level, span.beat
                at = until


def write_drone(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """The tonic (and from middling energy on its fifth), struck again with an overlap."""
    if (context.key.tonic + 1) % 12 in context.key.scale and not seat.is_named:
        return []  # the flat second of such modes would rub against it
    root = seat.low + (context.key.tonic - seat.low) % 12
    fifth = (
        root + 7 if 7 in {(p - context.key.tonic) % 12 for p in context.key.scale} else root + 12
    )
    drafts: list[Draft] = []
    for start, end, level in _active(context, levels):
        for at, length in _bed(context, start, end):
            drafts.append(Draft(at, length, root, round(60 + 24 * level), "pad"))
            if level > 0.6:
                drafts.append(Draft(at, length, fifth, round(46 + 24 * level), "pad"))
    return drafts


def write_vinyl(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """A bed of noise from the first bar to the ring-out."""
    end = max(frame.start + frame.quarters for frame in context.sections)
    return [Draft(at, length, 60, 80, "fx") for at, length in _bed(context, 0.0, end)]


def _active(context: Context, levels: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    """Start, end and mean level of each run of bars in which the player plays."""
    quarters = context.metre.bar_quarters
    body = [f for f in context.sections if f.label != "ending"]
    last_bar = body[-1].start_bar + body[-1].bars if body else 0
    first: int | None = None
    for bar in range(last_bar + 1):
        plays = bar < last_bar and levels[bar] > 0
        if plays and first is None:
            first = bar
        if not plays and first is not None:
            mean = sum(levels[first:bar]) / (bar - first)
            yield first * quarters, bar * quarters, mean
            first = None


def _bed(context: Context, start: float, end: float) -> Iterator[tuple[float, float]]:
    quarter_s = quarter_seconds(context.metre, context.plan.bpm)
    count = max(1, int(-(-(end - start) * quarter_s // _BED_S)))
    length = (end - start) / count
    for i in range(count):
        extra = _OVERLAP_S / quarter_s if i < count - 1 else 0.0
        yield start + i * length, length + extra


def write_timpani(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """Root on the downbeat, the fifth to answer, a roll into each new section."""
    quarters = context.metre.bar_quarters
    drafts: list[Draft] = []
    for frame in context.sections:
        if frame.label == "ending":
            continue
        for bar in range(frame.bars):
            level = levels[frame.start_bar + bar]
            if level > 0:
                drafts += _timpani_bar(
                    context, seat, frame, bar, frame.start + bar * quarters, level
                )
    return drafts


def _timpani_bar(
    context: Context, seat: Seat, frame: SectionFrame, bar: int, start: float, level: float
) -> list[Draft]:
    def pitch(beat: float) -> int:
        return seat.low + (context.chord_at(beat).chord.bass - seat.low) % 12

    quarters = context.metre.bar_quarters
    velocity = round(70 + 40 * level)
    hits = (
        [Draft(start, 1.0, pitch(start), velocity, "perc")] if bar % 2 == 0 or level > 0.6 else []
    )
    if level > 0.6:
        at = start + quarters - 1.0
        hits.append(Draft(at, 0.5, pitch(at), velocity - 16, "perc"))
    if bar == frame.bars - 1 and level > 0.4:
        count = 8
        at = start + quarters - count * 0.25
        hits = [d for d in hits if d.start < at]
        hits += [
            Draft(at + i * 0.25, 0.25, pitch(at), round(velocity * (0.5 + 0.5 * i / count)), "perc")
            for i in range(count)
        ]
    return hits
