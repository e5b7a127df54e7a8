# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instruments that are blown, bowed, sung or fed with wind, one player or a whole section.

Each player is a wave between two spectra, soft and loud, which share their phase: brightness moves
with velocity, attack and vibrato. The spectra are a source (slope, first partials, even partials)
times the resonances of the body, given as points over frequency. Breath or bow noise has a curve of
its own, swings with the wave, and bursts at the attack.
Not for: oscillators of synthesisers (see oscillator), or anything struck or plucked.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from musicgen_desktop.engines.composer.render.voices.articulation import (
    bend_cents,
    drift,
    level_curve,
    onset_of,
    scoop_cents,
    strokes,
    vibrato,
)
from musicgen_desktop.engines.composer.render.voices.blend import blended_oscillators
from musicgen_desktop.engines.composer.render.voices.dsp import (
    control_times,
    expand,
    falling,
    noise,
    pan_gains,
    seed_of,
    silence,
    soften,
    spread,
    uniform,
    wave_table,
)
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
    Table,
    Vector,
    hertz,
)

_NOISE_FRAMES = 1 << 16
_REFERENCE_HZ = 1000.0
_ABSENT_DB = -120.0
Points = tuple[tuple[float, float], ...]


def sustained(note: NoteRequest, params: Params) -> Audio:
    """Renders one note.

    Params:
        ranks: list of {semitones, cents, level, spectrum}; one plain rank when absent.
        spectrum: see `amplitudes_db`. dynamic: exponent of velocity to brightness.
        players, detune_cents, width, stagger_s, drift_cents: The section.
        amp: {attack_s, decay_s, sustain, swell_s, key (attack halves by so many octaves)}.
        dark: {share, s}: brightness that comes only with the attack. flutter_db: unsteadiness.
        vibrato: {hz, cents, db, bright, delay_s, rise_s, loose}; strokes: {hz, depth}.
        scoop, glide, slide, restrike: see articulation. drive: saturation.
        noise: {curve: [[hz, dB under the tone]], velocity_db, pulse, width, chiff_db, chiff_s,
            follow}.
    """
    t = control_times(note.frames)
    out = silence(note.frames)
    players = max(1, int(params.number("players", 1.0)))
    seed = seed_of(note.seed, "players")
    swing = vibrato(note, params.group("vibrato"), seed_of(seed, "vibrato"), players, t)
    level = _levels(note, params, seed, swing, t)
    bright = _brightness(note, params, swing, t)
    cents = _cents(note, params, seed, swing, t)
    ranks = params.groups("ranks") or [Params({})]
    for index, rank in enumerate(ranks):
        _add_rank(note, params, rank, seed_of(seed, "rank", index), (cents, level, bright), out)
    if params.has("noise"):
        _add_noise(note, params.group("noise"), level.mean(axis=0) * math.sqrt(players), out)
    if params.has("drive"):
        out = soften(out, params.number("drive", 1.0), params.number("bias", 0.0))
    return out


def amplitudes_db(spectrum: Params, f0: float, count: int, soft: bool) -> Vector:
    """The level of each partial in dB, (count,).

    Params: slope_db (per octave of the partial's number), soft_db (more slope when soft),
    partials_db (of the first ones, added), only (no other partials), even_db (of even partials, at
    even_hz; less above), body ([[hz, dB], …], joined by straight lines over log frequency),
    soft_body (the same when soft: another vowel).
    """
    number = np.arange(1, count + 1, dtype=np.float64)
    octave = np.log2(number)
    slope = spectrum.number("slope_db", 6.0) + (spectrum.number("soft_db", 4.0) if soft else 0.0)
    level = -slope * octave
    first = spectrum.numbers("partials_db")[:count]
    level[: len(first)] += first
    if spectrum.has("even_db"):
        fades = 1.0 / (1.0 + (number * f0 / spectrum.number("even_hz", 2000.0)) ** 2)
        level += np.where(number % 2 == 0, spectrum.number("even_db", 0.0) * fades, 0.0)
    body = "soft_body" if soft and spectrum.has("soft_body") else "body"
    if spectrum.has(body):
        level += curve_db(spectrum.numbers(body), number * f0)
    if spectrum.has("only"):
        level[len(first) :] = _ABSENT_DB
    return np.asarray(level)


def curve_db(points: Table, hz: Vector) -> Vector:
    """A curve given by (hz, dB) points, level outside them."""
    return np.interp(np.log(np.maximum(hz, 1.0)), np.log(points[:, 0]), points[:, 1])


def _add_rank(
    note: NoteRequest,
    params: Params,
    rank: Params,
    seed: int,
    curves: tuple[Vector, Vector, Vector],
    out: Audio,
) -> None:
    """Adds all players of one rank of pipes, reeds or instruments."""
    cents, level, bright = curves
    players = len(level)
    f0 = hertz(note.pitch + rank.number("semitones", 0.0) + 0.01 * rank.number("cents", 0.0))
    highest = f0 * 2 ** (float(cents.max()) / 1200)
    count = max(1, min(int(0.47 * SAMPLE_RATE / highest), 1000))
    spectrum = rank.group("spectrum") if rank.has("spectrum") else params.group("spectrum")
    tables = np.concatenate([_table(spectrum, f0, count, soft) for soft in (True, False)])
    gain = level * (rank.number("level", 1.0) / math.sqrt(players))
    phase = uniform(seed_of(seed, "phase"), players)
    left, right = pan_gains(_places(players, params, rank))
    blended_oscillators(
        tables,
        f0 / SAMPLE_RATE,
        np.exp2(cents / 1200).astype(np.float32),
        (gain * (1.0 - bright)).astype(np.float32),
        (gain * bright).astype(np.float32),
        left,
        right,
        phase,
        out,
    )


def _table(spectrum: Params, f0: float, count: int, soft: bool) -> Audio:
    """One cycle of unit power."""
    amplitude = 10 ** (amplitudes_db(spectrum, f0, count, soft) / 20)
    amplitude /= math.sqrt(float(np.sum(amplitude**2)) / 2 + 1e-12)
    return wave_table(amplitude)


def _places(players: int, params: Params, rank: Params) -> Vector:
    """Pan positions, neighbours on opposite sides, balanced on the whole."""
    if players == 1:
        return np.array([rank.number("pan", 0.0)])
    side = np.where(np.arange(players) % 2 == 0, 1.0, -1.0)
    place = np.linspace(0.15, 1.0, players) * side
    return np.asarray(params.number("width", 0.7) * (place - place.mean()))


def _levels(note: NoteRequest, params: Params, seed: int, swing: Vector, t: Vector) -> Vector:
    """Amplitude of each player, (players, points)."""
    amp = params.group("amp")
    players = len(swing)
    stagger = params.number("stagger_s", 0.0) * uniform(seed_of(seed, "stagger"), players)
    stagger = stagger[:, np.newaxis] * (0.3 if note.articulation == "legato" else 1.0)
    attack = amp.number("attack_s", 0.05) * (1.3 - 0.6 * note.velocity) * onset_of(note).attack
    attack = max(attack * 2 ** (-amp.number("key", 0.0) * (note.pitch - 60) / 12), 0.004)
    since = np.maximum(t[np.newaxis, :] - stagger, 0.0)
    level = np.sin(np.clip(since / attack, 0.0, 1.0) * (math.pi / 2)) ** 2
    keep = amp.number("sustain", 0.9)
    fall = np.exp(-np.maximum(since - attack, 0.0) * 4.0 / amp.number("decay_s", 0.6))
    level = level * (keep + (1.0 - keep) * fall)
    if amp.has("swell_s"):
        level = level * (
            amp.number("swell", 0.6)
            + (1 - amp.number("swell", 0.6)) * np.clip(since / amp.number("swell_s", 0.5), 0.0, 1.0)
        )
    unsteady = [drift(seed_of(seed, "level", v), note.frames, len(t)) for v in range(players)]
    flutter = params.number("flutter_db", 0.5) * np.stack(unsteady)
    decibels = params.group("vibrato").number("db", 0.0) * swing + flutter
    level = level * 10 ** (decibels / 20) * level_curve(note, params, t)
    if params.has("strokes"):
        group = params.group("strokes")
        hz, depth = group.number("hz", 11.5), group.number("depth", 0.6)
        level = level * strokes(note, seed_of(seed, "strokes"), players, t, hz, depth)
    return np.asarray(level)


def _brightness(note: NoteRequest, params: Params, swing: Vector, t: Vector) -> Vector:
    """Share of the loud spectrum, (players, points)."""
    onset = onset_of(note)
    base = note.velocity ** params.number("dynamic", 1.0) + onset.bright
    dark = params.group("dark")
    shade = dark.number("share", 0.5) * onset.dark * np.exp(-t * 3.0 / dark.number("s", 0.08))
    moving = params.group("vibrato").number("bright", 0.0) * swing
    return np.asarray(np.clip(base * (1.0 - shade)[np.newaxis, :] + moving, 0.0, 1.0))


def _cents(note: NoteRequest, params: Params, seed: int, swing: Vector, t: Vector) -> Vector:
    """Cents away from the pitch, (players, points)."""
    players = len(swing)
    depth = params.group("vibrato").number("cents", 0.0) * (0.7 + 0.4 * note.velocity)
    wander = [drift(seed_of(seed, "pitch", v), note.frames, len(t)) for v in range(players)]
    common = scoop_cents(note, params, t) + bend_cents(note, params, t)
    cents = common[np.newaxis, :] + depth * swing
    cents = cents + params.number("drift_cents", 3.0) * np.stack(wander)
    if players > 1:
        uneven = np.linspace(-1.0, 1.0, players) + spread(seed_of(seed, "tune"), players) * 0.2
        cents = cents + params.number("detune_cents", 8.0) * (uneven - uneven.mean())[:, np.newaxis]
    return np.asarray(cents)


def _add_noise(note: NoteRequest, group: Params, level: Vector, out: Audio) -> None:
    """Adds breath or bow noise: under the tone, in its rhythm, and a burst at the start."""
    points = tuple((float(hz), float(db)) for hz, db in group.values.get("curve", ()))
    shift = 2 ** (group.number("follow", 0.0) * (note.pitch - 60) / 12)
    loop = _shaped_noise(points, round(shift, 4))
    offset = int(uniform(seed_of(note.seed, "noise"), 1)[0] * _NOISE_FRAMES)
    breath = np.take(loop, np.arange(offset, offset + note.frames), axis=1, mode="wrap")
    side = (breath[0] - breath[1]) * np.float32(0.5 * (1.0 - group.number("width", 0.4)))
    breath[0] -= side
    breath[1] += side
    gain = 10 ** (group.number("velocity_db", 0.0) * (note.velocity - 0.75) / 20)
    steady = expand(level, note.frames)
    pulse = group.number("pulse", 0.0)
    if pulse > 0:
        steady = steady * (1.0 + np.float32(pulse) * np.clip(out.mean(axis=0), -1.0, 1.0))
    onset = onset_of(note)
    burst = 10 ** (group.number("chiff_db", 0.0) / 20) - 1.0
    if burst > 0:
        opening = falling(note.frames, 3.0 / group.number("chiff_s", 0.04))
        rise = min(note.frames, max(2, round(group.number("chiff_rise_s", 0.006) * SAMPLE_RATE)))
        opening[:rise] *= np.linspace(0.0, 1.0, rise, dtype=np.float32)
        steady = steady + opening * np.float32(burst * onset.chiff)
    out += breath * (steady * np.float32(gain))


@lru_cache(maxsize=64)
def _shaped_noise(points: Points, shift: float) -> Audio:
    """A loop of noise without a seam, (2, 65536); the curve's dB are per 1000 Hz of bandwidth."""
    spectrum = np.fft.rfft(noise(seed_of("breath"), _NOISE_FRAMES), axis=1)
    hz = np.asarray(np.fft.rfftfreq(_NOISE_FRAMES, 1.0 / SAMPLE_RATE), dtype=np.float64)
    level = curve_db(np.array(points) * np.array([shift, 1.0]), hz)
    density = 0.577 * math.sqrt(_REFERENCE_HZ / (SAMPLE_RATE / 2))
    shape = 10 ** (level / 20) / density * (hz / (hz + 40.0))
    loop = np.fft.irfft(spectrum * shape, _NOISE_FRAMES, axis=1)
    return np.ascontiguousarray(loop, dtype=np.float32)
