# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Improvises: lines of eighths whose beats are chord tones and whose off-beats lead to the next.

Bebop practice: between two chord tones a scale step or a chromatic passing note; around a repeated
one its neighbours; a near one is enclosed, from the scale above and the semitone below. Rhythms are
the genre's cells of the role `solo`; a style's `solo` says `rest` (chance of a bar's rest after a
phrase) and `reach` (semitones of a line's swing).
Not for: tunes that come back (see melody).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from musicgen_desktop.engines.composer.compose import motif
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame, Stream
from musicgen_desktop.engines.composer.compose.harmony_field import Colour, HarmonyField
from musicgen_desktop.engines.composer.compose.motif import BarRhythm, Onset

LANE = "lead"
_PHRASE_BARS = 4
_NEAR = 2


def improvise(
    context: Context,
    field: HarmonyField,
    frame: SectionFrame,
    limits: tuple[int, int],
    level: int,
) -> list[Draft]:
    """The notes of a section that is a solo.

    Args:
        context: The piece.
        field: Its harmony.
        frame: The section.
        limits: Lowest and highest pitch.
        level: Velocity of an unaccented note.
    """
    style: Mapping[str, Any] = motif.style_of(context.plan.genre)["solo"]
    stream = context.streams.stream("hook/solo", frame.index)
    onsets = list(_onsets(context, frame, style, stream))
    pitches = _Line(context, field, style, limits, stream).pitches(onsets)
    drafts = []
    for onset, pitch in zip(onsets, pitches, strict=True):
        off_beat = abs(onset.start % context.metre.pulse_quarters) > 0.01
        accent = 4 if off_beat and stream.chance(0.3) else -5 if off_beat else 0
        drafts.append(Draft(onset.start, onset.duration, pitch, level + accent, LANE))
    return drafts


def has_solo(context: Context, frame: SectionFrame) -> bool:
    """Whether a section is improvised: a solo, in a genre that has cells for it."""
    genre = context.plan.genre
    return (
        frame.label == "solo"
        and "solo" in motif.style_of(genre)
        and bool(motif.cells(genre, context.metre.name, "solo"))
    )


def _onsets(
    context: Context, frame: SectionFrame, style: Mapping[str, Any], stream: Stream
) -> Iterator[Onset]:
    """When the notes fall: phrases of some bars, each followed by a breath."""
    cells = motif.cells(context.plan.genre, context.metre.name, "solo")
    length = context.metre.bar_quarters
    bar = 0
    while bar < frame.bars:
        played = 1 + stream.integer(1, _PHRASE_BARS - 1)
        rests = stream.chance(float(style["rest"]))
        for place in range(min(played, frame.bars - bar)):
            rhythm: BarRhythm = stream.choice(cells).bars[0]
            is_last = rests and place == played - 1
            rhythm = rhythm.truncated(length / 2) if is_last else rhythm
            start = frame.start + (bar + place) * length
            for onset in rhythm.onsets:
                yield Onset(start + onset.start, onset.duration)
        bar += played


class _Line:
    """Finds the pitches: targets on the beats first, then what leads to them."""

    def __init__(
        self,
        context: Context,
        field: HarmonyField,
        style: Mapping[str, Any],
        limits: tuple[int, int],
        stream: Stream,
    ) -> None:
        self._pulse = context.metre.pulse_quarters
        self._field = field
        self._reach = int(style.get("reach", 9))
        self._low, self._high = limits
        self._stream = stream
        self._sign = 1

    def pitches(self, onsets: Sequence[Onset]) -> list[int]:
        """A pitch for each onset."""
        found: list[int] = [0] * len(onsets)
        last = (self._low + self._high) // 2
        for index, onset in enumerate(onsets):
            if abs(onset.start % self._pulse) < 0.01 or self._is_free(onsets, index):
                last = found[index] = self._target(last, self._field.at(onset.start))
        for index in range(len(onsets) - 1, -1, -1):
            if not found[index]:
                before = next((p for p in reversed(found[:index]) if p), found[index + 1])
                hue = self._field.at(onsets[index].start)
                found[index] = self._lead_in(before, found[index + 1], hue)
        return found

    def _is_free(self, onsets: Sequence[Onset], index: int) -> bool:
        """Whether no note follows soon enough to be led to."""
        if index == len(onsets) - 1:
            return True
        return onsets[index + 1].start - onsets[index].start > 1.01

    def _target(self, last: int, hue: Colour) -> int:
        """A chord tone a step or a third further; the line turns at the ends of its reach."""
        middle = (self._low + self._high) / 2
        is_far = abs(last - middle) > self._reach / 2 and (last - middle) * self._sign > 0
        if is_far or self._stream.chance(0.22):
            self._sign = -self._sign
        for size in (*self._stream.shuffled([2, 3, 4]), 5, 1, 6, 7, 8):
            pitch = last + self._sign * size
            if pitch % 12 in hue.tones and self._low <= pitch <= self._high:
                return pitch
        return min(
            (p for p in range(self._low, self._high + 1) if p % 12 in hue.tones),
            key=lambda p: abs(p - last),
        )

    def _lead_in(self, before: int, target: int, hue: Colour) -> int:
        """What is played between two notes on the beat."""
        distance = target - before
        sign = 1 if distance > 0 else -1
        if abs(distance) > _NEAR:
            between = range(before + sign, target, sign)
            inside = [p for p in between if p % 12 in hue.scale]
            near = [p for p in inside if abs(p - target) <= _NEAR]
            if near and not self._stream.chance(0.15):
                return near[-1]
            return target - sign
        above = next(p for p in (target + 1, target + 2) if p % 12 in hue.scale or p == target + 2)
        below = next(p for p in (target - 1, target - 2) if p % 12 in hue.scale or p == target - 2)
        if distance == 0:
            return self._stream.choice([above, below])
        beyond = above if distance > 0 else below
        if self._stream.chance(0.25):
            return target - 1 if distance < 0 else beyond
        return beyond
