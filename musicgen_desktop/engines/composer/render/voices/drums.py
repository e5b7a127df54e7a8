# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of drums, cymbals and small percussion: skins, wires, metal, claps, shakers, blocks.

Not for: tuned mallets and timpani (see bars) or transitions (see sweeps).
"""

from __future__ import annotations

import math

import numpy as np

from musicgen_desktop.engines.composer.render.voices.dsp import (
    band_noise,
    biquad,
    decay,
    filter_fixed,
    noise,
    pan_gains,
    seed_of,
    silence,
    soften,
    spread,
    times,
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


def skin(note: NoteRequest, params: Params) -> Audio:
    """Renders a skin: a swept sine, overtones, and bursts of noise (kick, tom, taiko, conga, 808).

    Params: hz, sweeps (list of {hz, s}), t60_s, level, hold_s (before the decay), overtones
    (list of {ratio, level, t60_s}), bursts (see `_bursts`), drive, velocity_sweep, uneven (share
    by which the tuning of single strokes differs).
    """
    frames = note.frames
    t = times(frames).astype(np.float64)
    strong = 1 + params.number("velocity_sweep", 0.4) * (note.velocity - 0.75)
    uneven = params.number("uneven", 0.004) * float(spread(seed_of(note.seed, "skin"), 1)[0])
    base = params.number("hz", 50.0) * (1 + uneven)
    turns = base * t
    for sweep in params.groups("sweeps"):
        s = sweep.number("s", 0.02)
        turns += strong * sweep.number("hz", 100.0) * s * (1 - np.exp(-t / s))
    hold = params.number("hold_s", 0.0)
    t60 = params.number("t60_s", 0.5)
    body = np.exp(-6.91 * np.maximum(t - hold, 0.0) / t60)
    mono = params.number("level", 1.0) * np.sin(2 * math.pi * turns) * body
    for tone in params.groups("overtones"):
        level = tone.number("level", 0.3) * (0.5 + 0.5 * note.velocity)
        ring = np.exp(-6.91 * t / tone.number("t60_s", 0.2))
        mono += level * np.sin(2 * math.pi * turns * tone.number("ratio", 1.59) + 0.7) * ring
    out = np.stack([mono, mono]).astype(np.float32)
    out += _bursts(note, params)
    if params.has("drive"):
        out = soften(out, params.number("drive", 1.0), params.number("bias", 0.0))
    return out


def _bursts(note: NoteRequest, params: Params) -> Audio:
    """The sum of a patch's noise bursts.

    Params: bursts: list of {low_hz, high_hz, t60_s, level, velocity, width, delay_s, attack_s}.
    """
    out = silence(note.frames)
    for index, burst in enumerate(params.groups("bursts")):
        t60 = burst.number("t60_s", 0.1)
        start = round(burst.number("delay_s", 0.0) * SAMPLE_RATE)
        frames = min(note.frames - start, round(1.2 * t60 * SAMPLE_RATE) + 64)
        if frames < 64:
            continue
        seed = seed_of(note.seed, "burst", index)
        low, high = burst.number("low_hz", 500.0), burst.number("high_hz", 8000.0)
        grain = band_noise(seed, frames, low, high)
        middle = grain.mean(axis=0)
        grain = middle + (grain - middle) * np.float32(burst.number("width", 0.5))
        curve = decay(frames, t60)
        rise = max(1, round(burst.number("attack_s", 0.0003) * SAMPLE_RATE))
        curve[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
        curve[-32:] *= np.linspace(1, 0, 32, dtype=np.float32)
        loud = burst.number("level", 0.3) * note.velocity ** burst.number("velocity", 0.5)
        out[:, start : start + frames] += grain * curve * np.float32(loud)
    return out


def metal(note: NoteRequest, params: Params) -> Audio:
    """Renders a cymbal, hat, cowbell or gong: a cloud of modes and bands of noise.

    Params: modes, low_hz, high_hz (range of the cloud), t60_s, decay_slope (shorter with
    frequency), tilt, tone (level of the cloud), square (list of fixed Hz: a machine's hat),
    bursts, high_pass_hz, low_pass_hz, width, swell_s, pings (list of {hz, level, t60_s}: the
    tone of the stick), sizzle {level, t60_s, per_s}: rivets.
    """
    out = silence(note.frames)
    frequency, level = _cloud(note, params)
    t60 = params.number("t60_s", 0.3)
    slope = params.number("decay_slope", 0.3)
    rate = 6.91 / (t60 * np.clip((3000.0 / frequency) ** slope, 0.2, 5.0))
    count = len(frequency)
    places = params.number("width", 0.6) * spread(seed_of("cloud", count), count)
    left, right = pan_gains(places)
    phase = 2 * math.pi * uniform(seed_of(note.seed, "phase"), count)
    gain = params.number("tone", 1.0)
    modal_bank(
        frequency, rate, level * left * gain, level * right * gain, np.stack([phase, phase]), out
    )
    swell = params.number("swell_s", 0.0)
    if swell:
        out *= 1 - np.float32(0.75) * np.exp(-times(note.frames) * np.float32(3.0 / swell))
    out += _bursts(note, params)
    if params.has("pings"):
        _add_pings(note, params.groups("pings"), out)
    if params.has("sizzle"):
        _add_sizzle(note, params.group("sizzle"), out)
    sections = []
    if params.has("high_pass_hz"):
        sections += [biquad("high_pass", params.number("high_pass_hz", 300.0), 0.7)] * 2
    if params.has("low_pass_hz"):
        bright = 0.6 + 0.5 * note.velocity
        sections.append(biquad("low_pass", params.number("low_pass_hz", 12000.0) * bright, 0.6))
    filter_fixed(out, sections)
    return out


def _add_pings(note: NoteRequest, pings: list[Params], out: Audio) -> None:
    """Adds the few clear partials that a stick draws from a ride, or the two of a bell."""
    frequency = np.array([ping.number("hz", 3000.0) for ping in pings])
    level = np.array([ping.number("level", 0.2) for ping in pings])
    t60 = np.array([ping.number("t60_s", 0.4) for ping in pings])
    level = level * 10 ** (0.1 * spread(seed_of(note.seed, "pings"), len(level)))
    left, right = pan_gains(0.25 * spread(seed_of("pings", len(level)), len(level)))
    modal_bank(frequency, 6.91 / t60, level * left, level * right, np.zeros((2, len(level))), out)


def _add_sizzle(note: NoteRequest, group: Params, out: Audio) -> None:
    """Adds rivets that rattle for as long as the cymbal moves."""
    frames = note.frames
    chance = (
        uniform(seed_of(note.seed, "rivets"), frames) < group.number("per_s", 400) / SAMPLE_RATE
    )
    hits = np.convolve(chance.astype(np.float32), decay(330, 0.006))[:frames]
    rattle = band_noise(seed_of(note.seed, "sizzle"), frames, 5000.0, 13000.0) * hits
    loud = group.number("level", 0.2) * (0.4 + 0.6 * note.velocity)
    out += rattle * decay(frames, group.number("t60_s", 1.6)) * np.float32(loud)


def _cloud(note: NoteRequest, params: Params) -> tuple[Vector, Vector]:
    """Frequencies and levels of a metal's modes; the same for every stroke but slightly uneven."""
    square = params.numbers("square")
    if len(square):
        odd = np.arange(1, 40, 2, dtype=np.float64)
        frequency = (square[:, np.newaxis] * odd).ravel()
        level = np.broadcast_to(1 / odd, (len(square), len(odd))).ravel() / len(square)
    else:
        count = int(params.number("modes", 80.0))
        low, high = params.number("low_hz", 300.0), params.number("high_hz", 14000.0)
        place = uniform(seed_of("metal", params.number("kind", 0.0)), 2 * count)
        frequency = low * (high / low) ** ((np.arange(count) + place[:count]) / count)
        level = (0.3 + place[count:]) * (frequency / 4000.0) ** params.number("tilt", 0.0)
        level = level / math.sqrt(count)
    keep = frequency < 0.44 * SAMPLE_RATE
    frequency, level = frequency[keep], level[keep]
    uneven = 10 ** (0.12 * spread(seed_of(note.seed, "cloud"), len(level)))
    bright = (frequency / 4000.0) ** (0.5 * (note.velocity - 0.75))
    return frequency, np.asarray(level * uneven * bright)


def clap(note: NoteRequest, params: Params) -> Audio:
    """Renders hands: several bursts close together and a short room.

    Params: hands, apart_s, low_hz, high_hz, burst_s, tail_s, tail_level, width, people (a crowd's
    unevenness in seconds).
    """
    out = silence(note.frames)
    hands = int(params.number("hands", 4.0))
    apart = params.number("apart_s", 0.011)
    low, high = params.number("low_hz", 900.0), params.number("high_hz", 5500.0)
    raw = band_noise(note.seed, note.frames, low, high * (0.7 + 0.4 * note.velocity))
    middle = raw.mean(axis=0)
    raw = middle + (raw - middle) * np.float32(params.number("width", 0.7))
    t = times(note.frames)
    uneven = spread(seed_of(note.seed, "hands"), hands) * params.number("people", 0.0015)
    curve = np.zeros(note.frames, np.float32)
    for hand in range(hands):
        late = t - np.float32(max(hand * apart + uneven[hand], 0.0))
        last = hand == hands - 1
        t60 = params.number("tail_s", 0.25) if last else params.number("burst_s", 0.02)
        level = params.number("tail_level", 1.0) if last else 0.75
        fall = np.exp(np.minimum(-late * np.float32(6.91 / t60), 0.0))
        curve += np.float32(level) * np.where(late >= 0, fall, np.float32(0.0))
    out += raw * np.minimum(curve, np.float32(1.2))
    return soften(out, params.number("drive", 1.3))


def shaker(note: NoteRequest, params: Params) -> Audio:
    """Renders grains in a box, or jingles: noise that swells and stops.

    Params: low_hz, high_hz, swell_s, t60_s, grains (per second; 0 smooth), jingles (list of Hz),
    jingle_level, width.
    """
    frames = note.frames
    t = times(frames)
    swell = params.number("swell_s", 0.02)
    rise = np.minimum(t / np.float32(swell), 1.0) ** 2
    late = np.maximum(t - np.float32(swell), 0.0)
    curve = rise * np.exp(late * np.float32(-6.91 / params.number("t60_s", 0.12)))
    low, high = params.number("low_hz", 4000.0), params.number("high_hz", 12000.0)
    out = band_noise(note.seed, frames, low, high * (0.7 + 0.4 * note.velocity))
    grains = params.number("grains", 0.0)
    if grains:
        chance = uniform(seed_of(note.seed, "grains"), frames) < grains / SAMPLE_RATE
        hits = np.convolve(chance.astype(np.float32), decay(220, 0.004))[:frames]
        out *= 0.3 + hits
    out *= curve * np.float32(params.number("level", 1.0))
    jingles = params.numbers("jingles")
    if len(jingles):
        out += _jingles(note, params, jingles)
    return out


def _jingles(note: NoteRequest, params: Params, jingles: Vector) -> Audio:
    """The little cymbals of a tambourine, shaken twice."""
    out = silence(note.frames)
    count = len(jingles)
    near = jingles * (1 + 0.01 * spread(note.seed, count))
    left, right = pan_gains(0.4 * spread(seed_of(note.seed, "pan"), count))
    level = np.full(count, params.number("jingle_level", 0.3) / math.sqrt(count))
    rate = np.full(count, 6.91 / params.number("jingle_t60_s", 0.25))
    modal_bank(near, rate, level * left, level * right, np.zeros((2, count)), out)
    delay = round(0.022 * SAMPLE_RATE)
    if note.frames > delay:
        out[:, delay:] += out[:, :-delay].copy() * np.float32(0.6)
    return out


def block(note: NoteRequest, params: Params) -> Audio:
    """Renders wood and small metal: a few modes and a click (claves, blocks, rims, triangle).

    Params: modes_hz, levels, t60_s (lists), bursts, bend (relative pitch fall).
    """
    out = silence(note.frames)
    frequency = params.numbers("modes_hz", (800.0,))
    count = len(frequency)
    level = params.numbers("levels", tuple([1.0] * count))
    t60 = params.numbers("t60_s", tuple([0.08] * count))
    level = level * 10 ** (0.06 * spread(seed_of(note.seed, "modes"), count))
    level = level * np.where(np.arange(count) > 0, 0.4 + 0.8 * note.velocity, 1.0)
    frequency = frequency * (1 + 0.002 * spread(seed_of(note.seed, "bend"), count))
    left, right = pan_gains(params.number("width", 0.2) * spread(seed_of("block", count), count))
    modal_bank(frequency, 6.91 / t60, level * left, level * right, np.zeros((2, count)), out)
    out += _bursts(note, params)
    if params.has("drive"):
        out = soften(out, params.number("drive", 1.0))
    return out


def wires(note: NoteRequest, params: Params) -> Audio:
    """Renders a snare drum: a skin, the wires below it and the stick.

    Params: those of `skin`, and rattle {low_hz, high_hz, t60_s, slow_t60_s, slow, level}.
    """
    out = skin(note, params)
    rattle = params.group("rattle")
    low, high = rattle.number("low_hz", 1500.0), rattle.number("high_hz", 9000.0)
    raw = noise(seed_of(note.seed, "wires"), note.frames)
    corner = high * (0.75 + 0.35 * note.velocity)
    filter_fixed(raw, [biquad("high_pass", low, 0.6), biquad("low_pass", corner, 0.6)])
    middle = raw.mean(axis=0)
    raw = middle + (raw - middle) * np.float32(rattle.number("width", 0.5))
    slow = np.float32(rattle.number("slow", 0.2))
    curve = decay(note.frames, rattle.number("t60_s", 0.16)) * (1 - slow)
    curve += slow * decay(note.frames, rattle.number("slow_t60_s", 0.4))
    out += raw * curve * np.float32(rattle.number("level", 1.0) * (0.7 + 0.3 * note.velocity))
    return soften(out, params.number("final_drive", 1.1))
