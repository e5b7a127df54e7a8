# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Second-order filters: design and application, with state that carries over from block to block.

Designs follow R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter
coefficients". A section is (b0, b1, b2, a1, a2) with a0 = 1. Not for: deciding what to filter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.jit import kernel

Sections = npt.NDArray[np.float64]
Biquad = tuple[float, float, float, float, float]

BUTTERWORTH_Q = math.sqrt(0.5)
IDENTITY: Biquad = (1.0, 0.0, 0.0, 0.0, 0.0)


def _angles(frequency_hz: float, q: float, rate: int) -> tuple[float, float]:
    w = 2.0 * math.pi * min(frequency_hz, 0.49 * rate) / rate
    return math.cos(w), math.sin(w) / (2.0 * q)


def _normalised(b0: float, b1: float, b2: float, a0: float, a1: float, a2: float) -> Biquad:
    return b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0


def high_pass(frequency_hz: float, q: float = BUTTERWORTH_Q, rate: int = SAMPLE_RATE) -> Biquad:
    """12 dB per octave below the frequency."""
    c, alpha = _angles(frequency_hz, q, rate)
    b = (1.0 + c) / 2.0
    return _normalised(b, -2.0 * b, b, 1.0 + alpha, -2.0 * c, 1.0 - alpha)


def low_pass(frequency_hz: float, q: float = BUTTERWORTH_Q, rate: int = SAMPLE_RATE) -> Biquad:
    """12 dB per octave above the frequency."""
    c, alpha = _angles(frequency_hz, q, rate)
    b = (1.0 - c) / 2.0
    return _normalised(b, 2.0 * b, b, 1.0 + alpha, -2.0 * c, 1.0 - alpha)


def peak(frequency_hz: float, gain_db: float, q: float = 1.0, rate: int = SAMPLE_RATE) -> Biquad:
    """A bell of `gain_db` around the frequency."""
    c, alpha = _angles(frequency_hz, q, rate)
    a = 10.0 ** (gain_db / 40.0)
    return _normalised(
        1.0 + alpha * a, -2.0 * c, 1.0 - alpha * a, 1.0 + alpha / a, -2.0 * c, 1.0 - alpha / a
    )


def low_shelf(
    frequency_hz: float, gain_db: float, q: float = BUTTERWORTH_Q, rate: int = SAMPLE_RATE
) -> Biquad:
    """`gain_db` below the frequency."""
    c, alpha = _angles(frequency_hz, q, rate)
    a = 10.0 ** (gain_db / 40.0)
    s = 2.0 * math.sqrt(a) * alpha
    return _normalised(
        a * ((a + 1.0) - (a - 1.0) * c + s),
        2.0 * a * ((a - 1.0) - (a + 1.0) * c),
        a * ((a + 1.0) - (a - 1.0) * c - s),
        (a + 1.0) + (a - 1.0) * c + s,
        -2.0 * ((a - 1.0) + (a + 1.0) * c),
        (a + 1.0) + (a - 1.0) * c - s,
    )


def high_shelf(
    frequency_hz: float, gain_db: float, q: float = BUTTERWORTH_Q, rate: int = SAMPLE_RATE
) -> Biquad:
    """`gain_db` above the frequency."""
    c, alpha = _angles(frequency_hz, q, rate)
    a = 10.0 ** (gain_db / 40.0)
    s = 2.0 * math.sqrt(a) * alpha
    return _normalised(
        a * ((a + 1.0) + (a - 1.0) * c + s),
        -2.0 * a * ((a - 1.0) + (a + 1.0) * c),
        a * ((a + 1.0) + (a - 1.0) * c - s),
        (a + 1.0) - (a - 1.0) * c + s,
        2.0 * ((a - 1.0) - (a + 1.0) * c),
        (a + 1.0) - (a - 1.0) * c - s,
    )


def sections(filters: Sequence[Biquad]) -> Sections:
    """The filters as an array (filters, 5), ready for a kernel."""
    return np.array(list(filters) or [IDENTITY], dtype=np.float64).reshape(-1, 5)


@kernel
def _run_pair(x: Samples, c: Sections, state: npt.NDArray[np.float64], s: int) -> None:
    """Two sections at once from `s` on: their chains overlap, which halves the time."""
    b0, b1, b2, a1, a2 = c[s, 0], c[s, 1], c[s, 2], c[s, 3], c[s, 4]
    e0, e1, e2, d1, d2 = c[s + 1, 0], c[s + 1, 1], c[s + 1, 2], c[s + 1, 3], c[s + 1, 4]
    l1, l2, l3, l4 = state[0, s, 0], state[0, s, 1], state[0, s + 1, 0], state[0, s + 1, 1]
    r1, r2, r3, r4 = state[1, s, 0], state[1, s, 1], state[1, s + 1, 0], state[1, s + 1, 1]
    for i in range(x.shape[1]):
        left = x[0, i] + 1e-18
        right = x[1, i] + 1e-18
        y = b0 * left + l1
        z = b0 * right + r1
        l1 = b1 * left - a1 * y + l2
        r1 = b1 * right - a1 * z + r2
        l2 = b2 * left - a2 * y
        r2 = b2 * right - a2 * z
        out_left = e0 * y + l3
        out_right = e0 * z + r3
        l3 = e1 * y - d1 * out_left + l4
        r3 = e1 * z - d1 * out_right + r4
        l4 = e2 * y - d2 * out_left
        r4 = e2 * z - d2 * out_right
        x[0, i] = out_left
        x[1, i] = out_right
    state[0, s, 0], state[0, s, 1], state[0, s + 1, 0], state[0, s + 1, 1] = l1, l2, l3, l4
    state[1, s, 0], state[1, s, 1], state[1, s + 1, 0], state[1, s + 1, 1] = r1, r2, r3, r4


@kernel
def _run_one(x: Samples, c: Sections, state: npt.NDArray[np.float64], s: int) -> None:
    """One section, `s`."""
    b0, b1, b2, a1, a2 = c[s, 0], c[s, 1], c[s, 2], c[s, 3], c[s, 4]
    l1, l2 = state[0, s, 0], state[0, s, 1]
    r1, r2 = state[1, s, 0], state[1, s, 1]
    for i in range(x.shape[1]):
        left = x[0, i] + 1e-18
        right = x[1, i] + 1e-18
        out_left = b0 * left + l1
        out_right = b0 * right + r1
        l1 = b1 * left - a1 * out_left + l2
        r1 = b1 * right - a1 * out_right + r2
        l2 = b2 * left - a2 * out_left
        r2 = b2 * right - a2 * out_right
        x[0, i] = out_left
        x[1, i] = out_right
    state[0, s, 0], state[0, s, 1] = l1, l2
    state[1, s, 0], state[1, s, 1] = r1, r2


@kernel
def run_cascade(x: Samples, coefficients: Sections, state: npt.NDArray[np.float64]) -> None:
    """Filters x (2, n) in place; state is (2, sections, 2). Transposed direct form II."""
    count = coefficients.shape[0]
    for section in range(0, count - 1, 2):
        _run_pair(x, coefficients, state, section)
    if count % 2 == 1:
        _run_one(x, coefficients, state, count - 1)


class Cascade:
    """A chain of second-order filters over stereo blocks."""

    def __init__(self, filters: Sequence[Biquad]) -> None:
        self._coefficients = sections(filters)
        self._state = np.zeros((2, len(self._coefficients), 2))

    def process(self, block: Samples) -> None:
        """Filters a block (2, frames), float32, C-contiguous, in place."""
        run_cascade(block, self._coefficients, self._state)

    def reset(self) -> None:
        """Forgets what went through."""
        self._state[:] = 0.0


def response_db(
    filters: Sequence[Biquad], frequencies_hz: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The chain's gain in dB at each frequency, at 44.1 kHz."""
    z = np.exp(-2j * np.pi * frequencies_hz / SAMPLE_RATE)
    total = np.ones_like(z)
    for b0, b1, b2, a1, a2 in filters:
        total *= (b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z)
    gain: npt.NDArray[np.float64] = 20.0 * np.log10(np.maximum(np.abs(total), 1e-9))
    return gain
