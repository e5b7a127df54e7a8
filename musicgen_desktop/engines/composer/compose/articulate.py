# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a melody's notes are joined: bound, short, slid into, stressed, dropped off.

What each means for the sound is the instrument's affair; those that can't play a plain note.
Not for: time, loudness and length (see perform).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from musicgen_desktop.engines.composer.compose.context import Stream
from musicgen_desktop.music.score import Note

_BOUND_QUARTERS = 0.04
_REST_QUARTERS = 0.75
_LONG_QUARTERS = 0.9
_STRESSED_VELOCITY = 108
_WIDEST_BOUND = 9
_LEAP = 5


@dataclass(frozen=True, slots=True)
class Manners:
    """How often each articulation is chosen where it may be, 0 to 1; see melody_performance.json.

    Attributes:
        legato: Of notes that follow without a gap. staccato: of short notes before a rest.
        slide: Of long notes after a rest or an upward leap. accent: of the loudest.
        fall: Of long notes before a rest. trill: of long notes in the middle of a phrase.
        short_quarters: What a short note is.
    """

    legato: float = 0.75
    staccato: float = 0.8
    slide: float = 0.07
    accent: float = 0.4
    fall: float = 0.0
    trill: float = 0.0
    short_quarters: float = 0.3

    @classmethod
    def of(cls, *tables: Mapping[str, float]) -> Manners:
        """The defaults with what the tables say, the last first."""
        values: dict[str, float] = {}
        for table in tables:
            values |= table
        return cls(**values)


def articulate(notes: Sequence[Note], manners: Manners, stream: Stream) -> tuple[Note, ...]:
    """Gives a melody's notes their articulation; chords and notes that glide stay plain.

    Args:
        notes: Sorted by start.
        manners: How often.
        stream: One number is drawn per note, whatever is chosen.
    """
    together = Counter(note.start for note in notes)
    found: list[Note] = []
    for index, note in enumerate(notes):
        draw = stream.uniform()
        if note.glide_to or together[note.start] > 1:
            found.append(note)
            continue
        before = notes[index - 1] if index else None
        after = notes[index + 1] if index + 1 < len(notes) else None
        found.append(replace(note, articulation=_choice(before, note, after, manners, draw)))
    return tuple(found)


def _choice(
    before: Note | None, note: Note, after: Note | None, manners: Manners, draw: float
) -> str:
    gap_before = note.start - (before.start + before.duration) if before else _REST_QUARTERS
    gap_after = after.start - (note.start + note.duration) if after else _REST_QUARTERS
    interval = note.pitch - before.pitch if before else 0
    is_long = note.duration >= _LONG_QUARTERS
    if gap_before <= _BOUND_QUARTERS and 0 < abs(interval) <= _WIDEST_BOUND:
        if is_long and gap_after <= _BOUND_QUARTERS and draw > 1 - manners.trill:
            return "trill"
        return "legato" if draw < manners.legato else _stressed(note, manners, draw)
    if note.duration <= manners.short_quarters and gap_after >= 0.5 * note.duration:
        return "staccato" if draw < manners.staccato else ""
    if is_long and (gap_before >= _REST_QUARTERS or interval >= _LEAP) and draw < manners.slide:
        return "slide"
    if is_long and gap_after >= _REST_QUARTERS and draw > 1 - manners.fall:
        return "fall"
    return _stressed(note, manners, draw)


def _stressed(note: Note, manners: Manners, draw: float) -> str:
    is_stressed = note.velocity >= _STRESSED_VELOCITY and 1 - draw < manners.accent
    return "accent" if is_stressed else ""
