# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the lead: a hook that comes back, verses that answer it, phrases that breathe and close.

Sections with the same label have the same melody, ornamented when it returns. All chances come from
sub-streams of `hook`, so that a new seed for `hook` changes the melody and nothing else.
Not for: counter-melodies (see counter) or how notes are played (see perform).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from musicgen_desktop.engines.composer.compose import critic, motif, phrase, solo
from musicgen_desktop.engines.composer.compose.context import (
    Context,
    Draft,
    SectionFrame,
    Stream,
)
from musicgen_desktop.engines.composer.compose.harmony_field import HarmonyField
from musicgen_desktop.engines.composer.compose.line import Ladder, LineFinder, Slot
from musicgen_desktop.engines.composer.compose.motif import Material
from musicgen_desktop.engines.composer.compose.ornament import Ornaments
from musicgen_desktop.engines.composer.compose.phrase import BarPlan, Block, Register
from musicgen_desktop.music.theory import Chord

LANE = "lead"
ATTEMPTS = 12
GOOD_ENOUGH = 0.01
_LEAP_WEIGHTS = ("fourth", "sixth", "octave")
_LEAP_STEP = 1.35
_RECOVERY_STEP = 1.7
_THIRD_STEP = 1.3
_HOLD_ON = 12.0
"""How much a known pitch counts where the harmony hasn't changed."""
_HOME_LABELS = ("chorus", "drop", "hook", "theme", "loop", "a")
_ENDING_QUARTERS = 8.0


@dataclass(frozen=True, slots=True)
class _Written:
    """A block once written: its plan, rhythm and harmony, and the pitches that were found."""

    plans: tuple[BarPlan, ...]
    bars: tuple[motif.BarRhythm, ...]
    pitches: tuple[int, ...]
    harmony: tuple[tuple[float, Chord], ...]


def write_lead(context: Context, active: Sequence[bool]) -> list[Draft]:
    """The lead's notes.

    Args:
        context: The piece.
        active: For each section, whether the lead plays in it.

    Returns:
        Notes on the grid in order of time, lane `lead`.
    """
    style = motif.style_of(context.plan.genre)
    field = HarmonyField(context.key, context.chords, style.get("blue_notes", ()))
    ease = recovery = third = 1.0
    best: list[Draft] = []
    least = float("inf")
    for attempt in range(ATTEMPTS):
        weights = {**style["weights"], **{k: style["weights"][k] * ease for k in _LEAP_WEIGHTS}}
        weights["leap_reversal"] *= recovery
        weights["third"] *= third
        finder = LineFinder(context.key, field, weights, style["pentatonic"])
        drafts = _LeadWriter(context, active, finder, attempt).write()
        faults = critic.faults(context, drafts, field)
        ease *= _LEAP_STEP ** critic.leap_bias(drafts)  # the next try leaps more, or less
        recovery *= _RECOVERY_STEP ** critic.recovery_bias(drafts)
        third *= _THIRD_STEP ** critic.third_bias(drafts)
        if faults < least:
            best, least = drafts, faults
        if least <= GOOD_ENOUGH:
            break
    return best


def lead_range(context: Context) -> tuple[int, int]:
    """Lowest and highest pitch of the lead: the genre's, at least an octave."""
    style = motif.style_of(context.plan.genre)
    low, high = context.style.get("lead", {}).get("range", style["range"])
    return int(low), max(int(high), int(low) + 14)


class _LeadWriter:
    def __init__(
        self, context: Context, active: Sequence[bool], finder: LineFinder, attempt: int
    ) -> None:
        self._attempt = attempt
        self._context = context
        self._active = active
        self._style = motif.style_of(context.plan.genre)
        self._finder = finder
        self._field = finder.field
        self._limits = lead_range(context)
        self._ornaments = Ornaments(context, finder, self._limits, attempt)
        density = 1.0 + 0.35 * context.plan.density
        self._most = max(2, round(self._style["max_onsets"] * density))
        self._written: dict[tuple[str, int], _Written] = {}
        self._hook = motif.hook_material(context, attempt)
        self._second = motif.second_material(context, self._hook, attempt)

    def write(self) -> list[Draft]:
        self._find_motif(self._hook, self._home())
        drafts: list[Draft] = []
        for frame in self._context.sections:
            if self._active[frame.index]:
                drafts.extend(self._section(frame, drafts))
        return sorted(drafts, key=lambda draft: (draft.start, -draft.pitch))

    def _stream(self, name: str, *indices: int) -> Stream:
        return self._context.streams.stream(f"hook/{name}", self._attempt, *indices)

    def _home(self) -> SectionFrame:
        """The section whose harmony the hook is found over."""
        playing = [f for f in self._context.sections if self._active[f.index] and f.bars >= 2]
        for label in _HOME_LABELS:
            for frame in playing:
                if frame.label == label:
                    return frame
        return max(playing or self._context.sections, key=lambda f: (f.energy, -f.index))

    def _kind(self, frame: SectionFrame) -> str:
        return str(motif.styles()["labels"].get(frame.label, "second"))

    def _material(self, frame: SectionFrame) -> Material:
        own = self._kind(frame) == "second" and frame.label != "develop"
        return self._second if own or frame.label == "pre_chorus" else self._hook

    def _register(self, frame: SectionFrame) -> Register:
        return phrase.register_of(frame, self._kind(frame), self._style, self._limits)

    def _writer(self, frame: SectionFrame, material: Material) -> phrase.SlotWriter:
        contour = motif.styles()["contours"][material.contour]
        return phrase.SlotWriter(
            self._context.metre,
            self._finder.ladder,
            contour,
            material,
            self._register(frame),
            float(self._style["breath"]),
        )

    def _find_motif(self, material: Material, frame: SectionFrame) -> None:
        """Finds the statement (two bars) over the section's first chords."""
        stream = self._stream("statement", frame.index)
        plans = (
            BarPlan("a", place=0, phrase_bars=2),
            BarPlan("b", place=1, phrase_bars=2, cadence="half"),
        )
        bars = phrase.rhythms(plans, material, self._most, self._context.metre, stream)
        register = self._register(frame)
        slots = self._writer(frame, material).write(plans, bars, frame.start)
        pitches = self._finder.find(slots, register.low, register.high, stream)
        self._learn(material, slots, pitches)
        material.centre = register.centre

    def _learn(self, material: Material, slots: Sequence[Slot], pitches: Sequence[int]) -> None:
        """Keeps the first appearance of each named bar as its motif."""
        for name in dict.fromkeys(slot.bar for slot in slots):
            if name in material.motifs or name == "c":
                continue
            material.motifs[name] = tuple(
                self._finder.ladder.place(pitch)
                for slot, pitch in zip(slots, pitches, strict=True)
                if slot.bar == name
            )

    def _section(self, frame: SectionFrame, so_far: Sequence[Draft]) -> list[Draft]:
        before = so_far[-1].pitch if so_far else 0
        if self._kind(frame) == "ending":
            return self._ending(frame, before)
        if solo.has_solo(self._context, frame):
            level = self._level(frame)
            return solo.improvise(self._context, self._field, frame, self._limits, level)
        material = self._material(frame)
        if not material.motifs:
            self._find_motif(material, frame)
        drafts: list[Draft] = []
        for number, block in enumerate(phrase.blocks(frame.bars)):
            notes = self._block(frame, block, material, before)
            returning = number > 0 or frame.occurrence > 0
            if returning:
                notes = self._ornaments.turned(
                    frame, number, notes, is_hook=self._kind(frame) == "hook"
                )
            drafts.extend(notes)
            before = drafts[-1].pitch if drafts else before
        led = self._ornaments.with_pickups(frame, drafts)
        return self._ornaments.coloured(frame, self._ornaments.graced(frame, led))

    def _block(
        self, frame: SectionFrame, block: Block, material: Material, before: int
    ) -> list[Draft]:
        key = (frame.label, block.bars)
        start = frame.start + block.start_bar * self._context.metre.bar_quarters
        register = self._register(frame)
        writer = self._writer(frame, material)
        known = self._written.get(key) or self._excerpt(frame, block)
        if known is not None:
            is_same = self._harmony(start, block.bars) == known.harmony
            if self._kind(frame) == "second" and frame.occurrence > 0 and is_same:
                return self._revised(frame, block, known, writer)
            slots = writer.write(known.plans, known.bars, start)
            pitches: Sequence[int] = known.pitches
            if not is_same:
                slots = _aimed(slots, known.pitches, self._finder.ladder)
                slots = [self._kept(slot, start, known.harmony) for slot in slots]
                pitches = self._finder.find(slots, register.low, register.high, None, before)
            return self._drafts(frame, slots, pitches)
        stream = self._stream(f"block/{frame.label}", block.bars)
        kind = self._kind(frame)
        is_close = block.closed and block.start_bar > 0 and block.bars < phrase.BLOCK_BARS
        if is_close and "close" in self._style["schemes"]:
            kind = "close"  # the last phrase of three, as in a blues
        plans = phrase.block_plan(kind, block.bars, self._style, stream)
        bars = phrase.rhythms(plans, material, self._most, self._context.metre, stream)
        half = self._written.get((frame.label, phrase.PHRASE_BARS))
        begins = half is not None and block.bars == phrase.BLOCK_BARS
        if half is not None and begins:  # the label comes back longer: what was there, and more
            plans = (*half.plans, *plans[phrase.PHRASE_BARS :])
            bars = [*half.bars, *bars[phrase.PHRASE_BARS :]]
        slots = writer.write(plans, bars, start)
        if half is not None and begins:
            count = len(half.pitches)
            first = _aimed(slots[:count], half.pitches, self._finder.ladder)
            slots = [*first, *slots[count:]]
        pitches = self._finder.find(slots, register.low, register.high, stream, before)
        self._learn(material, slots, pitches)
        harmony = self._harmony(start, block.bars)
        self._written[key] = _Written(plans, tuple(bars), tuple(pitches), harmony)
        return self._drafts(frame, slots, pitches)

    def _excerpt(self, frame: SectionFrame, block: Block) -> _Written | None:
        """Where a label comes back shorter: the beginning of what was played, closed."""
        known = self._written.get((frame.label, phrase.BLOCK_BARS))
        if known is None or not phrase.PHRASE_BARS <= block.bars < len(known.plans):
            return None
        bars = known.bars[: block.bars]
        pitches = known.pitches[: sum(len(bar.onsets) for bar in bars)]
        plans = [replace(p, cadence="full" if p.cadence else "") for p in known.plans]
        return _Written(tuple(plans[: block.bars]), bars, pitches, known.harmony)

    def _kept(self, slot: Slot, start: float, harmony: Sequence[tuple[float, Chord]]) -> Slot:
        """The slot holding on to its pitch where the chord is what it was."""
        was = [chord for at, chord in harmony if at <= slot.start - start + 1e-6]
        is_same = bool(was) and was[-1] == self._context.chord_at(slot.start).chord
        return replace(slot, pull=_HOLD_ON) if is_same and not slot.cadence else slot

    def _revised(
        self, frame: SectionFrame, block: Block, known: _Written, writer: phrase.SlotWriter
    ) -> list[Draft]:
        """A second verse: one bar in four says something else, the rest is as it was."""
        start = frame.start + block.start_bar * self._context.metre.bar_quarters
        stream = self._stream(f"revised/{frame.label}", frame.occurrence, block.start_bar)
        plans, bars = list(known.plans), list(known.bars)
        for first in range(0, len(plans) - phrase.PHRASE_BARS + 1, phrase.PHRASE_BARS):
            inside = [i for i in range(first + 1, first + 3) if bars[i].onsets]
            if inside:
                place = stream.choice(inside)
                answer = stream.choice(self._second.answers).bars[0].thinned(self._most)
                plans[place] = replace(plans[place], name="d", varied=True, inverted=False)
                bars[place] = answer
        there = {
            round(slot.start, 3): pitch
            for slot, pitch in zip(
                writer.write(known.plans, known.bars, start), known.pitches, strict=True
            )
        }
        slots = [
            slot.free() if slot.bar == "d" or round(slot.start, 3) not in there
            else replace(slot, interval=None, target=float(there[round(slot.start, 3)]), pull=2.5)
            for slot in writer.write(plans, bars, start)
        ]  # fmt: skip
        register = self._register(frame)
        pitches = self._finder.find(slots, register.low, register.high, stream)
        return self._drafts(frame, slots, pitches)

    def _harmony(self, start: float, bars: int) -> tuple[tuple[float, Chord], ...]:
        """The chords of a block, at their places in it."""
        end = start + bars * self._context.metre.bar_quarters
        return tuple(
            (round(max(0.0, span.beat - start), 3), span.chord)
            for span in self._context.chords
            if span.beat < end - 1e-6 and span.beat + span.duration > start + 1e-6
        )

    def _ending(self, frame: SectionFrame, before: int) -> list[Draft]:
        """One last note that rests: the tonic where the chord has it."""
        register = self._register(frame)
        slot = Slot(
            start=frame.start,
            duration=min(frame.quarters, _ENDING_QUARTERS),
            strong=True,
            contour=float(before or register.centre),
            breath=True,
            cadence="end",
        )
        low, high = self._limits
        pitch = self._at_rest(self._finder.find([slot], low, high, None, before)[0], frame)
        return [Draft(slot.start, slot.duration, pitch, self._level(frame) - 4, LANE)]

    def _at_rest(self, pitch: int, frame: SectionFrame) -> int:
        """The tonic nearest to a last note, where the last chord has it."""
        tonic = self._context.key.tonic
        if pitch % 12 == tonic or tonic not in self._field.at(frame.start).tones:
            return pitch
        low, high = self._limits
        options = [p for p in range(low, high + 1) if p % 12 == tonic]
        return min(options, key=lambda p: (abs(p - pitch), p), default=pitch)

    def _level(self, frame: SectionFrame) -> int:
        swell = float(self._style["dynamics"]) * (frame.energy - 0.6)
        return round(float(self._style["velocity"]) + swell)

    def _drafts(
        self, frame: SectionFrame, slots: Sequence[Slot], pitches: Sequence[int]
    ) -> list[Draft]:
        level = self._level(frame)
        end = frame.start + frame.quarters
        drafts = []
        for slot, pitch in zip(slots, pitches, strict=True):
            accent = 5 if slot.strong else 0 if slot.duration >= 1.0 else -4
            accent -= 3 if slot.cadence else 0
            duration = min(slot.duration, end - slot.start)
            velocity = max(30, min(122, level + accent))
            drafts.append(Draft(slot.start, duration, pitch, velocity, LANE))
        return drafts


def _aimed(slots: Sequence[Slot], pitches: Sequence[int], ladder: Ladder) -> list[Slot]:
    """The slots wishing for the pitches and steps of an earlier appearance, unless it rested."""
    if not pitches or len(slots) != len(pitches):
        return list(slots)
    places = [ladder.place(pitch) for pitch in pitches]
    steps = [None, *(after - before for before, after in pairwise(places))]
    return [
        replace(slot, interval=step, target=float(pitch), pull=2.5)
        for slot, pitch, step in zip(slots, pitches, steps, strict=True)
    ]
