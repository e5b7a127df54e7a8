# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Effects built on one moving delay line: chorus, tempo-synced echo, wow and flutter of tape.

State carries over, so blocks may have any length. All effects here are linear: stems that pass them
one by one sum to the mix that passed them. Not for: rooms (see reverb) or levels (see settings).
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


@kernel
def _delay_at(sway: Numbers, at: int) -> float:
    """The time of a channel's delay, `at` frames into the block."""
    first = sway[1] * math.sin(sway[2] + sway[3] * at)
    return float(sway[0] + first + sway[4] * math.sin(sway[5] + sway[6] * at))


@kernel
def _recalled(line: Samples, now: int, delay: float) -> float:
    """What the memory holds at a fractional delay: four points, third order."""
    mask = line.shape[0] - 1
    whole = int(delay)
    t = delay - whole
    y0 = float(line[np.uint64((now - whole + 1) & mask)])
    y1 = float(line[np.uint64((now - whole) & mask)])
    y2 = float(line[np.uint64((now - whole - 1) & mask)])
    y3 = float(line[np.uint64((now - whole - 2) & mask)])
    c1 = 0.5 * (y2 - y0)
    c2 = y0 - 2.5 * y1 + 2.0 * y2 - 0.5 * y3
    c3 = 0.5 * (y3 - y0) + 1.5 * (y1 - y2)
    return ((c3 * t + c2) * t + c1) * t + y1


@kernel
def run_delay(
    x: Samples, memory: Samples, sway: Numbers, mix: Numbers, low: Numbers, counter: int
) -> None:
    """A stereo delay with feedback, whose time sways with two sines, in place on x (2, n).

    The time moves in straight lines of 32 frames, on a grid that the blocks don't change.

    Args:
        x: The block.
        memory: (2, power of two) delay memory.
        sway: (2, 7) per channel: delay in frames, then twice: depth, start phase, step in radians.
        mix: dry gain, wet gain, feedback, share of the feedback that crosses over, damping step.
        low: (2) damping state.
        counter: Frames processed so far, large, so that the past is positive.
    """
    dry, wet, feedback, cross, damping = mix
    mask = memory.shape[1] - 1
    left, right = low
    at = -(counter & 31)
    later_left = _delay_at(sway[0], at)
    later_right = _delay_at(sway[1], at)
    while at < x.shape[1]:
        delay_left, delay_right = later_left, later_right
        later_left = _delay_at(sway[0], at + 32)
        later_right = _delay_at(sway[1], at + 32)
        step_left = (later_left - delay_left) / 32.0
        step_right = (later_right - delay_right) / 32.0
        for i in range(max(at, 0), min(at + 32, x.shape[1])):
            now = counter + i
            out = _recalled(memory[0], now, delay_left + step_left * (i - at))
            left += (out - left) * damping
            out = _recalled(memory[1], now, delay_right + step_right * (i - at))
            right += (out - right) * damping
            back_left = feedback * ((1.0 - cross) * left + cross * right)
            back_right = feedback * ((1.0 - cross) * right + cross * left)
            memory[0, now & mask] = x[0, i] + back_left + 1e-18
            memory[1, now & mask] = x[1, i] + back_right + 1e-18
            x[0, i] = dry * x[0, i] + wet * left
            x[1, i] = dry * x[1, i] + wet * right
        at += 32
    low[0] = left
    low[1] = right


@dataclass(frozen=True, slots=True)
class Sway:
    """A slow sine on a delay time: depth in frames, rate, and phase in turns for left and right."""

    depth: float
    rate_hz: float
    left: float = 0.0
    right: float = 0.0


class MovingDelay:
    """A stereo delay line with feedback and a swaying time.

    Args:
        frames: Delay time, left and right.
        sways: At most two.
        dry, wet, feedback, cross: Gains; `cross` is the share of the feedback that changes sides.
        damping_hz: Low-pass on what comes out.
        period_frames: Where the music loops: rates are rounded to whole turns in it; 0 for none.
    """

    def __init__(
        self,
        frames: tuple[float, float],
        sways: tuple[Sway, ...] = (),
        *,
        dry: float = 0.0,
        wet: float = 1.0,
        feedback: float = 0.0,
        cross: float = 0.0,
        damping_hz: float = 20_000.0,
        period_frames: int = 0,
    ) -> None:
        reach = int(max(frames) + sum(s.depth for s in sways)) + 8
        self._memory = np.zeros((2, 1 << reach.bit_length()), dtype=np.float32)
        damping = min(1.0, 1.0 - math.exp(-2.0 * math.pi * damping_hz / SAMPLE_RATE))
        if damping_hz >= 20_000.0:
            damping = 1.0
        self._mix = np.array([dry, wet, feedback, cross, damping])
        self._low = np.zeros(2)
        self._frames = frames
        self._sways = [(s, _step(s.rate_hz, period_frames)) for s in sways]
        self._done = 0

    def seek(self, frame: int) -> None:
        """Sets the place in time, which the phases of the sways follow."""
        self._done = frame

    def reset(self) -> None:
        """Forgets what went through."""
        self._memory[:] = 0.0
        self._low[:] = 0.0

    def process(self, block: Samples) -> None:
        """Processes a block (2, frames) in place."""
        sway = np.zeros((2, 7))
        for channel in range(2):
            sway[channel, 0] = self._frames[channel]
            for k, (s, step) in enumerate(self._sways):
                turns = s.left if channel == 0 else s.right
                phase = math.fmod(self._done * step, 2.0 * math.pi) + 2.0 * math.pi * turns
                sway[channel, 1 + 3 * k : 4 + 3 * k] = (s.depth, phase, step)
        run_delay(block, self._memory, sway, self._mix, self._low, (1 << 40) + self._done)
        self._done += block.shape[1]


def _step(rate_hz: float, period_frames: int) -> float:
    if period_frames > 0:
        turns = max(1, round(rate_hz * period_frames / SAMPLE_RATE))
        return 2.0 * math.pi * turns / period_frames
    return 2.0 * math.pi * rate_hz / SAMPLE_RATE


def chorus(amount: float, period_frames: int = 0) -> MovingDelay:
    """A gentle stereo chorus; amount 0–1."""
    sways = (Sway(70.0, 0.53, 0.0, 0.25), Sway(18.0, 1.37, 0.1, 0.6))
    return MovingDelay(
        (560.0, 690.0), sways, dry=1.0 - 0.3 * amount, wet=0.6 * amount, damping_hz=9000.0,
        period_frames=period_frames,
    )  # fmt: skip


def echo(delay_s: float, feedback: float, high_cut_hz: float) -> MovingDelay:
    """A ping-pong echo (wet only) whose repeats get darker."""
    frames = delay_s * SAMPLE_RATE
    return MovingDelay((frames, frames), feedback=feedback, cross=1.0, damping_hz=high_cut_hz)


def _sway_frames(cents: float, rate_hz: float) -> float:
    """Depth of a delay's sine whose Doppler shift is `cents` at most."""
    return (math.pow(2.0, cents / 1200.0) - 1.0) * SAMPLE_RATE / (2.0 * math.pi * rate_hz)


class Tape:
    """Wow, flutter and the dull top of an old tape; linear.

    Attributes:
        latency_frames: How much later the sound comes out.
    """

    def __init__(
        self, low_pass_hz: float, wow_cents: float, flutter_cents: float, period_frames: int = 0
    ) -> None:
        wow = Sway(_sway_frames(wow_cents, 0.55), 0.55)
        flutter = Sway(_sway_frames(flutter_cents, 7.3), 7.3, 0.3, 0.3)
        self.latency_frames = int(wow.depth + flutter.depth) + 4
        base = float(self.latency_frames)
        self._delay = MovingDelay((base, base), (wow, flutter), period_frames=period_frames)
        self._top = filters.Cascade(
            [filters.low_pass(low_pass_hz, 0.6), filters.low_pass(min(1.5 * low_pass_hz, 19_000.0))]
        )

    def seek(self, frame: int) -> None:
        """Sets the place in time; before the first block."""
        self._delay.seek(frame)

    def process(self, block: Samples) -> None:
        """Processes a block (2, frames) in place."""
        self._delay.process(block)
        self._top.process(block)
