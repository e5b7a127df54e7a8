# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices made of oscillators: basses, leads, pads, synth brass, bowed strings, winds, choir, organ.

One or more layers of band-limited waves, each played by several slightly detuned players, go
through a moving filter, formants or fixed resonances, and an envelope.
Not for: anything struck or plucked (see string, bars, tine).
"""

from __future__ import annotations

import math

import numpy as np

from musicgen_desktop.engines.composer.render.voices.articulation import bend_cents, onset_of
from musicgen_desktop.engines.composer.render.voices.dsp import (
    band_noise,
    control_times,
    envelope,
    falling,
    harmonics,
    pan_gains,
    seed_of,
    silence,
    soften,
    spread,
    sweep_filter,
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
    hertz,
)


def oscillator(note: NoteRequest, params: Params) -> Audio:
    """Renders one note of layered oscillators.

    Params:
        layers: list of {shape | harmonics, level, semitones, players, detune_cents, width,
            pulse_width, start (random or zero), drift_cents, rolloff_hz}.
        vibrato: {hz, cents, delay_s, tremolo}; scoop: {cents, s}; glide: {s}.
        filter: see `_filter`; formants: list of {hz, q, gain, to_hz}; noise: {level, low_hz,
            high_hz, attack_only_s}.
        amp: {attack_s, decay_s, sustain}; drive, bias.
    """
    out = silence(note.frames)
    curve = _pitch_curve(note, params)
    for index, layer in enumerate(params.groups("layers")):
        _add_layer(note, params, layer, seed_of(note.seed, "layer", index), curve, out)
    if params.has("noise"):
        _add_breath(note, params.group("noise"), out)
    if params.has("formants"):
        out = _formants(note, params, out)
    if params.has("drive"):
        out = soften(out, params.number("drive", 1.0), params.number("bias", 0.0))
    if params.has("filter"):
        _filter(note, params.group("filter"), out)
    if params.has("post_drive"):
        out = soften(out, params.number("post_drive", 1.0), params.number("bias", 0.0))
    amp = params.group("amp")
    out *= envelope(
        note.frames,
        amp.number("attack_s", 0.01) * (1.25 - 0.5 * note.velocity) * onset_of(note).attack,
        amp.number("decay_s", 0.5),
        amp.number("sustain", 0.8),
    )
    return out


def _pitch_curve(note: NoteRequest, params: Params) -> Vector:
    """Cents away from the note's pitch, common to all players, at control points."""
    t = control_times(note.frames)
    cents = np.zeros(len(t))
    if params.has("scoop"):
        scoop = params.group("scoop")
        share = onset_of(note).scoop
        cents += share * scoop.number("cents", -40.0) * np.exp(-t * 4.0 / scoop.number("s", 0.08))
    if note.articulation:
        cents += bend_cents(note, params, t)
    if note.glide_to:
        cents += _glide(note, params.group("glide"), t)
    return cents


def _glide(note: NoteRequest, group: Params, t: Vector) -> Vector:
    """The slide to another pitch: it takes place in the second half of the held time."""
    length = min(group.number("s", 0.16), 0.4 * note.held_s)
    start = note.held_s * group.number("at", 0.5)
    place = np.clip((t - start) / max(length, 0.01), 0.0, 1.0)
    smooth = place * place * (3 - 2 * place)
    return np.asarray(smooth * 100.0 * (note.glide_to - note.pitch))


def _add_layer(
    note: NoteRequest, params: Params, layer: Params, seed: int, curve: Vector, out: Audio
) -> None:
    """Adds one layer of players to `out`."""
    players = int(layer.number("players", 1.0))
    f0 = hertz(note.pitch + layer.number("semitones", 0.0))
    share = _shares(players, layer)
    detune = _detune(share, layer.number("detune_cents", 0.0), seed)
    cents = curve[np.newaxis, :] + detune[:, np.newaxis]
    vibrato, swell = _vibrato(note, params.group("vibrato"), seed, players, len(curve))
    cents = cents + vibrato + _drift(layer, seed, players, len(curve))
    # every player's highest pitch must stay below the table's last harmonic
    highest = f0 * 2 ** (float(cents.max()) / 1200)
    table = _table(note, layer, f0, int(0.47 * SAMPLE_RATE / highest))
    left, right = pan_gains(_places(share, layer.number("width", 0.0)))
    phase = _phases(seed, share)
    if layer.text("start", "random") == "zero":
        phase = np.zeros(players)
    gain = layer.number("level", 1.0) * share[:, np.newaxis]
    table_oscillators(
        table,
        f0 / SAMPLE_RATE,
        np.exp2(cents / 1200).astype(np.float32),
        (gain * swell).astype(np.float32),
        left,
        right,
        phase,
        out,
    )


def _phases(seed: int, share: Vector) -> Vector:
    """Random starting points of the players, in cycles; the fairest of sixteen draws.

    Where the low partials of all players happen to add up or to cancel, the start of this one
    note would always stick out; fair is when each of them has about the power of the players.
    """
    draws = uniform(seed_of(seed, "phase"), 16 * len(share)).reshape(16, 1, len(share))
    partial = np.arange(1, 7)[np.newaxis, :, np.newaxis]
    sums = np.abs((share * np.exp(2j * math.pi * partial * draws)).sum(axis=2))
    fairest = int(np.argmin(((sums - 1.0) ** 2).sum(axis=1)))
    return np.asarray(draws[fairest, 0])


def _shares(players: int, layer: Params) -> Vector:
    """Level per player, unit power: one leads when they are few, so that beats never cancel."""
    follow = layer.number("follow", (0.3, 0.3, 0.3, 0.5, 0.7)[players] if players < 5 else 1.0)
    level = np.full(players, follow)
    level[players // 2] = 1.0
    return np.asarray(level / math.sqrt(float(np.sum(level**2))))


def _detune(share: Vector, cents: float, seed: int) -> Vector:
    """Detuning per player, in tune on the whole; a little uneven so that nothing beats in step."""
    players = len(share)
    if players == 1:
        return np.zeros(1)
    even = np.linspace(-1.0, 1.0, players)
    uneven = even + spread(seed_of(seed, "detune"), players) * (0.4 / players)
    weight = share**2 / np.sum(share**2)
    return np.asarray(cents * (uneven - np.sum(uneven * weight)))


def _places(share: Vector, width: float) -> Vector:
    """Pan positions: neighbours in pitch sit on opposite sides, and the whole in the middle."""
    players = len(share)
    if players == 1:
        return np.zeros(1)
    side = np.where(np.arange(players) % 2 == 0, 1.0, -1.0)
    place = np.linspace(0.15, 1.0, players) * side
    weight = share**2 / np.sum(share**2)
    return np.asarray(width * (place - np.sum(place * weight)))


def _table(note: NoteRequest, layer: Params, f0: float, top: int) -> Audio:
    """The layer's wave, band-limited for this pitch."""
    count = max(1, min(top, 1000))
    if layer.has("harmonics"):
        amplitude = layer.numbers("harmonics")[:count]
    else:
        amplitude = harmonics(layer.text("shape", "saw"), count, layer.number("pulse_width", 0.5))
    rolloff = layer.number("rolloff_hz", 0.0)
    if rolloff > 0:
        bright = 0.45 + 0.75 * note.velocity
        n = np.arange(1, len(amplitude) + 1) * f0
        order = layer.number("rolloff_order", 2.0)
        amplitude = amplitude / (1 + (n / (rolloff * bright)) ** 2) ** (order / 2)
    return wave_table(amplitude)


def _vibrato(
    note: NoteRequest, group: Params, seed: int, players: int, points: int
) -> tuple[Vector, Vector]:
    """Cents of vibrato and the loudness that goes with it, (players, points)."""
    depth = group.number("cents", 0.0)
    if depth == 0.0 and group.number("tremolo", 0.0) == 0.0:
        return np.zeros((players, points)), np.ones((players, points))
    t = control_times(note.frames)[np.newaxis, :points]
    random = uniform(seed_of(seed, "vibrato"), 3 * players).reshape(3, players, 1)
    loose = group.number("loose", 1.0)
    hz = group.number("hz", 5.2) * (1 + 0.12 * loose * (random[0] - 0.5))
    delay = group.number("delay_s", 0.25)
    onset = np.clip((t - delay) / 0.35, 0.0, 1.0) if delay > 0 else 1.0
    wave = np.sin(2 * math.pi * (hz * t + loose * random[1])) * onset
    return depth * (0.75 + 0.5 * loose * random[2]) * wave, 1 + group.number("tremolo", 0.0) * wave


def _drift(layer: Params, seed: int, players: int, points: int) -> Vector:
    """Slow random wander of each player's pitch, in cents, (players, points)."""
    depth = layer.number("drift_cents", 0.0)
    if depth == 0.0:
        return np.zeros((players, 1))
    knots = max(3, points // 100 + 3)
    wander = spread(seed_of(seed, "drift"), players * knots).reshape(players, knots)
    place = np.arange(points) / 100.0
    return np.stack([np.interp(place, np.arange(knots), row) for row in wander]) * (depth * 2)


def _add_breath(note: NoteRequest, group: Params, out: Audio) -> None:
    """Adds breath or bow noise to `out`; corners given as ratios follow the pitch."""
    f0 = note.frequency_hz
    low = group.number("low_hz", 0.0) or f0 * group.number("low_ratio", 1.0)
    high = group.number("high_hz", 0.0) or min(f0 * group.number("high_ratio", 4.0), 14000.0)
    breath = band_noise(seed_of(note.seed, "breath"), note.frames, low, high)
    chiff = group.number("chiff", 0.0)
    loud = group.number("level", 0.05) * (0.4 + 0.6 * note.velocity)
    curve = falling(note.frames, 1.0 / group.number("chiff_s", 0.04)) * np.float32(chiff * loud)
    out += breath * (curve + np.float32(loud))


def _filter(note: NoteRequest, group: Params, out: Audio) -> None:
    """Runs the moving low-pass over `out`.

    Params: cutoff_hz (at C4), key (octaves per octave), velocity (octaves), env (octaves above the
    cutoff at the start), attack_s, decay_s, sustain (of env), lfo_hz, lfo (octaves), resonance,
    poles, kind, rise (octaves, reached over rise_s: an evolving pad).
    """
    t = control_times(note.frames)
    attack = max(group.number("attack_s", 0.001), 1e-3)
    sustain = group.number("sustain", 0.0)
    rise = np.clip(t / attack, 0.0, 1.0)
    fall = np.exp(-np.maximum(t - attack, 0.0) * 3.0 / group.number("decay_s", 0.3))
    octaves = group.number("env", 0.0) * rise * (sustain + (1 - sustain) * fall)
    octaves *= 0.6 + 0.5 * note.velocity
    octaves += group.number("key", 0.5) * (note.pitch - 60) / 12
    octaves += group.number("velocity", 0.8) * (note.velocity - 0.75)
    octaves += group.number("rise", 0.0) * np.clip(t / group.number("rise_s", 3.0), 0.0, 1.0)
    start = uniform(seed_of(note.seed, "lfo"), 1)[0]
    wave = np.sin(2 * math.pi * (group.number("lfo_hz", 0.3) * t + start))
    octaves += group.number("lfo", 0.0) * wave
    cutoff = group.number("cutoff_hz", 1500.0) * np.exp2(octaves)
    resonance = group.number("resonance", 0.0)
    kind = group.text("kind", "low_pass")
    sweep_filter(out, cutoff, resonance, kind, int(group.number("poles", 2.0)))


def _formants(note: NoteRequest, params: Params, source: Audio) -> Audio:
    """The sum of resonances that makes a vowel, moving slowly between two vowels."""
    t = control_times(note.frames)
    phase = 2 * math.pi * uniform(seed_of(note.seed, "vowel"), 1)[0]
    morph = 0.5 + 0.5 * np.sin(2 * math.pi * params.number("morph_hz", 0.17) * t + phase)
    total = source * np.float32(params.number("formant_dry", 0.08))
    for formant in params.groups("formants"):
        hz = formant.number("hz", 700.0)
        to_hz = formant.number("to_hz", hz)
        branch = source.copy()
        resonance = 1.0 - 1.0 / (1.414 * formant.number("q", 6.0))
        sweep_filter(branch, hz + (to_hz - hz) * morph, resonance, "band_pass")
        total += branch * np.float32(formant.number("gain", 1.0))
    # a formant that no partial meets would make single notes faint
    middle = slice(source.shape[1] // 8, None)
    ratio = float(np.std(source[:, middle])) / (float(np.std(total[:, middle])) + 1e-9)
    return np.asarray(total * np.float32(ratio**0.8), dtype=np.float32)
