# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measures themselves, on sounds and scores whose right answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import ChordSpan, Note, Part, Score, TempoPoint
from musicgen_desktop.music.theory import Chord, Metre
from tests.helpers.melody_contexts import plan_of
from tests.quality import music_measures, obedience, score_measures, sound_measures
from tests.quality.rows import Row
from tests.quality.sound_measures import Array, Sound

RATE = 44_100


def tone(frequency: float, seconds: float, level: float = 0.5) -> Array:
    wave: Array = level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)
    return wave


def stereo(left: Array, right: Array) -> Sound:
    return Sound(np.stack([left, right], axis=1), RATE)


def by_name(rows: list[Row]) -> dict[str, Row]:
    return {row.name: row for row in rows}


def clicks(bpm: float, seconds: float) -> Sound:
    wave = np.zeros(round(seconds * RATE))
    noise = np.random.default_rng(1).standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    for beat in range(int(seconds * bpm / 60)):
        start = round(beat * 60 / bpm * RATE)
        part = wave[start : start + 2000]
        part += noise[: len(part)]
    wave *= 0.5 / np.abs(wave).max()
    return stereo(wave, wave)


def small_score(notes: dict[str, list[Note]]) -> Score:
    parts = [
        Part(role, role, "piano", "grand_piano", tuple(played)) for role, played in notes.items()
    ]
    return Score(
        title="",
        metre=Metre(4, 4),
        key_name="C major",
        tempo=(TempoPoint(0.0, 0.5),),
        markers=(),
        chords=(ChordSpan(0.0, 16.0, Chord(0, "", 0)),),
        parts=tuple(parts),
        duration_s=8.0,
        genre="pop",
    )


def test_true_peak_finds_what_lies_between_samples() -> None:
    wave = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)  # a quarter of the rate, peaks hidden
    assert np.abs(wave).max() == pytest.approx(2**-0.5)
    assert sound_measures.true_peak_db(stereo(wave, wave)) == pytest.approx(0.0, abs=0.3)


def test_a_full_scale_tone_has_the_standards_loudness() -> None:
    sound = stereo(tone(997, 10, 1.0), np.zeros(10 * RATE))
    rows = by_name(sound_measures.level_rows(sound, plan_of("pop")))
    assert rows["loudness (LUFS)"].value == pytest.approx(-3.01, abs=0.05)


def test_clipping_offset_and_silence_are_seen() -> None:
    wave = np.clip(tone(100, 6, 1.5), -1, 1) * 1.0
    wave[:RATE] = 0.0
    wave[2 * RATE : 5 * RATE] = 0.01
    plan = replace(plan_of("pop"), duration_s=6.5)
    rows = by_name(
        sound_measures.level_rows(stereo(wave, wave), plan)
        + sound_measures.edge_rows(stereo(wave * (wave != 0.01), wave * (wave != 0.01)), plan)
    )
    for name in (
        "clipped samples", "DC offset", "silence at the start (s)", "longest inner silence (s)",
        "tail (dBFS)", "duration error (s)",
    ):  # fmt: skip
        assert not rows[name].passed, name
    assert rows["duration error (s)"].value == pytest.approx(0.5)


@pytest.mark.parametrize("bpm", [75.0, 120.0, 140.0])
def test_tempo_of_clicks_is_read_to_a_tenth_of_a_percent(bpm: float) -> None:
    plan = replace(plan_of("house"), bpm=bpm)
    rows = by_name(music_measures.tempo_rows(music_measures.Analysis(clicks(bpm, 30)), plan))
    assert rows["tempo error (%)"].value == pytest.approx(0.0, abs=0.1)
    assert rows["pulse deviation (ms)"].value == pytest.approx(0.0, abs=5.0)


@pytest.mark.parametrize("bpm", [119.0, 122.0, 127.0, 139.0])
def test_a_wrong_tempo_is_seen(bpm: float) -> None:
    plan = replace(plan_of("house"), bpm=120.0)
    rows = music_measures.tempo_rows(music_measures.Analysis(clicks(bpm, 30)), plan)
    assert not all(row.passed for row in rows)


def test_key_of_a_cadence_is_found() -> None:
    chords = ((60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67))
    wave = np.concatenate(
        [sum(tone(440 * 2 ** ((p - 69) / 12), 1.5, 0.1) for p in chord) for chord in chords]
    )
    analysis = music_measures.Analysis(stereo(wave, wave))
    assert by_name(music_measures.key_rows(analysis, plan_of("pop", key="C", mode="major")))[
        "key found"
    ].passed
    assert not by_name(music_measures.key_rows(analysis, plan_of("pop", key="F#", mode="major")))[
        "key found"
    ].passed


def test_stereo_faults_are_seen() -> None:
    wave = tone(300, 3) + tone(70, 3)
    rows = by_name(sound_measures.stereo_rows(stereo(wave, -wave)))
    assert not rows["correlation"].passed
    assert not rows["correlation below 120 Hz"].passed
    assert not rows["loss when mixed to mono (dB)"].passed


def test_music_without_lows_has_none_to_judge() -> None:
    """What leaks through the filter from above isn't bass that might cancel out."""
    high = tone(1000, 5, 0.3)
    rows = by_name(sound_measures.stereo_rows(stereo(high, 0.8 * high)))
    assert rows["correlation below 120 Hz"].value is None
    low = tone(60, 5, 0.3)
    rows = by_name(sound_measures.stereo_rows(stereo(high + low, high - low)))
    assert not rows["correlation below 120 Hz"].passed


def test_clashes_outside_the_chord_are_counted() -> None:
    score = small_score(
        {
            "chords": [Note(0.0, 4.0, 64, 80), Note(4.0, 4.0, 64, 80)],
            "lead": [Note(0.0, 4.0, 65, 80), Note(4.0, 4.0, 67, 80)],
        }
    )
    assert score_measures.clash_share(score) == pytest.approx(0.5)


def test_sounding_parallel_octaves_are_counted() -> None:
    bass = [Note(float(i), 1.0, 36 + 2 * (i % 4), 80) for i in range(16)]
    lead = [Note(float(i), 1.0, 72 + 2 * (i % 4), 80) for i in range(16)]
    assert score_measures.parallels(small_score({"bass": bass, "lead": lead})) == pytest.approx(1.0)


def test_disobedience_is_seen() -> None:
    plan = plan_of("pop", 3)
    score = compose(plan)
    assert all(row.passed for row in obedience.rows(score, plan))
    other = replace(plan, instruments=("harp",), excluded=("drums",), key="B", metre="3/4")
    failed = {row.name for row in obedience.rows(score, other) if not row.passed}
    assert {"named instruments play", "excluded ones don't", "metre", "key"} <= failed


def test_kinds_of_instruments_are_known() -> None:
    assert obedience.is_a("nylon_guitar", "guitar")
    assert not obedience.is_a("piano", "guitar")
