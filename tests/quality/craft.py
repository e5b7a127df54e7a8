# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures 19 and 20: craft that the notes show: timing, accents, phrases, fit of parts to chords.

They were made for the twins of `spoil`; `earn` says which of them can tell music from its twins.
Ranges are starting points; their sources stand beside them. Not for: life and energy (see energy),
melodies (see melody_bands) or sound (see ugly).
"""

from __future__ import annotations

import statistics
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

from musicgen_desktop.music.score import Note, Part, Score
from musicgen_desktop.music.theory import Chord
from tests.quality.rows import Row, row
from tests.quality.score_measures import bar_contents, melody, pitched

_SIXTEENTH = 0.25
_PHRASES = (2, 4, 8)
MOST_SPREAD_MS = 12.0
"""Players' own deviations are 2-8 ms once what is constant in a lane is taken off; audible ones
begin near 10 ms (Friberg and Sundberg 1995: just noticeable in short sequences)."""
LEAST_ACCENTS = 4.0
"""Bar-to-bar velocity noise of players has a standard deviation of 4-7, accents come on top."""

LEAST_SHAPES_AGAIN = 0.14
"""Bars whose contour and rhythm come again: 14-31 % in four collections of folk tunes."""


def craft_rows(score: Score) -> list[Row]:
    """All figures of this module."""
    return [
        row(19, "phrases recur", phrases_recur(score), 0.0, note="likeness beyond chance"),
        row(19, "chord changes again (share)", changes_again(score), 0.5, note="starting range"),
        row(19, "melody shapes again (share)", shapes_again(score), LEAST_SHAPES_AGAIN),
        row(20, "timing spread (ms)", timing_spread_ms(score), None, MOST_SPREAD_MS),
        row(20, "accents (velocity)", accents(score), LEAST_ACCENTS),
        row(20, "bass in the chord", bass_fit(score), 0.75),
        row(20, "accompaniment in the chord", accompaniment_fit(score), 0.75),
        row(20, "melody in the chord", melody_fit(score), 0.6),
        row(20, "semitones between parts", semitone_share(score), None, 0.05),
    ]


def timing_spread_ms(score: Score) -> float | None:
    """How irregular the players are: standard deviation about their own habits, in ms.

    Notes are compared with those of the same lane (part, or drum) on the same sixteenth of the
    beat, so that swing and laid-back snares count as habits. Of a strummed chord the first note
    counts. Robust: 1.48 times the median absolute deviation, averaged over notes.
    """
    total = weight = 0.0
    for part in score.parts:
        if part.role == "fx":
            continue
        for offsets in _habits(part).values():
            if len(offsets) >= 4:
                middle = statistics.median(offsets)
                spread = 1.4826 * statistics.median(abs(o - middle) for o in offsets)
                total += spread * len(offsets)
                weight += len(offsets)
    return 1000 * total / weight * score.tempo[0].quarter_s if weight else None


def _habits(part: Part) -> dict[tuple[int, int], list[float]]:
    """Offsets from the sixteenths, in quarter notes, by lane and sixteenth of the beat."""
    first: dict[tuple[int, int], float] = {}
    for note in part.notes:
        key = (note.pitch if part.is_drums else 0, round(note.start / _SIXTEENTH))
        first[key] = min(first.get(key, note.start), note.start)
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for (lane, place), start in first.items():
        found[lane, place % 4].append(start - place * _SIXTEENTH)
    return found


def accents(score: Score) -> float | None:
    """Standard deviation of the velocities within a part (of drums: within a drum)."""
    total = count = 0.0
    for part in score.parts:
        lanes: dict[int, list[int]] = defaultdict(list)
        for note in part.notes:
            lanes[note.pitch if part.is_drums else 0].append(note.velocity)
        for velocities in lanes.values():
            if len(velocities) >= 4 and part.role != "fx":
                total += statistics.pstdev(velocities) * len(velocities)
                count += len(velocities)
    return total / count if count else None


def phrases_recur(score: Score) -> float | None:
    """How much more bars are like those 2, 4 or 8 bars later than like any other bar."""
    bars = bar_contents(score)[:-1]
    if len(bars) < 8:
        return None
    likeness = {
        (a, b): len(bars[a] & bars[b]) / max(1, len(bars[a] | bars[b]))
        for a, b in combinations(range(len(bars)), 2)
    }
    usual = sum(likeness.values()) / len(likeness)
    by_lag = [
        [value for (a, b), value in likeness.items() if b - a == lag]
        for lag in _PHRASES
        if lag < len(bars) - 2
    ]
    return max(sum(values) / len(values) for values in by_lag) - usual


def changes_again(score: Score) -> float | None:
    """Share of the chord changes (this chord to that one) that the piece makes more than once."""
    end = score.chords[-1].beat
    chords = [span.chord for span in score.chords if span.beat < end - 1e-6]
    changes = [(before, after) for before, after in pairwise(chords) if before != after]
    counts = Counter(changes)
    return sum(counts[c] > 1 for c in changes) / len(changes) if len(changes) >= 6 else None


def shapes_again(score: Score) -> float | None:
    """Share of the melody's bars (three notes or more) whose rhythm and contour occur again.

    Contour in five classes: leap down, step down, same, step up, leap up; so a diatonic sequence
    counts as a return.
    """
    if not any(part.role == "lead" for part in score.parts):
        return None
    length = score.metre.bar_quarters
    bars: dict[int, list[Note]] = defaultdict(list)
    for note in melody(score):
        bars[int((note.start + 0.1) // length)].append(note)
    shapes = [_shape(notes, bar * length) for bar, notes in bars.items() if len(notes) >= 3]
    counts = Counter(shapes)
    return sum(counts[s] > 1 for s in shapes) / len(shapes) if len(shapes) >= 4 else None


def _shape(notes: Sequence[Note], start: float) -> tuple[tuple[int, int], ...]:
    moves = [0, *(after.pitch - before.pitch for before, after in pairwise(notes))]
    sizes = [(move > 0) - (move < 0) + (move > 2) - (move < -2) for move in moves]
    return tuple(
        (round((note.start - start) / _SIXTEENTH), size)
        for note, size in zip(notes, sizes, strict=True)
    )


def chord_at(score: Score, beat: float) -> Chord:
    """The chord that sounds at a place."""
    starts = [span.beat for span in score.chords]
    return score.chords[max(0, bisect_right(starts, beat) - 1)].chord


def bass_fit(score: Score) -> float | None:
    """Share of the bass's notes on strong pulses that are chord tones."""
    good = total = 0
    for note in _notes_of(score, ("bass",)):
        place = round(note.start / _SIXTEENTH) * _SIXTEENTH
        inside = place % score.metre.bar_quarters
        if any(abs(inside - start) < 1e-6 for start in score.metre.group_starts):
            chord = chord_at(score, place + 0.05)
            total += 1
            good += note.pitch % 12 in {*chord.pitch_classes, chord.bass}
    return good / total if total >= 4 else None


def accompaniment_fit(score: Score) -> float | None:
    """Mean fit of the accompaniment: chord tones count 1, ninths and sixths a half."""
    return _fit(score, _notes_of(score, ("chords", "pad", "arp")))


def melody_fit(score: Score) -> float | None:
    """Mean fit of the melody over its time: chord tones count 1, ninths and sixths a half."""
    if not any(part.role == "lead" for part in score.parts):
        return None
    return _fit(score, melody(score))


def _notes_of(score: Score, roles: Sequence[str]) -> list[Note]:
    return [note for part in score.parts if part.role in roles for note in part.notes]


def _fit(score: Score, notes: Sequence[Note]) -> float | None:
    good = total = 0.0
    for note in notes:
        places = max(1, round(note.duration / _SIXTEENTH))
        for step in range(places):
            chord = chord_at(score, note.start + 0.1 + step * _SIXTEENTH)
            interval = (note.pitch - chord.root) % 12
            good += 1.0 if note.pitch % 12 in chord.pitch_classes else 0.5 * (interval in (2, 9))
        total += places
    return good / total if total >= 16 else None


def semitone_share(score: Score) -> float | None:
    """Share of time in which two parts sound a semitone apart, in any octaves.

    Semitones that belong to the chord (as in a major seventh) don't count.
    """
    grid: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for part in pitched(score):
        for note in part.notes:
            first = round(note.start / _SIXTEENTH)
            last = max(first + 1, round((note.start + note.duration) / _SIXTEENTH))
            for place in range(first, last):
                grid[place][part.id].add(note.pitch % 12)
    clashing = sum(
        _any_semitone(list(parts.values()), set(_chord(score, place).pitch_classes))
        for place, parts in grid.items()
    )
    return clashing / len(grid) if grid else None


def _chord(score: Score, place: int) -> Chord:
    return chord_at(score, place * _SIXTEENTH + 0.1)


def _any_semitone(parts: Sequence[set[int]], chord: set[int]) -> bool:
    return any(
        (a - b) % 12 in (1, 11) and not {a, b} <= chord
        for one, other in combinations(parts, 2)
        for a in one
        for b in other
    )
