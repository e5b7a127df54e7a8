# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of things that ring when struck: bars, bells, tines, and frequency-modulated bells.

Not for: strings (see string) or untuned drums and cymbals (see drums).
"""

from __future__ import annotations

import math

import numpy as np

from musicgen_desktop.engines.composer.render.voices.dsp import (
    control_times,
    pan_gains,
    seed_of,
    silence,
    spread,
    uniform,
    wave_table,
)
from musicgen_desktop.engines.composer.render.voices.kernels import modal_bank, modulated_sine
from musicgen_desktop.engines.composer.render.voices.string import add_noise
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Table,
    Vector,
)


def bar(note: NoteRequest, params: Params) -> Audio:
    """Renders a struck bar, bell or tongue: a few inharmonic modes and the noise of the stroke.

    Params: ratios, levels, t60_s (per mode, at C4), hardness (per mode: share that velocity
    governs), decay_key (semitones per halving of the decay), beat_hz, width, noises.
    """
    out = silence(note.frames)
    ratio = params.numbers("ratios", (1.0,))
    level = params.numbers("levels", (1.0,))
    t60 = params.numbers("t60_s", (1.0,))
    hard = params.numbers("hardness", tuple(1.0 - 1.0 / r for r in ratio))
    shorter = 2.0 ** (-(note.pitch - 60) / params.number("decay_key", 24.0))
    frequency = ratio * note.frequency_hz
    keep = frequency < min(params.number("max_hz", 16000.0), 0.45 * SAMPLE_RATE)
    frequency, level, t60, hard = frequency[keep], level[keep], t60[keep], hard[keep]
    level = level * (1 - hard + hard * note.velocity**1.3 * 1.2)
    level *= 10 ** (spread(seed_of(note.seed, "modes"), len(level)) * 0.05)
    _add_modes(note, params, frequency, level, 6.91 / np.maximum(t60 * shorter, 0.005), out)
    for index, group in enumerate(params.groups("noises")):
        add_noise(note, group, seed_of(note.seed, "noise", index), 1.0, out)
    return out


def _add_modes(
    note: NoteRequest, params: Params, frequency: Vector, level: Vector, rate: Vector, out: Audio
) -> None:
    """Adds the modes, each as a slowly beating pair, spread a little over the stereo field."""
    count = len(frequency)
    random = spread(seed_of(note.pitch, "bar"), 2 * count)
    reach = np.tile(np.minimum(1.0, 0.2 + 0.4 * np.arange(count)), 2)
    left, right = pan_gains(random * reach * params.number("width", 0.25))
    beat = params.number("beat_hz", 0.25) * (0.7 + 0.6 * uniform(seed_of(note.pitch), count))
    both = np.concatenate([level * 0.68, level * 0.32])
    modal_bank(
        np.concatenate([frequency - 0.32 * beat, frequency + 0.68 * beat]),
        np.concatenate([rate, rate * 0.85]),
        both * left,
        both * right,
        _apart(note, params, 2 * count),
        out,
    )


def _apart(note: NoteRequest, params: Params, count: int) -> Table:
    """Starting phases: the channels differ a little, as two microphones do."""
    turn = 1.2 * params.number("width", 0.25) * spread(seed_of(note.pitch, "turn"), count)
    return np.stack([np.zeros(count), turn])


def tine(note: NoteRequest, params: Params) -> Audio:
    """Renders an electric piano: a tine and its bell modes before a nonlinear pickup.

    The pickup's field is uneven, so that a larger swing gives more harmonics: the bark of a hard
    stroke, mellowing as the tine dies away.

    Params: decay_db_s, decay_key, bell_level, bell_ratios, bell_t60_s, offset (of the pickup),
    bark (its drive at full velocity), cutoff via finish, noises, width.
    """
    swing = silence(note.frames)
    f0 = note.frequency_hz
    octaves = (note.pitch - 60) / 12
    rate = params.number("decay_db_s", 4.0) * 2 ** (octaves * 12 / params.number("decay_key", 20.0))
    fundamental = np.array([f0, f0 + 0.25])
    zero = np.zeros((2, 2))
    body = np.array([0.8, 0.2])
    rates = np.array([rate, 0.5 * rate]) / 8.686
    modal_bank(fundamental, rates, body, body, zero, swing)
    drive = params.number("bark", 1.2) * (0.22 + 0.78 * note.velocity**1.6)
    drive *= 2.0 ** (-octaves * params.number("bark_key", 0.45))
    offset = params.number("offset", 0.35)
    voiced = _pickup(swing, drive, offset)
    bell = _bell(note, params, f0)
    out = voiced + bell
    for index, group in enumerate(params.groups("noises")):
        add_noise(note, group, seed_of(note.seed, "noise", index), 1.0, out)
    return out


def _pickup(swing: Audio, drive: float, offset: float) -> Audio:
    """A magnetic pickup beside a swinging tine: the field falls off on both sides of the pole.

    Full swing comes out at unit level whatever the drive.
    """
    x = swing * np.float32(drive) + np.float32(offset)
    field = x / (1 + x * x)
    rest = offset / (1 + offset * offset)
    cycle = np.sin(np.linspace(0.0, 2 * math.pi, 64, endpoint=False)) * drive + offset
    loudness = float(np.std(cycle / (1 + cycle * cycle))) * math.sqrt(2.0)
    return np.asarray((field - np.float32(rest)) / np.float32(loudness), np.float32)


def _bell(note: NoteRequest, params: Params, f0: float) -> Audio:
    """The short, high modes of the tine."""
    out = silence(note.frames)
    ratio = params.numbers("bell_ratios", (6.27, 11.2))
    ratio = ratio[ratio * f0 < 13000.0]
    count = len(ratio)
    level = params.number("bell_level", 0.12) * note.velocity**1.2 / (1.0 + np.arange(count))
    level *= 2.0 ** (-max(note.pitch - 64, 0) / 14)
    t60 = params.number("bell_t60_s", 0.5) * 2.0 ** (-(note.pitch - 60) / 30)
    left, right = pan_gains(params.number("width", 0.2) * spread(seed_of(note.pitch), count))
    modal_bank(
        ratio * f0,
        (6.91 / t60) * (1 + 0.6 * np.arange(count)),
        level * left,
        level * right,
        np.zeros((2, count)),
        out,
    )
    return out


def frequency_modulation(note: NoteRequest, params: Params) -> Audio:
    """Renders pairs of sines, one modulating the other (Chowning, 1973).

    Params: pairs: list of {ratio, carrier, index, index_decay_s, index_floor, level, decay_s,
    sustain, attack_s, detune_cents, pan, sway, sway_hz, free_phase, index_key}; noises.
    """
    out = silence(note.frames)
    t = control_times(note.frames)
    sine = wave_table(np.ones(1))
    for number, pair in enumerate(params.groups("pairs")):
        f0 = note.frequency_hz * 2 ** (pair.number("detune_cents", 0.0) / 1200)
        floor = pair.number("index_floor", 0.2)
        fall = floor + (1 - floor) * np.exp(-t * 3.0 / pair.number("index_decay_s", 0.5))
        key = 2.0 ** (-(note.pitch - 60) / 12 * pair.number("index_key", 0.5))
        index = pair.number("index", 1.0) * key * (0.35 + 0.75 * note.velocity)
        start = pair.number("free_phase", 0.0) * uniform(seed_of(note.seed, "fm", number), 1)[0]
        loud = pair.number("level", 1.0) * _pair_envelope(note, pair, t)
        left, right = pan_gains(np.array([pair.number("pan", 0.0)]))
        modulated_sine(
            sine,
            f0 * pair.number("carrier", 1.0) / SAMPLE_RATE,
            f0 * pair.number("ratio", 1.0) / SAMPLE_RATE,
            start,
            (index / (2 * math.pi) * fall).astype(np.float32)[np.newaxis, :],
            np.stack([loud * left[0], loud * right[0]]).astype(np.float32),
            out,
        )
    for index_noise, group in enumerate(params.groups("noises")):
        add_noise(note, group, seed_of(note.seed, "noise", index_noise), 1.0, out)
    return out


def _pair_envelope(note: NoteRequest, pair: Params, t: Vector) -> Vector:
    """The loudness of one pair; with `sway` it comes and goes slowly, as evolving pads do.

    At control points: attacks shorter than those are left to the fade that every note has.
    """
    decay_s = pair.number("decay_s", 2.0) * 2.0 ** (-(note.pitch - 60) / 30)
    sustain = pair.number("sustain", 0.0)
    attack_s = pair.number("attack_s", 0.0)
    curve = sustain + (1 - sustain) * np.exp(-np.maximum(t - attack_s, 0.0) * 4.0 / decay_s)
    if attack_s > 0:
        curve = curve * np.sin(np.minimum(t / attack_s, 1.0) * (math.pi / 2)) ** 2
    sway = pair.number("sway", 0.0)
    start = uniform(seed_of(note.seed, "sway", pair.number("ratio", 1.0)), 1)[0]
    wave = np.sin(2 * math.pi * (pair.number("sway_hz", 0.25) * t + start))
    return np.asarray(curve * (1 + sway * wave))
