# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decorates a melody: turns on long notes, pick-ups, grace notes, dyads and octaves.

What is decided about a note depends on its place in its section, so that a section that returns is
decorated alike. Not for: the melody itself (see melody).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from musicgen_desktop.engines.composer.compose import motif
from musicgen_desktop.engines.composer.compose.context import (
    Context,
    Draft,
    SectionFrame,
    Stream,
)
from musicgen_desktop.engines.composer.compose.line import LineFinder

GRACE = 0.0625
"""Length of a grace note in quarter notes; it comes before the beat."""


class Ornaments:
    """What decorates one melody.

    Args:
        context: The piece.
        finder: Of the melody's pitches.
        limits: Lowest and highest pitch.
        attempt: Number of the melody's version.
    """

    def __init__(
        self, context: Context, finder: LineFinder, limits: tuple[int, int], attempt: int
    ) -> None:
        self._context = context
        self._finder = finder
        self._field = finder.field
        self._limits = limits
        self._attempt = attempt
        self._style = motif.style_of(context.plan.genre)

    def _stream(self, name: str, *indices: int) -> Stream:
        return self._context.streams.stream(f"hook/{name}", self._attempt, *indices)

    def _at(self, name: str, frame: SectionFrame, note: Draft) -> Stream:
        """The stream of a decision about a note: the same wherever its section returns."""
        return self._stream(name, round((note.start - frame.start) / GRACE))

    def turned(
        self, frame: SectionFrame, number: int, notes: Sequence[Draft], *, is_hook: bool
    ) -> list[Draft]:
        """Some long notes get a turn, some phrases a pick-up; most stay as they were."""
        stream = self._stream("ornament", frame.index, number)
        found: list[Draft] = []
        most = len(notes) // 20 if is_hook else len(notes)  # it is known again
        for index, note in enumerate(notes):
            is_last = index == len(notes) - 1 or len(found) - index >= 2 * most
            if is_last or note.duration < 1.0 or not stream.chance(self._style["ornament"]):
                found.append(note)
                continue
            found.extend(self._turn(note, stream))
        return found

    def _turn(self, note: Draft, stream: Stream) -> list[Draft]:
        """The note, its neighbour, the note again."""
        ladder = self._finder.ladder
        step = stream.choice([1, 1, -1])
        neighbour = ladder.pitch(ladder.place(note.pitch) + step)
        hue = self._field.at(note.start + note.duration - 0.5)
        low, high = self._limits
        if neighbour % 12 not in hue.scale - hue.avoid or not low <= neighbour <= high:
            return [note]
        rest = note.duration - 0.5
        after = note.start + rest
        softer = note.velocity - 8
        return [
            replace(note, duration=rest),
            replace(note, start=after, duration=0.25, pitch=neighbour, velocity=softer),
            replace(note, start=after + 0.25, duration=0.25, velocity=softer + 2),
        ]

    def with_pickups(self, frame: SectionFrame, drafts: Sequence[Draft]) -> list[Draft]:
        """Leads into some phrases by a step out of the rest; alike wherever a label returns."""
        found = list(drafts)
        for before, after in pairwise(drafts):
            gap = after.start - before.start - before.duration
            is_downbeat = abs(after.start % self._context.metre.pulse_quarters) < 1e-6
            stream = self._at(f"pickup/{frame.label}", frame, after)
            if gap < 1.0 or not is_downbeat or not stream.chance(self._style["pickup"]):
                continue
            ladder = self._finder.ladder
            side = 1 if before.pitch > after.pitch else -1
            pitch = ladder.pitch(ladder.place(after.pitch) + side)
            hue = self._field.at(after.start - 0.5)
            if pitch % 12 in hue.scale - hue.avoid:
                lead_in = replace(after, start=after.start - 0.5, duration=0.5, pitch=pitch)
                found.append(replace(lead_in, velocity=after.velocity - 10))
        return found

    def graced(self, frame: SectionFrame, drafts: list[Draft]) -> list[Draft]:
        """Very short notes before some others, where the style's `grace` has them.

        `grace` is `chance` and `step`, the distance on the scale (-1: from below), or `semitones`.
        """
        grace = self._style.get("grace")
        if grace is None:
            return drafts
        ladder = self._finder.ladder
        found: list[Draft] = []
        for note in drafts:
            pitch = ladder.pitch(ladder.place(note.pitch) + int(grace.get("step", -1)))
            if "semitones" in grace:
                pitch = note.pitch + int(grace["semitones"])
            stream = self._at(f"grace/{frame.label}", frame, note)
            has_room = note.start - GRACE >= frame.start
            if has_room and note.duration >= 0.5 and stream.chance(grace["chance"]):
                soft = note.velocity - 8
                found.append(
                    replace(note, start=note.start - GRACE, duration=GRACE, pitch=pitch,
                            velocity=soft)
                )  # fmt: skip
            found.append(note)
        return found

    def coloured(self, frame: SectionFrame, drafts: list[Draft]) -> list[Draft]:
        """Dyads under long notes, and octaves in a climax, where the style has them."""
        if frame.label == "climax" and self._style["double_climax"]:
            low = self._limits[0] - 7
            return drafts + [
                replace(note, pitch=note.pitch - 12, velocity=note.velocity - 8)
                for note in drafts
                if note.pitch - 12 >= low
            ]
        chance = self._style["dyads"] * (0.4 + 0.8 * frame.energy)
        if chance <= 0:
            return drafts
        stream = self._stream("dyads", frame.index)
        return drafts + [
            replace(note, pitch=lower, velocity=note.velocity - 12)
            for note in drafts
            if note.duration >= 0.75 and stream.chance(chance) and (lower := self._dyad(note))
        ]

    def _dyad(self, note: Draft) -> int:
        """A chord tone a third to a sixth below, or 0."""
        hues = self._field.under_note(note.start, note.duration)
        common: set[int] = set.intersection(*(set(hue.tones) for hue, _ in hues))
        for size in (3, 4, 8, 9, 5):
            lower = note.pitch - size
            if lower % 12 in common and lower >= self._limits[0] - 5:
                return lower
        return 0
