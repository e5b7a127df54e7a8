# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of basses whose filter is the music: acid (ladder), wobble (rhythmic), reese (notches).

Each is the oscillator without its own filter, then the moving one.
Not for: plain synthesizer basses (see oscillator).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from musicgen_desktop.engines.composer.render.voices.amp import clip
from musicgen_desktop.engines.composer.render.voices.dsp import (
    control_times,
    seed_of,
    sweep_filter,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.kernels import (
    CONTROL_FRAMES,
    state_variable_filter,
)
from musicgen_desktop.engines.composer.render.voices.oscillator import oscillator
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Vector,
)

_ACCENT = 0.84


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def ladder(audio: Audio, cutoff_hz: Vector, feedback: float, drive: float) -> None:
    """Filters the first channel of `audio` in place by four poles with feedback.

    Two steps a frame; the loop saturates, so that it sings instead of blowing up. After
    A. Huovilainen, "Non-linear digital implementation of the Moog ladder filter" (DAFx 2004).

    Args:
        audio: (2, frames) float32; the second channel becomes the same.
        cutoff_hz: At every CONTROL_FRAMES frames; points >= frames / CONTROL_FRAMES + 2.
        feedback: 0 (flat) to 4 (sings).
        drive: Gain into the saturation.
    """
    one = two = three = four = 0.0
    before = 0.0
    for n in range(audio.shape[1]):
        point = n // CONTROL_FRAMES
        share = (n - point * CONTROL_FRAMES) / CONTROL_FRAMES
        hz = cutoff_hz[point] + (cutoff_hz[point + 1] - cutoff_hz[point]) * share
        pole = 2.0 * math.pi * hz / (2.0 * 44100.0)
        pole = pole / (1.0 + pole)
        now = np.float64(audio[0, n])
        for half in range(2):
            wanted = drive * (now if half else 0.5 * (before + now)) - feedback * four
            wanted = wanted / math.sqrt(1.0 + wanted * wanted)
            one += pole * (wanted - one)
            two += pole * (one - two)
            three += pole * (two - three)
            four += pole * (three - four)
        before = now
        audio[0, n] = np.float32(four)
        audio[1, n] = np.float32(four)


def acid(note: NoteRequest, params: Params) -> Audio:
    """Renders a bass with a squelching ladder filter; hard notes are accents.

    Params: those of `oscillator`, and ladder: {cutoff_hz, key, env (octaves), decay_s, feedback,
    drive, accent (octaves more), output}; drive.
    """
    out = oscillator(note, params)
    group = params.group("ladder")
    accent = note.velocity > _ACCENT
    t = control_times(note.frames)
    octaves = group.number("env", 3.0) * (0.45 + 0.55 * note.velocity)
    octaves += group.number("accent", 0.8) if accent else 0.0
    decay_s = group.number("decay_s", 0.25) * (0.6 if accent else 1.0)
    curve = octaves * np.exp(-t * 3.0 / decay_s)
    curve += group.number("key", 0.3) * (note.pitch - 36) / 12
    cutoff = np.clip(group.number("cutoff_hz", 260.0) * np.exp2(curve), 30.0, 9000.0)
    feedback = group.number("feedback", 3.2) + (0.4 if accent else 0.0)
    ladder(out, cutoff, feedback, group.number("drive", 1.0))
    # the feedback takes the level away that it doesn't give to the peak
    out *= np.float32(1.0 + 0.5 * feedback)
    return clip(out, params.number("output_drive", 1.0), 0.1)


def wobble(note: NoteRequest, params: Params) -> Audio:
    """Renders a bass whose filter opens and closes a whole number of times in the note.

    So it needs no tempo: a note of a bar wobbles in parts of that bar.

    Params: those of `oscillator`, and wobble: {low_hz, high_hz, near_hz (the rate aimed at),
    triplets (1: may go in threes), resonance, poles}, sub (an oscillator's params), output_drive.
    """
    out = oscillator(note, params)
    group = params.group("wobble")
    cycles = _cycles(note.held_s * group.number("near_hz", 4.0))
    t = control_times(note.frames)
    place = np.minimum(t / max(note.held_s, 0.02), 1.0) * cycles
    opening = (0.5 - 0.5 * np.cos(2 * math.pi * place)) ** 0.8
    low, high = group.number("low_hz", 120.0), group.number("high_hz", 2600.0)
    cutoff = low * (high * (0.6 + 0.5 * note.velocity) / low) ** opening
    resonance = group.number("resonance", 0.6)
    sweep_filter(out, cutoff, resonance, "low_pass", int(group.number("poles", 4.0)))
    out = clip(out, params.number("output_drive", 1.0), 0.1)
    return out + _sub(note, params)


def _cycles(wanted: float) -> float:
    """The power of two nearest to `wanted`, one at least."""
    return float(2 ** max(round(math.log2(max(wanted, 1e-3))), 0))


def reese(note: NoteRequest, params: Params) -> Audio:
    """Renders detuned saws through notches that wander.

    Params: those of `oscillator`, and notches: list of {low_hz, high_hz, lfo_hz, damping}, sub
    (an oscillator's params), output_drive.
    """
    out = oscillator(note, params)
    t = control_times(note.frames)
    for index, notch in enumerate(params.groups("notches")):
        start = float(uniform(seed_of(note.seed, "notch", index), 1)[0])
        wave = 0.5 + 0.5 * np.sin(2 * math.pi * (notch.number("lfo_hz", 0.3) * t + start))
        low, high = notch.number("low_hz", 300.0), notch.number("high_hz", 1500.0)
        middle = np.clip(low * (high / low) ** wave, 30.0, 0.4 * SAMPLE_RATE)
        state_variable_filter(out, middle, notch.number("damping", 1.0), 1.0, 0.0, 1.0)
    out = clip(out, params.number("output_drive", 1.0), 0.08)
    return out + _sub(note, params)


def _sub(note: NoteRequest, params: Params) -> Audio:
    """The steady low under a moving bass."""
    return oscillator(note, params.group("sub"))
