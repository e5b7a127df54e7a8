# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another key or mode: every note and chord keeps its degree, every player its register.

A mode moves degree by degree: the third stays the third. A note between the degrees stays where it
is, but a chord moves as a whole: its root by its degree, its other notes to the nearest chord that
the new mode has there. Not for: which mode suits a mood (see generation.changes).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.edits.piece import (
    Piece,
    instruments,
    is_pitched,
    range_of,
    tidy,
)
from musicgen_desktop.music import theory
from musicgen_desktop.music.edit import KeyChange
from musicgen_desktop.music.score import EARLY, ChordSpan, Note, Part
from musicgen_desktop.music.theory import CHORDS, Chord, Key

REACH = 5
"""Semitones beyond its usual range that an instrument plays now and then."""


def apply(piece: Piece, edit: KeyChange) -> Piece:
    """The piece in another key."""
    mode = edit.mode or piece.plan.mode
    if mode != piece.plan.mode:
        piece = in_mode(piece, mode)
    steps = (theory.pitch_class(edit.key) - piece.plan.theory_key.tonic + 6) % 12 - 6
    plan = replace(
        piece.plan,
        key=edit.key,
        explicit=tuple(dict.fromkeys([*piece.plan.explicit, "key", "mode"])),
    )
    entries = instruments()
    moved = piece.with_parts(lambda part: _moved(part, steps, entries))
    chords = tuple(replace(s, chord=_raised(s.chord, steps)) for s in piece.score.chords)
    score = replace(moved.score, chords=chords, key_name=plan.theory_key.name)
    return Piece(score, plan)


def _raised(chord: Chord, steps: int) -> Chord:
    return Chord((chord.root + steps) % 12, chord.quality, (chord.bass + steps) % 12)


def _moved(part: Part, steps: int, entries: Mapping[str, Mapping[str, Any]]) -> Part:
    if not is_pitched(part) or steps == 0:
        return part
    low, high = range_of(part, entries)
    pitches = [note.pitch for note in part.notes] or [low]
    low, high = min(low, *pitches), max(high, *pitches)
    reach = 0 if part.role == "bass" or part.instrument == "timpani" else REACH
    return shifted(part, (steps, steps - 12, steps + 12), low - reach, high + REACH)


def shifted(part: Part, options: Sequence[int], low: int, high: int) -> Part:
    """The part moved as a whole by the first of the best options, then note by note into range.

    Args:
        part: Any pitched part.
        options: Semitones, the likeliest first; all an octave or several apart.
        low: Lowest pitch that the instrument reaches; a note beyond it moves by octaves where
            that brings it inside.
        high: Highest, likewise.
    """

    def outside(shift: int) -> int:
        pitches = [note.pitch + shift for note in part.notes]
        return sum(max(low - p, 0) + max(p - high, 0) for p in pitches)

    shift = min(options, key=outside)

    def placed(pitch: int) -> int:
        return folded(pitch + shift, low, high)

    return repitched(part, lambda note: placed(note.pitch), lambda note: placed(note.glide_to))


def folded(pitch: int, low: int, high: int) -> int:
    """The pitch, moved by octaves into the range where it can be."""
    while pitch < low and pitch + 12 <= high:
        pitch += 12
    while pitch > high and pitch - 12 >= low:
        pitch -= 12
    return min(127, max(0, pitch))


def repitched(part: Part, pitch: Callable[[Note], int], glide: Callable[[Note], int]) -> Part:
    """The part with other pitches."""

    def moved(notes: Sequence[Note]) -> tuple[Note, ...]:
        return tidy(
            replace(n, pitch=pitch(n), glide_to=glide(n) if n.glide_to else 0) for n in notes
        )

    return replace(part, notes=moved(part.notes), measured=moved(part.measured))


def in_mode(piece: Piece, mode: str) -> Piece:
    """The piece with its degrees moved to those of another mode on the same tonic."""
    old = piece.plan.theory_key
    new = Key(old.tonic, mode)
    plain = _steps_of(old, new)
    spans = [_Moved(span, plain) for span in piece.score.chords]
    beats = [span.beat for span in piece.score.chords]

    def change(part: Part) -> Part:
        if not is_pitched(part):
            return part

        def to(pitch: int, note: Note) -> int:
            steps = _chord_of(note, spans, beats).steps if spans else plain
            return min(127, max(0, pitch + steps[pitch % 12]))

        return repitched(part, lambda n: to(n.pitch, n), lambda n: to(n.glide_to, n))

    plan = replace(piece.plan, mode=mode, key=new.usual_name)
    moved = piece.with_parts(change)
    chords = tuple(span.after for span in spans)
    score = replace(moved.score, chords=chords, key_name=plan.theory_key.name)
    return Piece(score, plan)


def _steps_of(old: Key, new: Key) -> dict[int, int]:
    """How far each pitch class moves, -6 to 5; notes between the degrees stay."""
    steps = dict.fromkeys(range(12), 0)
    if len(old.scale) == len(new.scale):
        pairs = list(zip(old.scale, new.scale, strict=True))
    else:
        pairs = [(p, min(new.scale, key=lambda q: abs(_apart(p, q)))) for p in old.scale]
    for before, after in pairs:
        steps[before] = _apart(before, after)
    return steps


def _apart(before: int, after: int) -> int:
    return (after - before + 6) % 12 - 6


class _Moved:
    """A chord before and after, and how far each pitch class moves while it sounds."""

    def __init__(self, span: ChordSpan, plain: Mapping[int, int]) -> None:
        chord = span.chord
        root = (chord.root + plain[chord.root]) % 12
        before = [(chord.root + step) % 12 for step in CHORDS[chord.quality]]
        wanted = [(pc + plain[pc]) % 12 for pc in before]
        quality = _nearest(root, wanted)
        after = [(root + step) % 12 for step in CHORDS[quality]]
        self.steps = dict(plain)
        self.steps.update((b, _apart(b, a)) for b, a in zip(before, after, strict=True))
        bass = (chord.bass + self.steps[chord.bass]) % 12
        self.after = ChordSpan(span.beat, span.duration, Chord(root, quality, bass))


def _nearest(root: int, wanted: Sequence[int]) -> str:
    """The chord on a root that is made of these pitch classes, or else comes nearest to them."""

    def cost(quality: str) -> int:
        notes = [(root + step) % 12 for step in CHORDS[quality]]
        return sum(abs(_apart(a, b)) for a, b in zip(wanted, notes, strict=True))

    return min((q for q, steps in CHORDS.items() if len(steps) == len(wanted)), key=cost)


def _chord_of(note: Note, spans: Sequence[_Moved], beats: Sequence[float]) -> _Moved:
    """The chord that a note is meant for: the next one, where it comes early and stays."""
    index = max(0, bisect_right(beats, note.start + EARLY) - 1)
    if index + 1 < len(spans):
        before = beats[index + 1] - note.start
        if note.duration - before > before:
            index += 1
    return spans[index]
