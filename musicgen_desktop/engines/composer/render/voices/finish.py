# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of every voice's chain: equaliser, colour, tremolo, mono-safe lows, fades, no DC.

Not for: the mixer's effects (they work on whole parts).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from musicgen_desktop.engines.composer.render.voices.dsp import (
    biquad,
    control_times,
    decay,
    equalise,
    expand,
    fade_edges,
    filter_fixed,
    noise,
    pan_gains,
    seed_of,
    soften,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.kernels import mono_lows
from musicgen_desktop.engines.composer.render.voices.rotary import rotary
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
)

_MONO_BELOW_HZ = 150.0


def finish(audio: Audio, note: NoteRequest, params: Params) -> Audio:
    """Finishes a rendered note, (2, frames).

    Params: eq (list of filters), drive, bias, crush {bits, hold}, tremolo {hz, depth, stereo},
    gated {s, level}, hall {s, level, low_hz, high_hz}, rotary (see rotary), width, pan, start_s,
    end_s.
    """
    if params.has("drive"):
        audio = soften(
            audio,
            params.number("drive", 1.0),
            params.number("bias", 0.0),
            int(params.number("oversample", 1)),
        )
    if params.has("crush"):
        audio = _crush(audio, params.group("crush"))
    if params.has("eq"):
        equalise(audio, params.groups("eq"))
    if params.has("hall"):
        audio = _hall(audio, params.group("hall"))
    if params.has("rotary"):
        audio = rotary(audio, note, params.group("rotary"))
    if params.has("tremolo"):
        _tremolo(audio, note, params.group("tremolo"))
    audio = _mono_lows(audio, params.number("width", 1.0), params.number("low_cut_hz", 22.0))
    if params.has("pan"):
        left, right = pan_gains(np.array([params.number("pan", 0.0)]))
        audio *= np.array([left, right], dtype=np.float32)
    fade_edges(audio, params.number("start_s", 0.0005), params.number("end_s", 0.004))
    return np.ascontiguousarray(audio, dtype=np.float32)


def _mono_lows(audio: Audio, width: float, low_cut_hz: float) -> Audio:
    """Takes out DC, and the side signal out of the lows; narrows or widens."""
    middle = np.array(biquad("high_pass", low_cut_hz, 0.7071))
    mono_lows(audio, middle, np.array(biquad("high_pass", _MONO_BELOW_HZ, 0.7071)), width)
    return audio


def _crush(audio: Audio, group: Params) -> Audio:
    """An old sampler: fewer bits and a lower rate (held samples)."""
    hold = group.number("hold", 2.0)
    steps = np.float32(2.0 ** (group.number("bits", 12.0) - 1))
    peak = np.float32(max(float(np.abs(audio).max()), 1e-9))
    kept = (np.floor(np.arange(audio.shape[1]) / hold) * hold).astype(np.int64)
    return np.asarray(np.round(audio[:, kept] / peak * steps) / steps * peak, dtype=np.float32)


def _tremolo(audio: Audio, note: NoteRequest, group: Params) -> None:
    """Loudness that swings, in place; `stereo` 1 swings between the sides."""
    start = uniform(seed_of(note.seed, "tremolo"), 1)[0]
    if group.text("start", "random") == "zero":
        start = 0.0
    points = control_times(audio.shape[1])
    wave = np.sin(2 * math.pi * (points * group.number("hz", 4.5) + start))
    depth = group.number("depth", 0.2)
    across = 1.0 - 2.0 * group.number("stereo", 1.0)
    audio[0] *= expand(1 + depth * wave, audio.shape[1])
    audio[1] *= expand(1 + depth * across * wave, audio.shape[1])


def _hall(audio: Audio, group: Params) -> Audio:
    """A room that belongs to the sound itself, such as a gated snare's; the length is kept."""
    room = _Room(
        group.number("s", 0.3),
        group.number("low_hz", 250.0),
        group.number("high_hz", 6000.0),
        group.text("shape", "gate") == "gate",
    )
    frames = audio.shape[1]
    size = _transform_size(frames + round(room.length_s * SAMPLE_RATE))
    wet = np.fft.irfft(np.fft.rfft(audio, size, axis=1) * _room_spectrum(room, size), size)
    delay = min(round(group.number("delay_s", 0.008) * SAMPLE_RATE), frames)
    out = audio.copy()
    level = np.float32(group.number("level", 0.5))
    out[:, delay:] += wet[:, : frames - delay].astype(np.float32) * level
    return out


def _transform_size(frames: int) -> int:
    """A length not below `frames` that Fourier transforms are quick at."""
    power = 1 << (frames - 1).bit_length()
    return next(
        size for size in (power * 5 // 8, power * 3 // 4, power * 7 // 8, power) if size >= frames
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """What a small room's answer depends on."""

    length_s: float
    low_hz: float
    high_hz: float
    gated: bool


@lru_cache(maxsize=24)
def _room_spectrum(room: _Room, size: int) -> NDArray[np.complex64]:
    """The spectrum of a room's answer: filtered noise that dies away, or stops when gated."""
    frames = round(room.length_s * SAMPLE_RATE)
    tail = noise(seed_of("hall", room.length_s), frames)
    filter_fixed(tail, [biquad("high_pass", room.low_hz), biquad("low_pass", room.high_hz)])
    if room.gated:
        place = np.linspace(0, 1, frames, dtype=np.float32)
        tail *= np.minimum(1.0, (1 - place) * 10) * np.exp(place * np.float32(-0.9))
    else:
        tail *= decay(frames, room.length_s)
    tail /= np.sqrt(np.sum(tail**2, axis=1, keepdims=True)) + np.float32(1e-9)
    return np.fft.rfft(tail, size, axis=1).astype(np.complex64)
