# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges a melody by figures of real tunes, so that the writer can try again.

The ranges come from measurements of about 2 800 folk tunes (share of steps and leaps, range,
entropy of pitch classes, likeness of neighbouring bars' rhythm). Not for: writing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from musicgen_desktop.engines.composer.compose.context import Context, Draft
from musicgen_desktop.engines.composer.compose.harmony_field import HarmonyField
from musicgen_desktop.engines.composer.compose.phrase import is_strong

STEPS = (0.48, 0.72)
THIRDS = (0.15, 0.30)
LEAPS = (0.05, 0.18)
REVERSAL = (0.62, 0.86)
"""Share of leaps after which the line turns back."""
RANGE = (10.0, 21.0)
ENTROPY = (2.25, 2.95)
BAR_ENTROPY = (1.25, 2.05)
LIKENESS = (0.78, 0.93)
_STRONG_FIT = (0.82, 1.0)
_FEW_NOTES = 8
_LEAP = 5
_FEW_LEAPS = 4
_SIXTEENTH = 0.25


def faults(context: Context, drafts: Sequence[Draft], field: HarmonyField) -> float:
    """How far a lead lies outside the ranges, all figures together; 0 is faultless.

    Pieces with very few notes have no statistics and no faults.
    """
    line = top_line(drafts)
    if len(line) < _FEW_NOTES:
        return 0.0
    moves = [abs(after.pitch - before.pitch) for before, after in pairwise(line)]
    pitches = [note.pitch for note in line]
    bars = _by_bar(context, line)
    judged = [
        (_share(moves, 1, 2), STEPS, 2.0),
        (_share(moves, 3, 4), THIRDS, 1.0),
        (_share(moves, 5, 99), LEAPS, 2.0),
        (float(max(pitches) - min(pitches)), RANGE, 0.05),
        (entropy(pitch % 12 for pitch in pitches), ENTROPY, 0.5),
        (_bar_entropy(bars), BAR_ENTROPY, 0.5),
        (_likeness(context, bars), LIKENESS, 2.0),
        (_reversal(line), REVERSAL, 0.5),
        (_strong_fit(context, line, field), _STRONG_FIT, 1.0),
    ]
    return sum(weight * _outside(value, span) for value, span, weight in judged)


def leap_bias(drafts: Sequence[Draft]) -> int:
    """-1 where a lead leaps too seldom, 1 where too often, 0 where it is like a real tune."""
    line = top_line(drafts)
    if len(line) < _FEW_NOTES:
        return 0
    share = _share([abs(b.pitch - a.pitch) for a, b in pairwise(line)], 5, 99)
    return -1 if share < LEAPS[0] else 1 if share > LEAPS[1] else 0


def third_bias(drafts: Sequence[Draft]) -> int:
    """-1 where a lead has too few thirds, 1 where too many, 0 where it is like a real tune."""
    line = top_line(drafts)
    if len(line) < _FEW_NOTES:
        return 0
    share = _share([abs(b.pitch - a.pitch) for a, b in pairwise(line)], 3, 4)
    return -1 if share < THIRDS[0] else 1 if share > THIRDS[1] else 0


def recovery_bias(drafts: Sequence[Draft]) -> int:
    """-1 where leaps turn back too often, 1 where too seldom, 0 where as in a real tune."""
    share = _reversal(top_line(drafts))
    return 0 if share is None else -1 if share > REVERSAL[1] else 1 if share < REVERSAL[0] else 0


def _reversal(line: Sequence[Draft]) -> float | None:
    """Share of leaps that are followed by a move the other way; None where there are few."""
    moves = [after.pitch - before.pitch for before, after in pairwise(line)]
    after_leaps = [(a, b) for a, b in pairwise(moves) if abs(a) >= _LEAP]
    if len(after_leaps) < _FEW_LEAPS:
        return None
    return sum(a * b < 0 for a, b in after_leaps) / len(after_leaps)


def top_line(drafts: Iterable[Draft]) -> list[Draft]:
    """The highest note of each onset, in order of time."""
    best: dict[float, Draft] = {}
    for draft in drafts:
        if draft.start not in best or draft.pitch > best[draft.start].pitch:
            best[draft.start] = draft
    return [best[start] for start in sorted(best)]


def entropy(values: Iterable[int]) -> float:
    """Shannon entropy in bits."""
    counts = Counter(values)
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values())


def _outside(value: float | None, span: tuple[float, float]) -> float:
    if value is None:
        return 0.0
    return max(0.0, span[0] - value, value - span[1])


def _share(moves: Sequence[int], low: int, high: int) -> float:
    return sum(low <= move <= high for move in moves) / len(moves)


def _by_bar(context: Context, line: Sequence[Draft]) -> dict[int, list[Draft]]:
    bars: dict[int, list[Draft]] = defaultdict(list)
    for note in line:
        bars[int((note.start + 1e-6) // context.metre.bar_quarters)].append(note)
    return bars


def _bar_entropy(bars: dict[int, list[Draft]]) -> float | None:
    full = [entropy(n.pitch % 12 for n in notes) for notes in bars.values() if len(notes) >= 3]
    return sum(full) / len(full) if len(full) >= 4 else None


def _likeness(context: Context, bars: dict[int, list[Draft]]) -> float | None:
    """Mean likeness of neighbouring bars' onsets, on sixteenths."""
    length = context.metre.bar_quarters
    steps = round(length / _SIXTEENTH)
    rhythms = {
        bar: {round(note.start % length / _SIXTEENTH) for note in notes}
        for bar, notes in bars.items()
    }
    alike = [
        1 - len(rhythm ^ rhythms[bar + 1]) / steps
        for bar, rhythm in rhythms.items()
        if bar + 1 in rhythms
    ]
    return sum(alike) / len(alike) if len(alike) >= 4 else None


def _strong_fit(context: Context, line: Sequence[Draft], field: HarmonyField) -> float | None:
    length = context.metre.bar_quarters
    strong = [note for note in line if is_strong(note.start % length, context.metre)]
    fits = sum(note.pitch % 12 in field.at(note.start).tones for note in strong)
    return fits / len(strong) if len(strong) >= _FEW_NOTES else None
