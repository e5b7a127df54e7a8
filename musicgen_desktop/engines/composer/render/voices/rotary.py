# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rotating loudspeaker, as organs have: a horn for the highs, a drum for the lows.

Each turns past two microphones: louder and higher when it comes near, softer and lower when it goes
(after J. Smith et al., "Doppler simulation and the Leslie", 2002). All notes of a chord begin
together and so turn together.
Not for: plain tremolo (see finish).
"""

from __future__ import annotations

import math

import numpy as np

from musicgen_desktop.engines.composer.render.voices.blend import moving_tap
from musicgen_desktop.engines.composer.render.voices.dsp import biquad, control_times, filter_fixed
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Vector,
)

_CROSSOVER_HZ = 800.0
_FAST = ("tremolo", "roll")


def rotary(audio: Audio, note: NoteRequest, group: Params) -> Audio:
    """Sends a note, (2, frames), through the speaker.

    Params: fast_above (velocity, 0 to 1; tremolo notes are always fast), horn_hz [slow, fast],
    drum_hz, horn_depth (of loudness, 0 to 1), drum_depth, doppler_ms, spread (radians between the
    microphones), spin_up_s (time to go from slow to fast; 0: at once).
    """
    middle = audio.mean(axis=0, keepdims=True, dtype=np.float32)
    lows, highs = np.repeat(middle, 2, axis=0), np.repeat(middle, 2, axis=0)
    filter_fixed(lows, [biquad("low_pass", _CROSSOVER_HZ)] * 2)
    filter_fixed(highs, [biquad("high_pass", _CROSSOVER_HZ)] * 2)
    t = control_times(audio.shape[1])
    apart = group.number("spread", 2.0)
    out = np.zeros_like(audio)
    horn = _turns(note, group, "horn_hz", (0.8, 6.7), t)
    drum = -_turns(note, group, "drum_hz", (0.7, 5.7), t)
    doppler = group.number("doppler_ms", 0.22) * 1e-3 * SAMPLE_RATE
    _pass_by(highs, horn, (doppler, group.number("horn_depth", 0.45), apart), out)
    _pass_by(lows, drum, (0.2 * doppler, group.number("drum_depth", 0.2), 0.5 * apart), out)
    return out


def _turns(
    note: NoteRequest, group: Params, name: str, default: tuple[float, float], t: Vector
) -> Vector:
    """The angle of a rotor in radians, at control points."""
    slow, fast = group.numbers(name, default)
    is_fast = note.articulation in _FAST or note.velocity > group.number("fast_above", 1.0)
    goal = fast if is_fast else slow
    spin_up = group.number("spin_up_s", 0.0)
    if spin_up <= 0:
        return np.asarray(2 * math.pi * goal * t)
    rest = np.exp(-t / spin_up)
    return np.asarray(2 * math.pi * (goal * t - (goal - slow) * spin_up * (1 - rest)))


def _pass_by(source: Audio, angle: Vector, depths: tuple[float, float, float], out: Audio) -> None:
    """Adds one rotor as two microphones hear it."""
    doppler, depth, apart = depths
    near = np.stack([np.cos(angle - apart / 2), np.cos(angle + apart / 2)])
    delay = (doppler * (1.0 - near)).astype(np.float32)
    gain = (1.0 + depth * near).astype(np.float32) / np.float32(1.0 + 0.5 * depth)
    moving_tap(np.ascontiguousarray(source[:1]), delay, gain, out)
