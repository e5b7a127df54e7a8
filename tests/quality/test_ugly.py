# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures of sound on sounds whose right answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musicgen_desktop.music.score import ChordSpan, Note, Part, Score, TempoPoint
from musicgen_desktop.music.theory import Chord, Metre
from tests.quality import chords_heard, spectra, ugly
from tests.quality.sound_measures import Array, Sound

RATE = spectra.RATE
SECONDS = 16.0


def tone(pitch: float, start_s: float, seconds: float, level: float = 0.2) -> Array:
    """A note with six partials in a track of 16 s."""
    wave = np.zeros(round(SECONDS * RATE))
    at = np.arange(round(seconds * RATE)) / RATE
    fade = np.minimum(1.0, np.minimum(at, seconds - at) / 0.01)
    base = 440 * 2 ** ((pitch - 69) / 12)
    note = sum(0.6**k * np.sin(2 * np.pi * base * (k + 1) * at) for k in range(6))
    begin = round(start_s * RATE)
    wave[begin : begin + len(at)] += level * fade * note
    return wave


def score_of(parts: dict[str, list[int]], chords: list[Chord]) -> Score:
    """One pitch or chord for every two seconds, at 120 quarter notes a minute."""
    players = tuple(
        Part(role, role, "piano", "grand_piano",
             tuple(Note(4.0 * i, 3.9, pitch, 90) for i, pitch in enumerate(pitches)))
        for role, pitches in parts.items()
    )  # fmt: skip
    spans = tuple(ChordSpan(4.0 * i, 4.0, chord) for i, chord in enumerate(chords))
    return Score(
        title="", metre=Metre(4, 4), key_name="C major", tempo=(TempoPoint(0.0, 0.5),), markers=(),
        chords=spans, parts=players, duration_s=SECONDS, genre="pop",
    )  # fmt: skip


TUNE = [72, 76, 79, 77, 74, 76, 71, 72]
CHORDS = [Chord(r, q, r) for r, q in ((0, ""), (9, "m"), (5, ""), (7, "7")) * 2]


def sung(pitches: list[int], level: float = 0.2, cents: float = 0.0) -> Array:
    notes = [tone(p + cents / 100, 2.0 * i, 1.95, level) for i, p in enumerate(pitches)]
    total: Array = np.sum(notes, axis=0)
    return total


def test_a_mistuned_part_is_measured_in_cents() -> None:
    score = score_of({"lead": TUNE}, CHORDS)
    assert ugly.mistuning_cents(score, {"lead": sung(TUNE)}) == pytest.approx(0.0, abs=1.0)
    off = ugly.mistuning_cents(score, {"lead": sung(TUNE, cents=30.0)})
    assert off == pytest.approx(30.0, abs=1.5)


def test_a_soft_lead_is_masked_by_its_backing() -> None:
    score = score_of({"lead": TUNE, "chords": TUNE}, CHORDS)
    noise = 0.05 * np.random.default_rng(2).standard_normal(round(SECONDS * RATE))
    loud = {"lead": sung(TUNE, 0.3), "chords": noise}
    soft = {"lead": sung(TUNE, 0.001), "chords": noise}
    assert (ugly.lead_unmasked(score, loud) or 0.0) > 0.95
    masked = ugly.lead_unmasked(score, soft)
    assert masked is not None
    assert masked < 0.3
    difference = (ugly.lead_over_backing_db(score, loud) or 0.0) - (
        ugly.lead_over_backing_db(score, soft) or 0.0
    )
    assert difference == pytest.approx(49.5, abs=3.0)


def chord_waves(chords: list[Chord]) -> Array:
    notes = [
        tone(36 + chord.root, 2.0 * i, 1.9) + sum(
            tone(60 + pitch_class, 2.0 * i, 1.9, 0.1)
            for pitch_class in chord.pitch_classes
        )
        for i, chord in enumerate(chords)
    ]  # fmt: skip
    total: Array = np.sum(notes, axis=0)
    return total


def test_planned_chords_are_recovered_and_others_are_not() -> None:
    wave = chord_waves(CHORDS)
    assert chords_heard.chords_heard(wave, score_of({}, CHORDS)) == pytest.approx(1.0)
    wrong = [Chord((c.root + 6) % 12, c.quality, (c.root + 6) % 12) for c in CHORDS]
    assert chords_heard.chords_heard(wave, score_of({}, wrong)) == pytest.approx(0.0)


def test_a_tone_that_nobody_plays_is_a_resonance() -> None:
    score = score_of({"lead": TUNE}, CHORDS)
    played = sung(TUNE) + 1e-4 * np.random.default_rng(3).standard_normal(round(SECONDS * RATE))
    assert ugly.resonances(played, score) == 0.0
    rings = played + tone(69.5, 5.0, 3.0, 0.1)
    assert ugly.resonances(rings, score) > 0.0


def test_a_minor_second_is_rougher_than_a_fifth() -> None:
    fifth = tone(60, 0.0, SECONDS) + tone(67, 0.0, SECONDS)
    second = tone(60, 0.0, SECONDS) + tone(61, 0.0, SECONDS)
    assert ugly.roughness(second) > 1.5 * ugly.roughness(fifth)


def test_sharpness_of_a_critical_band_of_noise_at_1_khz_is_one_acum() -> None:
    from scipy import signal

    noise = np.random.default_rng(4).standard_normal(round(SECONDS * RATE))
    band = signal.butter(4, (920, 1080), "bandpass", fs=RATE, output="sos")
    assert ugly.sharpness(signal.sosfilt(band, noise)) == pytest.approx(1.0, abs=0.2)
    high = signal.butter(4, (3800, 4300), "bandpass", fs=RATE, output="sos")
    assert ugly.sharpness(signal.sosfilt(high, noise)) > 1.5


def test_limiting_and_bumps_are_seen() -> None:
    from scipy import signal

    noise = np.random.default_rng(5).standard_normal((20 * 44_100, 2)) * 0.05
    noise = np.cumsum(noise - noise.mean(axis=0), axis=0)
    noise = signal.lfilter([1, -1], [1, -0.98], noise, axis=0) * 0.1
    sound = Sound(noise / np.abs(noise).max() * 0.8, 44_100)
    squashed = replace(sound, samples=np.clip(sound.samples * 4, -0.8, 0.8))
    assert ugly.crest_db(squashed) < ugly.crest_db(sound) - 4
    assert ugly.flat_tops(squashed) > 10 * max(ugly.flat_tops(sound), 1e-4)
    peak = signal.butter(2, (2500, 3600), "bandpass", fs=44_100, output="sos")
    bumped = replace(sound, samples=sound.samples + 3 * signal.sosfilt(peak, sound.samples, axis=0))
    assert ugly.bulge_db(bumped) > ugly.bulge_db(sound) + 4
