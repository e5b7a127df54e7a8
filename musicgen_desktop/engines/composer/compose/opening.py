# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sees to it that a piece starts when it starts: nobody waits through silence for the first note.

Where the only player of an intro begins off the beat, what it plays first is brought forward to
the first beat. Not for: who plays when (see form_layers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from musicgen_desktop.engines.composer.compose.context import Context
from musicgen_desktop.music.score import Note, Part
from musicgen_desktop.music.theory import quarter_seconds

_SILENCE_S = 0.25
"""The longest wait for the first note that isn't heard as one."""
_TOGETHER = 0.4
"""Quarter notes within which the notes of a rolled chord follow each other."""


def at_once(context: Context, parts: Sequence[Part]) -> list[Part]:
    """The parts, of which the first to sound sounds on the first beat.

    An entry after the first bar stays where it is: it was wished for.
    """
    starts = [note.start for part in parts for note in part.notes]
    first = min(starts, default=0.0)
    wait_s = first * quarter_seconds(context.metre, context.plan.bpm)
    if context.plan.loop or wait_s <= _SILENCE_S or first >= context.metre.bar_quarters:
        return list(parts)
    return [
        replace(part, notes=tuple(_forward(note, first) for note in part.notes)) for part in parts
    ]


def _forward(note: Note, first: float) -> Note:
    """One of the first notes, earlier and as much longer; any other as it is."""
    if note.start > first + _TOGETHER:
        return note
    return replace(note, start=note.start - first, duration=note.duration + first)
