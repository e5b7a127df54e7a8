# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channel processor: equaliser, moving low-pass, compressor, saturation, width and gain.

The mixer uses one for each part, the master uses one for the whole. All stages but the compressor
and the saturation are linear. Not for: deciding the settings (see mixer and mastering).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio import filters
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.jit import kernel

Numbers = npt.NDArray[np.float64]

MONO_BELOW_HZ = 120.0
CONTROL_FRAMES = 32
"""One value of the moving low-pass lasts this many frames."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How a channel is processed.

    Attributes:
        equaliser: Second-order sections, in order.
        threshold_db: Mean-square level above which the compressor works.
        ratio: 1.0 for none. attack_ms, release_ms: of its level detector.
        makeup_db: Gain after the compressor.
        drive: 0.0 clean; 1.0 doubles the level into a soft curve of unit gain at low level.
        width: Gain of the side signal: 0.0 mono, 1.0 as it is.
        pan: -1.0 left to 1.0 right (balance, -4.5 dB law towards the far side).
        mono_lows: Whether the side signal below 120 Hz is removed.
    """

    equaliser: tuple[filters.Biquad, ...] = ()
    threshold_db: float = 0.0
    ratio: float = 1.0
    attack_ms: float = 10.0
    release_ms: float = 150.0
    makeup_db: float = 0.0
    drive: float = 0.0
    width: float = 1.0
    pan: float = 0.0
    mono_lows: bool = True


@kernel
def _soft(x: float) -> float:
    """A curve like tanh, of unit slope at 0, flat from ±3 on (Padé approximant)."""
    if x > 3.0:
        return 1.0
    if x < -3.0:
        return -1.0
    square = x * x
    return x * (27.0 + square) / (27.0 + 9.0 * square)


@kernel
def _low_passed(x: float, g: float, state: Numbers, at: int) -> float:
    """One step of a second-order low-pass, states at `at` (V. Zavalishin's TPT form)."""
    v1 = (state[at] + g * (x - state[at + 1])) / (1.0 + g * (g + 1.4))
    v2 = float(state[at + 1] + g * v1)
    state[at] = 2.0 * v1 - state[at]
    state[at + 1] = 2.0 * v2 - state[at + 1]
    return v2


@kernel
def run_channel(
    x: Samples,
    gain: Samples,
    cutoff: Numbers,
    side_filter: Numbers,
    dynamics: Numbers,
    tone: Numbers,
    state: Numbers,
) -> float:
    """Everything after the equaliser, in place on x (2, n).

    Args:
        x: The block.
        gain: (n) linear gain.
        cutoff: Low-pass coefficient g per 32 frames, or empty.
        side_filter: One section for the side signal.
        dynamics: threshold (power), slope (1 - 1/ratio) / 2, attack, release (one-pole), make-up.
        tone: drive, width, left gain, right gain.
        state: 16 numbers kept between blocks.

    Returns:
        The compressor's strongest reduction in the block, as a linear gain.
    """
    threshold, slope, attack, release, makeup = dynamics
    drive, width, left_gain, right_gain = tone
    envelope, reduction, s1, s2 = state[:4]
    deepest = 1.0
    into = 1.0 + drive
    out_of = 1.0 / into
    for i in range(x.shape[1]):
        left = x[0, i] + 1e-15
        right = x[1, i] + 1e-15
        if cutoff.shape[0] > 0:
            left = _low_passed(left, cutoff[i // 32], state, 4)
            right = _low_passed(right, cutoff[i // 32], state, 6)
        if slope > 0.0:
            power = 0.5 * (left * left + right * right)
            envelope += (power - envelope) * (attack if power > envelope else release)
            if i % 8 == 0:
                reduction = 1.0 if envelope <= threshold else (threshold / envelope) ** slope
                deepest = min(deepest, reduction)
            g = reduction * makeup
            left *= g
            right *= g
        if drive > 0.0:
            left = _soft(left * into) * out_of
            right = _soft(right * into) * out_of
        middle = 0.5 * (left + right)
        side = 0.5 * width * (left - right)
        filtered = side_filter[0] * side + s1
        s1 = side_filter[1] * side - side_filter[3] * filtered + s2
        s2 = side_filter[2] * side - side_filter[4] * filtered
        x[0, i] = (middle + filtered) * gain[i] * left_gain
        x[1, i] = (middle - filtered) * gain[i] * right_gain
    state[0] = envelope
    state[1] = reduction
    state[2] = s1
    state[3] = s2
    return deepest


def one_pole(time_ms: float) -> float:
    """The step of a one-pole smoother that covers 63 % of the way in the given time."""
    return 1.0 - math.exp(-1000.0 / (max(time_ms, 0.01) * SAMPLE_RATE))


def cutoff_coefficients(frequencies_hz: Numbers) -> Numbers:
    """What `Channel.process` wants as `cutoff`: tan(pi f / rate)."""
    limited = np.clip(frequencies_hz, 20.0, 0.45 * SAMPLE_RATE)
    coefficients: Numbers = np.tan(np.pi * limited / SAMPLE_RATE)
    return coefficients


def pan_gains(pan: float) -> tuple[float, float]:
    """Left and right gain of a balance control; the near side stays as it is."""
    far = math.cos(min(1.0, abs(pan)) * math.pi / 2.0) ** 0.75
    return (far, 1.0) if pan > 0 else (1.0, far)


class Channel:
    """One channel's processing over stereo blocks."""

    def __init__(self, settings: ChannelSettings) -> None:
        self._equaliser = filters.Cascade(settings.equaliser) if settings.equaliser else None
        side = filters.high_pass(MONO_BELOW_HZ) if settings.mono_lows else filters.IDENTITY
        self._side = np.array(side)
        self._dynamics = np.array(
            [
                10.0 ** (settings.threshold_db / 10.0),
                (1.0 - 1.0 / settings.ratio) / 2.0,
                one_pole(settings.attack_ms),
                one_pole(settings.release_ms),
                10.0 ** (settings.makeup_db / 20.0),
            ]
        )
        self._tone = np.array([settings.drive, settings.width, *pan_gains(settings.pan)])
        self._state = np.zeros(16)
        self._no_cutoff = np.zeros(0)
        self.reset()

    def reset(self) -> None:
        """Forgets what went through: the next block sounds as the first one would."""
        if self._equaliser is not None:
            self._equaliser.reset()
        self._state[:] = 0.0
        self._state[1] = 1.0

    def process(self, block: Samples, gain: Samples, cutoff: Numbers | None = None) -> float:
        """Processes a block in place.

        Args:
            block: (2, frames) float32, C-contiguous.
            gain: (frames) linear gain, applied last.
            cutoff: Coefficients of the moving low-pass, one per 32 frames; None for none.

        Returns:
            The compressor's strongest gain reduction in the block, in dB (0 or negative).
        """
        if self._equaliser is not None:
            self._equaliser.process(block)
        deepest = run_channel(
            block,
            gain,
            self._no_cutoff if cutoff is None else cutoff,
            self._side,
            self._dynamics,
            self._tone,
            self._state,
        )
        return 20.0 * math.log10(max(deepest, 1e-6))


def equaliser_from(bands: Sequence[Sequence[float | str]]) -> tuple[filters.Biquad, ...]:
    """Sections from data such as `["peak", 300, -2.5, 1.0]`: kind, Hz, dB, Q.

    Raises:
        ValueError: The kind isn't high_pass, low_pass, peak, low_shelf or high_shelf.
    """
    made: list[filters.Biquad] = []
    for kind, *numbers in bands:
        frequency_hz, gain_db, q = _padded([float(number) for number in numbers])
        match kind:
            case "high_pass":
                made.append(filters.high_pass(frequency_hz))
            case "low_pass":
                made.append(filters.low_pass(frequency_hz))
            case "peak":
                made.append(filters.peak(frequency_hz, gain_db, q))
            case "low_shelf":
                made.append(filters.low_shelf(frequency_hz, gain_db))
            case "high_shelf":
                made.append(filters.high_shelf(frequency_hz, gain_db))
            case _:
                raise ValueError(f"no such equaliser band: {kind}")
    return tuple(made)


def _padded(numbers: list[float]) -> tuple[float, float, float]:
    """Hz, dB and Q, where dB and Q may be left out."""
    full = [*numbers, 0.0, 1.0] if len(numbers) == 1 else [*numbers, 1.0]
    return full[0], full[1], full[2]
