# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forecast: what a master will do to a mix that isn't there yet, from a few excerpts of it.

Every excerpt stands for a stretch of the track. The analysis of the mastering runs on the excerpts,
each weighing as much as its stretch is long, so that the first bars can be heard as they are going
to be while the rest is rendered. Not for: the finished file (see mastering).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from musicgen_desktop.audio import balance
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.dynamics import LATENCY, Limiter
from musicgen_desktop.audio.loudness import SILENCE_LUFS, LoudnessMeter, Powers
from musicgen_desktop.audio.mastering import LevelRide, MasterSettings, glue_channel
from musicgen_desktop.audio.spectrum import SpectrumMeter

HOP_FRAMES = SAMPLE_RATE // 10
"""Excerpts are whole numbers of these long."""

_TRIES = 3
_CLOSE_LU = 0.1


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of the mix before mastering.

    Attributes:
        first, last: Frames between which the track sounds about as this does.
        start: Frame at which it begins.
        sound: (2, frames), a whole number of tenths of a second.
    """

    first: int
    last: int
    start: int
    sound: Samples


class EarlyMaster:
    """Masters the blocks of a mix as they come, as it was foretold.

    Args:
        excerpts: Of the mix, in order, at least one; their stretches cover the track.
        settings: Of the master.
        loop: Whether the end continues at the start.
    """

    def __init__(
        self, excerpts: Sequence[Excerpt], settings: MasterSettings, *, loop: bool = False
    ) -> None:
        self._settings = settings
        measured = _whole(excerpts, [excerpt.sound for excerpt in excerpts])
        gains_db = balance.corrections_db(_spectrum(excerpts), settings.wanted_balance)
        lufs = measured.integrated_lufs
        if lufs <= SILENCE_LUFS:
            gains_db = dict.fromkeys(gains_db, 0.0)
        self._ride = LevelRide(measured, settings, flat=loop)
        toned = glue_channel(gains_db, lufs, settings)
        sounds = [excerpt.sound.copy() for excerpt in excerpts]
        for excerpt, sound in zip(excerpts, sounds, strict=True):
            sound *= self._ride.gain(excerpt.start, sound.shape[1])
            toned.process(sound, np.ones(sound.shape[1], dtype=np.float32))
        self._channel = glue_channel(gains_db, lufs, settings)
        self._limiter = self._new_limiter(_gain_db(excerpts, sounds, settings))
        self._late = LATENCY

    def _new_limiter(self, gain_db: float) -> Limiter:
        return Limiter(gain_db, self._settings.ceiling_dbtp, self._settings.clip_db)

    def process(self, block: Samples, start: int) -> Samples:
        """Masters a block (2, frames) that begins at a frame of the track; blocks come in order.

        Returns:
            A new block; all together begin at frame 0 and end a little earlier than what came.
        """
        frames = block.shape[1]
        mastered: Samples = block * self._ride.gain(start, frames)
        self._channel.process(mastered, np.ones(frames, dtype=np.float32))
        self._limiter.process(mastered)
        skip = min(self._late, frames)
        self._late -= skip
        return mastered[:, skip:]


def _whole(excerpts: Sequence[Excerpt], sounds: Sequence[Samples]) -> LoudnessMeter:
    """The loudness of the track: every stretch repeats the powers of its excerpt."""
    meter = LoudnessMeter()
    for sound in sounds:
        meter.push(sound)
    hops = meter.hops
    pieces: list[Powers] = []
    at = done = 0
    for excerpt, sound in zip(excerpts, sounds, strict=True):
        count = sound.shape[1] // HOP_FRAMES
        wanted = max(1, round(excerpt.last / HOP_FRAMES) - done)
        pieces.append(np.resize(hops[at : at + count], wanted))
        at, done = at + count, done + wanted
    return LoudnessMeter.of_hops(np.concatenate(pieces))


def _spectrum(excerpts: Sequence[Excerpt]) -> SpectrumMeter:
    spectrum = SpectrumMeter()
    for excerpt in excerpts:
        share = (excerpt.last - excerpt.first) / excerpt.sound.shape[1]
        spectrum.push(excerpt.sound * np.float32(share**0.5))
    return spectrum


def _gain_db(
    excerpts: Sequence[Excerpt], sounds: Sequence[Samples], settings: MasterSettings
) -> float:
    """The gain before the limiter that brings the track to its loudness."""
    lufs = _whole(excerpts, sounds).integrated_lufs
    if lufs <= SILENCE_LUFS:
        return 0.0
    gain_db = settings.target_lufs - lufs
    for _ in range(_TRIES):
        limiter = Limiter(gain_db, settings.ceiling_dbtp, settings.clip_db)
        limited = [sound.copy() for sound in sounds]
        for sound in limited:
            limiter.process(sound)
        miss = settings.target_lufs - _whole(excerpts, limited).integrated_lufs
        if abs(miss) <= _CLOSE_LU:
            break
        gain_db += 1.25 * miss
    return gain_db
