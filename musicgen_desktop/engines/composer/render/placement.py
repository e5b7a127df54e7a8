# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part's notes on the frame grid, and the adding of their sounds to a block.

Not for: making the sounds (see bank) or mixing (see strip).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.jit import kernel
from musicgen_desktop.engines.composer.render.bank import NoteBank, NoteSound
from musicgen_desktop.music.score import EARLY, Note, Part, TempoMap

CHOKES = {46: (42, 44, 46)}
"""Percussion keys that end a sounding one: an open hat by the closed hat and the pedal."""


@kernel
def add_sound(
    block: Samples, sound: Samples, start: int, offset: int, count: int, gain: float
) -> None:
    """Adds `count` frames of a sound from `offset` on to a block from `start` on, both (2, n)."""
    g = np.float32(gain)
    to, since = np.uint64(start), np.uint64(offset)
    for channel in range(2):
        for i in range(np.uint64(count)):
            block[channel, to + i] += sound[channel, since + i] * g


@dataclass(frozen=True, slots=True)
class Event:
    """A note on the frame grid.

    Attributes:
        frame: Where it starts. duration_s: how long it is held. note: what it is.
        variant: Which of its round-robin takes.
        from_pitch: Of a bound note: the MIDI number of the note before, or 0.
    """

    frame: int
    duration_s: float
    note: Note
    variant: int
    from_pitch: int = 0


def events_of(part: Part, tempo: TempoMap, section_starts: Sequence[float] = ()) -> list[Event]:
    """A part's notes as events, by frame.

    Round robins, bound notes and choked hats go by the section that a note is in, never by what was
    played before it: where one section is made anew, all others sound as they did.

    Args:
        part: The part.
        tempo: Of the piece.
        section_starts: In quarter notes, ascending.
    """
    sections: dict[int, list[Event]] = defaultdict(list)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for note in part.notes:
        start_s = tempo.seconds(note.start)
        end_s = tempo.seconds(note.start + note.duration)
        section = bisect_right(section_starts, note.start + EARLY)
        if part.is_drums and note.pitch in CHOKES and section < len(section_starts):
            end_s = min(end_s, tempo.seconds(section_starts[section]))
        variant = counts[section, note.pitch]
        counts[section, note.pitch] += 1
        sections[section].append(
            Event(round(start_s * SAMPLE_RATE), end_s - start_s, note, variant)
        )
    finish = _choked if part.is_drums else _bound
    events = [
        event
        for _, inside in sorted(sections.items())
        for event in finish(sorted(inside, key=lambda event: event.frame))
    ]
    return sorted(events, key=lambda event: event.frame)


def _bound(events: list[Event]) -> list[Event]:
    """Tells each legato note which pitch it comes from: the one that began last before it."""
    result: list[Event] = []
    for event in events:
        if event.note.articulation == "legato" and result:
            event = replace(event, from_pitch=result[-1].note.pitch)
        result.append(event)
    return result


def _choked(events: list[Event]) -> list[Event]:
    """Shortens open hats that are closed by a later stroke."""
    result: list[Event] = []
    next_close: dict[int, int] = {}
    for event in reversed(events):
        end = next_close.get(event.note.pitch)
        if end is not None and event.note.pitch in CHOKES:
            shorter = min(event.duration_s, (end - event.frame) / SAMPLE_RATE)
            result.append(Event(event.frame, max(0.02, shorter), event.note, event.variant))
        else:
            result.append(event)
        for choked, by in CHOKES.items():
            if event.note.pitch in by:
                next_close[choked] = event.frame
    result.reverse()
    return result


def unrolled(events: list[Event], period: int, start: int, stop: int) -> list[Event]:
    """The events of music that repeats every `period` frames, for a stretch of time."""
    longest = 20 * SAMPLE_RATE
    copies: list[Event] = []
    first = (start - longest) // period
    last = stop // period
    for turn in range(first, last + 1):
        copies.extend(
            replace(event, frame=event.frame + turn * period)
            for event in events
            if start - longest <= event.frame + turn * period < stop
        )
    return copies


class Placer:
    """Plays events into blocks that follow each other."""

    def __init__(self, events: list[Event], patch: str, bank: NoteBank) -> None:
        self._events = events
        self._patch = patch
        self._bank = bank
        self._next = 0
        self._sounding: list[tuple[int, NoteSound]] = []

    def play(self, block: Samples, start: int, check: Callable[[], None]) -> bool:
        """Adds all that sounds from frame `start` on to the block; says whether anything did."""
        stop = start + block.shape[1]
        while self._next < len(self._events) and self._events[self._next].frame < stop:
            check()
            event = self._events[self._next]
            self._sounding.append((event.frame, self._sound(event)))
            self._next += 1
        any_sound = False
        still: list[tuple[int, NoteSound]] = []
        for frame, sound in self._sounding:
            length = sound.samples.shape[1]
            begin = max(frame, start)
            count = min(frame + length, stop) - begin
            if count > 0:
                add_sound(
                    block, sound.samples, begin - start, begin - frame, count, float(sound.gain)
                )
                any_sound = True
            if frame + length > stop:
                still.append((frame, sound))
        self._sounding = still
        return any_sound

    def _sound(self, event: Event) -> NoteSound:
        note = event.note
        return self._bank.note(
            self._patch,
            note.pitch,
            note.velocity,
            event.duration_s,
            event.variant,
            note.glide_to,
            note.articulation,
            event.from_pitch,
        )
