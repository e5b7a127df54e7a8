# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a track's waveform from blocks that follow each other.

Not for: the format (see peaks) or loudness.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from musicgen_desktop.audio import raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.peaks import BINS, Waveform


class PeakMeter:
    """Sorts a stream's samples into bins.

    Args:
        frames: Length of the whole stream. rate: frames per second. bins: of the waveform.
    """

    def __init__(self, frames: int, rate: int = SAMPLE_RATE, bins: int = BINS) -> None:
        self._frames = max(1, frames)
        self._rate = rate
        self._bins = max(1, min(bins, self._frames))
        self._low = np.zeros(self._bins)
        self._high = np.zeros(self._bins)
        self._power = np.zeros(self._bins)
        self._done = 0

    def push(self, block: Samples) -> None:
        """Takes a block (channels, frames) in."""
        count = min(block.shape[1], self._frames - self._done)
        if count <= 0:
            return
        start, stop = self._done, self._done + count
        first = start * self._bins // self._frames
        last = (stop - 1) * self._bins // self._frames
        index = np.arange(first, last + 1)
        edges = np.maximum(-(-index * self._frames // self._bins) - start, 0)
        inside = block[:, :count]
        low = np.minimum.reduceat(inside.min(axis=0), edges)
        high = np.maximum.reduceat(inside.max(axis=0), edges)
        power = np.add.reduceat((inside.astype(np.float64) ** 2).mean(axis=0), edges)
        self._low[index] = np.minimum(self._low[index], low)
        self._high[index] = np.maximum(self._high[index], high)
        self._power[index] += power
        self._done = stop

    def waveform(self) -> Waveform:
        """What was measured."""
        rms = np.sqrt(self._power / (self._frames / self._bins))
        return Waveform(
            self._frames / self._rate,
            tuple(float(v) for v in np.clip(self._low, -1.0, 1.0)),
            tuple(float(v) for v in np.clip(self._high, -1.0, 1.0)),
            tuple(float(v) for v in np.clip(rms, 0.0, 1.0)),
        )


def waveform_of(path: Path, rate: int = SAMPLE_RATE) -> Waveform:
    """The waveform of a raw file (see raw)."""
    meter = PeakMeter(raw.frames_of(path), rate)
    for block in raw.read_blocks(path):
        meter.push(block)
    return meter.waveform()
