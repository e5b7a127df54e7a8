# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the end: the last downbeat, its chord held or rolled, everything left to ring.

Not for: the melody's last note (see melody) or the closing cadence (see harmony).
"""

from __future__ import annotations

from musicgen_desktop.engines.composer.compose.accompaniment import voiced
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.scopes import drums_rest
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.engines.composer.compose.transitions import IMPACT, keys_forbidden
from musicgen_desktop.music.theory import quarter_seconds

_LONGEST_S = 8.0
HIT = "hit_end"
"""The plan's wish for an end that is short and loud, with nothing held after it."""
_HIT_QUARTERS = 0.5


def write_ending(context: Context, seat: Seat, forbidden: frozenset[int]) -> list[Draft]:
    """The last notes of a player, none where the form has no ending (a loop)."""
    frame = context.sections[-1]
    if frame.label != "ending":
        return []
    hold = _hold(context, frame)
    if HIT in context.plan.structure:
        hold = min(hold, _HIT_QUARTERS)
    figure = seat.figure
    if context.style["ending"].get("chords") == "note" and not seat.is_named:
        return _last_note(context, seat, frame, hold)
    level = _level(context)
    if figure == "drums":
        keys = [int(k) for k in context.style["ending"].get("drums", ["36"])]
        lanes = {36: "kick", 35: "kick", 38: "snare"}
        return [
            Draft(frame.start, 1.0, key, 18 + level, lanes.get(key, "perc"))
            for key in keys
            if key not in forbidden
        ]
    if figure == "bass":
        pitch = seat.low + (context.key.tonic - seat.low) % 12
        return [Draft(frame.start, hold, pitch, 6 + level, "bass")]
    if figure == "timpani":
        pitch = seat.low + (context.key.tonic - seat.low) % 12
        return [Draft(frame.start, 2.0, pitch, 18 + level, "perc")]
    if figure == "fx":
        is_barred = IMPACT in keys_forbidden(context.plan) or (
            frame.start_bar in drums_rest(context.plan, context.sections)
        )
        wanted = context.style["ending"].get("impact", False) and not is_barred
        return [Draft(frame.start, 4.0, IMPACT, 96, "fx")] if wanted else []
    return _chord(context, seat, frame, hold)


def _last_note(context: Context, seat: Seat, frame: SectionFrame, hold: float) -> list[Draft]:
    """One soft tonic where others end with a chord."""
    if seat.figure not in ("arp", "left_hand"):
        return []
    middle = (seat.low + seat.high) // 2
    pitch = middle + (context.key.tonic - middle) % 12
    return [Draft(frame.start, hold, pitch, _level(context) - 10, "arp")]


def _level(context: Context) -> int:
    """The velocity of the last chord: it follows from what came before it."""
    before = context.sections[-2].energy if len(context.sections) > 1 else 0.6
    return round(60 + 26 * before) + (8 if HIT in context.plan.structure else 0)


def _hold(context: Context, frame: SectionFrame) -> float:
    """Quarter notes to hold the last chord so that its decay fits into the ring-out."""
    quarter_s = quarter_seconds(context.metre, context.plan.bpm)
    ring_s = max(0.4, context.plan.duration_s - frame.start * quarter_s)
    share = float(context.style["ending"].get("hold", 0.6))
    return min(_LONGEST_S, ring_s * share) / quarter_s


def _chord(context: Context, seat: Seat, frame: SectionFrame, hold: float) -> list[Draft]:
    lane = "pad" if seat.role == "pad" else "arp" if seat.role == "arp" else "chords"
    if seat.figure == "drone":
        pitch = seat.low + (context.key.tonic - seat.low) % 12
        return [Draft(frame.start, hold, pitch, _level(context) - 12, "pad")]
    if seat.figure not in ("comp", "stab", "pad", "left_hand", "power", "arp", "ostinato"):
        return []
    pitches = list(voiced(context, seat)[frame.start])
    if seat.figure in ("left_hand", "power"):
        root = seat.low + (context.key.tonic - seat.low) % 12
        pitches = [root, root + 7, root + 12]
    if seat.figure == "left_hand":
        third = 3 if context.key.is_minor else 4
        pitches = [*pitches, root + 12 + third]
    if seat.figure == "arp":
        pitches = pitches[-2:]  # it crowns the chord that others fill
    is_hit = HIT in context.plan.structure
    rolls = context.style["ending"].get("chords") == "roll" and seat.role == "chords" and not is_hit
    gap = 0.07 / quarter_seconds(context.metre, context.plan.bpm) if rolls else 0.0
    level = _level(context)
    length = hold if seat.figure != "ostinato" else min(hold, 1.0)
    return [
        Draft(frame.start + i * gap, max(0.25, length - i * gap), pitch, level, lane, strum=i)
        for i, pitch in enumerate(pitches)
    ]
