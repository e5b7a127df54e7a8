# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spectra that several measures share: short-time powers, critical bands, third octaves.

Not for: measures (see ugly, chords_heard).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.quality.sound_measures import Array, Sound

RATE = 22_050
BANDS = 20
"""Critical bands of one Bark, up to 6.4 kHz."""
_DOWN_DB, _UP_DB = 27.0, 12.0


def at_22k(sound: Sound) -> Array:
    """The mean of the channels at 22 050 Hz."""
    from scipy import signal

    mono: Array = signal.resample_poly(sound.mono, RATE, sound.rate)
    return mono


def powers(mono: Array, size: int, hop: int) -> tuple[Array, Array]:
    """Powers (frames, bins) of Hann windows, and the times of their middles in seconds."""
    window = np.hanning(size) / (size / 4)
    starts = np.arange(0, max(1, len(mono) - size), hop)
    padded = np.pad(mono, (0, max(0, size - len(mono))))
    found = np.empty((len(starts), size // 2 + 1))
    for i, start in enumerate(starts):
        found[i] = np.abs(np.fft.rfft(padded[start : start + size] * window)) ** 2
    return found, (starts + size / 2) / RATE


def bark(frequency: Array) -> Array:
    """Critical-band rate after Zwicker and Terhardt (1980)."""
    rate: Array = 13 * np.arctan(0.00076 * frequency) + 3.5 * np.arctan((frequency / 7500) ** 2)
    return rate


def bark_powers(mono: Array, size: int = 2048, hop: int = 1024) -> Array:
    """Powers (frames, BANDS) in critical bands."""
    found, _ = powers(mono, size, hop)
    band = np.floor(bark(np.arange(size // 2 + 1) * RATE / size)).astype(int)
    return np.stack([found[:, band == b].sum(axis=1) for b in range(BANDS)], axis=1)


def spread(powers_of_bands: Array) -> Array:
    """The excitation: each band's power, spread 27 dB per Bark downwards and 12 dB upwards."""
    apart = np.arange(BANDS)[:, np.newaxis] - np.arange(BANDS)[np.newaxis, :]  # to, from
    slope_db = np.where(apart >= 0, -_UP_DB * apart, _DOWN_DB * apart)
    excitation: Array = powers_of_bands @ (10 ** (slope_db / 10)).T
    return excitation


def peaks(levels: Array) -> npt.NDArray[np.bool_]:
    """Which bins (frames, bins) are higher than the one before and not lower than the next."""
    found = np.zeros(levels.shape, dtype=bool)
    found[:, 1:-1] = (levels[:, 1:-1] > levels[:, :-2]) & (levels[:, 1:-1] >= levels[:, 2:])
    return found


def running_median(levels: Array, reach: int) -> Array:
    """For each frame the median over about `2 * reach` bins around, in steps of `reach` bins."""
    bins = levels.shape[1]
    middles = np.arange(0, bins + reach, reach)
    padded = np.pad(levels, ((0, 0), (reach, 3 * reach)), mode="edge")
    medians = [np.median(padded[:, m : m + 2 * reach + 1], axis=1) for m in middles]
    left = np.minimum(np.arange(bins) // reach, len(middles) - 2)
    share = (np.arange(bins) - middles[left]) / reach
    table = np.stack(medians, axis=1)
    between: Array = table[:, left] * (1 - share) + table[:, left + 1] * share
    return between


def third_octaves(sound: Sound) -> Array:
    """Levels in dB of the third octaves from 50 Hz to 20 kHz (27 bands)."""
    from scipy import signal

    frequencies, power = signal.welch(sound.mono, sound.rate, nperseg=16384)
    centres = 1000 * 2 ** (np.arange(-13, 14) / 3)
    edge = 2 ** (1 / 6)
    bands = [
        float(power[(frequencies >= c / edge) & (frequencies < c * edge)].sum()) for c in centres
    ]
    return 10 * np.log10(np.array(bands) + 1e-15)
