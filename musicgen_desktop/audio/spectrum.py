# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spectral balance of a whole track: power in six bands, and in thirds of an octave; streaming.

Not for: pictures of sound.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples

Powers = npt.NDArray[np.float64]

BAND_EDGES_HZ = (20.0, 60.0, 250.0, 500.0, 2000.0, 8000.0, 20_000.0)
"""Edges of sub, low, low-mid, mid, presence, air."""

_WINDOW = 8192


class SpectrumMeter:
    """Averages the power spectrum of stereo blocks that follow each other."""

    def __init__(self) -> None:
        self._window = np.hanning(_WINDOW).astype(np.float32)
        self._power: Powers = np.zeros(_WINDOW // 2 + 1)

    def push(self, block: Samples) -> None:
        """Takes a block (2, frames) in: as many whole windows of it as there are."""
        count = block.shape[1] // _WINDOW
        if count == 0:
            return
        for channel in block:
            frames = channel[: count * _WINDOW].reshape(count, _WINDOW)
            spectrum = np.fft.rfft(frames * self._window, axis=1)
            power = spectrum.real**2 + spectrum.imag**2
            self._power += power.sum(axis=0, dtype=np.float64)

    @property
    def frequencies_hz(self) -> Powers:
        """The frequency of each line of the spectrum."""
        frequencies: Powers = np.arange(_WINDOW // 2 + 1, dtype=np.float64)
        frequencies *= SAMPLE_RATE / _WINDOW
        return frequencies

    def through(self, response_db: Powers) -> SpectrumMeter:
        """What would have been measured after a filter of this response, line by line."""
        filtered = SpectrumMeter()
        filtered._power = self._power * 10.0 ** (response_db / 10.0)
        return filtered

    def _between(self, low_hz: float, high_hz: float) -> float:
        step = SAMPLE_RATE / _WINDOW
        first, last = int(np.ceil(low_hz / step)), int(np.ceil(high_hz / step))
        return float(self._power[first : max(last, first + 1)].sum())

    @property
    def bands_db(self) -> list[float]:
        """Power of the six bands relative to the whole; -120 where there is none."""
        total = max(float(self._power.sum()), 1e-30)
        powers = [self._between(low, high) for low, high in pairwise(BAND_EDGES_HZ)]
        return [float(10.0 * np.log10(max(power / total, 1e-12))) for power in powers]

    @property
    def slope_db_per_octave(self) -> float:
        """Slope of the third-octave bands from 125 Hz to 8 kHz."""
        centres = 1000.0 * 2.0 ** (np.arange(-9, 10) / 3.0)
        levels = [
            10.0 * np.log10(self._between(c * 2 ** (-1 / 6), c * 2 ** (1 / 6)) + 1e-30)
            for c in centres
        ]
        return float(np.polyfit(np.log2(centres), levels, 1)[0])
