# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another mood: mode, dynamics, brightness, register and ornaments; form, roots and rhythm stay.

Not for: what a mood's name means (see generation.changes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.edits import pitch
from musicgen_desktop.engines.composer.compose.edits.piece import (
    DRUMS,
    MELODIC,
    Piece,
    instruments,
    is_pitched,
    range_of,
    tidy,
)
from musicgen_desktop.music.edit import Mood
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import AutomationPoint, Note, Part

_LOUDER = 14.0
_CUTOFF = 0.2
_GHOSTS = 0.5
_GRACE_QUARTERS = 0.13
_DOUBLE_SOFTER = 0.7
_FIXED_KEYS = frozenset({35, 36, 49, 57})
"""Kick and crash: the beat and the form, no ornaments."""


def apply(piece: Piece, edit: Mood) -> Piece:
    """The piece in another mood."""
    if edit.mode and edit.mode != piece.plan.mode:
        piece = pitch.in_mode(piece, edit.mode)
    entries = instruments()
    changed = piece.with_parts(lambda part: _in_mood(part, edit, entries))
    return Piece(changed.score, _plan(piece.plan, edit))


def _in_mood(part: Part, edit: Mood, entries: Mapping[str, Mapping[str, Any]]) -> Part:
    if part.role == "fx":
        return part
    if is_pitched(part) and edit.register and part.role in MELODIC | {"arp"}:
        part = _in_register(part, 12 * edit.register, entries)
    notes = part.notes
    if edit.density < 0:
        notes = _thinned(part, notes, -edit.density)
    elif edit.density > 0 and part.role in {"chords", "arp"}:
        notes = _doubled(notes, edit.density, range_of(part, entries)[1])
    share = 0.5 if part.role in DRUMS else 1.0
    louder = round(_LOUDER * share * edit.dynamics)
    notes = tuple(replace(n, velocity=min(127, max(1, n.velocity + louder))) for n in notes)
    return replace(part, notes=notes, automation=_brighter(part.automation, edit.brightness))


def _in_register(part: Part, shift: int, entries: Mapping[str, Mapping[str, Any]]) -> Part:
    """The part an octave away, where its instrument gets there."""
    low, high = range_of(part, entries)
    pitches = [note.pitch + shift for note in part.notes]
    fits = sum(low - pitch.REACH <= p <= high + pitch.REACH for p in pitches)
    if not pitches or fits < 0.95 * len(pitches):
        return part
    return pitch.shifted(part, (shift,), low - pitch.REACH, high + pitch.REACH)


def _thinned(part: Part, notes: Sequence[Note], amount: float) -> tuple[Note, ...]:
    """The notes without ornaments: ghost notes and the softest strokes, or grace notes."""
    if not part.is_drums:
        return tuple(n for n in notes if n.duration >= _GRACE_QUARTERS) or tuple(notes)
    strokes = sorted(n.velocity for n in notes if n.pitch not in _FIXED_KEYS)
    if not strokes:
        return tuple(notes)
    limit = strokes[int(_GHOSTS * amount * (len(strokes) - 1))]
    return tuple(n for n in notes if n.pitch in _FIXED_KEYS or n.velocity >= limit)


def _doubled(notes: Sequence[Note], amount: float, high: int) -> tuple[Note, ...]:
    """The notes with the top one of each chord doubled an octave above, softly."""
    tops: dict[float, Note] = {}
    for note in notes:
        beat = round(note.start, 2)
        if beat not in tops or note.pitch > tops[beat].pitch:
            tops[beat] = note
    extra = [
        replace(
            n,
            pitch=n.pitch + 12,
            velocity=max(1, round(n.velocity * _DOUBLE_SOFTER * (0.6 + 0.4 * amount))),
            glide_to=0,
        )
        for n in tops.values()
        if n.pitch + 12 <= high + pitch.REACH
    ]
    return tidy([*notes, *extra])


def _brighter(
    lanes: Mapping[str, tuple[AutomationPoint, ...]], amount: float
) -> dict[str, tuple[AutomationPoint, ...]]:
    """The lanes, the filter more open or closed."""
    found = dict(lanes)
    if amount and "cutoff" in found:
        found["cutoff"] = tuple(
            AutomationPoint(p.beat, min(1.0, max(0.0, p.value + _CUTOFF * amount)))
            for p in found["cutoff"]
        )
    return found


def _plan(plan: MusicPlan, edit: Mood) -> MusicPlan:
    moods = tuple(dict.fromkeys(edit.words)) if edit.words else plan.moods
    return replace(
        plan,
        moods=moods,
        valence=_inside(plan.valence + edit.valence),
        arousal=_inside(plan.arousal + edit.dynamics),
        brightness=_inside(plan.brightness + edit.brightness),
        density=_inside(plan.density + edit.density),
        space=max(0.0, _inside(plan.space + edit.space)),
    )


def _inside(value: float) -> float:
    return round(min(1.0, max(-1.0, value)), 4)
