# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Piece: a score with the plan that describes it, and what all edits do to notes.

Not for: edits themselves (see their modules).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import EARLY, AutomationPoint, Note, Part, Score, TempoPoint
from musicgen_desktop.music.theory import bar_seconds

MELODIC = frozenset({"lead", "counter"})
DRUMS = frozenset({"drums", "percussion"})
_SHORTEST_QUARTERS = 0.027
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it is after some edits.

    Attributes:
        score: Its notes. plan: what describes it now (never composed from again).
    """

    score: Score
    plan: MusicPlan

    def with_parts(self, change: Callable[[Part], Part]) -> Piece:
        """The piece with every part changed."""
        parts = tuple(change(part) for part in self.score.parts)
        return replace(self, score=replace(self.score, parts=parts))


def tidy(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Sorted notes that never overlap in the same pitch; of doubles the loudest is kept."""
    by_pitch: dict[int, list[Note]] = {}
    for note in sorted(notes, key=lambda n: (n.start, -n.velocity)):
        same = by_pitch.setdefault(note.pitch, [])
        if same and note.start - same[-1].start < _SHORTEST_QUARTERS:
            continue
        if same and same[-1].start + same[-1].duration > note.start + _ROUNDING:
            same[-1] = replace(same[-1], duration=round(note.start - same[-1].start, 6))
        same.append(note)
    return tuple(sorted(note for same in by_pitch.values() for note in same))


def ended(notes: Iterable[Note], end: float) -> tuple[Note, ...]:
    """The notes before `end`, let go by then."""
    return tuple(
        note if note.start + note.duration <= end else replace(note, duration=end - note.start)
        for note in notes
        if note.start < end - _SHORTEST_QUARTERS
    )


def scaled(tempo: Sequence[TempoPoint], factor: float) -> tuple[TempoPoint, ...]:
    """The tempo points with every quarter note `factor` times as long."""
    return tuple(TempoPoint(point.beat, point.quarter_s * factor) for point in tempo)


def with_tempo(plan: MusicPlan, bpm: float, duration_s: float) -> MusicPlan:
    """The plan at another tempo and length; its sections begin on the bars as before."""
    bar_s = bar_seconds(plan.theory_metre, bpm)
    sections = []
    bars = 0
    for section in plan.sections:
        sections.append(replace(section, start_s=round(bars * bar_s, 6)))
        bars += section.bars
    return replace(
        plan,
        bpm=bpm,
        felt_bpm=round(plan.felt_bpm * bpm / plan.bpm, 6),
        tempo_word="" if bpm != plan.bpm else plan.tempo_word,
        duration_s=duration_s,
        sections=tuple(sections),
    )


def section_of(starts: Sequence[float], note: Note) -> int:
    """The index of the section that a note belongs to."""
    return max(0, bisect_right(starts, note.start + EARLY) - 1)


def instruments() -> Mapping[str, Mapping[str, Any]]:
    """What is known of each instrument (resources/cells/instruments.json), by id."""
    table = resources.load_json("cells", "instruments.json")
    return {entry["id"]: entry for entry in table["instruments"]}


def range_of(part: Part, entries: Mapping[str, Mapping[str, Any]]) -> tuple[int, int]:
    """The usual lowest and highest pitch of a part's instrument in its role."""
    entry = entries.get(part.instrument, {})
    key = "lead" if part.role in MELODIC and "lead" in entry else "range"
    low, high = entry.get(key, (0, 127))
    return int(low), int(high)


def is_pitched(part: Part) -> bool:
    """Whether a part's pitches are pitches: no percussion keys, no noises."""
    return not part.is_drums and part.role != "fx"


def value_at(points: Sequence[AutomationPoint], beat: float) -> float:
    """The value of an automation lane at a place."""
    after = bisect_right(points, beat, key=lambda point: point.beat)
    if after == 0:
        return points[0].value
    if after == len(points):
        return points[-1].value
    left, right = points[after - 1], points[after]
    share = (beat - left.beat) / (right.beat - left.beat) if right.beat > left.beat else 1.0
    return left.value + (right.value - left.value) * share
