# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loudness after ITU-R BS.1770-4 and EBU Tech 3341/3342: integrated, short-term, range; streaming.

K-weighting for any rate follows the analogue prototype whose 48 kHz form the standard tabulates.
Not for: true peak (see dynamics) or changing the loudness (see mastering).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio import filters
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples

SILENCE_LUFS = -120.0

_ABSOLUTE_GATE = -70.0
_MOMENTARY_HOPS = 4
_SHORT_TERM_HOPS = 30
_OFFSET_DB = -0.691

Powers = npt.NDArray[np.float64]


def k_weighting(rate: int = SAMPLE_RATE) -> tuple[filters.Biquad, filters.Biquad]:
    """The two sections of K-weighting: a shelf for the head, then a high-pass (RLB curve)."""
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf = (
        (high + band * k / q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / q + k * k) / a0,
    )
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return shelf, (1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0)


def _lufs(power: float) -> float:
    return _OFFSET_DB + 10.0 * math.log10(power) if power > 1e-13 else SILENCE_LUFS


def _windows(hops: Powers, count: int) -> Powers:
    """Mean power of every run of `count` hops."""
    if len(hops) < count:
        return np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(hops)])
    means: Powers = (sums[count:] - sums[:-count]) / count
    return np.maximum(means, 0.0)


def _above(powers: Powers, lufs: float) -> Powers:
    loud: Powers = powers[powers > 10.0 ** ((lufs - _OFFSET_DB) / 10.0)]
    return loud


def range_of(hops: Powers) -> float:
    """Loudness range in LU for the power of every tenth of a second (Tech 3342)."""
    powers = _above(_windows(hops, _SHORT_TERM_HOPS), _ABSOLUTE_GATE)
    if len(powers) == 0:
        return 0.0
    gated = np.sort(_above(powers, _lufs(float(powers.mean())) - 20.0))
    last = len(gated) - 1
    low, high = gated[round(last * 0.1)], gated[round(last * 0.95)]
    return _lufs(float(high)) - _lufs(float(low))


class LoudnessMeter:
    """Measures stereo blocks that follow each other; memory grows by 80 bytes a second."""

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        self._hop = rate // 10
        self._cascade = filters.Cascade(k_weighting(rate))
        self._hops: list[float] = []
        self._power = 0.0
        self._filled = 0

    @classmethod
    def of_hops(cls, hops: Powers) -> LoudnessMeter:
        """A meter that has measured these powers, one for every tenth of a second (see `hops`)."""
        meter = cls()
        meter._hops = [float(power) for power in hops]
        return meter

    def push(self, block: Samples) -> None:
        """Takes a block (2, frames) in; doesn't change it."""
        weighted = np.array(block, dtype=np.float32, order="C")
        self._cascade.process(weighted)
        squares = np.einsum("ij,ij->j", weighted, weighted)
        at = 0
        while at < len(squares):
            count = min(len(squares) - at, self._hop - self._filled)
            self._power += float(np.sum(squares[at : at + count], dtype=np.float64))
            self._filled += count
            at += count
            if self._filled == self._hop:
                self._hops.append(self._power / self._hop)
                self._power = 0.0
                self._filled = 0

    @property
    def hops(self) -> Powers:
        """K-weighted power of every finished tenth of a second."""
        return np.array(self._hops)

    @property
    def integrated_lufs(self) -> float:
        """Integrated loudness with both gates; -120 for silence or less than 0.4 s."""
        blocks = _above(_windows(np.array(self._hops), _MOMENTARY_HOPS), _ABSOLUTE_GATE)
        if len(blocks) == 0:
            return SILENCE_LUFS
        gated = _above(blocks, _lufs(float(blocks.mean())) - 10.0)
        return _lufs(float(gated.mean()))

    @property
    def short_term_lufs(self) -> list[float]:
        """Short-term loudness (3 s), one value every 0.1 s."""
        return [_lufs(float(p)) for p in _windows(np.array(self._hops), _SHORT_TERM_HOPS)]

    @property
    def max_short_term_lufs(self) -> float:
        """The loudest 3 s."""
        return max(self.short_term_lufs, default=SILENCE_LUFS)

    @property
    def range_lu(self) -> float:
        """Loudness range: 10th to 95th percentile of the gated short-term loudness (Tech 3342)."""
        return range_of(self.hops)
