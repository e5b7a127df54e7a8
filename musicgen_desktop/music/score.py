# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Score: the notes of a piece, part by part, with its tempo, form and harmony.

Time is in quarter notes from the start. Not for: sound (see engines/composer/render).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from musicgen_desktop.music.theory import Chord, Metre

EARLY = 0.1
"""Quarter notes that a note may come before the section that it belongs to."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One sounding note, as performed.

    Attributes:
        start: Quarter notes from the start of the piece, microtiming included; never negative.
        duration: Quarter notes.
        pitch: MIDI number; in drum parts a General MIDI percussion key.
        velocity: 1–127.
        glide_to: MIDI number that the pitch slides to during the note (808 glides), or 0.
        articulation: How it is played, for instruments that can: empty (plain), legato (bound to
            the note before), staccato, slide (into it from below), trill, tremolo, roll, accent,
            mute, fall (off at its end).
    """

    start: float
    duration: float
    pitch: int
    velocity: int
    glide_to: int = 0
    articulation: str = ""


@dataclass(frozen=True, slots=True)
class AutomationPoint:
    """One point of a part's automation, joined by straight lines.

    Attributes:
        beat: Quarter notes from the start.
        value: 0.0–1.0; what it means is the lane's affair.
    """

    beat: float
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """One player.

    Attributes:
        id: Unique in the score, lower_snake_case: drums, bass, keys, pad, lead, counter, arp, fx …
        role: drums, percussion, bass, chords, pad, arp, lead, counter, fx.
        instrument: Instrument id of the lexicon, such as `electric_piano`.
        patch: Patch id in resources/patches that plays it.
        notes: Sorted by start.
        is_drums: Whether pitches are General MIDI percussion keys.
        gain_db: Level relative to the role's usual one.
        pan: -1.0 left to 1.0 right.
        automation: By lane: `cutoff` (0 closed, 1 open), `level` (0 silent, 1 full).
        name: What people call it, such as `Marimba`; unique in the score. "" where nobody named it.
        measured: Notes by which the mixer measures its loudness, where some of `notes` were made
            anew: so the level of the others stays. Empty where it goes by `notes`.
    """

    id: str
    role: str
    instrument: str
    patch: str
    notes: tuple[Note, ...]
    is_drums: bool = False
    gain_db: float = 0.0
    pan: float = 0.0
    automation: dict[str, tuple[AutomationPoint, ...]] = field(default_factory=dict)
    name: str = ""
    measured: tuple[Note, ...] = ()

    @property
    def display_name(self) -> str:
        """The name, else the id in words."""
        return self.name or self.id.replace("_", " ")


@dataclass(frozen=True, slots=True)
class TempoPoint:
    """From `beat` on, a quarter note lasts `quarter_s` seconds (until the next point)."""

    beat: float
    quarter_s: float


@dataclass(frozen=True, slots=True)
class Marker:
    """The start of a section: bar-exact, in quarter notes, with its label and energy."""

    beat: float
    label: str
    energy: float


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord and how long it lasts, in quarter notes."""

    beat: float
    duration: float
    chord: Chord


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece.

    Attributes:
        title: For the MIDI file.
        metre: Time signature.
        key_name: Such as `A minor`.
        tempo: At least one point, the first at beat 0.
        markers: Section starts, in order.
        chords: The harmony, gapless.
        parts: The players.
        duration_s: Length of the finished track in seconds, ring-out included.
        genre: The genre id, for the mixer.
    """

    title: str
    metre: Metre
    key_name: str
    tempo: tuple[TempoPoint, ...]
    markers: tuple[Marker, ...]
    chords: tuple[ChordSpan, ...]
    parts: tuple[Part, ...]
    duration_s: float
    genre: str

    def seconds(self, beat: float) -> float:
        """The time in seconds of a position in quarter notes."""
        return TempoMap(self.tempo).seconds(beat)


class TempoMap:
    """Turns quarter notes into seconds for a list of tempo points; cheap for many calls."""

    def __init__(self, points: tuple[TempoPoint, ...]) -> None:
        self._points = points
        self._beats = [point.beat for point in points]
        self._starts_s = [0.0]
        for before, after in pairwise(points):
            self._starts_s.append(
                self._starts_s[-1] + (after.beat - before.beat) * before.quarter_s
            )

    def seconds(self, beat: float) -> float:
        """The time in seconds of a position in quarter notes."""
        index = max(0, bisect_right(self._beats, beat) - 1)
        return self._starts_s[index] + (beat - self._beats[index]) * self._points[index].quarter_s
