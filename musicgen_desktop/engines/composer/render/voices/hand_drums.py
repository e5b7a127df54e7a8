# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices of strokes that last: brushes, rolls, scrapers, bells shaken, whistles.

Not for: single strokes on skins, metal and wood (see drums).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from musicgen_desktop.engines.composer.render.voices.drums import metal, skin, wires
from musicgen_desktop.engines.composer.render.voices.dsp import (
    band_noise,
    seed_of,
    silence,
    soften,
    spread,
    times,
    uniform,
)
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
    Params,
)

_STROKES = {"skin": skin, "wires": wires, "metal": metal}


def brush(note: NoteRequest, params: Params) -> Audio:
    """Renders a wire brush drawn over a skin: noise that swells, with grain, and a hint of skin.

    Params: low_hz, high_hz, swell_s, fall_s, grain (0 to 1), level, and those of `skin` for what
    is under it, which `tap` (its level) lets through; drive.
    """
    t = times(note.frames)
    low, high = params.number("low_hz", 900.0), params.number("high_hz", 7500.0)
    corner = high * (0.7 + 0.4 * note.velocity)
    out = band_noise(seed_of(note.seed, "brush"), note.frames, low, corner)
    swell = params.number("swell_s", 0.09)
    rise = np.sin(np.minimum(t / np.float32(swell), 1.0) * np.float32(math.pi / 2)) ** 2
    late = np.maximum(t - np.float32(swell), 0.0)
    rough = band_noise(seed_of(note.seed, "grain"), note.frames, 20.0, 160.0)[0]
    curve = rise * np.exp(late * np.float32(-6.91 / params.number("fall_s", 0.25)))
    curve = curve * (1 + np.float32(params.number("grain", 0.4)) * rough)
    out *= curve * np.float32(params.number("level", 0.6))
    tap = params.number("tap", 0.0)
    if tap > 0:
        out += skin(note, params) * np.float32(tap)
    return soften(out, params.number("drive", 1.6))


def roll(note: NoteRequest, params: Params) -> Audio:
    """Renders a roll: many strokes that swell from soft to loud.

    Params: stroke {voice (skin, wires or metal), and its params}, per_s, seconds, from (loudness
    at the start), fall_s (after the end), uneven.
    """
    stroke = params.group("stroke")
    play = _STROKES[stroke.text("voice", "wires")]
    per_s, length = params.number("per_s", 22.0), params.number("seconds", 1.6)
    count = max(1, int(per_s * length))
    late = spread(seed_of(note.seed, "late"), count) * params.number("uneven", 0.15)
    start = params.number("from", 0.25)
    # four strokes are enough: which one comes is drawn
    frames = min(note.frames, round(stroke.number("seconds", 0.35) * SAMPLE_RATE))
    strokes = [
        play(
            replace(note, seed=seed_of(note.seed, "stroke", k), length_s=frames / SAMPLE_RATE),
            stroke,
        )
        for k in range(4)
    ]
    fade = np.linspace(1.0, 0.0, frames, dtype=np.float32)
    which = (uniform(seed_of(note.seed, "which"), count) * 4).astype(np.int64)
    out = silence(note.frames)
    for index in range(count):
        at = round(max(index + float(late[index]), 0.0) / per_s * SAMPLE_RATE)
        room = min(frames, note.frames - at)
        if room > 0:
            loud = start + (1 - start) * (index / count) ** 1.3
            loud *= 0.8 + 0.2 * math.cos(math.pi * index)
            out[:, at : at + room] += (strokes[which[index]] * fade)[:, :room] * np.float32(loud)
    return out


def scrape(note: NoteRequest, params: Params) -> Audio:
    """Renders a scraper, a vibraslap or sleigh bells: short strokes in quick succession.

    Params: per_s (from), per_s_end, seconds, low_hz, high_hz, click_s, rise (power of the
    loudness; negative falls), resonance {hz, level, t60_s}.
    """
    length = min(params.number("seconds", 0.25), note.length_s)
    first, last = params.number("per_s", 60.0), params.number("per_s_end", 90.0)
    count = max(2, int(length * (first + last) / 2))
    place = np.arange(count) / count
    gap = 1.0 / (first + (last - first) * place)
    at = np.cumsum(gap * (1 + 0.25 * spread(seed_of(note.seed, "gap"), count))) - gap[0]
    rise = params.number("rise", 0.5)
    loud = (0.05 + place) ** rise if rise >= 0 else (1.0 - place) ** (-rise)
    loud = loud * (0.7 + 0.6 * uniform(seed_of(note.seed, "teeth"), count))
    clicks = np.zeros(note.frames, np.float32)
    where = (at * SAMPLE_RATE).astype(np.int64)
    inside = (where >= 0) & (where < note.frames)
    np.add.at(clicks, where[inside], loud[inside].astype(np.float32))
    size = max(32, round(params.number("click_s", 0.008) * SAMPLE_RATE))
    grain = band_noise(
        seed_of(note.seed, "click"),
        size,
        params.number("low_hz", 2000.0),
        params.number("high_hz", 9000.0),
    )
    grain *= np.exp(np.linspace(0.0, -6.0, size, dtype=np.float32))
    both = [np.convolve(clicks, channel)[: note.frames] for channel in grain]
    return np.stack(both).astype(np.float32)


def whistle(note: NoteRequest, params: Params) -> Audio:
    """Renders a pea whistle: a shrill tone that the pea chops, and breath.

    Params: hz, pea_hz, seconds.
    """
    t = times(note.frames).astype(np.float64)
    length = params.number("seconds", 0.2)
    pea = np.sin(2 * math.pi * params.number("pea_hz", 38.0) * t)
    hz = params.number("hz", 2350.0) * (1 + 0.004 * float(spread(note.seed, 1)[0]))
    phase = 2 * math.pi * np.cumsum(hz * (1 + 0.025 * pea)) / SAMPLE_RATE
    tone = np.sin(phase) + 0.4 * np.sin(1.06 * phase + 1.0) + 0.12 * np.sin(2 * phase)
    held = np.clip(t / 0.015, 0.0, 1.0) * np.clip((length - t) / 0.03, 0.0, 1.0)
    mono = (0.55 + 0.45 * pea) * tone * held
    out = band_noise(note.seed, note.frames, 1500.0, 6000.0) * held.astype(np.float32)
    return np.asarray(
        mono.astype(np.float32) * np.float32(0.5) + out * np.float32(0.12), np.float32
    )
