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
CHUNK = 64
"""Frames computed at once; every delay of a feedback is longer."""
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
def _keep(ring: Samples, at: int, values: Samples, count: int) -> None:
    """Writes a chunk into a ring; the ring's first chunk is repeated behind its end."""
    first = np.uint64(at)
    for n in range(np.uint64(count)):
        ring[first + n] = values[n]
    if at < CHUNK:
        behind = np.uint64(ring.shape[0] - CHUNK + at)
        for n in range(np.uint64(count)):
            ring[behind + n] = values[n]


@kernel
def _heard(ring: Samples, then: int, gain: float, out: Samples, count: int) -> None:
    """Adds a chunk of a ring from the frame `then` on to `out`."""
    start = np.uint64(then & (ring.shape[0] - CHUNK - 1))
    g = np.float32(gain)
    for n in range(np.uint64(count)):
        out[n] += g * ring[start + n]


@kernel
def _diffuse(ring: Samples, now: int, delay: int, x: Samples, count: int) -> None:
    """An allpass over the chunk x, in place; its delay is longer than a chunk."""
    share = np.float32(0.6)
    mask = ring.shape[0] - CHUNK - 1
    start = np.uint64((now - delay) & mask)
    place = np.uint64(now & mask)
    for n in range(np.uint64(count)):
        old = ring[start + n]
        fresh = x[n] + share * old
        x[n] = old - share * fresh
        ring[place + n] = fresh
    if place < np.uint64(CHUNK):
        behind = np.uint64(mask + 1) + place
        for n in range(np.uint64(count)):
            ring[behind + n] = ring[place + n]


@kernel
def _swaying(line: Samples, now: int, delay: float, step: float, out: Samples, count: int) -> None:
    """What a delay line holds at a delay that moves by `step` from frame to frame."""
    mask = line.shape[0] - CHUNK - 1
    for n in range(count):
        moved = delay + step * n
        whole = int(moved)
        then = np.uint64((now + n - whole - 1) & mask)
        b = line[then]
        a = line[then + np.uint64(1)]
        out[n] = a + np.float32(moved - whole) * (b - a)


@kernel
def _leave(
    lines: Samples, lengths: Indices, motion: Numbers, now: int, at: int, v: Samples, count: int
) -> None:
    """Fills v (16, chunk) with what the delay lines hold; the first four sway."""
    for k in range(4):
        turn = motion[0] + motion[1] * at + 0.5 * math.pi * k
        delay = lengths[k] + motion[2] * math.sin(turn)
        later = lengths[k] + motion[2] * math.sin(turn + motion[1] * count)
        _swaying(lines[k], now, delay, (later - delay) / count, v[k], count)
    for k in range(4, LINES):
        for n in range(np.uint64(count)):
            v[k, n] = 0.0
        _heard(lines[k], now - lengths[k], 1.0, v[k], count)


@kernel
def _absorb(v: Samples, line_gains: Samples, low: Samples, count: int) -> None:
    """Damps the lines' outputs v (16, chunk) in place, by one-pole low-passes, four at a time."""
    tiny = np.float32(1e-18)
    for k in range(0, LINES, 4):
        y0, y1, y2, y3 = low[k], low[k + 1], low[k + 2], low[k + 3]
        g0, a0, b0 = line_gains[k]
        g1, a1, b1 = line_gains[k + 1]
        g2, a2, b2 = line_gains[k + 2]
        g3, a3, b3 = line_gains[k + 3]
        for n in range(np.uint64(count)):
            y0 = y0 * b0 + v[k, n] * a0
            y1 = y1 * b1 + v[k + 1, n] * a1
            y2 = y2 * b2 + v[k + 2, n] * a2
            y3 = y3 * b3 + v[k + 3, n] * a3
            v[k, n] = y0 * g0 + tiny
            v[k + 1, n] = y1 * g1 + tiny
            v[k + 2, n] = y2 * g2 + tiny
            v[k + 3, n] = y3 * g3 + tiny
        low[k], low[k + 1], low[k + 2], low[k + 3] = y0, y1, y2, y3


@kernel
def _hadamard(v: Samples, count: int) -> None:
    """Mixes 16 rows by a Hadamard matrix of gain 4, in place."""
    span = 1
    while span < LINES:
        for base in range(0, LINES, 2 * span):
            for k in range(base, base + span):
                for n in range(np.uint64(count)):
                    a = v[k, n]
                    b = v[k + span, n]
                    v[k, n] = a + b
                    v[k + span, n] = a - b
        span *= 2


@kernel
def _listen(v: Samples, early: Samples, x: Samples, at: int, count: int) -> None:
    """What is heard of the lines: even ones left, odd ones right, signs alternating."""
    a, b = np.float32(0.35), np.float32(0.2)
    first = np.uint64(at)
    for n in range(np.uint64(count)):
        left = v[0, n] - v[2, n] + v[4, n] - v[6, n] + v[8, n] - v[10, n] + v[12, n] - v[14, n]
        right = v[1, n] - v[3, n] + v[5, n] - v[7, n] + v[9, n] - v[11, n] + v[13, n] - v[15, n]
        left = left * a + early[0, n]
        right = right * a + early[1, n]
        x[0, first + n] = left + b * right
        x[1, first + n] = right + b * left


@kernel
def run_room(
    x: Samples,
    lines: Samples,
    lengths: Indices,
    line_gains: Samples,
    diffusers: Samples,
    diffuser_lengths: Indices,
    predelay: Samples,
    taps: Indices,
    tap_gains: Samples,
    motion: Numbers,
    low: Samples,
    counter: int,
) -> None:
    """Replaces x (2, n) by its reverberation.

    Works in chunks shorter than the shortest delay, so that every inner loop is free of feedback.
    All delay memories are rings of a power of two, with the first chunk repeated at the end.

    Args:
        x: What is sent.
        lines: (16, size) delay memories.
        lengths: Delays of the lines, in frames.
        line_gains: (16, 3) gain, damping's step, and 1 less the step, per line.
        diffusers: (2, 4, size) allpass memories.
        diffuser_lengths: (2, 4) their delays.
        predelay: (2, size) memory of the input.
        taps: (2, 1 + early) delays: into the network, then reflections.
        tap_gains: (early) gains of the reflections.
        motion: Start phase, step (radians per frame), depth in frames.
        low: (16) damping state.
        counter: Frames processed so far, large, so that the past is positive.
    """
    mask = lines.shape[1] - CHUNK - 1
    v = np.empty((LINES, CHUNK), dtype=np.float32)
    early = np.empty((2, CHUNK), dtype=np.float32)
    inside = np.empty((2, CHUNK), dtype=np.float32)
    at = 0
    while at < x.shape[1]:
        now = counter + at
        count = min(CHUNK - (now & (CHUNK - 1)), x.shape[1] - at)
        for c in range(2):
            for n in range(np.uint64(count)):
                early[c, n] = 0.0
                inside[c, n] = 0.0
            _keep(predelay[c], now & (predelay.shape[1] - CHUNK - 1), x[c, at:], count)
            for tap in range(tap_gains.shape[0]):
                _heard(predelay[c], now - taps[c, tap + 1], tap_gains[tap], early[c], count)
            _heard(predelay[c], now - taps[c, 0], 1.0, inside[c], count)
            for k in range(4):
                _diffuse(diffusers[c, k], now, diffuser_lengths[c, k], inside[c], count)
        _leave(lines, lengths, motion, now, at, v, count)
        _absorb(v, line_gains, low, count)
        _listen(v, early, x, at, count)
        _hadamard(v, count)
        for k in range(LINES):
            for n in range(np.uint64(count)):
                v[k, n] = np.float32(0.25) * v[k, n] + inside[k % 2, n]
            _keep(lines[k], now & mask, v[k], count)
        at += count


def _frames(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000.0)


def _power_of_two(frames: int) -> int:
    return 1 << max(7, (frames + 2 + CHUNK).bit_length())


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
            (LINES, _power_of_two(int(self._lengths[-1]) + 32) + CHUNK), dtype=np.float32
        )
        scale = 0.4 + 0.6 * min(size, 1.0)
        self._diffuser_lengths = np.array(
            [[_frames(ms * scale) for ms in side] for side in _DIFFUSER_MS], dtype=np.int64
        )
        self._diffusers = np.zeros((2, 4, 1024 + CHUNK), dtype=np.float32)
        before = _frames(settings.predelay_ms)
        self._taps = np.array(
            [[before, *(before + _frames(ms * size) for ms in side)] for side in _EARLY_MS],
            dtype=np.int64,
        )
        reach = _power_of_two(int(self._taps.max()))
        self._predelay = np.zeros((2, reach + CHUNK), dtype=np.float32)
        self._tap_gains = (np.array(_EARLY_GAIN) * settings.early * 0.5).astype(np.float32)
        self._low = np.zeros(LINES, dtype=np.float32)
        self._counter = 1 << 40  # far from 0: indices of the past stay positive
        self._done = 0
        self._input = filters.Cascade(
            [filters.high_pass(settings.low_cut_hz), filters.low_pass(settings.high_cut_hz)]
        )

    def _absorption(self, settings: RoomSettings) -> Samples:
        exponent = -3.0 * self._lengths / (settings.t60_s * SAMPLE_RATE)
        ratio = settings.brightness
        pole = np.log(10.0) / 4.0 * exponent * (1.0 - 1.0 / ratio**2)
        keep = np.clip(pole, 0.0, 0.97)
        return np.stack([10.0**exponent, 1.0 - keep, keep], axis=1).astype(np.float32)

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
