# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the pitches of a walking bass: chord tones on strong beats, steps between, approaches.

Jazz practice: the root where a chord begins, another chord tone in the middle of it, and on the
last beat before a change a note that leads to the next root: a semitone or a scale step away, or
its dominant.
Not for: rhythm (the cells of resources/cells/bass say when a note walks).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from musicgen_desktop.engines.composer.compose.context import Stream
from musicgen_desktop.engines.composer.compose.harmony_field import colour
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import Key

_LAST_BEAT = 1.0
_RUBBING = 0.15
"""How often a diatonic line passes through a note that is a semitone from a chord tone."""
_COMMON_STEP = 5
"""Widest usual move in semitones."""


@dataclass(frozen=True, slots=True)
class Stride:
    """Where a walking bass stands.

    Attributes:
        span: The chord that sounds. following: the next one.
        start: The note's start in quarter notes. strong: whether it is on beat 1 or 3.
        last: The pitch before it, or 0. low, high: the player's range.
        chromatic: Whether a note outside the scale may lead to the next root.
    """

    span: ChordSpan
    following: ChordSpan
    start: float
    strong: bool
    last: int
    low: int
    high: int
    chromatic: bool = True


def walked(stride: Stride, key: Key, stream: Stream) -> int:
    """The next pitch of a walking bass."""
    left = stride.span.beat + stride.span.duration - stride.start
    begins = stride.start - stride.span.beat < 0.01
    if begins or not stride.last:
        return _nearest(stride, {stride.span.chord.bass}, allow_same=True)
    changes = stride.following.chord.bass != stride.span.chord.bass
    if left <= _LAST_BEAT + 0.01 and changes:
        return _approach(stride, key, stream)
    tones = set(stride.span.chord.pitch_classes)
    if stride.strong:
        if stream.chance(0.3):
            return _nearest(stride, {stride.span.chord.bass})
        return _onward(stride, tones, stream)
    passing = set(key.scale)
    if not stride.chromatic:
        passing = set(colour(key, stride.span.chord).scale)
    if not stride.chromatic and not stream.chance(_RUBBING):
        passing = {pc for pc in passing if not {(pc + 1) % 12, (pc - 1) % 12} & tones}
    return _onward(stride, tones | passing, stream)


def _nearest(stride: Stride, classes: Iterable[int], *, allow_same: bool = False) -> int:
    """The pitch of some pitch classes that is nearest to the last one, lower ones first."""
    wanted = set(classes)
    last = stride.last or (stride.low + 5)
    options = [p for p in range(stride.low, stride.high + 1) if p % 12 in wanted]
    moved = [p for p in options if p != last]
    return min((options if allow_same else moved) or options, key=lambda p: (abs(p - last), p))


def _onward(stride: Stride, classes: Iterable[int], stream: Stream) -> int:
    """A step further in the direction in which there is room."""
    wanted = set(classes)
    middle = (stride.low + stride.high) / 2 - 2
    reach = (stride.high - stride.low) / 2
    rises = stream.chance(0.5 - 0.45 * max(-1.0, min(1.0, (stride.last - middle) / reach)))
    sign = 1 if rises else -1
    for turn in (sign, -sign):
        for size in range(1, _COMMON_STEP + 1):
            pitch = stride.last + turn * size
            if pitch % 12 in wanted and stride.low <= pitch <= stride.high:
                return pitch
    return _nearest(stride, wanted)


def _approach(stride: Stride, key: Key, stream: Stream) -> int:
    """A note that leads to the root of the next chord."""
    root = stride.following.chord.bass
    targets = [p for p in range(stride.low, stride.high + 1) if p % 12 == root]
    target = min(targets, key=lambda p: abs(p - stride.last))
    above = next(p for p in (target + 1, target + 2) if p % 12 in key.scale or p == target + 2)
    options = (target - 1, target + 1, above, target + 7, target - 5)
    if not stride.chromatic:
        scale = colour(key, stride.span.chord).scale
        below = next(p for p in range(target - 1, target - 6, -1) if p % 12 in scale)
        above = next(p for p in range(target + 1, target + 6) if p % 12 in scale)
        fifths = [p if p % 12 in scale else below for p in (target + 7, target - 5)]
        options = (below, above, above, fifths[0], fifths[1])
    weights = [
        base / (1.0 + abs(abs(pitch - stride.last) - 2))
        if stride.low <= pitch <= stride.high and pitch != stride.last
        else 0.0
        for pitch, base in zip(options, (4.0, 3.0, 2.0, 1.0, 1.5), strict=True)
    ]
    return stream.weighted(options, weights) if sum(weights) > 0 else options[0]
