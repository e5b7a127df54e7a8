# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the counter-melody: it speaks where the lead is silent, and else moves against it.

Four manners, chosen by genre: `guide` (long guide tones that move least), `echo` (the end of the
lead's phrase, answered in its rests), `thirds` (a second voice below the lead when the section is
full), `canon` (the lead's notes again a bar later and lower, bent to the harmony there).
Not for: the lead (see melody) or how notes are played (see perform).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from musicgen_desktop.engines.composer.compose import motif, phrase
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.harmony_field import HarmonyField
from musicgen_desktop.engines.composer.compose.line import LineFinder, Slot

LANE = "counter"
_GAP_QUARTERS = 1.5
_FULL_ENERGY = 0.65
_LONGEST_QUARTERS = 8.0
_CANON_DEPTHS = (12, 7, 5)
_SHORTEST_IMITATED = 0.2


def write_counter(context: Context, lead: Sequence[Draft], active: Sequence[bool]) -> list[Draft]:
    """The counter-melody's notes.

    Args:
        context: The piece.
        lead: The lead as `melody.write_lead` wrote it; may be empty.
        active: For each section, whether the counter-melody plays in it.

    Returns:
        Notes on the grid in order of time, lane `counter`.
    """
    return _CounterWriter(context, lead).write(active)


class _CounterWriter:
    def __init__(self, context: Context, lead: Sequence[Draft]) -> None:
        self._context = context
        self._style = motif.style_of(context.plan.genre)
        self._field = HarmonyField(context.key, context.chords)
        self._finder = LineFinder(
            context.key, self._field, self._style["weights"], self._style["pentatonic"]
        )
        low, high = context.style.get("counter", {}).get("range", self._style["counter_range"])
        self._limits = (int(low), max(int(high), int(low) + 12))
        self._lead = sorted(lead, key=lambda note: note.start)
        self._lead_starts = [note.start for note in self._lead]

    def write(self, active: Sequence[bool]) -> list[Draft]:
        drafts: list[Draft] = []
        for frame in self._context.sections:
            if active[frame.index]:
                drafts.extend(self._section(frame))
        return sorted(self._without_clashes(drafts), key=lambda note: (note.start, note.pitch))

    def _section(self, frame: SectionFrame) -> list[Draft]:
        manner = str(self._style["counter"])
        if frame.label == "ending" or not self._lead_in(frame.start, frame.start + frame.quarters):
            return self._guide(frame)
        if manner == "thirds":
            return self._thirds(frame) if frame.energy >= _FULL_ENERGY else self._guide(frame)
        if manner == "canon":
            return self._canon(frame)
        return self._echo(frame) if manner == "echo" else self._guide(frame)

    def _lead_in(self, start: float, end: float) -> list[Draft]:
        """The lead's notes that sound in a stretch of time."""
        first = bisect_right(self._lead_starts, start - _LONGEST_QUARTERS)
        last = bisect_right(self._lead_starts, end - 1e-6)
        return [n for n in self._lead[first:last] if n.start + n.duration > start + 1e-6]

    def _guide(self, frame: SectionFrame) -> list[Draft]:
        """A guide tone per chord, and a passing note where the lead leaves room."""
        end = frame.start + frame.quarters
        slots: list[Slot] = []
        middle = sum(self._limits) / 2
        for span in self._context.chords:
            start = max(span.beat, frame.start)
            stop = min(span.beat + span.duration, end, start + _LONGEST_QUARTERS)
            if stop - start < 1.0:
                continue
            busy = len(self._lead_in(start, start + 1.0)) > 1
            begin = (
                start + self._context.metre.pulse_quarters if busy and stop - start >= 3 else start
            )
            rest = 0.5 if stop - begin > 2.0 else 0.0
            curve = middle - 0.4 * (self._lead_height(start) - 72.0)
            slots.append(Slot(begin, stop - begin - rest, True, curve, breath=True))
        low, high = self._limits
        stream = self._context.streams.stream("hook/counter", frame.index)
        pitches = self._finder.find(slots, low, high, stream)
        drafts = self._drafts(frame, slots, pitches, -16)
        return drafts + self._passing(drafts)

    def _lead_height(self, beat: float) -> float:
        around = self._lead_in(beat, beat + 4.0)
        return sum(n.pitch for n in around) / len(around) if around else 72.0

    def _passing(self, drafts: Sequence[Draft]) -> list[Draft]:
        """A step between two guide tones a third apart, in the lead's rests."""
        found = []
        ladder = self._finder.ladder
        for before, after in pairwise(drafts):
            gap_start = after.start - 0.5
            is_third = abs(ladder.place(after.pitch) - ladder.place(before.pitch)) == 2.0
            is_free = before.start + before.duration <= gap_start + 1e-6
            if is_third and is_free and not self._lead_in(gap_start, after.start):
                middle = ladder.pitch((ladder.place(after.pitch) + ladder.place(before.pitch)) / 2)
                hue = self._field.at(gap_start)
                if middle % 12 in hue.scale - hue.avoid:
                    found.append(replace(before, start=gap_start, duration=0.5, pitch=middle))
        return found

    def _echo(self, frame: SectionFrame) -> list[Draft]:
        """The lead's last notes again, lower and softer, in each of its rests."""
        end = frame.start + frame.quarters
        lead = [n for n in self._lead if frame.start - 1e-6 <= n.start < end - 1e-6]
        slots: list[Slot] = []
        for index, (before, after) in enumerate(pairwise([*lead, None])):
            gap_start = before.start + before.duration if before else frame.start
            gap_end = after.start if after else end
            if gap_end - gap_start < _GAP_QUARTERS:
                continue
            slots.extend(self._answer(lead[max(0, index - 3) : index + 1], gap_start, gap_end))
        low, high = self._limits
        stream = self._context.streams.stream("hook/counter", frame.index)
        return self._drafts(frame, slots, self._finder.find(slots, low, high, stream), -14)

    def _answer(self, ending: Sequence[Draft], start: float, stop: float) -> list[Slot]:
        """Slots that repeat the rhythm of `ending` inside a rest, an octave lower."""
        origin = ending[0].start
        begin = start + ((origin - start) % 1.0)
        slots: list[Slot] = []
        for note in ending:
            at = begin + note.start - origin
            duration = min(note.duration, 2.0, stop - 0.25 - at)
            if duration < 0.2:
                break
            target = float(note.pitch - 12)
            strong = phrase.is_strong(at % self._context.metre.bar_quarters, self._context.metre)
            slots.append(
                Slot(at, duration, strong, target, breath=not slots, target=target, pull=0.8)
            )
        return slots

    def _canon(self, frame: SectionFrame) -> list[Draft]:
        """The lead imitated a bar later at the octave, fifth or fourth below, one per section."""
        metre = self._context.metre
        stream = self._context.streams.stream("hook/canon", frame.index)
        depth = stream.choice(_CANON_DEPTHS)
        place = self._finder.ladder.place
        slots: list[Slot] = []
        before = 0
        for note in self._lead:
            start = note.start + metre.bar_quarters
            stop = min(start + note.duration, frame.start + frame.quarters)
            if not frame.start <= note.start or stop - start < _SHORTEST_IMITATED:
                continue
            strong = phrase.is_strong(start % metre.bar_quarters, metre)
            target = float(note.pitch - depth)
            interval = place(note.pitch) - place(before) if slots else None
            slots.append(
                Slot(start, stop - start, strong, target, breath=not slots, interval=interval,
                     target=target, pull=0.6)
            )  # fmt: skip
            before = note.pitch
        return self._drafts(frame, slots, self._finder.find(slots, *self._limits, stream), -6)

    def _thirds(self, frame: SectionFrame) -> list[Draft]:
        """A third (or sixth) below each longer note of the lead, in the chord or its scale."""
        end = frame.start + frame.quarters
        slots = []
        for note in self._lead:
            if not frame.start - 1e-6 <= note.start < end - 1e-6 or note.duration < 0.5:
                continue
            below = self._finder.ladder.pitch(self._finder.ladder.place(note.pitch) - 2)
            low, high = self._limits
            target = float(below if below <= high else below - 12)
            target += 12.0 if target < low else 0.0
            slots.append(
                Slot(note.start, note.duration, True, target, breath=True, target=target, pull=1.2)
            )
        return self._drafts(frame, slots, self._finder.find(slots, *self._limits, None), -12)

    def _drafts(
        self, frame: SectionFrame, slots: Sequence[Slot], pitches: Sequence[int], level: int
    ) -> list[Draft]:
        velocity = round(self._style["velocity"] + level + 12 * (frame.energy - 0.6))
        velocity = max(30, min(115, velocity))
        return [
            Draft(slot.start, slot.duration, pitch, velocity, LANE)
            for slot, pitch in zip(slots, pitches, strict=True)
        ]

    def _without_clashes(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Moves notes a semitone from the lead to another chord tone, or drops them."""
        found = []
        for note in drafts:
            lead = self._lead_in(note.start, note.start + note.duration)
            options = self._alternatives(note)
            if note.duration < 0.4 or not self._is_rough(note):
                options.insert(0, note.pitch)
            pitch = next((p for p in options if not _rubs(p, lead)), 0)
            if pitch:
                found.append(replace(note, pitch=pitch))
        return found

    def _is_rough(self, note: Draft) -> bool:
        """Whether a note lies a semitone from a chord tone that sounds with it."""
        hues = self._field.under_note(note.start, note.duration)
        return any(note.pitch % 12 in hue.avoid | hue.under for hue, _ in hues)

    def _alternatives(self, note: Draft) -> list[int]:
        hues = self._field.under_note(note.start, note.duration)
        common = set.intersection(*(set(hue.tones) for hue, _ in hues))
        low, high = self._limits
        near = [p for p in range(low, high + 1) if p % 12 in common]
        return sorted(near, key=lambda p: (abs(p - note.pitch), p))


def _rubs(pitch: int, lead: Sequence[Draft]) -> bool:
    return any((pitch - note.pitch) % 12 in (1, 11) or pitch == note.pitch for note in lead)
