# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two more compiled inner loops: players whose spectrum moves, and a rotating speaker's delay.

Not for: musical decisions (see sustained and rotary).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from musicgen_desktop.engines.composer.render.voices.kernels import CONTROL_FRAMES
from musicgen_desktop.engines.composer.render.voices.types import Audio, Vector


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def blended_oscillators(
    tables: Audio,
    cycles_per_frame: float,
    ratio: Audio,
    soft: Audio,
    loud: Audio,
    left: Vector,
    right: Vector,
    phase: Vector,
    out: Audio,
) -> None:
    """Adds several players to `out`, each a moving mixture of two waves in the same phase.

    Args:
        tables: (2, size + 2) float32, the soft and the loud cycle; the last two repeat the first.
        cycles_per_frame: Base frequency over sample rate.
        ratio: (players, points) float32 frequency ratios at every CONTROL_FRAMES frames.
        soft: (players, points) float32 amplitudes of the soft wave at the same points.
        loud: The same of the loud wave.
        left: Pan gain per player.
        right: Pan gain per player.
        phase: Start of each player in cycles, 0 to 1.
        out: (2, frames) float32, added to; points >= frames / CONTROL_FRAMES + 2.
    """
    frames = out.shape[1]
    size = np.float32(tables.shape[1] - 2)
    per_frame = np.float32(1.0 / CONTROL_FRAMES)
    for v in range(left.shape[0]):
        position = phase[v]
        pan_l = np.float32(left[v])
        pan_r = np.float32(right[v])
        point = start = 0
        while start < frames:
            stop = min(frames, start + CONTROL_FRAMES)
            step = cycles_per_frame * ratio[v, point]
            slope = (cycles_per_frame * ratio[v, point + 1] - step) / CONTROL_FRAMES
            gain_0 = soft[v, point]
            slope_0 = (soft[v, point + 1] - gain_0) * per_frame
            gain_1 = loud[v, point]
            slope_1 = (loud[v, point + 1] - gain_1) * per_frame
            # the phase in closed form, as in table_oscillators: no chain from frame to frame
            start_32 = np.float32(position)
            step_32 = np.float32(step)
            bend_32 = np.float32(0.5 * slope)
            for n in range(stop - start):
                time = np.float32(n)
                cycles = start_32 + time * (step_32 + (time - np.float32(1.0)) * bend_32)
                place = (cycles - np.floor(cycles)) * size
                index = np.int32(place)
                part = place - np.float32(index)
                a = tables[0, index] + part * (tables[0, index + 1] - tables[0, index])
                b = tables[1, index] + part * (tables[1, index + 1] - tables[1, index])
                value = (gain_0 + time * slope_0) * a + (gain_1 + time * slope_1) * b
                out[0, start + n] += value * pan_l
                out[1, start + n] += value * pan_r
            span = stop - start
            position += span * step + 0.5 * span * (span - 1) * slope
            position -= math.floor(position)
            start = stop
            point += 1


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def moving_tap(source: Audio, delay: Audio, gain: Audio, out: Audio) -> None:
    """Adds one channel, read at a moving delay with a moving gain, to each channel of `out`.

    Args:
        source: (1, frames) float32.
        delay: (channels, points) float32, frames of delay at every CONTROL_FRAMES frames; >= 0.
        gain: (channels, points) float32 at the same points.
        out: (channels, frames) float32, added to.
    """
    frames = out.shape[1]
    per_frame = np.float32(1.0 / CONTROL_FRAMES)
    for channel in range(out.shape[0]):
        for n in range(frames):
            point = n // CONTROL_FRAMES
            part = np.float32(n - point * CONTROL_FRAMES) * per_frame
            late = delay[channel, point]
            late += part * (delay[channel, point + 1] - late)
            loud = gain[channel, point]
            loud += part * (gain[channel, point + 1] - loud)
            place = np.float32(n) - late
            index = np.int32(math.floor(place))
            if index >= 0:
                share = place - np.float32(index)
                ahead = source[0, min(index + 1, frames - 1)]
                value = source[0, index] + share * (ahead - source[0, index])
                out[channel, n] += loud * value
