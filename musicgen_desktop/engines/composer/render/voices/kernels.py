# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled inner loops of all instruments: six small, generic kernels.

Every voice is Python that sets parameters for these. Each kernel takes exactly one set of types
(float64 parameters, float32 audio of shape (channels, frames)), so that each is compiled once.
Not for: musical decisions (see the other modules here) or the mixer's effects.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from musicgen_desktop.engines.composer.render.voices.types import Audio, Cube, Table, Vector

CONTROL_FRAMES = 64
"""Frames between two points of a control curve."""

_SAMPLE_RATE = 44100.0
_MODAL_BLOCK = 512
_INAUDIBLE = 1e-10  # squared amplitude: -100 dB


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _drop_faint(
    active: int,
    real: Vector,
    imag: Vector,
    cosine: Vector,
    sine: Vector,
    gain_l: Vector,
    gain_r: Vector,
    gain_q: Vector,
) -> int:
    """Puts the last partial in place of each that can't be heard; gives how many are left."""
    k = 0
    while k < active:
        power_r = gain_r[k] * gain_r[k] + gain_q[k] * gain_q[k]
        loudest = max(gain_l[k] * gain_l[k], power_r)
        if (real[k] * real[k] + imag[k] * imag[k]) * loudest < _INAUDIBLE:
            active -= 1
            for values in (real, imag, cosine, sine, gain_l, gain_r, gain_q):
                values[k] = values[active]
        else:
            k += 1
    return active


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def modal_bank(
    frequency_hz: Vector,
    decay_per_s: Vector,
    left: Vector,
    right: Vector,
    phase: Table,
    out: Audio,
) -> None:
    """Adds a bank of exponentially decaying sines to `out`, by phasor recursion.

    A partial is dropped for good once it is below -100 dB.

    Args:
        frequency_hz: One per partial, below the Nyquist frequency.
        decay_per_s: Rate in nepers per second (6.91 / T60).
        left: Amplitude at the start, left channel.
        right: The same, right channel.
        phase: (2, partials) radians at the start, per channel (0 starts at zero, rising).
        out: (2, frames) float32, added to.
    """
    count = frequency_hz.shape[0]
    frames = out.shape[1]
    real = np.cos(phase[0])
    imag = np.sin(phase[0])
    cosine = np.empty(count)
    sine = np.empty(count)
    gain_l = left.copy()
    # the right channel reads the same phasor, turned by the difference of the phases
    gain_r = right * np.cos(phase[1] - phase[0])
    gain_q = right * np.sin(phase[1] - phase[0])
    for k in range(count):
        shrink = math.exp(-decay_per_s[k] / _SAMPLE_RATE)
        angle = 2.0 * math.pi * frequency_hz[k] / _SAMPLE_RATE
        cosine[k] = shrink * math.cos(angle)
        sine[k] = shrink * math.sin(angle)
    active = count
    start = 0
    while start < frames and active > 0:
        stop = min(frames, start + _MODAL_BLOCK)
        for n in range(start, stop):
            sum_l = 0.0
            sum_r = 0.0
            for k in range(active):
                x = real[k]
                y = imag[k]
                sum_l += y * gain_l[k]
                sum_r += y * gain_r[k] + x * gain_q[k]
                real[k] = x * cosine[k] - y * sine[k]
                imag[k] = x * sine[k] + y * cosine[k]
            out[0, n] += np.float32(sum_l)
            out[1, n] += np.float32(sum_r)
        active = _drop_faint(active, real, imag, cosine, sine, gain_l, gain_r, gain_q)
        start = stop


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def table_oscillators(
    table: Audio,
    cycles_per_frame: float,
    ratio: Audio,
    level: Audio,
    left: Vector,
    right: Vector,
    phase: Vector,
    out: Audio,
) -> None:
    """Adds several players of one band-limited single-cycle wave to `out`.

    Args:
        table: (1, size + 2) float32; the last two repeat the first two.
        cycles_per_frame: Base frequency over sample rate.
        ratio: (players, points) float32 frequency ratios at every CONTROL_FRAMES frames.
        level: (players, points) float32 amplitudes at the same points.
        left: Pan gain per player.
        right: Pan gain per player.
        phase: Start of each player in cycles, 0 to 1.
        out: (2, frames) float32, added to; points >= frames / CONTROL_FRAMES + 2.
    """
    frames = out.shape[1]
    size_32 = np.float32(table.shape[1] - 2)
    for v in range(left.shape[0]):
        position = phase[v]
        pan_l = np.float32(left[v])
        pan_r = np.float32(right[v])
        point = 0
        start = 0
        while start < frames:
            stop = min(frames, start + CONTROL_FRAMES)
            step = cycles_per_frame * ratio[v, point]
            step_slope = (cycles_per_frame * ratio[v, point + 1] - step) / CONTROL_FRAMES
            gain = level[v, point]
            gain_slope = (level[v, point + 1] - gain) / np.float32(CONTROL_FRAMES)
            # Closed form for the phase: no chain from frame to frame, so that this loop is SIMD.
            # Single precision is enough inside a block; the block's start is kept in double.
            start_32 = np.float32(position)
            step_32 = np.float32(step)
            bend_32 = np.float32(0.5 * step_slope)
            for n in range(stop - start):
                time = np.float32(n)
                cycles = start_32 + time * (step_32 + (time - np.float32(1.0)) * bend_32)
                place = (cycles - np.floor(cycles)) * size_32
                index = np.int32(place)
                fraction = place - np.float32(index)
                a = table[0, index]
                value = (gain + time * gain_slope) * (a + fraction * (table[0, index + 1] - a))
                out[0, start + n] += value * pan_l
                out[1, start + n] += value * pan_r
            span = stop - start
            position += span * step + 0.5 * span * (span - 1) * step_slope
            position -= math.floor(position)
            start = stop
            point += 1


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def modulated_sine(
    table: Audio,
    carrier: float,
    modulator: float,
    start: float,
    index: Audio,
    level: Audio,
    out: Audio,
) -> None:
    """Adds one pair of frequency modulation to `out`: a sine whose phase another sine moves.

    After J. Chowning, "The synthesis of complex audio spectra by means of frequency modulation"
    (1973); phases count in cycles.

    Args:
        table: (1, size + 2) float32, one cycle of a sine; the last two repeat the first two.
        carrier: Cycles per frame.
        modulator: Cycles per frame.
        start: Phase of the carrier at the start, in cycles.
        index: (1, points) float32 modulation in cycles at every CONTROL_FRAMES frames.
        level: (2, points) float32 amplitude of each channel at the same points.
        out: (2, frames) float32, added to; points >= frames / CONTROL_FRAMES + 2.
    """
    frames = out.shape[1]
    size = np.float32(table.shape[1] - 2)
    point = 0
    first = 0
    while first < frames:
        count = min(CONTROL_FRAMES, frames - first)
        base_c = np.float32(start + first * carrier - math.floor(start + first * carrier))
        base_m = np.float32(first * modulator - math.floor(first * modulator))
        step_c = np.float32(carrier)
        step_m = np.float32(modulator)
        share = np.float32(1.0 / CONTROL_FRAMES)
        bend = (index[0, point + 1] - index[0, point]) * share
        rise_l = (level[0, point + 1] - level[0, point]) * share
        rise_r = (level[1, point + 1] - level[1, point]) * share
        for n in range(count):
            time = np.float32(n)
            place = base_m + time * step_m
            place = (place - np.floor(place)) * size
            at = np.int32(place)
            a = table[0, at]
            moved = a + (place - np.float32(at)) * (table[0, at + 1] - a)
            place = base_c + time * step_c + (index[0, point] + time * bend) * moved
            place = (place - np.floor(place)) * size
            at = np.int32(place)
            a = table[0, at]
            value = a + (place - np.float32(at)) * (table[0, at + 1] - a)
            out[0, first + n] += value * (level[0, point] + time * rise_l)
            out[1, first + n] += value * (level[1, point] + time * rise_r)
        first += count
        point += 1


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def state_variable_filter(
    audio: Audio,
    cutoff_hz: Vector,
    damping: float,
    low: float,
    band: float,
    high: float,
) -> None:
    """Filters `audio` in place by a state-variable filter with a moving cutoff.

    Trapezoidal integration after A. Simper, "Linear trapezoidal integrated state variable
    filter with low noise optimisation" (Cytomic, 2013).

    Args:
        audio: (2, frames) float32.
        cutoff_hz: Cutoff at every CONTROL_FRAMES frames; points >= frames / CONTROL_FRAMES + 2.
        damping: 1/Q; 1.414 has no peak, 0.2 rings.
        low: Share of the low-pass output.
        band: Share of the band-pass output (unity at its peak).
        high: Share of the high-pass output.
    """
    frames = audio.shape[1]
    left_1 = left_2 = right_1 = right_2 = 0.0
    point = 0
    start = 0
    while start < frames:
        stop = min(frames, start + CONTROL_FRAMES)
        g = math.tan(math.pi * cutoff_hz[point] / _SAMPLE_RATE)
        g_next = math.tan(math.pi * cutoff_hz[point + 1] / _SAMPLE_RATE)
        slope = (g_next - g) / CONTROL_FRAMES
        for n in range(start, stop):
            a1 = 1.0 / (1.0 + g * (g + damping))
            x = np.float64(audio[0, n])
            v3 = x - left_2
            v1 = a1 * (left_1 + g * v3)
            v2 = left_2 + g * v1
            left_1 = 2.0 * v1 - left_1
            left_2 = 2.0 * v2 - left_2
            peak = damping * v1
            audio[0, n] = np.float32(low * v2 + band * peak + high * (x - peak - v2))
            x = np.float64(audio[1, n])
            v3 = x - right_2
            v1 = a1 * (right_1 + g * v3)
            v2 = right_2 + g * v1
            right_1 = 2.0 * v1 - right_1
            right_2 = 2.0 * v2 - right_2
            peak = damping * v1
            audio[1, n] = np.float32(low * v2 + band * peak + high * (x - peak - v2))
            g += slope
        start = stop
        point += 1


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def biquads(audio: Audio, coefficients: Cube) -> None:
    """Filters `audio` in place by cascades of fixed second-order sections.

    Args:
        audio: (2, frames) float32; both channels run at once, which hides the latency.
        coefficients: (2, sections, 5) float64 per channel: b0, b1, b2, a1, a2 with a0 = 1.
    """
    for s in range(coefficients.shape[1]):
        b0, b1, b2 = coefficients[0, s, 0], coefficients[0, s, 1], coefficients[0, s, 2]
        a1, a2 = coefficients[0, s, 3], coefficients[0, s, 4]
        d0, d1, d2 = coefficients[1, s, 0], coefficients[1, s, 1], coefficients[1, s, 2]
        c1, c2 = coefficients[1, s, 3], coefficients[1, s, 4]
        left_1 = left_2 = right_1 = right_2 = 0.0
        for n in range(audio.shape[1]):
            x = np.float64(audio[0, n])
            y = b0 * x + left_1
            left_1 = b1 * x - a1 * y + left_2
            left_2 = b2 * x - a2 * y
            audio[0, n] = np.float32(y)
            x = np.float64(audio[1, n])
            y = d0 * x + right_1
            right_1 = d1 * x - c1 * y + right_2
            right_2 = d2 * x - c2 * y
            audio[1, n] = np.float32(y)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def mono_lows(audio: Audio, middle: Vector, side: Vector, width: float) -> None:
    """Filters the sum and the difference of the channels by a section each, in place.

    Args:
        audio: (2, frames) float32.
        middle: (5) section for the sum: b0, b1, b2, a1, a2 with a0 = 1.
        side: (5) section for the difference.
        width: Gain of the difference.
    """
    b0, b1, b2, a1, a2 = middle[0], middle[1], middle[2], middle[3], middle[4]
    d0, d1, d2, c1, c2 = side[0], side[1], side[2], side[3], side[4]
    m1 = m2 = s1 = s2 = 0.0
    for n in range(audio.shape[1]):
        left = np.float64(audio[0, n])
        right = np.float64(audio[1, n])
        x = 0.5 * (left + right)
        y = b0 * x + m1
        m1 = b1 * x - a1 * y + m2
        m2 = b2 * x - a2 * y
        x = 0.5 * width * (left - right)
        z = d0 * x + s1
        s1 = d1 * x - c1 * z + s2
        s2 = d2 * x - c2 * z
        audio[0, n] = np.float32(y + z)
        audio[1, n] = np.float32(y - z)
