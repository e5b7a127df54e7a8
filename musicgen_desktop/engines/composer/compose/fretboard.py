# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chord shapes on a fretboard: which strings sound, and where a hand can hold them.

A guitarist doesn't play close positions but what lies under the hand: the bass note low, its fifth
and octave over it, thirds on top, open strings where they fit.
Not for: rhythm (see accompaniment) or instruments with keys (see voicing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from musicgen_desktop import resources
from musicgen_desktop.music.theory import CHORDS, Chord

_HIGHEST_POSITION = 7
_FINGERS = 4
_FEW_STRINGS = 4
"""Instruments with no more than these take any tone of a chord as the lowest."""
_MISSING, _GAP, _FINGER, _POSITION, _STRING, _STRANGE_BASS = 8.0, 4.0, 2.5, 0.7, 1.0, 6.0
_LONG_RUB = 0.25
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tuning:
    """A fretted instrument.

    Attributes:
        strings: Pitches of the open strings, lowest first.
        reach: Frets from the first to the last finger.
    """

    strings: tuple[int, ...]
    reach: int


def tuning_of(patch: str) -> Tuning | None:
    """How the instrument of a patch is tuned; None if it has no frets."""
    return _tunings().get(patch)


@lru_cache(maxsize=1)
def _tunings() -> Mapping[str, Tuning]:
    rows = resources.load_json("cells", "tunings.json")["tunings"]
    return {
        patch: Tuning(tuple(row["strings"]), int(row["reach"]))
        for row in rows
        for patch in row["patches"]
    }


@lru_cache(maxsize=512)
def shape(chord: Chord, tuning: Tuning) -> Shape:
    """The pitches of the easiest full shape of a chord, lowest first.

    Args:
        chord: Its bass note is the lowest pitch where the strings allow it.
        tuning: Of the instrument.
    """
    options = (
        (_cost(held, chord, tuning, position), held)
        for position in range(_HIGHEST_POSITION + 1)
        for held in _held(chord, tuning, position)
    )
    _, held = min(options, key=lambda option: (option[0], str(option[1])))
    found = {open_ + fret for open_, fret in zip(tuning.strings, held, strict=True) if fret >= 0}
    return tuple(sorted(found))


def without_rubs(held: Shape, heard: Mapping[int, float]) -> Shape:
    """The shape without the strings that rub against a tune for long, if three strings are left.

    Args:
        held: The shape.
        heard: Pitches that sound over it, with their lengths in quarters.
    """
    long_ones = [pitch for pitch, length in heard.items() if length >= _LONG_RUB]
    kept = tuple(p for p in held if all(abs(p - t) not in (1, 13) for t in long_ones))
    return kept if len(kept) >= 3 else held


def _held(chord: Chord, tuning: Tuning, position: int) -> list[tuple[int, ...]]:
    """The frets of each string (-1: not struck) in all ways that a hand at a position allows."""
    tones = set(chord.pitch_classes) | {chord.bass}
    frets = [_frets(open_, tones, position, tuning.reach) for open_ in tuning.strings]
    if len(tuning.strings) <= _FEW_STRINGS:
        return list(product(*(own or [-1] for own in frets)))
    first = next(
        (
            i
            for i, (open_, own) in enumerate(zip(tuning.strings, frets, strict=True))
            if any((open_ + fret) % 12 == chord.bass for fret in own)
        ),
        0,
    )
    rows: list[Sequence[int]] = [(-1,)] * first
    rows.append(
        [f for f in frets[first] if (tuning.strings[first] + f) % 12 == chord.bass] or (-1,)
    )
    rows += [own or (-1,) for own in frets[first + 1 :]]
    return list(product(*rows))


def _frets(open_: int, tones: set[int], position: int, reach: int) -> list[int]:
    """Two frets of a string at most on which it has a tone of the chord."""
    own = [0] if position <= 1 and open_ % 12 in tones else []
    first = max(1, position)
    own += [f for f in range(first, first + reach + 1) if (open_ + f) % 12 in tones]
    return own[:2]


def _cost(held: Sequence[int], chord: Chord, tuning: Tuning, position: int) -> float:
    """How unwelcome a way of holding a chord is."""
    sounding = [o + f for o, f in zip(tuning.strings, held, strict=True) if f >= 0]
    if len(sounding) < 3:
        return 1000.0 - len(sounding)
    classes = {pitch % 12 for pitch in sounding}
    steps = CHORDS[chord.quality]
    wanted = [s for s in steps if s != 7 or len(steps) == 3]
    missing = sum((chord.root + step) % 12 not in classes for step in wanted)
    pressed = sorted(f for f in held if f > 0)
    fingers = len(pressed) - max(0, pressed.count(pressed[0]) - 1 if pressed else 0)
    struck = [i for i, f in enumerate(held) if f >= 0]
    gaps = struck[-1] - struck[0] + 1 - len(struck)
    strange = min(sounding) % 12 != chord.bass
    return (
        _MISSING * missing
        + _GAP * gaps
        + _FINGER * max(0, fingers - _FINGERS)
        + _POSITION * position
        - _STRING * len(struck)
        + _STRANGE_BASS * strange
    )
