# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a note is begun, held and left: pitch and level curves of articulations and of vibrato.

Not for: which note is played how (see the composer's performance), or spectra (see sustained).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from musicgen_desktop.engines.composer.render.voices.dsp import (
    control_times,
    seed_of,
    spread,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.types import NoteRequest, Params, Vector

_KNOTS_PER_S = 7.0
_FALL_S = 0.22
_TRILL_HZ = 7.2
_STROKE_HZ = 11.5


@dataclass(frozen=True, slots=True)
class Onset:
    """How the start of a note differs from a plain one; 1.0 each is plain.

    Attributes:
        attack: Of the attack's length. chiff: of the noise at the start. scoop: of the slide into
            the pitch. dark: of the darkness at the start. bright: added to the brightness, 0 to 1.
    """

    attack: float = 1.0
    chiff: float = 1.0
    scoop: float = 1.0
    dark: float = 1.0
    bright: float = 0.0


_ONSETS: Mapping[str, Onset] = MappingProxyType(
    {
        "legato": Onset(attack=0.6, chiff=0.12, scoop=0.0, dark=0.15),
        "staccato": Onset(attack=0.6, chiff=1.3, scoop=0.5, dark=0.7),
        "slide": Onset(attack=0.9, chiff=0.5, scoop=0.0, dark=0.8),
        "accent": Onset(attack=0.6, chiff=1.8, scoop=1.2, dark=0.5, bright=0.12),
        "mute": Onset(attack=1.0, chiff=0.6, scoop=0.5, dark=1.0, bright=-0.45),
    }
)


def onset_of(note: NoteRequest) -> Onset:
    """How this note begins."""
    return _ONSETS.get(note.articulation, Onset())


def scoop_cents(note: NoteRequest, params: Params, t: Vector) -> Vector:
    """The small slide with which a plain note finds its pitch, in cents, at control points.

    Params: scoop {cents, s}.
    """
    scoop = params.group("scoop")
    share = onset_of(note).scoop
    if not params.has("scoop") or share == 0:
        return np.zeros(len(t))
    depth = scoop.number("cents", -20.0) * share * (0.6 + 0.6 * note.velocity)
    return np.asarray(depth * np.exp(-t * 4.0 / scoop.number("s", 0.07)))


def bend_cents(note: NoteRequest, params: Params, t: Vector) -> Vector:
    """Cents away from the note's pitch that its articulation makes, at control points.

    Params: glide {s} between bound notes; slide {cents, s}.
    """
    cents = np.zeros(len(t))
    if note.articulation == "legato" and note.from_pitch:
        cents += 100.0 * (note.from_pitch - note.pitch) * (1 - _smooth(t, 0.0, _glide_s(params)))
    if note.articulation == "slide":
        slide = params.group("slide")
        deep = slide.number("cents", -220.0)
        cents += deep * (1 - _smooth(t, 0.01, min(slide.number("s", 0.16), 0.5 * note.held_s)))
    if note.articulation == "fall":
        length = min(_FALL_S, 0.6 * note.held_s)
        cents -= 550.0 * np.clip((t - note.held_s + length) / length, 0.0, 1.2) ** 1.6
    if note.articulation == "trill":
        wave = np.tanh(3.0 * np.sin(2 * math.pi * _TRILL_HZ * np.maximum(t - 0.08, 0.0)))
        cents += 100.0 * (1.0 + wave) * (t > 0.08)
    return cents


def level_curve(note: NoteRequest, params: Params, t: Vector) -> Vector:
    """The loudness that articulation adds, at control points; 1.0 is plain.

    Params: restrike (0: a tremolo isn't made of strokes but of a turning loudspeaker).
    """
    if note.articulation == "staccato":
        return np.asarray(0.55 + 0.45 * np.exp(-np.maximum(t - 0.05, 0.0) * 9.0))
    if note.articulation == "accent":
        return np.asarray(0.86 + 0.3 * np.exp(-t * 7.0))
    if note.articulation == "fall":
        length = min(_FALL_S, 0.6 * note.held_s)
        return np.asarray(1.0 - 0.85 * _smooth(t, note.held_s - length, length))
    if note.articulation == "mute":
        return np.full(len(t), 0.7)
    if note.articulation in ("tremolo", "roll") and params.number("restrike", 1.0) > 0:
        alone = strokes(note, seed_of(note.seed, "strokes"), 1, t, _STROKE_HZ, 0.6)
        return np.asarray(alone[0])
    return np.ones(len(t))


def strokes(
    note: NoteRequest, seed: int, players: int, t: Vector, hz: float, depth: float
) -> Vector:
    """The level of quickly repeated strokes, each player in its own time, (players, points)."""
    random = uniform(seed, 2 * players).reshape(2, players, 1)
    wander = 0.5 * np.stack([drift(seed_of(seed, v), note.frames, len(t)) for v in range(players)])
    turns = hz * (0.92 + 0.16 * random[0]) * t[np.newaxis, :] + random[1] + wander
    return np.asarray(1.0 - depth * np.abs(np.cos(math.pi * turns)) ** 3)


def vibrato(note: NoteRequest, group: Params, seed: int, players: int, t: Vector) -> Vector:
    """The swing of a late vibrato whose depth grows, -1 to 1, (players, points).

    Params: hz, delay_s, rise_s, loose (how unlike the players are, 0 to 1).
    """
    if note.articulation in ("trill", "tremolo", "roll", "staccato"):
        return np.zeros((players, len(t)))
    random = uniform(seed, 4 * players).reshape(4, players, 1)
    loose = group.number("loose", 1.0)
    hz = group.number("hz", 5.4) * (1 + 0.14 * loose * (random[0] - 0.5))
    delay = group.number("delay_s", 0.25) * (1 + 0.5 * loose * (random[1] - 0.5))
    if note.articulation == "legato":
        delay = delay * 0.6
    grown = np.clip((t[np.newaxis, :] - delay) / max(group.number("rise_s", 0.5), 0.02), 0.0, 1.0)
    slow = np.stack([drift(seed_of(seed, v), note.frames, len(t)) for v in range(players)])
    start = random[2] if players > 1 else random[2] * 0.2
    turns = hz * np.maximum(t[np.newaxis, :] - delay * 0.8, 0.0) + start + 0.06 * slow
    return np.asarray(np.sin(2 * math.pi * turns) * grown * (0.8 + 0.4 * random[3]))


def drift(seed: int, frames: int, points: int) -> Vector:
    """A slow aimless wander, about -1 to 1, at control points."""
    seconds = control_times(frames)[:points] * _KNOTS_PER_S
    knots = spread(seed, int(seconds[-1]) + 3)
    return np.asarray(np.interp(seconds, np.arange(len(knots)), knots))


def _glide_s(params: Params) -> float:
    return params.group("glide").number("s", 0.055)


def _smooth(t: Vector, start_s: float, length_s: float) -> Vector:
    """0 before `start_s`, 1 after `length_s` more, smooth at both ends."""
    place = np.clip((t - start_s) / max(length_s, 1e-3), 0.0, 1.0)
    return np.asarray(place * place * (3 - 2 * place))
