# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The voice of electric strings: guitars, basses and clavinets with a pickup, an amp and a hand.

The string itself is that of `string`; here its pitch is bent, it feeds back, and goes through the
amplifier.
Not for: acoustic instruments (see string).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from musicgen_desktop.engines.composer.render.voices.amp import amplify
from musicgen_desktop.engines.composer.render.voices.dsp import (
    control_times,
    expand,
    seed_of,
    sweep_filter,
    times,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.string import string
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Vector,
)


def electric(note: NoteRequest, params: Params) -> Audio:
    """Renders one string before a pickup and an amplifier.

    Params: those of `string` and of `amplify`, and
        vibrato: {cents, hz, delay_s, rise_s}; scoop: {cents, s}; glide: {s, at}.
        feedback: {ratio, level, rise_s}: a partial that the loudspeaker keeps alive.
        mwah: {from_hz, to_hz, s, resonance, level}: the vowel of a fretless fingerboard.
        attack_s: Softens the start, as a volume pedal or a soft finger does.
    """
    cents = _cents(note, params)
    longer = 2.0 ** (max(float(cents.max()), 0.0) / 1200)
    out = string(replace(note, length_s=note.length_s * longer), params)
    if params.has("feedback"):
        _add_feedback(note, params.group("feedback"), out)
    if np.any(cents):
        out = _bent(out, cents, note.frames)
    if params.has("mwah"):
        _add_vowel(params.group("mwah"), out)
    out = amplify(out, params, note.velocity)
    attack = params.number("attack_s", 0.0)
    if attack > 0:
        place = np.minimum(times(note.frames) / np.float32(attack), 1.0)
        out *= np.sin(place * np.float32(math.pi / 2)) ** 2
    return out


def _cents(note: NoteRequest, params: Params) -> Vector:
    """The bending of the pitch, in cents, at control points."""
    t = control_times(note.frames)
    cents = np.zeros(len(t))
    if params.has("vibrato"):
        vibrato = params.group("vibrato")
        turns, loose = uniform(seed_of(note.seed, "vibrato"), 2)
        rise = vibrato.number("rise_s", 0.4)
        onset = np.clip((t - vibrato.number("delay_s", 0.4)) / rise, 0.0, 1.0)
        hz = vibrato.number("hz", 5.2) * (0.93 + 0.14 * loose)
        # a finger bends upwards more than back: the middle rises a little with the depth
        wave = 0.1 + np.sin(2 * math.pi * (hz * t + turns))
        cents += vibrato.number("cents", 20.0) * onset * wave
    if params.has("scoop"):
        scoop = params.group("scoop")
        cents += scoop.number("cents", -30.0) * np.exp(-t * 4.0 / scoop.number("s", 0.08))
    if note.glide_to:
        cents += _glide(note, params.group("glide"), t)
    return cents


def _glide(note: NoteRequest, group: Params, t: Vector) -> Vector:
    """The slide or bend to another pitch in the held time."""
    length = min(group.number("s", 0.12), 0.4 * note.held_s)
    start = note.held_s * group.number("at", 0.5)
    place = np.clip((t - start) / max(length, 0.01), 0.0, 1.0)
    return np.asarray(place * place * (3 - 2 * place) * 100.0 * (note.glide_to - note.pitch))


def _bent(audio: Audio, cents: Vector, frames: int) -> Audio:
    """Plays `audio` at a changing speed, (2, frames)."""
    speed = expand(np.exp2(cents / 1200), frames).astype(np.float64)
    place = np.minimum(np.cumsum(speed) - speed[0], audio.shape[1] - 2.0)
    index = place.astype(np.int64)
    share = (place - index).astype(np.float32)
    below = audio[:, index]
    return np.asarray(below + (audio[:, index + 1] - below) * share, dtype=np.float32)


def _add_feedback(note: NoteRequest, group: Params, out: Audio) -> None:
    """Adds, in place, the partial that rises while the loudspeaker drives the string."""
    t = times(out.shape[1])
    rise = np.clip((t - np.float32(0.5)) / np.float32(group.number("rise_s", 2.0)), 0.0, 1.0)
    turns = (note.frequency_hz * group.number("ratio", 2.0) / SAMPLE_RATE) * np.arange(len(t))
    wave = np.sin(2 * math.pi * (turns % 1.0)).astype(np.float32)
    out += wave * rise**2 * np.float32(group.number("level", 0.2))


def _add_vowel(group: Params, out: Audio) -> None:
    """Adds, in place, a resonance that opens after the stroke."""
    t = control_times(out.shape[1])
    start, stop = group.number("from_hz", 350.0), group.number("to_hz", 900.0)
    opening = 1 - np.exp(-t * 3.0 / group.number("s", 0.25))
    branch = out.copy()
    middle = start * (stop / start) ** opening
    sweep_filter(branch, middle, group.number("resonance", 0.7), "band_pass")
    out += branch * np.float32(group.number("level", 0.8))
