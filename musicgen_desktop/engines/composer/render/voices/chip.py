# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of the sound chips of early consoles: pulses, a stepped triangle, shift-register noise.

Everything that such a chip's program changes (volume in sixteen steps, duty, pitch), it changes
once a frame of the picture, sixty times a second. The waves are band-limited.
Not for: other synthesizers (see oscillator).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from musicgen_desktop.engines.composer.render.voices.dsp import (
    control_times,
    harmonics,
    seed_of,
    silence,
    soften,
    spread,
    times,
    uniform,
    wave_table,
)
from musicgen_desktop.engines.composer.render.voices.kernels import table_oscillators
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Vector,
)

_PICTURES_PER_S = 60.0
_VOLUMES = 15.0
_STEPS = 32
_LONG_TAP, _SHORT_TAP = 1, 6


def chip(note: NoteRequest, params: Params) -> Audio:
    """Renders one channel of a sound chip.

    Params: wave (pulse or triangle), duties (one per picture, the last stays: 0.125, 0.25, 0.5),
    arpeggio (semitones, one per picture, repeated), vibrato {cents, hz, delay_s}, decay_s,
    sustain (0 to 1), echo {delay_s, level}.
    """
    t = control_times(note.frames)
    picture = np.floor(t * _PICTURES_PER_S).astype(np.int64)
    cents = _cents(note, params, picture.astype(np.float64))
    level = _volume(params, picture / _PICTURES_PER_S)
    ratio = np.exp2(cents / 1200)
    duties = params.numbers("duties", (0.5,))
    playing = duties[np.minimum(picture, len(duties) - 1)]
    out = silence(note.frames)
    highest = note.frequency_hz * float(ratio.max())
    for duty in np.unique(playing):
        table = _table(params.text("wave", "pulse"), float(duty), int(20000.0 / highest))
        table_oscillators(
            table,
            note.frequency_hz / SAMPLE_RATE,
            ratio.astype(np.float32)[np.newaxis, :],
            np.where(playing == duty, level, 0.0).astype(np.float32)[np.newaxis, :],
            np.ones(1),
            np.ones(1),
            np.zeros(1),
            out,
        )
    if params.has("echo"):
        _add_echo(params.group("echo"), out)
    return out


def _cents(note: NoteRequest, params: Params, picture: Vector) -> Vector:
    """The pitch's distance from the note's, constant within each picture."""
    t = picture / _PICTURES_PER_S
    cents = np.zeros(len(t))
    arpeggio = params.numbers("arpeggio")
    if len(arpeggio):
        cents += 100.0 * arpeggio[picture.astype(np.int64) % len(arpeggio)]
    vibrato = params.group("vibrato")
    late = t - vibrato.number("delay_s", 0.25)
    wave = np.sin(2 * math.pi * vibrato.number("hz", 6.0) * late)
    cents += np.where(late > 0, vibrato.number("cents", 0.0) * wave, 0.0)
    if note.glide_to:
        place = np.clip((t - 0.5 * note.held_s) / max(0.25 * note.held_s, 0.02), 0.0, 1.0)
        cents += place * 100.0 * (note.glide_to - note.pitch)
    return cents


def _volume(params: Params, t: Vector) -> Vector:
    """Loudness in sixteen steps."""
    sustain = params.number("sustain", 0.6)
    fall = np.exp(-t * 3.0 / params.number("decay_s", 0.3))
    steps = np.round(_VOLUMES * (sustain + (1 - sustain) * fall))
    return np.asarray(steps / _VOLUMES)


def _table(wave: str, duty: float, top: int) -> Audio:
    """The band-limited cycle."""
    count = max(1, min(top, 1000))
    if wave == "pulse":
        return wave_table(harmonics("pulse", count, duty))
    half = np.arange(_STEPS // 2) / (_STEPS // 2 - 1) * 2 - 1
    cycle = np.repeat(np.concatenate([half, half[::-1]]), 128)
    spectrum = np.fft.rfft(cycle)[1 : count + 1] * (2 / len(cycle))
    return wave_table(np.abs(spectrum), np.angle(spectrum) + math.pi / 2)


def _add_echo(group: Params, out: Audio) -> None:
    """Adds, in place, the second channel playing the same a little later and softer."""
    late = round(group.number("delay_s", 0.12) * SAMPLE_RATE)
    if late < out.shape[1]:
        out[:, late:] += out[:, :-late].copy() * np.float32(group.number("level", 0.3))


def chip_noise(note: NoteRequest, params: Params) -> Audio:
    """Renders drums of a sound chip: shift-register noise and a falling triangle.

    Params: rates_hz (of the register, one per picture, the last stays), short (1: the metallic
    short cycle), decay_s, level; tone: {from_hz, to_hz, s, level, decay_s}.
    """
    t = times(note.frames)
    picture = np.floor(t * np.float32(_PICTURES_PER_S)).astype(np.int64)
    rates = params.numbers("rates_hz", (12000.0,))
    uneven = 1 + 0.03 * float(spread(seed_of(note.seed, "rate"), 1)[0])
    bright = 0.75 + 0.35 * note.velocity
    clock = np.cumsum(rates[np.minimum(picture, len(rates) - 1)]) * (uneven * bright / SAMPLE_RATE)
    bits = _register(params.number("short", 0.0) > 0)
    first = int(uniform(seed_of(note.seed, "register"), 1)[0] * len(bits))
    steps = np.floor(clock).astype(np.int64)
    # each frame holds the mean of the register's bits in its time: less folds back
    total = np.concatenate([[0.0], np.cumsum(np.tile(bits, 2 + int(steps[-1]) // len(bits) + 1))])
    at = total[steps + first] + (clock - steps) * (total[steps + first + 1] - total[steps + first])
    share = np.diff(at, prepend=0.0) / np.diff(clock, prepend=0.0).clip(1e-6)
    share[0] = share[1] if note.frames > 1 else 0.0
    fade = _volume(params, (picture / _PICTURES_PER_S).astype(np.float64))
    mono = share * fade * params.number("level", 1.0)
    if params.has("tone"):
        mono += _fall(params.group("tone"), t.astype(np.float64))
    pair = np.stack([mono, mono]).astype(np.float32)
    return soften(pair, 1.0)


def _fall(group: Params, t: Vector) -> Vector:
    """A triangle that falls in pitch."""
    low, high, s = (
        group.number("to_hz", 50.0),
        group.number("from_hz", 300.0),
        group.number("s", 0.03),
    )
    turns = low * t + (high - low) * s * (1 - np.exp(-t / s))
    wave = 4 * np.abs((turns - 0.25) % 1.0 - 0.5) - 1
    steps = np.round(wave * 7.5) / 7.5
    return np.asarray(
        steps * np.exp(-6.91 * t / group.number("decay_s", 0.2)) * group.number("level", 1.0)
    )


@lru_cache(maxsize=2)
def _register(short: bool) -> Vector:
    """The cycle of a 15-bit shift register with feedback, about -1 and 1, without DC."""
    tap = _SHORT_TAP if short else _LONG_TAP
    length = 93 if short else 32767
    bits = np.empty(length)
    state = 1
    for index in range(length):
        fed = (state ^ (state >> tap)) & 1
        state = (state >> 1) | (fed << 14)
        bits[index] = 1.0 if state & 1 else -1.0
    return np.asarray(bits - bits.mean())
