# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the drafts: swing, time feel, accents, dynamics, articulation, strums.

Published measurements find players' deviations systematic per instrument and slowly drifting, not
white noise; so each lane has a constant offset and a first-order autoregressive drift around it
(melody_performance.json). Sines are avoided: a score is the same on every processor.
Not for: choosing notes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from musicgen_desktop.engines.composer.compose import melody_data
from musicgen_desktop.engines.composer.compose.articulate import Manners, articulate
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame, Stream
from musicgen_desktop.engines.composer.compose.phrase import is_strong
from musicgen_desktop.music.score import Note
from musicgen_desktop.music.theory import quarter_seconds

MELODIC_LANES = frozenset({"lead", "counter"})
_BREATHING_LANES = MELODIC_LANES | {"chords", "arp", "pad"}
_DRUM_LANES = frozenset({"snare", "hat", "perc"})
_GRID = 0.25
_MEMORY = 0.65
_SHORTEST_QUARTERS = 0.03
_STRUM_LIMIT_MS = 90.0
_MOST_SWING = 1.2
_LEAST_JAZZ_SWING = 0.3
_LIVELY_SD = 1.5
_LEAST_VELOCITY_SD = {"kick": 0.0, "fx": 0.0, "pad": 4.0}
"""No lane but the first two plays twice alike; a pad has few notes: its chords differ more."""


@dataclass(frozen=True, slots=True)
class LaneFeel:
    """How one lane is played; see melody_performance.json."""

    offset_ms: float
    jitter_ms: float
    velocity_sd: float
    length: float
    accent: float


@dataclass(frozen=True, slots=True)
class _Timed:
    """A note on its way to being performed, with the draft it comes from."""

    start: float
    end: float
    velocity: float
    draft: Draft


def perform(
    context: Context, drafts: Sequence[Draft], role: str, is_drums: bool
) -> tuple[Note, ...]:
    """How a part's drafts are played.

    Args:
        context: The piece.
        drafts: One part's notes on the grid, in any order.
        role: The part's role; names the streams.
        is_drums: Whether pitches are percussion keys.

    Returns:
        Sorted notes that never start before 0 and never overlap in the same pitch.
    """
    player = _Player(context, role)
    ordered = sorted(drafts, key=lambda d: (d.start, d.strum, d.pitch))
    timed: list[_Timed] = []
    for lane in dict.fromkeys(draft.lane for draft in ordered):
        timed.extend(player.lane(lane, [d for d in ordered if d.lane == lane], is_drums))
    notes = _without_overlaps(timed)
    is_melody = not is_drums and all(draft.lane in MELODIC_LANES for draft in drafts)
    return _joined(context, notes, role) if is_melody else notes


def _joined(context: Context, notes: Sequence[Note], role: str) -> tuple[Note, ...]:
    """A melody with its articulation: the genre's own manners over the common ones."""
    common = melody_data.performance().get("articulation", {})
    manners = Manners.of(common, genre_feel(context.plan.genre).get("articulation", {}))
    return articulate(notes, manners, context.streams.stream(f"perform/{role}/articulation"))


def genre_feel(genre: str) -> Mapping[str, Any]:
    """The performance data of a genre; pop's for one that has none."""
    genres: Mapping[str, Mapping[str, Any]] = melody_data.performance()["genres"]
    return genres.get(genre, genres["pop"])


def lane_feel(genre: str, lane: str) -> LaneFeel:
    """How a lane is played in a genre."""
    default = melody_data.performance()["default"]
    values = genre_feel(genre)["lanes"].get(lane) or default.get(lane) or default["pad"]
    feel = LaneFeel(**values)
    least = _LEAST_VELOCITY_SD.get(lane, _LIVELY_SD)
    return replace(feel, velocity_sd=max(feel.velocity_sd, least))


def swung(beat: float, swing: float, unit: float) -> float:
    """Where a position sounds when pairs of `unit` quarters are swung.

    Args:
        beat: Position in quarter notes, on a straight grid.
        swing: 0 straight to 1 (two to one, a triplet).
        unit: Length of the swung note in quarters (0.5 eighths, 0.25 sixteenths).

    Returns:
        The position, moved smoothly so that order is kept; triplets stay where they are.
    """
    on_grid = abs(beat / (_GRID / 4) - round(beat / (_GRID / 4))) < 1e-4
    if swing <= 0 or not on_grid:
        return beat
    pair = 2 * unit
    start = beat // pair * pair
    inside = (beat - start) / pair
    middle = 0.5 + swing / 6.0
    bent = inside * 2 * middle if inside < 0.5 else middle + (inside - 0.5) * 2 * (1 - middle)
    return start + bent * pair


def swing_at(swing: float, bpm: float) -> float:
    """The swing of a jazz ride at a tempo, where a plan swings at all.

    Friberg and Sundström (2002): the short note lasts about 100 ms at medium and fast tempi, so
    that the ratio falls as the tempo rises; slow pieces keep to three and a half to one at most.
    """
    if swing < _LEAST_JAZZ_SWING:
        return swing
    beat_s = 60.0 / bpm
    share = 1.0 - max(0.1, beat_s / 4.5) / beat_s
    return (min(0.7, max(0.5, share)) - 0.5) * 6.0


class _Player:
    def __init__(self, context: Context, role: str) -> None:
        plan = context.plan
        self._context = context
        self._role = role
        self._genre = plan.genre
        self._feel = genre_feel(plan.genre)
        self._ms = 0.001 / quarter_seconds(context.metre, plan.bpm)
        self._section_starts = [frame.start for frame in context.sections]
        swing = swing_at(plan.swing, plan.bpm) if self._feel.get("swing_by_tempo") else plan.swing
        self._swing = 0.0 if context.metre.is_compound else max(0.0, min(_MOST_SWING, swing))
        self._unit = float(context.style.get("swing_unit", self._feel["swing_unit"]))

    def lane(self, lane: str, drafts: Sequence[Draft], is_drums: bool) -> list[_Timed]:
        """One lane, played."""
        if lane == "fx":
            return [_Timed(d.start, d.start + d.duration, d.velocity, d) for d in drafts]
        feel = lane_feel(self._genre, lane)
        timed = self._on_time(lane, drafts, feel)
        if not is_drums:
            timed = self._articulated(lane, timed, feel)
        return timed

    def _on_time(self, lane: str, drafts: Sequence[Draft], feel: LaneFeel) -> list[_Timed]:
        timing = self._context.streams.stream(f"perform/{self._role}/{lane}/time")
        loudness = self._context.streams.stream(f"perform/{self._role}/{lane}/velocity")
        strum = self._strum_ms(lane)
        drift = swell = 0.0
        timed: list[_Timed] = []
        for start, group in groupby(drafts, key=lambda d: d.start):
            drift = _drifted(drift, feel.jitter_ms, timing)
            swell = _drifted(swell, feel.velocity_sd, loudness)
            late = (feel.offset_ms + drift) * self._ms
            frame = self._section_at(start)
            accent = self._accent(start, feel) + swell
            accent += self._breath(lane, start - frame.start) + self._level(lane, frame)
            for draft in group:
                roll = min(_STRUM_LIMIT_MS, draft.strum * strum) * self._ms
                begin = max(0.0, swung(start, self._swing, self._unit) + late + roll)
                end = swung(start + draft.duration, self._swing, self._unit) + late
                timed.append(_Timed(begin, end, draft.velocity + accent, draft))
        return timed

    def _strum_ms(self, lane: str) -> float:
        """Time between two notes of a strummed or rolled chord, one choice per part."""
        least, most = self._feel["strum_ms"]
        stream = self._context.streams.stream(f"perform/{self._role}/{lane}/strum")
        return stream.uniform(float(least), float(most))

    def _accent(self, start: float, feel: LaneFeel) -> float:
        position = start % self._context.metre.bar_quarters
        if is_strong(position, self._context.metre):
            return feel.accent if position < 1e-6 else 0.6 * feel.accent
        on_pulse = position / self._context.metre.pulse_quarters
        return 0.0 if abs(on_pulse - round(on_pulse)) < 1e-6 else -0.8 * feel.accent

    def _section_at(self, start: float) -> SectionFrame:
        sections = self._context.sections
        return sections[max(0, bisect_right(self._section_starts, start + 1e-6) - 1)]

    def _level(self, lane: str, frame: SectionFrame) -> float:
        """Quiet sections softer, full ones louder; drums follow half-way, the kick not at all."""
        if frame.label == "ending" or lane == "kick":
            return 0.0
        share = 0.5 if lane in _DRUM_LANES else 1.0
        return share * float(self._feel["dynamics"]) * (frame.energy - 0.7)

    def _breath(self, lane: str, inside: float) -> float:
        """The swell of a four-bar phrase: a parabola with its top past the middle."""
        if lane not in _BREATHING_LANES:
            return 0.0
        phrase_quarters = 4 * self._context.metre.bar_quarters
        x = (inside % phrase_quarters) / phrase_quarters
        bent = x / 1.2 if x < 0.6 else 0.5 + (x - 0.6) / 0.8
        return float(self._feel["breath"]) * (4.0 * bent * (1.0 - bent) * 1.5 - 1.0)

    def _articulated(self, lane: str, timed: list[_Timed], feel: LaneFeel) -> list[_Timed]:
        if lane not in MELODIC_LANES:
            return [_shortened(note, feel.length) for note in timed]
        bind = float(self._feel["lead_legato"])
        starts = sorted({note.start for note in timed})
        following = dict(zip(starts, [*starts[1:], float("inf")], strict=True))
        found = []
        for note in timed:
            gap = following[note.start] - note.end
            if gap <= bind + 1e-6:
                note = replace(note, end=following[note.start])
            found.append(_shortened(note, feel.length))
        return found


def _drifted(value: float, spread: float, stream: Stream) -> float:
    """The next value of a slow drift with standard deviation `spread` (AR(1))."""
    step: float = spread * (1.0 - _MEMORY * _MEMORY) ** 0.5
    limit = 2.5 * spread
    return max(-limit, min(limit, _MEMORY * value + stream.bell(step)))


def _shortened(note: _Timed, share: float) -> _Timed:
    return replace(note, end=note.start + max(_SHORTEST_QUARTERS, (note.end - note.start) * share))


def _without_overlaps(timed: Sequence[_Timed]) -> tuple[Note, ...]:
    """Ends each note before the same pitch starts again; drops doubles."""
    by_pitch: dict[int, list[_Timed]] = {}
    for note in sorted(timed, key=lambda n: (n.start, -n.velocity)):
        by_pitch.setdefault(note.draft.pitch, []).append(note)
    notes: list[Note] = []
    for same in by_pitch.values():
        kept: list[_Timed] = []
        for note in same:
            if kept and note.start - kept[-1].start < _SHORTEST_QUARTERS:
                continue
            if kept and kept[-1].end > note.start:
                kept[-1] = replace(kept[-1], end=note.start)
            kept.append(note)
        notes.extend(_finished(note) for note in kept)
    return tuple(sorted(notes))


def _finished(note: _Timed) -> Note:
    velocity = max(1, min(127, round(note.velocity)))
    start = round(note.start, 6)
    duration = round(max(_SHORTEST_QUARTERS * 0.9, note.end - note.start), 6)
    return Note(
        start, duration, note.draft.pitch, velocity, note.draft.glide_to, note.draft.articulation
    )
