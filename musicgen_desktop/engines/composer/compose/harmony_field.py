# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which notes a melody may sing over each chord: chord tones, tensions, notes to avoid.

Follows chord-scale theory: the key's scale, bent by what the chord alters (the raised seventh of a
minor key sounds over its dominant only), with the notes a semitone above a chord tone avoided.
Genres with blue notes may sing these as well.
Not for: choosing chords (see harmony) or notes (see line).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import CHORDS, Chord, Key

_DEGREE_OF_INTERVAL = {
    0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 4, 9: 5, 10: 6, 11: 6,
    13: 1, 14: 1, 17: 3, 21: 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colour:
    """How each pitch class sounds over a chord.

    Attributes:
        chord: The chord.
        scale: Pitch classes that may be sung. tones: those of the chord.
        avoid: Those a semitone above a chord tone. under: those a semitone below one (no tones).
    """

    chord: Chord
    scale: frozenset[int]
    tones: frozenset[int]
    avoid: frozenset[int]
    under: frozenset[int]


@lru_cache(maxsize=512)
def colour(key: Key, chord: Chord, blue: tuple[int, ...] = ()) -> Colour:
    """The colour of a chord in a key.

    Args:
        key: The key.
        chord: The chord.
        blue: Semitones above the tonic that may be sung although the scale lacks them.
    """
    degrees = list(key.scale)
    tones = frozenset(chord.pitch_classes)
    root_degree = _root_degree(key, chord.root)
    for interval in CHORDS[chord.quality]:
        pitch_class = (chord.root + interval) % 12
        if pitch_class not in degrees:
            place = (root_degree + _DEGREE_OF_INTERVAL[interval]) % len(degrees)
            if place != 0 and degrees[place] not in tones:
                degrees[place] = pitch_class
    sung = degrees if len(key.melody_scale) == len(degrees) else key.melody_scale
    scale = frozenset(sung) | tones | {(key.tonic + step) % 12 for step in blue}
    if chord.quality == "5":  # the melody gives an open fifth its third
        tones |= {degrees[(root_degree + 2) % len(degrees)]}
    others = scale - tones
    return Colour(
        chord=chord,
        scale=scale,
        tones=tones,
        avoid=frozenset(pc for pc in others if (pc - 1) % 12 in tones),
        under=frozenset(pc for pc in others if (pc + 1) % 12 in tones),
    )


def _root_degree(key: Key, root: int) -> int:
    """The scale degree that a root is spelt on; a chromatic root is a lowered degree."""
    for shift in (0, 1, -1):
        if (root + shift) % 12 in key.scale:
            return key.scale.index((root + shift) % 12)
    return 0


class HarmonyField:
    """The colours along a piece; cheap for many look-ups."""

    def __init__(self, key: Key, chords: Sequence[ChordSpan], blue: Sequence[int] = ()) -> None:
        self._starts = [span.beat for span in chords]
        self._ends = [span.beat + span.duration for span in chords]
        self._colours = [colour(key, span.chord, tuple(blue)) for span in chords]

    def at(self, beat: float) -> Colour:
        """The colour at a position in quarter notes."""
        return self._colours[self._index(beat)]

    def under_note(self, start: float, duration: float) -> tuple[tuple[Colour, float], ...]:
        """The chords that sound during a note, each with its share of the note, largest first.

        A note that comes less than a quarter before a change and is held into it belongs to the
        new chord (an anticipation), so that chord counts double.
        """
        end = start + duration
        first = self._index(start)
        shares: list[tuple[Colour, float]] = []
        for index in range(first, len(self._starts)):
            if self._starts[index] >= end - 1e-6 and index > first:
                break
            overlap = min(end, self._ends[index]) - max(start, self._starts[index])
            late = index > first and self._starts[index] - start < 0.75
            shares.append((self._colours[index], overlap * (2.0 if late else 1.0) / duration))
        return tuple(sorted(shares, key=lambda share: -share[1]))

    def _index(self, beat: float) -> int:
        return max(0, bisect_right(self._starts, beat + 1e-6) - 1)
