# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Levels: how loud a part is as it is played, from a few excerpts, so that roles balance.

An instrument's loudness depends on its register, its density and its dynamics; a mix by role needs
parts that are about equally loud before the faders. Not for: the faders (see settings).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.audio.loudness import SILENCE_LUFS, LoudnessMeter
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.placement import Event, Placer

NOMINAL_LUFS = -20.0
"""What a part is brought to before its fader."""

_EXCERPTS = 4
_EXCERPT_S = 3.0
_SHARE = 0.9
_MOST_DB = 9.0


def part_lufs(events: list[Event], patch: str, bank: NoteBank, check: Callable[[], None]) -> float:
    """The loudness of a part where it plays, without effects; -120 for an empty one."""
    meter = LoudnessMeter()
    frames = round(_EXCERPT_S * SAMPLE_RATE)
    for start in _excerpts(events, frames):
        block = np.zeros((2, frames), dtype=np.float32)
        inside = [event for event in events if start <= event.frame < start + frames]
        Placer(inside, patch, bank).play(block, start, check)
        meter.push(block)
    return meter.integrated_lufs


def _excerpts(events: list[Event], frames: int) -> list[int]:
    """Where excerpts start: at notes spread evenly over the part, without overlaps."""
    starts: list[int] = []
    for k in range(_EXCERPTS):
        if not events:
            break
        start = events[len(events) * (2 * k + 1) // (2 * _EXCERPTS)].frame
        if not starts or start >= starts[-1] + frames:
            starts.append(start)
    return starts


def correction_db(lufs: float) -> float:
    """The gain that brings a part (most of the way) to the nominal loudness."""
    if lufs <= SILENCE_LUFS:
        return 0.0
    return max(-_MOST_DB, min(_MOST_DB, _SHARE * (NOMINAL_LUFS - lufs)))
