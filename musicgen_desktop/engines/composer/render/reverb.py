# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rooms: a feedback delay network with early reflections, for sends.

After J.-M. Jot and A. Chaigne, "Digital delay networks for designing artificial reverberators" (AES
1991): delay lines of coprime lengths, a Hadamard matrix between them, absorption per line; allpass
diffusers in front after M. Schroeder (1962). State carries over, so blocks may have any length.
Not for: how much goes into a room (see settings).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio import filters
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.jit import kernel

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

LINES = 16
_MOTION_HZ = 0.31
_LINE_MS = (
    29.7, 33.1, 37.3, 41.1, 43.9, 47.1, 51.7, 54.3, 57.9, 61.3, 66.1, 69.7, 73.3, 77.9, 83.1, 88.7,
)  # fmt: skip
_DIFFUSER_MS = ((4.77, 3.59, 12.73, 9.31), (5.03, 3.83, 11.97, 9.79))
_EARLY_MS = ((7.1, 13.3, 19.9, 29.3, 41.7), (8.9, 15.7, 23.3, 33.1, 45.1))
_EARLY_GAIN = (0.80, 0.62, 0.50, 0.38, 0.30)


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """A room.

    Attributes:
        t60_s: Reverberation time at low and middle frequencies.
        brightness: Reverberation time at high frequencies relative to t60_s, 0.1–0.95.
        size: Scales all delays; 0.35 a chamber, 1.0 a hall, 1.4 a cathedral.
        predelay_ms: Before the first reflection.
        low_cut_hz, high_cut_hz: What enters.
        early: Gain of the early reflections.
    """

    t60_s: float
    brightness: float = 0.5
    size: float = 1.0
    predelay_ms: float = 12.0
    low_cut_hz: float = 200.0
    high_cut_hz: float = 9000.0
    early: float = 0.5


@kernel
def _enter(
    x: Samples,
    i: int,
    now: int,
    diffusers: Samples,
    diffuser_lengths: Indices,
    predelay: Samples,
    taps: Indices,
    tap_gains: Numbers,
    early: Numbers,
) -> None:
    """One frame into the room: x[:, i] becomes the diffused input, `early` the reflections."""
    diffuser_mask = diffusers.shape[2] - 1
    predelay_mask = predelay.shape[1] - 1
    for channel in range(2):
        predelay[channel, now & predelay_mask] = x[channel, i]
        total = 0.0
        for tap in range(tap_gains.shape[0]):
            then = (now - taps[channel, tap + 1]) & predelay_mask
            total += tap_gains[tap] * predelay[channel, then]
        early[channel] = total
        y = float(predelay[channel, (now - taps[channel, 0]) & predelay_mask])
        for k in range(4):
            old = diffusers[channel, k, (now - diffuser_lengths[channel, k]) & diffuser_mask]
            fresh = y + 0.6 * old
            diffusers[channel, k, now & diffuser_mask] = fresh
            y = old - 0.6 * fresh
        x[channel, i] = y


@kernel
def _hadamard(v: Numbers) -> None:
    """Mixes 16 values by a Hadamard matrix of gain 4, in place."""
    span = 1
    while span < 16:
        for base in range(0, 16, 2 * span):
            for k in range(base, base + span):
                a = v[k]
                b = v[k + span]
                v[k] = a + b
                v[k + span] = a - b
        span *= 2


@kernel
def _swaying(line: Samples, now: int, delay: float) -> float:
    """What a delay line holds at a fractional delay."""
    mask = line.shape[0] - 1
    whole = int(delay)
    a = line[(now - whole) & mask]
    b = line[(now - whole - 1) & mask]
    return float(a + (delay - whole) * (b - a))


@kernel
def run_room(
    x: Samples,
    lines: Samples,
    lengths: Indices,
    line_gains: Numbers,
    diffusers: Samples,
    diffuser_lengths: Indices,
    predelay: Samples,
    taps: Indices,
    tap_gains: Numbers,
    motion: Numbers,
    low: Numbers,
    counter: int,
) -> None:
    """Replaces x (2, n) by its reverberation. All delay memories have a power of two as length.

    Args:
        x: What is sent.
        lines: (16, size) delay memories.
        lengths: Delays of the lines, in frames.
        line_gains: (16, 2) gain and damping per line.
        diffusers: (2, 4, size) allpass memories.
        diffuser_lengths: (2, 4) their delays.
        predelay: (2, size) memory of the input.
        taps: (2, 1 + early) delays: into the network, then reflections.
        tap_gains: (early) gains of the reflections.
        motion: Start phase, step (radians per frame), depth in frames.
        low: (16) damping state.
        counter: Frames processed so far, large, so that the past is positive.
    """
    mask = lines.shape[1] - 1
    v = np.zeros(16)
    early = np.zeros(2)
    sway = np.zeros(4)
    sine, cosine = math.sin(motion[0]), math.cos(motion[0])
    step_s, step_c = math.sin(motion[1]), math.cos(motion[1])
    for i in range(x.shape[1]):
        now = counter + i
        _enter(x, i, now, diffusers, diffuser_lengths, predelay, taps, tap_gains, early)
        sine, cosine = sine * step_c + cosine * step_s, cosine * step_c - sine * step_s
        sway[0], sway[1], sway[2], sway[3] = sine, cosine, -sine, -cosine
        for k in range(16):
            if k < 4:
                out = _swaying(lines[k], now, lengths[k] + motion[2] * sway[k])
            else:
                out = float(lines[k, (now - lengths[k]) & mask])
            low[k] += (out - low[k]) * line_gains[k, 1]
            v[k] = low[k] * line_gains[k, 0] + 1e-18
        left = v[0] - v[2] + v[4] - v[6] + v[8] - v[10] + v[12] - v[14]
        right = v[1] - v[3] + v[5] - v[7] + v[9] - v[11] + v[13] - v[15]
        _hadamard(v)
        for k in range(16):
            lines[k, now & mask] = 0.25 * v[k] + x[k % 2, i]
        left = left * 0.35 + early[0]
        right = right * 0.35 + early[1]
        x[0, i] = left + 0.2 * right
        x[1, i] = right + 0.2 * left


def _frames(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000.0)


def _power_of_two(frames: int) -> int:
    return 1 << max(4, (frames + 2).bit_length())


class Room:
    """One room over stereo blocks.

    Args:
        settings: What it is like.
        period_frames: Where the music loops, so that the room's motion does too; 0 for none.
    """

    def __init__(self, settings: RoomSettings, period_frames: int = 0) -> None:
        size = settings.size
        self._step = 2.0 * math.pi * _MOTION_HZ / SAMPLE_RATE
        if period_frames > 0:
            turns = max(1, round(_MOTION_HZ * period_frames / SAMPLE_RATE))
            self._step = 2.0 * math.pi * turns / period_frames
        self._lengths = np.array([_frames(ms * size) | 1 for ms in _LINE_MS], dtype=np.int64)
        self._line_gains = self._absorption(settings)
        self._lines = np.zeros(
            (LINES, _power_of_two(int(self._lengths[-1]) + 32)), dtype=np.float32
        )
        scale = 0.4 + 0.6 * min(size, 1.0)
        self._diffuser_lengths = np.array(
            [[_frames(ms * scale) for ms in side] for side in _DIFFUSER_MS], dtype=np.int64
        )
        self._diffusers = np.zeros((2, 4, 1024), dtype=np.float32)
        before = _frames(settings.predelay_ms)
        self._taps = np.array(
            [[before, *(before + _frames(ms * size) for ms in side)] for side in _EARLY_MS],
            dtype=np.int64,
        )
        self._predelay = np.zeros((2, _power_of_two(int(self._taps.max()))), dtype=np.float32)
        self._tap_gains = np.array(_EARLY_GAIN) * settings.early * 0.5
        self._low = np.zeros(LINES)
        self._counter = 1 << 40  # far from 0: indices of the past stay positive
        self._done = 0
        self._input = filters.Cascade(
            [filters.high_pass(settings.low_cut_hz), filters.low_pass(settings.high_cut_hz)]
        )

    def _absorption(self, settings: RoomSettings) -> Numbers:
        exponent = -3.0 * self._lengths / (settings.t60_s * SAMPLE_RATE)
        ratio = settings.brightness
        pole = np.log(10.0) / 4.0 * exponent * (1.0 - 1.0 / ratio**2)
        return np.stack([10.0**exponent, 1.0 - np.clip(pole, 0.0, 0.97)], axis=1)

    def process(self, block: Samples) -> None:
        """Replaces what was sent, (2, frames), by the room's answer, in place."""
        self._input.process(block)
        phase = math.fmod(self._done * self._step, 2.0 * math.pi)
        motion = np.array([phase, self._step, 6.0])
        run_room(
            block, self._lines, self._lengths, self._line_gains, self._diffusers,
            self._diffuser_lengths, self._predelay, self._taps, self._tap_gains, motion,
            self._low, self._counter + self._done,
        )  # fmt: skip
        self._done += block.shape[1]
