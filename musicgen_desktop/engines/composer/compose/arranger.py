# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a plan to a score: calls the writers in order and puts their parts together.

Order: form on the bar grid, harmony, line-up, who plays when, then each player's notes, then
their performance. Everything is drawn from the plan's seed by named streams: progression, groove,
palette, lead_sound, hook, form, bass, accompaniment, fills, perform.
Not for: sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from musicgen_desktop.engines.composer.compose import (
    accompaniment,
    cells,
    counter,
    ending,
    fade,
    form_layers,
    groove,
    harmony,
    melody,
    modulation,
    opening,
    pads,
    palette,
    part_names,
    perform,
    purpose,
    riffs,
    scopes,
    throws,
    transitions,
)
from musicgen_desktop.engines.composer.compose.automation import write_automation
from musicgen_desktop.engines.composer.compose.bass import write_bass
from musicgen_desktop.engines.composer.compose.context import (
    Context,
    Draft,
    Streams,
    frame_sections,
)
from musicgen_desktop.engines.composer.compose.seats import Orchestra, Seat, orchestra
from musicgen_desktop.engines.composer.compose.tempo import write_tempo
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import ChordSpan, Marker, Note, Part, Score
from musicgen_desktop.music.theory import quarter_seconds

_RELEASE_S = 0.5
NO_PARAMETERS: Mapping[str, Any] = {}


def compose(
    plan: MusicPlan,
    *,
    parameters: Mapping[str, Any] = NO_PARAMETERS,
    title: str = "",
    progress: Callable[[float], None] | None = None,
) -> Score:
    """Writes the piece that a plan describes.

    Args:
        plan: What is wanted, resolved.
        parameters: `keep`: seeds by stream name that replace the plan's ("More like this").
        title: For the score.
        progress: Told the share that is done, 0 to 1.
    """
    report = progress or _silent
    context = _context(plan, parameters.get("keep"))
    players = orchestra(plan)
    seats = purpose.seated(
        plan, palette.choose_seats(plan, context.streams, context.style, players)
    )
    band = _Band(context, seats, players)
    report(0.1)
    parts = {}
    for count, seat in enumerate(band.order(), start=1):
        parts[seat.part] = band.part(seat)
        report(0.1 + 0.9 * count / len(seats))
    return Score(
        title=title,
        metre=context.metre,
        key_name=context.key.name,
        tempo=write_tempo(context),
        markers=tuple(Marker(f.start, f.label, f.energy) for f in context.sections),
        chords=band.sounding_chords,
        parts=part_names.named(
            opening.at_once(context, [p for s in seats if (p := parts[s.part]) is not None])
        ),
        duration_s=plan.duration_s,
        genre=plan.genre,
    )


def _context(plan: MusicPlan, keep: Mapping[str, int] | None) -> Context:
    style = purpose.styled(plan, cells.load("genres", plan.genre))
    streams = Streams(plan.seed, keep)
    sections = frame_sections(plan)
    chords = harmony.write_chords(plan, sections, streams, style)
    return Context(plan, plan.theory_key, plan.theory_metre, sections, chords, streams, style)


def _silent(_: float) -> None:
    return None


@dataclass(slots=True)
class _Lines:
    """The tunes written so far, which later players listen to.

    Attributes:
        lead: The first lead's. sung: with those that double it.
    """

    lead: list[Draft]
    sung: list[Draft]


class _Band:
    """Has each seat's notes written and performed."""

    def __init__(self, context: Context, seats: Sequence[Seat], players: Orchestra) -> None:
        self._context = context
        self._seats = seats
        self._levels = form_layers.levels(
            context.plan,
            context.sections,
            seats,
            context.streams,
            context.style.get("opening", ()),
            context.style.get("layers"),
        )
        self._thin_bars = form_layers.thin_bars(seats, self._levels)
        self._forbidden = players.drum_keys_forbidden()
        kit = next((seat.patch for seat in seats if seat.figure == "drums"), "")
        self._groove = groove.choose_groove(context, kit)
        self._has_drums = bool(kit)
        self._lines = _Lines([], [])
        self._silences = transitions.silences(context)
        self._end = _last_beat(context)
        self._lift = modulation.lift(context.plan, context.sections, context.streams)

    @property
    def sounding_chords(self) -> tuple[ChordSpan, ...]:
        """The harmony as it is heard, a key change included."""
        chords = self._context.chords
        return chords if self._lift is None else self._lift.chords(chords)

    def order(self) -> list[Seat]:
        """The seats in the order of writing: the lead before those that answer it.

        Riffs come last: their passing notes make way for both.
        """
        rank = {"lead": 0, "counter": 2}
        return sorted(self._seats, key=lambda s: 3 if riffs.is_riff(s) else rank.get(s.figure, 1))

    def part(self, seat: Seat) -> Part | None:
        """A player's part, none if it has nothing to play."""
        drafts = self._drafts(seat)
        if seat.figure not in ("lead", "counter", "vinyl") and self._is_there_at_the_end(
            seat, drafts
        ):
            drafts += ending.write_ending(self._context, seat, self._forbidden)
        if "flutter" in seat.settings and not seat.is_drums:
            drafts = accompaniment.fluttered(drafts, int(seat.settings["flutter"]))
        if "throws" in seat.settings:
            drafts = throws.thrown(self._context, drafts, seat.settings["throws"])
        drafts = transitions.with_silences(drafts, self._silences, seat.figure)
        silent = scopes.silent_bars(self._context.plan, self._context.sections, seat)
        drafts = scopes.obeyed(drafts, silent, self._context.metre.bar_quarters)
        if self._lift is not None and not seat.is_drums:
            drafts = self._lift.notes(drafts)
        if not drafts:
            return None
        drafts.sort(key=lambda d: (d.start, d.pitch))
        notes = perform.perform(self._context, drafts, seat.role, seat.is_drums)
        notes = scopes.kept_in_time(notes, silent, self._context.metre.bar_quarters)
        notes = _within(notes, self._end)
        return Part(
            id=seat.part,
            role=seat.role,
            instrument=seat.instrument,
            patch=seat.patch,
            notes=notes,
            is_drums=seat.is_drums,
            gain_db=float(seat.settings.get("gain_db", 0.0)),
            pan=float(seat.settings.get("pan", 0.0)),
            automation=fade.faded(self._context, write_automation(self._context, seat)),
        )

    def _is_there_at_the_end(self, seat: Seat, drafts: Sequence[Draft]) -> bool:
        """Whether a player was heard in the last sections; its last chord is no surprise then."""
        sections = self._context.sections
        if len(sections) < 3:
            return len(sections) < 2 or seat.is_named or bool(drafts)
        fades = sections[-2].label in form_layers.FADING and not seat.is_named
        if seat.figure == "fx":
            return not fades
        since = sections[-2 if fades else -3].start
        return any(d.start >= since for d in drafts)

    def _drafts(self, seat: Seat) -> list[Draft]:
        levels = self._levels[seat.part]
        context = self._context
        match seat.figure:
            case "drums":
                return groove.write_drums(context, self._groove, levels, self._forbidden)
            case "percussion":
                return groove.write_percussion(context, seat, levels, self._forbidden)
            case "bass" | "power":
                kit = self._groove if self._has_drums else None
                if seat.figure == "bass":
                    return write_bass(context, seat, kit, levels)
                drafts = riffs.write_power(context, seat, levels, kit, self._lines.sung)
                if "cells" in seat.settings:  # a riff's rests are part of it
                    return drafts
                return accompaniment.sustained(context, drafts, self._thin_bars)
            case "fx":
                return transitions.write_effects(context, is_named=seat.is_named)
            case "lead" | "counter":
                return self._melodic(seat, levels)
            case _:
                drafts = _TONAL[seat.figure](context, seat, levels, self._lines.sung)
                if seat.figure in ("comp", "stab"):
                    drafts = accompaniment.sustained(context, drafts, self._thin_bars)
                return drafts

    def _melodic(self, seat: Seat, levels: Sequence[float]) -> list[Draft]:
        active = form_layers.sections_active(levels, self._context.sections)
        context = self._ranged(seat)
        if seat.figure == "lead" and not self._lines.lead:
            lead = melody.write_lead(context, active)
            self._lines.lead = self._lines.sung = sorted(lead, key=lambda d: d.start)
            return list(lead)
        first = next((s for s in self._seats if s.figure == "counter"), None)
        if seat.figure == "counter" and seat is first and self._lines.lead:
            answers = list(counter.write_counter(context, self._lines.lead, active))
            self._lines.sung = sorted([*self._lines.sung, *answers], key=lambda d: d.start)
            return answers
        if not self._lines.lead:
            return list(melody.write_lead(context, active))
        doubled = _doubling(seat, self._lines.lead, context, active)
        if seat.figure == "lead":
            self._lines.sung = sorted([*self._lines.sung, *doubled], key=lambda d: d.start)
        return doubled

    def _ranged(self, seat: Seat) -> Context:
        """The context with the seat's own range for its kind of line."""
        if "range" not in seat.settings:
            return self._context
        kind = dict(self._context.style.get(seat.figure, {}), range=seat.settings["range"])
        return replace(self._context, style={**self._context.style, seat.figure: kind})


def _last_beat(context: Context) -> float:
    """Where the last note must have been let go, so that its decay fits into the track."""
    plan = context.plan
    quarter_s = quarter_seconds(context.metre, plan.bpm)
    form_end = context.sections[-1].start + context.sections[-1].quarters
    if plan.loop:
        return form_end
    return max(context.sections[-1].start + 0.25, (plan.duration_s - _RELEASE_S) / quarter_s)


def _within(notes: Sequence[Note], end: float) -> tuple[Note, ...]:
    kept = (n for n in notes if n.start < end)
    return tuple(
        n if n.start + n.duration <= end else replace(n, duration=end - n.start) for n in kept
    )


def _doubling(
    seat: Seat, lead: Sequence[Draft], context: Context, active: Sequence[bool]
) -> list[Draft]:
    """The lead's tune an octave or two away, where it fits the player, a little softer.

    A seat that `spares` leaves out what would rub against the chord in its register.
    """
    low, high = seat.low, seat.high
    middle = sum(d.pitch for d in lead) / max(1, len(lead))
    shift = 12 * round(((low + high) / 2 - middle) / 12)
    spans = [
        (f.start, f.start + f.quarters)
        for f, on in zip(context.sections, active, strict=True)
        if on
    ]
    return [
        replace(d, pitch=d.pitch + shift, velocity=max(20, d.velocity - 12), lane=seat.figure)
        for d in lead
        if any(start <= d.start < end for start, end in spans)
        and low - 5 <= d.pitch + shift <= high + 5
        and not ("spares" in seat.settings and _rubs(context, d))
    ]


def _rubs(context: Context, draft: Draft) -> bool:
    """Whether a note lies a semitone from a tone of its chord: a doubling leaves it out."""
    tones = context.chord_at(draft.start).chord.pitch_classes
    near = {(draft.pitch + 1) % 12, (draft.pitch - 1) % 12}
    return draft.pitch % 12 not in tones and bool(near & set(tones))


_Writer = Callable[[Context, Seat, Sequence[float], Sequence[Draft]], list[Draft]]
_TONAL: Mapping[str, _Writer] = {
    "comp": accompaniment.write_chords,
    "stab": accompaniment.write_chords,
    "arp": accompaniment.write_figure,
    "ostinato": accompaniment.write_figure,
    "left_hand": accompaniment.write_left_hand,
    "pad": pads.write_pad,
    "drone": pads.write_drone,
    "vinyl": pads.write_vinyl,
    "timpani": pads.write_timpani,
}
