# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noise of an old record: hiss and crackle, the same at every frame of every run.

Not for: noise that is part of an instrument (see voices).
"""

from __future__ import annotations

import numpy as np

from musicgen_desktop.audio import filters
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.engines.composer.render.settings import BedSettings

_TILE_FRAMES = 11 * SAMPLE_RATE
_SEED = 0x6B7C3A
_OFF_DB = -110.0


class Bed:
    """A tile of noise, eleven seconds long, that repeats without a seam."""

    def __init__(self, settings: BedSettings) -> None:
        self._tile: Samples | None = None
        if max(settings.hiss_db, settings.crackle_db) > _OFF_DB:
            self._tile = _tile(settings)

    def add(self, block: Samples, start: int) -> None:
        """Adds the noise from frame `start` on to a block (2, frames)."""
        if self._tile is None:
            return
        at = start % _TILE_FRAMES
        done = 0
        while done < block.shape[1]:
            count = min(block.shape[1] - done, _TILE_FRAMES - at)
            block[:, done : done + count] += self._tile[:, at : at + count]
            done += count
            at = 0


def _tile(settings: BedSettings) -> Samples:
    random = np.random.Generator(np.random.PCG64(_SEED))
    tile = _hiss(random, settings.hiss_db) + _crackle(
        random, settings.crackle_db, settings.crackles_per_s
    )
    return np.ascontiguousarray(tile, dtype=np.float32)


def _hiss(random: np.random.Generator, level_db: float) -> Samples:
    """Even noise with a soft top; the root mean square is level_db."""
    over = 2048
    noise = (random.random((2, _TILE_FRAMES + over)) - 0.5).astype(np.float32)
    filters.Cascade([filters.high_pass(350.0), filters.low_pass(7000.0, 0.6)]).process(noise)
    tile = np.ascontiguousarray(noise[:, over:])
    ramp = np.linspace(0.0, 1.0, over, dtype=np.float32)
    tile[:, -over:] = tile[:, -over:] * np.sqrt(1.0 - ramp) + noise[:, :over] * np.sqrt(ramp)
    tile *= np.float32(10.0 ** (level_db / 20.0) / np.sqrt(np.mean(tile**2)))
    return tile


def _crackle(random: np.random.Generator, peak_db: float, per_s: float) -> Samples:
    """Clicks at random moments, most of them faint, each on its own side."""
    clicks = np.zeros((2, _TILE_FRAMES), dtype=np.float32)
    count = round(per_s * _TILE_FRAMES / SAMPLE_RATE)
    margin = 2000
    frames = margin + (random.random(count) * (_TILE_FRAMES - 2 * margin)).astype(np.int64)
    levels = random.random(count) ** 3 + 0.08
    sides = random.random(count)
    for frame, level, side in zip(frames, levels, sides, strict=True):
        clicks[0, frame] += level * (0.3 + 0.7 * side)
        clicks[1, frame] += level * (1.0 - 0.7 * side)
    filters.Cascade([filters.high_pass(900.0), filters.low_pass(5500.0, 0.9)]).process(clicks)
    clicks *= np.float32(10.0 ** (peak_db / 20.0) / max(1e-9, float(np.max(np.abs(clicks)))))
    return clicks
