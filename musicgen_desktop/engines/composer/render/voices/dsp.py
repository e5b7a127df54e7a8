# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small tools of all voices: randomness, envelopes, curves, waves and fixed filters.

Random numbers are SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
generators", 2014), so that they are the same with every version of every library.
Not for: instruments (see the modules named after them).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musicgen_desktop.engines.composer.render.voices.kernels import (
    CONTROL_FRAMES,
    biquads,
    state_variable_filter,
)
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    Params,
    Vector,
)

_TABLE_SIZE = 4096
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


def seed_of(*parts: object) -> int:
    """A 64-bit seed that depends on the texts of all parts, the same in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _random_bits(seed: int, count: int) -> NDArray[np.uint64]:
    """`count` words of SplitMix64."""
    first = np.uint64(seed & _MASK)
    x = np.arange(1, count + 1, dtype=np.uint64)
    x *= np.uint64(_GOLDEN)
    x += first
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def uniform(seed: int, count: int) -> Vector:
    """`count` random numbers from 0 to 1."""
    return (_random_bits(seed, count) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def spread(seed: int, count: int) -> Vector:
    """`count` random numbers from -1 to 1, bell-shaped (a sum of two), standard deviation 0.41."""
    pair = uniform(seed, 2 * count)
    return pair[:count] + pair[count:] - 1.0


def noise(seed: int, frames: int) -> Audio:
    """White stereo noise, (2, frames), about 0.58 RMS; each word makes a frame of two samples."""
    halves = _random_bits(seed, frames).astype("<u8", copy=False).view(np.int32).reshape(frames, 2)
    return np.multiply(halves.T, np.float32(2.0**-31), order="C", dtype=np.float32)


def silence(frames: int) -> Audio:
    """Stereo silence to add to."""
    return np.zeros((2, frames), np.float32)


def times(frames: int) -> Audio:
    """The time in seconds of every frame."""
    return np.arange(frames, dtype=np.float32) * np.float32(1.0 / SAMPLE_RATE)


def control_times(frames: int) -> Vector:
    """The time in seconds of every control point of a note of `frames` frames."""
    points = frames // CONTROL_FRAMES + 3
    return np.arange(points, dtype=np.float64) * (CONTROL_FRAMES / SAMPLE_RATE)


def expand(points: Vector, frames: int) -> Audio:
    """A control curve (see control_times) as one value per frame, joined by straight lines."""
    ramp = np.arange(CONTROL_FRAMES, dtype=np.float32) * np.float32(1.0 / CONTROL_FRAMES)
    start = points[:-1].astype(np.float32)[:, np.newaxis]
    slope = np.diff(points).astype(np.float32)[:, np.newaxis]
    return (start + slope * ramp).ravel()[:frames]


def falling(frames: int, per_s: float) -> Audio:
    """exp(-per_s · t) for every frame, as an outer product of blocks and frames in a block."""
    block = 256
    rate = -per_s / SAMPLE_RATE
    coarse = np.exp(np.arange(frames // block + 1) * (block * rate)).astype(np.float32)
    fine = np.exp(np.arange(block) * rate).astype(np.float32)
    return np.outer(coarse, fine).ravel()[:frames]


def decay(frames: int, t60_s: float) -> Audio:
    """An exponential decay that reaches -60 dB at `t60_s`."""
    return falling(frames, 6.9078 / max(t60_s, 1e-4))


def envelope(frames: int, attack_s: float, decay_s: float, sustain: float) -> Audio:
    """Attack (rounded), exponential decay to the sustain level; the bank adds the release."""
    attack = min(frames, max(22, round(attack_s * SAMPLE_RATE)))
    curve = np.ones(frames, np.float32)
    curve[:attack] = np.sin(np.linspace(0.0, math.pi / 2, attack, dtype=np.float32)) ** 2
    late = frames - attack
    if late > 0 and sustain < 1.0:
        fall = falling(late, 4.0 / max(decay_s, 1e-3))
        curve[attack:] = fall * np.float32(1.0 - sustain) + np.float32(sustain)
    return curve


def fade_edges(audio: Audio, start_s: float, end_s: float) -> None:
    """Fades both ends in place, so that no note clicks."""
    frames = audio.shape[1]
    rise = min(frames, max(2, round(start_s * SAMPLE_RATE)))
    fall = min(frames, max(2, round(end_s * SAMPLE_RATE)))
    audio[:, :rise] *= np.sin(np.linspace(0.0, math.pi / 2, rise, dtype=np.float32)) ** 2
    audio[:, frames - fall :] *= np.cos(np.linspace(0.0, math.pi / 2, fall, dtype=np.float32)) ** 2


def wave_table(amplitude: Vector, phase: Vector | None = None) -> Audio:
    """One cycle of a wave, (1, 4098), from its harmonics (the first is the fundamental)."""
    count = min(len(amplitude), _TABLE_SIZE // 2 - 1)
    spectrum = np.zeros(_TABLE_SIZE // 2 + 1, np.complex128)
    angle = np.zeros(count) if phase is None else phase[:count]
    spectrum[1 : count + 1] = amplitude[:count] * np.exp(1j * (angle - math.pi / 2))
    cycle = np.fft.irfft(spectrum * (_TABLE_SIZE / 2), _TABLE_SIZE)
    return np.concatenate([cycle, cycle[:2]]).astype(np.float32)[np.newaxis, :]


def harmonics(shape: str, count: int, width: float = 0.5) -> Vector:
    """The harmonic amplitudes of a textbook wave: saw, pulse (`width`), triangle or sine."""
    n = np.arange(1, max(count, 1) + 1, dtype=np.float64)
    if shape == "saw":
        return (2.0 / math.pi) / n
    if shape == "pulse":
        return (4.0 / math.pi) / n * np.sin(math.pi * n * width)
    if shape == "triangle":
        sign = np.where((n - 1) % 4 == 0, 1.0, -1.0)
        return np.where(n % 2 == 1, sign * (8.0 / math.pi**2) / n**2, 0.0)
    return np.where(n == 1, 1.0, 0.0)


def biquad(kind: str, hz: float, q: float = 0.7071, gain_db: float = 0.0) -> list[float]:
    """One section after R. Bristow-Johnson's "Audio EQ cookbook": b0, b1, b2, a1, a2.

    Args:
        kind: low_pass, high_pass, band_pass, peak, low_shelf or high_shelf.
        hz: Corner or middle frequency.
        q: Quality.
        gain_db: Of a peak or shelf.
    """
    w = 2 * math.pi * min(max(hz, 5.0), 0.47 * SAMPLE_RATE) / SAMPLE_RATE
    cos_w, alpha = math.cos(w), math.sin(w) / (2 * q)
    a = 10 ** (gain_db / 40)
    if kind == "low_pass":
        b, c = [(1 - cos_w) / 2, 1 - cos_w, (1 - cos_w) / 2], [1 + alpha, -2 * cos_w, 1 - alpha]
    elif kind == "high_pass":
        b, c = [(1 + cos_w) / 2, -1 - cos_w, (1 + cos_w) / 2], [1 + alpha, -2 * cos_w, 1 - alpha]
    elif kind == "band_pass":
        b, c = [alpha, 0.0, -alpha], [1 + alpha, -2 * cos_w, 1 - alpha]
    elif kind == "peak":
        b = [1 + alpha * a, -2 * cos_w, 1 - alpha * a]
        c = [1 + alpha / a, -2 * cos_w, 1 - alpha / a]
    else:
        b, c = _shelf(kind, cos_w, alpha, a)
    return [b[0] / c[0], b[1] / c[0], b[2] / c[0], c[1] / c[0], c[2] / c[0]]


def _shelf(kind: str, cos_w: float, alpha: float, a: float) -> tuple[list[float], list[float]]:
    """Numerator and denominator of a low or high shelf."""
    sign = 1.0 if kind == "low_shelf" else -1.0
    root = 2 * math.sqrt(a) * alpha
    b = [
        a * ((a + 1) - sign * (a - 1) * cos_w + root),
        sign * 2 * a * ((a - 1) - sign * (a + 1) * cos_w),
        a * ((a + 1) - sign * (a - 1) * cos_w - root),
    ]
    c = [
        (a + 1) + sign * (a - 1) * cos_w + root,
        -sign * 2 * ((a - 1) + sign * (a + 1) * cos_w),
        (a + 1) + sign * (a - 1) * cos_w - root,
    ]
    return b, c


def filter_fixed(audio: Audio, sections: Sequence[Sequence[float]]) -> None:
    """Runs `biquad` sections over both channels of (2, frames), in place."""
    if sections:
        biquads(audio, np.array([sections, sections], dtype=np.float64))


def filter_apart(audio: Audio, first: Sequence[float], second: Sequence[float]) -> None:
    """Runs one section over the first channel and another over the second, in place."""
    biquads(audio, np.array([[first], [second]], dtype=np.float64))


def band_noise(seed: int, frames: int, low_hz: float, high_hz: float) -> Audio:
    """Stereo noise between two corners (second order), about 0.5 RMS in its band."""
    raw = noise(seed, frames)
    filter_fixed(raw, [biquad("high_pass", low_hz, 0.6), biquad("low_pass", high_hz, 0.6)])
    share = max(min(high_hz, SAMPLE_RATE / 2) - low_hz, 50.0) / (SAMPLE_RATE / 2)
    return raw * np.float32(min(0.5 / (0.577 * math.sqrt(share)), 30.0))


def sweep_filter(
    audio: Audio, cutoff_hz: Vector, resonance: float, kind: str = "low_pass", poles: int = 2
) -> None:
    """Runs the moving filter over the audio, in place.

    Args:
        audio: (channels, frames).
        cutoff_hz: At control points (see control_times).
        resonance: 0 (flat) to 1 (rings).
        kind: low_pass, band_pass or high_pass.
        poles: 2 or 4.
    """
    curve = np.clip(cutoff_hz, 16.0, 0.45 * SAMPLE_RATE)
    damping = 1.414 * (1.0 - min(resonance, 0.97))
    mix = {"low_pass": (1.0, 0.0, 0.0), "band_pass": (0.0, 1.0, 0.0), "high_pass": (0.0, 0.0, 1.0)}
    low, band, high = mix[kind]
    state_variable_filter(audio, curve, damping, low, band, high)
    if poles == 4:
        state_variable_filter(audio, curve, 1.414, low, band, high)


def equalise(audio: Audio, bands: Sequence[Params]) -> None:
    """Runs a patch's list of fixed filters: {kind, hz, q, gain_db}."""
    filter_fixed(
        audio,
        [
            biquad(
                band.text("kind", "peak"),
                band.number("hz", 1000.0),
                band.number("q", 0.7071),
                band.number("gain_db", 0.0),
            )
            for band in bands
        ],
    )


def pan_gains(position: Vector) -> tuple[Vector, Vector]:
    """Constant-power gains for positions from -1 (left) to 1 (right); 1.0 each in the middle."""
    angle = (np.clip(position, -1.0, 1.0) + 1.0) * (math.pi / 4)
    return math.sqrt(2.0) * np.cos(angle), math.sqrt(2.0) * np.sin(angle)


def soften(audio: Audio, drive: float, bias: float = 0.0, oversample: int = 1) -> Audio:
    """Saturates by tanh; small signals keep their level, `bias` adds even harmonics.

    Args:
        audio: (channels, frames).
        drive: Gain into the curve.
        bias: Offset on the curve.
        oversample: Rate factor at which the curve works; heavy drive folds back without.
    """
    if oversample > 1:
        return _soften_oversampled(audio, drive, bias, oversample)
    shaped = np.tanh(audio * np.float32(drive) + np.float32(bias)) - np.float32(math.tanh(bias))
    return np.asarray(shaped * np.float32(1.0 / max(drive, 1e-3)), dtype=np.float32)


def _soften_oversampled(audio: Audio, drive: float, bias: float, factor: int) -> Audio:
    """`soften` at a higher rate: interpolated, and band-limited again, by Fourier transform."""
    frames = audio.shape[1]
    size = 1 << (frames + 512).bit_length()
    spectrum = np.zeros((audio.shape[0], size * factor // 2 + 1), np.complex64)
    spectrum[:, : size // 2 + 1] = np.fft.rfft(audio, size, axis=1)
    dense = np.fft.irfft(spectrum * np.float32(factor), size * factor, axis=1).astype(np.float32)
    shaped = np.fft.rfft(soften(dense, drive, bias), axis=1)[:, : size // 2 + 1]
    shaped[:, round(0.46 * size) :] = 0
    back = np.fft.irfft(shaped / factor, size, axis=1)[:, :frames]
    return np.ascontiguousarray(back, dtype=np.float32)
