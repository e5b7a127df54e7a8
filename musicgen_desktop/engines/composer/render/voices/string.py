# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of strings that are struck or plucked: pianos, guitars, basses, harp, harpsichord.

A string is a bank of stretched partials. What excites it sets their levels (place of the hammer or
plectrum, hardness by velocity); each partial dies in two stages (prompt sound and aftersound), as
the two directions of a real string do. A short noise is the hammer, the key or the finger.
Source of the model: N. Fletcher and T. Rossing, "The Physics of Musical Instruments".
Not for: bars and bells (see bars) or bowed strings (see oscillator).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from musicgen_desktop.engines.composer.render.voices.dsp import (
    band_noise,
    decay,
    pan_gains,
    seed_of,
    silence,
    spread,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.kernels import modal_bank
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Vector,
)

_MONO_BELOW_HZ = 150.0


def string(note: NoteRequest, params: Params) -> Audio:
    """Renders one struck or plucked string.

    Params (defaults are those of a plain plucked string):
        inharmonicity, inharmonicity_key: B at C4, and its octaves per octave.
        position: Place of the excitation, as a share of the string.
        tilt: Exponent of 1/n.
        cutoff_hz, cutoff_key, cutoff_velocity, cutoff_order: Hardness at C4, full velocity.
        decay_db_s, decay_key, decay_slope, decay_power: dB per second at C4, semitones per
            doubling, extra with frequency.
        after_level, after_ratio: Share and relative decay of the aftersound.
        beat_hz, strings: Detuning of the two directions.
        jitter_db, width, max_hz: Unevenness, stereo width, highest partial.
        phase_spread: 0 starts all partials together (a twang), 1 at random (a soundboard).
        open_strings: MIDI numbers; which string plays, and where it is stopped, then governs
            position and stiffness. string_bright, string_decay: factors per string.
        position_spread: Share by which the place of single strokes differs.
        pickup: Place of a magnetic pickup, as a share of the open string.
        courses: list of {cents, level, delay_s, octave_below}: further strings; an octave up
            below that MIDI number.
        body: list of {hz, level, t60_s}: resonances of the box that the stroke excites.
        noises: list of {level, low_hz, high_hz, t60_s, velocity}.
    """
    out = silence(note.frames)
    frequency, amplitude = partials(note, params)
    rate = decay_rates(note, params, frequency)
    courses = params.groups("courses")
    flat = 0.5 * sum(course.number("cents", 3.0) for course in courses) / (1 + len(courses))
    _ring(note, params, frequency * 2.0 ** (-flat / 1200), amplitude, rate, out)
    for index, course in enumerate(courses):
        _add_course(note, params, course, index, out)
    if params.has("body"):
        _add_body(note, params, out)
    for index, group in enumerate(params.groups("noises")):
        add_noise(note, group, seed_of(note.seed, "noise", index), float(amplitude.sum()), out)
    return out


def _add_course(note: NoteRequest, params: Params, course: Params, index: int, out: Audio) -> None:
    """Adds another string of the same course: a little late, a little out of tune."""
    up = 12 if note.pitch < course.number("octave_below", 0.0) else 0
    other = replace(note, pitch=note.pitch + up, seed=seed_of(note.seed, "course", index))
    frequency, amplitude = partials(other, params)
    rate = decay_rates(other, params, frequency)
    own = silence(note.frames)
    sharp = 2.0 ** (0.5 * course.number("cents", 3.0) / 1200)
    level = amplitude * course.number("level", 0.8)
    _ring(other, params, frequency * sharp, level, rate, own)
    late = round(course.number("delay_s", 0.004) * SAMPLE_RATE)
    if late < note.frames:
        out[:, late:] += own[:, : note.frames - late]


def _add_body(note: NoteRequest, params: Params, out: Audio) -> None:
    """Adds the thump of the box: its own resonances, struck by the plucking of the string."""
    modes = params.groups("body")
    frequency = np.array([mode.number("hz", 100.0) for mode in modes])
    level = np.array([mode.number("level", 0.1) for mode in modes])
    t60 = np.array([mode.number("t60_s", 0.15) for mode in modes])
    level = level * 10 ** (0.08 * spread(seed_of(note.seed, "body"), len(level)))
    modal_bank(frequency, 6.91 / t60, level, level, np.zeros((2, len(level))), out)


def _stopped(note: NoteRequest, params: Params) -> tuple[int, float]:
    """Which of the open strings plays, and by how many octaves it is shortened."""
    open_strings = params.numbers("open_strings")
    if not len(open_strings):
        return 0, 0.0
    index = max(int(np.searchsorted(open_strings, note.pitch, "right")) - 1, 0)
    return index, max(float(note.pitch - open_strings[index]), 0.0) / 12


def _of_string(note: NoteRequest, params: Params, name: str) -> float:
    """The factor that the playing string has in a list per string; 1.0 without one."""
    factors = params.numbers(name)
    return float(factors[_stopped(note, params)[0]]) if len(factors) else 1.0


def partials(note: NoteRequest, params: Params) -> tuple[Vector, Vector]:
    """Frequencies and levels of the string's partials, the inaudible left out."""
    if params.has("open_strings"):  # stiffness grows with the square of the shortening
        octaves = _stopped(note, params)[1] * 2.0
    else:
        octaves = (note.pitch - 60) / 12 * params.number("inharmonicity_key", 1.2)
    stretch = params.number("inharmonicity", 0.0) * 2.0**octaves
    top = params.number("max_hz", 12000.0)
    n = np.arange(1, params.number("partials", 90.0) + 1, dtype=np.float64)
    # the first partial is kept in tune; the rest stretch away from it
    frequency = note.frequency_hz * n * np.sqrt((1 + stretch * n * n) / (1 + stretch))
    keep = frequency < min(top, 0.45 * SAMPLE_RATE)
    n, frequency = n[keep], frequency[keep]
    shortened = 2.0 ** _stopped(note, params)[1]
    position = params.number("position", 0.13) * shortened
    uneven = params.number("position_spread", 0.0)
    if uneven:
        position *= 1 + uneven * float(spread(seed_of(note.seed, "position"), 1)[0])
    amplitude = np.abs(np.sin(math.pi * n * min(position, 0.5))) / n ** params.number("tilt", 0.7)
    if params.has("pickup"):
        place = min(params.number("pickup", 0.2) * shortened, 0.5)
        amplitude *= 0.15 + 0.85 * np.abs(np.sin(math.pi * n * place))
    amplitude *= _hardness(note, params, frequency)
    low_cut = params.number("low_cut_hz", 0.0)
    if low_cut > 0:
        amplitude /= 1 + (low_cut / frequency) ** 2
    jitter = spread(seed_of(note.pitch, "partials"), len(n)) * params.number("jitter_db", 2.0) * 2.4
    jitter += spread(seed_of(note.seed, "partials"), len(n)) * params.number("variation_db", 0.7)
    amplitude *= 10 ** (jitter / 20)
    amplitude /= math.sqrt(float(np.sum(amplitude**2))) + 1e-9
    audible = amplitude > 1e-4
    return frequency[audible], amplitude[audible]


def _hardness(note: NoteRequest, params: Params, frequency: Vector) -> Vector:
    """The low-pass of a hammer or finger: harder is brighter."""
    depth = params.number("cutoff_velocity", 0.65)
    cutoff = params.number("cutoff_hz", 2500.0) * (1 - depth + depth * note.velocity**1.5)
    cutoff *= 2.0 ** (params.number("cutoff_key", 0.5) * (note.pitch - 60) / 12)
    cutoff *= _of_string(note, params, "string_bright")
    return np.asarray(
        1.0 / (1.0 + (frequency / cutoff) ** 2) ** (params.number("cutoff_order", 2.0) / 2)
    )


def decay_rates(note: NoteRequest, params: Params, frequency: Vector) -> Vector:
    """Decay of the prompt sound in nepers per second, by partial."""
    base = params.number("decay_db_s", 8.0) * 2.0 ** (
        (note.pitch - 60) / params.number("decay_key", 16.0)
    )
    base *= _of_string(note, params, "string_decay")
    slope = params.number("decay_slope", 0.5)
    power = params.number("decay_power", 0.8)
    return np.asarray(base * (1 + slope * (frequency / 1000.0) ** power) / 8.686)


def _ring(
    note: NoteRequest,
    params: Params,
    frequency: Vector,
    amplitude: Vector,
    rate: Vector,
    out: Audio,
) -> None:
    """Adds the prompt sound and the aftersound to `out`."""
    count = len(frequency)
    share = params.number("after_level", 0.2)
    beat = params.number("beat_hz", 0.3) * min((note.frequency_hz / 262.0) ** 0.5, 2.0)
    beat = beat * (0.15 + 1.7 * uniform(seed_of(note.pitch, "beat"), count))
    late = 1.1 * spread(seed_of(note.pitch, "late"), count)
    turns = uniform(seed_of(note.pitch, "start"), count) - 0.5
    start = 2 * math.pi * turns * params.number("phase_spread", 0.25)
    width = params.number("width", 0.15)
    phase = np.concatenate([start, start + late])
    # width comes from the phases, as between two microphones, and less from the levels: the
    # strongest, lowest partials stay near the middle, so that no key sits on one side
    turn = 1.9 * width * spread(seed_of(note.pitch, "turn"), 2 * count)
    turn *= np.tile(np.minimum(1.0, (frequency / _MONO_BELOW_HZ) ** 2), 2)
    reach = np.tile(np.minimum(1.0, 0.12 + 0.11 * np.arange(count)), 2)
    gain_l, gain_r = pan_gains(width * reach * spread(seed_of(note.pitch, "place"), 2 * count))
    level = np.concatenate([amplitude * (1 - share), amplitude * share])
    modal_bank(
        np.concatenate([frequency - share * beat, frequency + (1 - share) * beat]),
        np.concatenate([rate, rate * params.number("after_ratio", 0.3)]),
        level * gain_l,
        level * gain_r,
        np.stack([phase, phase + turn]),
        out,
    )


def add_noise(note: NoteRequest, group: Params, seed: int, scale: float, out: Audio) -> None:
    """Adds a decaying band of noise to `out`: a hammer, a key, a pick, a breath of the tine."""
    t60 = group.number("t60_s", 0.06)
    frames = min(out.shape[1], max(64, round(1.1 * t60 * SAMPLE_RATE)))
    high = group.number("high_hz", 3000.0)
    burst = band_noise(seed, frames, group.number("low_hz", 200.0), high)
    mid = burst.mean(axis=0)
    burst = mid + (burst - mid) * np.float32(0.5)
    curve = decay(frames, t60) * (1 - np.linspace(0, 1, frames, dtype=np.float32))
    loudness = group.number("level", 0.1) * scale * note.velocity ** group.number("velocity", 1.0)
    out[:, :frames] += burst * curve * np.float32(loudness)
