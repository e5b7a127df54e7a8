# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small scores and sounds for tests of rendering, mastering and files."""

from __future__ import annotations

import numpy as np

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.music.score import (
    AutomationPoint,
    ChordSpan,
    Marker,
    Note,
    Part,
    Score,
    TempoPoint,
)
from musicgen_desktop.music.theory import Chord, Metre


def small_score(genre: str = "house", duration_s: float = 10.0, bars: int = 4) -> Score:
    """Four parts at 120 quarters a minute; a bar lasts 2 s."""
    drums: list[Note] = []
    bass: list[Note] = []
    keys: list[Note] = []
    lead: list[Note] = []
    for bar in range(bars):
        at = bar * 4.0
        for beat in range(4):
            drums.append(Note(at + beat, 0.25, 36, 110))
            drums.append(Note(at + beat + 0.5, 0.5, 46 if beat == 3 else 42, 85))
            bass.append(Note(at + beat + 0.5, 0.4, 33 + 5 * (bar % 2), 100))
        keys.extend(Note(at, 3.5, pitch, 80) for pitch in (57, 60, 64))
        lead.extend(Note(at + step, 0.7, 76 + step, 92) for step in range(3))
    fading = (AutomationPoint(0.0, 0.3), AutomationPoint(4.0 * bars, 1.0))
    parts = (
        Part("drums", "drums", "drums", "house_kit", tuple(sorted(drums)), is_drums=True),
        Part("bass", "bass", "synth_bass", "synth_bass", tuple(bass)),
        Part("keys", "chords", "electric_piano", "rhodes", tuple(keys), pan=-0.2),
        Part("lead", "lead", "synth_lead", "soft_lead", tuple(lead), automation={"cutoff": fading}),
    )
    return Score(
        title="Small",
        metre=Metre(4, 4),
        key_name="A minor",
        tempo=(TempoPoint(0.0, 0.5),),
        markers=(Marker(0.0, "a", 0.7),),
        chords=(ChordSpan(0.0, 4.0 * bars, Chord(9, "m", 9)),),
        parts=parts,
        duration_s=duration_s,
        genre=genre,
    )


def noise(seconds: float, level: float = 0.1, seed: int = 1) -> Samples:
    """Stereo noise (2, frames), partly alike on both sides."""
    random = np.random.default_rng(seed)
    frames = round(seconds * SAMPLE_RATE)
    both = random.normal(size=frames)
    sound = np.stack([both + 0.5 * random.normal(size=frames) for _ in range(2)])
    return np.ascontiguousarray(sound * level, dtype=np.float32)


def sine(frequency_hz: float, seconds: float, level: float = 0.5, phase: float = 0.0) -> Samples:
    """A stereo sine (2, frames), alike on both sides."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = level * np.sin(2.0 * np.pi * frequency_hz * at + phase)
    return np.ascontiguousarray(np.stack([wave, wave]), dtype=np.float32)


def level_db(sound: Samples) -> float:
    """Root mean square in dB."""
    return float(10.0 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))
