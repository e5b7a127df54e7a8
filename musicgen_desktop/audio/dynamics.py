# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""True peak, soft clipping and a look-ahead limiter that keeps the true peak under a ceiling.

True peak after ITU-R BS.1770-4 annex 2: four times oversampling by a polyphase interpolator. The
limiter takes the sliding minimum of the wanted gain over its look-ahead and smooths it by a moving
average of the same length, so that the gain has reached its depth when the peak arrives.
Not for: the glue compressor (see channel).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.jit import kernel

Numbers = npt.NDArray[np.float64]

TAPS = 12
LOOK_AHEAD = 88
"""Frames of the moving average: 2 ms."""
_HOLD = TAPS
LATENCY = LOOK_AHEAD + TAPS - 1
_NO_CLIP = 1e9


def interpolator() -> Samples:
    """The polyphase interpolator (3, 12): fractions 1/4, 2/4, 3/4 between taps 5 and 6."""
    taps = np.arange(TAPS)
    rows = []
    for phase in (0.25, 0.5, 0.75):
        at = taps - (TAPS / 2 - 1) - phase
        window = np.kaiser(4 * TAPS + 1, 5.0)
        grid = np.linspace(-TAPS / 2, TAPS / 2, len(window))
        row = np.sinc(at) * np.interp(at, grid, window)
        rows.append(row / row.sum())
    return np.array(rows, dtype=np.float32)


@kernel
def _between(x: Samples, history: Samples, fir: Samples, i: int) -> float:
    """The highest interpolated level between the frames i - 6 and i - 5 of one channel."""
    highest = 0.0
    for phase in range(3):
        total = np.float32(0.0)
        for tap in range(12):
            at = i - 11 + tap
            sample = x[at] if at >= 0 else history[12 + at]
            total += fir[phase, tap] * sample
        level = abs(float(total))
        highest = level if level > highest else highest
    return highest


@kernel
def measure_peaks(
    x: Samples, history: Samples, fir: Samples, levels: Numbers, peaks: Samples
) -> float:
    """Applies gain and soft clip to x (2, n) in place, and finds its true peak frame by frame.

    Args:
        x: The block.
        history: (2, 12) last frames of the block before, updated.
        fir: The interpolator.
        levels: Gain, start of the soft clip, its limit, and the level of a sample from which on
            the interpolator is asked.
        peaks: (n) is filled with the peak around the frame six frames earlier, or at it.

    Returns:
        The highest peak.
    """
    gain, knee, limit, ask = levels
    room = limit - knee
    highest = 0.0
    since = 1000
    for i in range(x.shape[1]):
        peak = 0.0
        for c in range(2):
            v = x[c, i] * gain
            a = abs(v)
            if a > knee:
                over = (a - knee) / room
                a = knee + room * (over / (1.0 + over**2) ** 0.5)
                v = a if v > 0 else -a
            x[c, i] = v
            peak = a if a > peak else peak
        since = 0 if peak > ask else since + 1
        if since < 12:
            for c in range(2):
                a = _between(x[c], history[c], fir, i)
                peak = a if a > peak else peak
        peaks[i] = peak
        highest = peak if peak > highest else highest
    n = x.shape[1]
    for c in range(2):
        for tap in range(12):
            at = n - 12 + tap
            history[c, tap] = x[c, at] if at >= 0 else history[c, 12 + at]
    return highest


@kernel
def run_limiter(
    x: Samples,
    peaks: Samples,
    delay: Samples,
    queue: Numbers,
    average: Numbers,
    state: Numbers,
    ceiling: float,
    release: float,
) -> float:
    """Limits x (2, n) in place, `LATENCY` frames late; returns the lowest gain.

    Args:
        x: The block.
        peaks: (n) from `measure_peaks`.
        delay: (2, 128) delay memory.
        queue: (2, 256) the sliding minimum's candidates: gain, frame.
        average: (128) last gains.
        state: head, tail of the queue, frame, held gain, sum of the average.
        ceiling: Highest true peak.
        release: Step of the recovering gain.
    """
    head, tail, frame = int(state[0]), int(state[1]), int(state[2])
    held, total = state[3], state[4]
    lowest = 1.0
    for i in range(x.shape[1]):
        wanted = 1.0 if peaks[i] <= ceiling else ceiling / peaks[i]
        while tail > head and queue[0, (tail - 1) & 255] >= wanted:
            tail -= 1
        queue[0, tail & 255] = wanted
        queue[1, tail & 255] = frame
        tail += 1
        while queue[1, head & 255] <= frame - 100:
            head += 1
        least = queue[0, head & 255]
        held = least if least < held else held + (least - held) * release
        slot = frame & 127
        total += held - average[(frame - 88) & 127]
        average[slot] = held
        gain = min(1.0, total / 88.0)
        lowest = min(lowest, gain)
        for c in range(2):
            out = delay[c, (frame - 99) & 127] * gain
            delay[c, slot] = x[c, i]
            x[c, i] = out
        frame += 1
    state[0] = head
    state[1] = tail
    state[2] = frame
    state[3] = held
    state[4] = total
    return lowest


def to_db(level: float) -> float:
    """A linear level in dB; -160 for silence."""
    return 20.0 * math.log10(max(level, 1e-8))


class TruePeakMeter:
    """The highest true peak of stereo blocks that follow each other."""

    def __init__(self) -> None:
        self._fir = interpolator()
        self._history = np.zeros((2, TAPS), dtype=np.float32)
        self.peak = 0.0

    def push(self, block: Samples) -> None:
        """Takes a block (2, frames) in; doesn't change it."""
        if block.shape[1] == 0:
            return
        copy = np.array(block, dtype=np.float32, order="C")
        scratch = np.empty(block.shape[1], dtype=np.float32)
        levels = np.array([1.0, _NO_CLIP, 2.0 * _NO_CLIP, 0.5 * self.peak])
        self.peak = max(self.peak, measure_peaks(copy, self._history, self._fir, levels, scratch))

    @property
    def peak_dbtp(self) -> float:
        """The highest true peak so far."""
        return to_db(self.peak)


class Limiter:
    """Gain, soft clip and true-peak limiter over stereo blocks, `LATENCY` frames late.

    Args:
        gain_db: Before all. ceiling_dbtp: Highest true peak.
        clip_db: How far above the ceiling a peak is rounded off by the soft clip, which begins as
            far below it.
        release_ms: Of the limiter.
    """

    def __init__(
        self, gain_db: float, ceiling_dbtp: float, clip_db: float = 3.0, release_ms: float = 90.0
    ) -> None:
        self._ceiling = 10.0 ** (ceiling_dbtp / 20.0)
        knee = self._ceiling * 10.0 ** (-clip_db / 20.0)
        limit = self._ceiling * 10.0 ** (clip_db / 20.0)
        gain = 10.0 ** (gain_db / 20.0)
        self._levels = np.array([gain, knee, limit, 0.6 * self._ceiling])
        self._release = 1.0 - math.exp(-1000.0 / (release_ms * SAMPLE_RATE))
        self._fir = interpolator()
        self._history = np.zeros((2, TAPS), dtype=np.float32)
        self._delay = np.zeros((2, 128), dtype=np.float32)
        self._queue = np.zeros((2, 256))
        self._average = np.ones(128)
        self._state = np.array([0.0, 0.0, 128.0, 1.0, float(LOOK_AHEAD)])
        self._lowest = 1.0

    def process(self, block: Samples) -> None:
        """Limits a block (2, frames) in place."""
        peaks = np.empty(block.shape[1], dtype=np.float32)
        measure_peaks(block, self._history, self._fir, self._levels, peaks)
        lowest = run_limiter(
            block, peaks, self._delay, self._queue, self._average, self._state,
            self._ceiling, self._release,
        )  # fmt: skip
        self._lowest = min(self._lowest, lowest)

    @property
    def reduction_db(self) -> float:
        """The strongest gain reduction so far (0 or negative)."""
        return to_db(self._lowest)
