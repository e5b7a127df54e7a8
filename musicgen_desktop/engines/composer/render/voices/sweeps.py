# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of transitions and beds: risers, falls, impacts, reverse cymbals, drops, vinyl, drones.

A sound that leads somewhere lasts exactly as long as its note and peaks at its end.
Not for: effects on other parts (see the mixer).
"""

from __future__ import annotations

import math

import numpy as np

from musicgen_desktop.engines.composer.render.voices.drums import metal, skin
from musicgen_desktop.engines.composer.render.voices.dsp import (
    band_noise,
    biquad,
    control_times,
    filter_fixed,
    noise,
    seed_of,
    soften,
    sweep_filter,
    times,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
)


def sweep(note: NoteRequest, params: Params) -> Audio:
    """Renders noise and a tone that move in pitch over the note's own length.

    Params: from_hz, to_hz (noise's filter), tone_from, tone_to (MIDI numbers), tone, rise (power
    of the loudness; negative falls), width, resonance, kind.
    """
    held = max(note.held_s, 0.05)
    points = np.clip(control_times(note.frames) / held, 0.0, 1.0)
    low, high = params.number("from_hz", 300.0), params.number("to_hz", 9000.0)
    out = noise(note.seed, note.frames) * np.float32(0.6)
    kind = params.text("kind", "band_pass")
    sweep_filter(out, low * (high / low) ** points, params.number("resonance", 0.4), kind)
    tone = params.number("tone", 0.0)
    if tone:
        out += _gliding_tone(note, params, held) * np.float32(tone)
    place = np.clip(times(note.frames) / np.float32(held), 0.0, 1.0)
    power = params.number("rise", 2.0)
    out *= place**power if power > 0 else (1 - place) ** (-power)
    return out


def _gliding_tone(note: NoteRequest, params: Params, held: float) -> Audio:
    """Three detuned saw-like tones that glide from one pitch to another."""
    place = np.clip(times(note.frames).astype(np.float64) / held, 0.0, 1.0)
    start, stop = params.number("tone_from", 45.0), params.number("tone_to", 69.0)
    hz = 440.0 * np.exp2((start + (stop - start) * place**1.5 - 69.0) / 12)
    turns = np.cumsum(hz) / SAMPLE_RATE
    left = sum(np.sin(2 * math.pi * turns * h * 0.997) / h for h in (1, 2, 3, 4))
    right = sum(np.sin(2 * math.pi * turns * h * 1.003) / h for h in (1, 2, 3, 4))
    return np.stack([np.asarray(left), np.asarray(right)]).astype(np.float32) * np.float32(0.3)


def reverse(note: NoteRequest, params: Params) -> Audio:
    """Renders a cymbal backwards: it swells and stops exactly at the end of the note."""
    held = min(max(note.held_s, 0.1), note.length_s)
    forward = NoteRequest(note.pitch, note.velocity, held, held, note.seed)
    cymbal = metal(forward, params)[:, ::-1]
    rise = np.linspace(0.0, 1.0, cymbal.shape[1], dtype=np.float32) ** params.number("rise", 1.5)
    out = np.zeros((2, note.frames), np.float32)
    frames = min(note.frames, cymbal.shape[1])
    out[:, :frames] = (cymbal * rise)[:, -frames:]
    ramp = min(frames, 441)
    out[:, frames - ramp : frames] *= np.linspace(1, 0, ramp, dtype=np.float32)
    return out


def impact(note: NoteRequest, params: Params) -> Audio:
    """Renders a boom with a cloud of dust: a deep skin and a long, dark noise."""
    out = skin(note, params.group("boom"))
    dust = params.group("dust")
    cloud = band_noise(seed_of(note.seed, "dust"), note.frames, 80.0, dust.number("hz", 5000.0))
    fall = control_times(note.frames)
    cutoff = 200.0 + dust.number("hz", 5000.0) * np.exp(-fall * 3.0 / dust.number("t60_s", 2.0))
    sweep_filter(cloud, cutoff, 0.0)
    t = times(note.frames)
    curve = np.exp(t * np.float32(-6.91 / dust.number("t60_s", 2.0)))
    out += cloud * curve * np.float32(dust.number("level", 0.5))
    return soften(out, params.number("drive", 1.2))


def vinyl(note: NoteRequest, params: Params) -> Audio:
    """Renders the bed of a record: hiss, rumble, crackle and a few louder pops.

    Params: hiss, rumble, crackle_per_s, pop_per_s, attack_s.
    """
    frames = note.frames
    out = band_noise(note.seed, frames, 800.0, 9000.0) * np.float32(params.number("hiss", 0.02))
    rumble = band_noise(seed_of(note.seed, "rumble"), frames, 30.0, 120.0)
    out += rumble * np.float32(params.number("rumble", 0.02))
    for name, per_s, level, low, high in (
        ("crackle", params.number("crackle_per_s", 14.0), 0.25, 1500.0, 9000.0),
        ("pop", params.number("pop_per_s", 1.2), 0.8, 600.0, 4000.0),
    ):
        seed = seed_of(note.seed, name)
        chance = uniform(seed, frames) < per_s / SAMPLE_RATE
        clicks = np.zeros((2, frames), np.float32)
        where = np.flatnonzero(chance)
        size = uniform(seed_of(seed, "size"), len(where)) ** 2.5
        side = uniform(seed_of(seed, "side"), len(where))
        clicks[0, where] = size * (0.4 + 0.6 * side)
        clicks[1, where] = size * (1.0 - 0.6 * side)
        filter_fixed(clicks, [biquad("high_pass", low, 0.8), biquad("low_pass", high, 1.2)])
        out += clicks * np.float32(level * 4.0)
    attack = np.minimum(times(frames) / np.float32(params.number("attack_s", 0.5)), 1.0)
    return np.asarray(out * np.sin(attack * np.float32(math.pi / 2)), dtype=np.float32)
