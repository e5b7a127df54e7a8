# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes dub's delay throws: a chord is struck once, and the rest is its echo.

A seat's `throws` says where: `labels` (sections), `every` (bars from one throw to the next). In
them the player strikes only the first chord of each stretch; its repeats come on dotted eighths,
each softer than the one before, as from a tape delay whose feedback was turned up for that chord.
Not for: the constant echo of a mix (see the mix data).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame

_STEP_QUARTERS = 0.75
_FADE = 0.76
_LEAST_VELOCITY = 26


def thrown(context: Context, drafts: Sequence[Draft], throws: Mapping[str, Any]) -> list[Draft]:
    """The player's notes, those in the sections of `throws` as single chords with their repeats."""
    found = list(drafts)
    for frame in context.sections:
        if frame.label in throws["labels"] and frame.bars >= 2:
            length = int(throws.get("every", 2)) * context.metre.bar_quarters
            found = _in_section(found, frame, length)
    return found


def _in_section(drafts: Sequence[Draft], frame: SectionFrame, length: float) -> list[Draft]:
    end = frame.start + frame.quarters
    inside = [d for d in drafts if frame.start <= d.start < end]
    found = [d for d in drafts if not frame.start <= d.start < end]
    begin = frame.start
    while begin < end:
        stop = min(begin + length, end)
        stretch = [d for d in inside if begin <= d.start < stop]
        first = min((d.start for d in stretch), default=stop)
        for draft in stretch:
            if draft.start == first:
                found += _repeats(draft, stop)
        begin = stop
    return sorted(found, key=lambda d: (d.start, d.pitch))


def _repeats(draft: Draft, stop: float) -> list[Draft]:
    """The chord's note and its echoes before `stop`."""
    found = []
    start, velocity = draft.start, float(draft.velocity)
    while start < stop - 0.01 and velocity >= _LEAST_VELOCITY:
        found.append(replace(draft, start=start, velocity=round(velocity)))
        start += _STEP_QUARTERS
        velocity *= _FADE
    return found
