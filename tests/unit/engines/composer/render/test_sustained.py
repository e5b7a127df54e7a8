# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blown, bowed and sung instruments: dynamics, vibrato, breath, articulation, rotary speaker."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.patches import load_patch, patch_ids
from musicgen_desktop.engines.composer.render.voices.sustained import amplitudes_db
from musicgen_desktop.engines.composer.render.voices.types import Params
from tests.quality.instruments import comparisons, figures, from_onset

RATE = 44100
SUSTAINED = [p for p in patch_ids() if load_patch(p).voice == "sustained"]
SOLO = [p for p in SUSTAINED if load_patch(p).params.number("players", 1) == 1]
ORGANS = {"rotary_organ", "church_organ", "bagpipe"}
DYNAMIC = [p for p in SUSTAINED if p not in ORGANS]
BREATHING = [p for p in SOLO if p not in ORGANS and not load_patch(p).params.has("ranks")]
SINGING = ["solo_violin", "viola", "solo_cello", "alto_sax", "tenor_sax", "oboe", "trumpet"]


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    return NoteBank(cache_mb=64)


@lru_cache(maxsize=1)
def targets() -> dict[str, dict[str, float]]:
    """What two sampled instruments measure at one note, per patch: lowest and highest."""
    return dict(json.loads(Path(__file__).with_name("sampled_targets.json").read_text()))


def mono(samples: np.ndarray) -> np.ndarray:
    return np.asarray(samples.mean(axis=0), dtype=np.float64)


def middle_of(patch_id: str) -> int:
    patch = load_patch(patch_id)
    return (patch.low + patch.high) // 2


def centroid_hz(sound: np.ndarray, start_s: float, stop_s: float) -> float:
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 15))
    return float((spectrum * np.fft.rfftfreq(1 << 15, 1 / RATE)).sum() / spectrum.sum())


def level_db(sound: np.ndarray, start_s: float, stop_s: float) -> float:
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    return float(10 * np.log10(np.mean(part**2) + 1e-15))


def pitch_cents(sound: np.ndarray, pitch: int, at_s: float, length_s: float = 0.03) -> float:
    """Cents between the fundamental around a moment and a pitch, by the turn of its phase."""
    f0 = 440 * 2 ** ((pitch - 69) / 12)
    period = RATE / f0
    count = round(max(length_s * RATE, 2 * period) / period) * period
    window = np.hanning(round(count))
    start = int(at_s * RATE)
    step = 64
    turn = np.exp(-2j * np.pi * f0 / RATE * np.arange(len(window)))
    first = np.sum(sound[start : start + len(window)] * window * turn)
    second = np.sum(sound[start + step : start + step + len(window)] * window * turn)
    advance = np.angle(second / first * np.exp(-2j * np.pi * f0 * step / RATE))
    return float(1200 * np.log2(1 + advance * RATE / (2 * np.pi * f0 * step)))


@pytest.mark.parametrize("patch_id", DYNAMIC)
def test_loud_notes_are_brighter(bank: NoteBank, patch_id: str) -> None:
    pitch = middle_of(patch_id)
    soft = centroid_hz(mono(bank.note(patch_id, pitch, 36, 1.0, 0).samples), 0.3, 0.9)
    loud = centroid_hz(mono(bank.note(patch_id, pitch, 120, 1.0, 0).samples), 0.3, 0.9)
    assert loud > 1.08 * soft


@pytest.mark.parametrize("patch_id", SINGING)
def test_vibrato_comes_late(bank: NoteBank, patch_id: str) -> None:
    pitch = max(middle_of(patch_id), 60)
    sound = mono(bank.note(patch_id, pitch, 100, 2.0, 0).samples)

    def swing(start_s: float, stop_s: float) -> float:
        return float(
            np.ptp([pitch_cents(sound, pitch, at, 0.06) for at in np.arange(start_s, stop_s, 0.02)])
        )

    early, late = swing(0.1, 0.2), swing(1.0, 1.5)
    assert late > 8
    assert late > 1.5 * early


@pytest.mark.parametrize("patch_id", BREATHING)
def test_there_is_breath_under_the_tone(bank: NoteBank, patch_id: str) -> None:
    pitch = middle_of(patch_id)
    sound = from_onset(mono(bank.note(patch_id, pitch, 100, 1.6, 0).samples))
    assert 15 < figures(sound, pitch).harmonic_db < 75


@pytest.mark.parametrize("patch_id", sorted(targets()))
def test_measures_are_near_those_of_sampled_instruments(bank: NoteBank, patch_id: str) -> None:
    aim = targets()[patch_id]
    pitch = comparisons()[patch_id].notes[1]
    sound = from_onset(mono(bank.note(patch_id, pitch, 100, 1.6, 0).samples))
    own = figures(sound, pitch)
    assert 0.7 * aim["onset_hz_low"] <= own.onset_hz <= 1.4 * aim["onset_hz_high"]
    assert 0.75 * aim["later_hz_low"] <= own.later_hz <= 1.3 * aim["later_hz_high"]
    assert own.attack_ms <= 1.5 * aim["attack_ms_high"] + 60


@pytest.mark.parametrize("patch_id", SOLO)
def test_a_bound_note_has_no_attack_and_comes_from_the_pitch_before(
    bank: NoteBank, patch_id: str
) -> None:
    pitch = max(middle_of(patch_id), 60)
    plain = mono(bank.note(patch_id, pitch, 90, 0.8, 0).samples)
    bound = mono(
        bank.note(patch_id, pitch, 90, 0.8, 0, articulation="legato", from_pitch=pitch - 4).samples
    )
    assert level_db(bound, 0.0, 0.02) > level_db(plain, 0.0, 0.02) - 1.0
    assert np.abs(bound[: int(0.05 * RATE)] - plain[: int(0.05 * RATE)]).max() > 1e-4


def test_a_bound_note_glides_up_to_its_pitch(bank: NoteBank) -> None:
    sound = mono(
        bank.note("solo_violin", 69, 90, 0.8, 0, articulation="legato", from_pitch=67).samples
    )
    assert pitch_cents(sound, 69, 0.004, 0.012) < -60
    assert abs(pitch_cents(sound, 69, 0.12)) < 25


@pytest.mark.parametrize("patch_id", ["alto_sax", "solo_violin", "trumpet", "flute"])
def test_bound_notes_have_no_hole_between_them(bank: NoteBank, patch_id: str) -> None:
    line = np.zeros(2 * RATE)
    for start_s, pitch, how in ((0.0, 67, ""), (0.6, 69, "legato")):
        sound = bank.note(patch_id, pitch, 90, 0.6, 0, articulation=how, from_pitch=67)
        start = round(start_s * RATE)
        line[start : start + sound.samples.shape[1]] += mono(sound.samples) * sound.gain
    before = level_db(line, 0.5, 0.58)
    for at in np.arange(0.58, 0.78, 0.02):
        assert -2.0 < level_db(line, at, at + 0.02) - before < 3.5


def test_slides_and_falls(bank: NoteBank) -> None:
    slide = mono(bank.note("alto_sax", 69, 90, 0.8, 0, articulation="slide").samples)
    assert pitch_cents(slide, 69, 0.02) < -60
    assert abs(pitch_cents(slide, 69, 0.25)) < 30
    fall = mono(bank.note("trumpet", 69, 90, 0.8, 0, articulation="fall").samples)
    assert abs(pitch_cents(fall, 69, 0.35)) < 30
    assert pitch_cents(fall, 69, 0.75) < -150
    assert level_db(fall, 0.75, 0.8) < level_db(fall, 0.3, 0.5) - 6


def test_a_trill_goes_up_and_down(bank: NoteBank) -> None:
    sound = mono(bank.note("flute", 74, 90, 1.2, 0, articulation="trill").samples)
    cents = [pitch_cents(sound, 74, at) for at in np.arange(0.2, 1.0, 0.01)]
    assert max(cents) > 150
    assert min(cents) < 40


def test_short_and_stressed_notes(bank: NoteBank) -> None:
    plain, short, stressed = (
        mono(bank.note("trumpet", 67, 90, 0.4, 0, articulation=how).samples)
        for how in ("", "staccato", "accent")
    )
    assert level_db(short, 0.25, 0.35) < level_db(plain, 0.25, 0.35) - 3
    assert centroid_hz(stressed, 0.0, 0.08) > centroid_hz(plain, 0.0, 0.08)


def test_voices_without_articulation_play_a_plain_note(bank: NoteBank) -> None:
    plain = bank.note("grand_piano", 60, 90, 0.5, 0)
    asked = bank.note("grand_piano", 60, 90, 0.5, 0, articulation="legato", from_pitch=58)
    assert asked.samples is plain.samples
    never = bank.note("alto_sax", 60, 90, 0.5, 0, articulation="unheard_of")
    assert never.samples is bank.note("alto_sax", 60, 90, 0.5, 0).samples


def test_synthesisers_bind_too(bank: NoteBank) -> None:
    bound = mono(
        bank.note("saw_lead", 72, 90, 0.6, 0, articulation="legato", from_pitch=70).samples
    )
    assert pitch_cents(bound, 72, 0.002, 0.01) < -50
    assert abs(pitch_cents(bound, 72, 0.2)) < 30


def test_a_rotary_speaker_turns_faster_for_a_tremolo(bank: NoteBank) -> None:
    def turn_hz(articulation: str) -> float:
        samples = bank.note("rotary_organ", 72, 90, 4.0, 0, articulation=articulation).samples
        level = np.sqrt(np.mean(samples[0, : 4 * RATE].reshape(-1, 441).astype(np.float64) ** 2, 1))
        swing = np.abs(np.fft.rfft((level - level.mean()) * np.hanning(len(level)), 8192))
        hz = np.fft.rfftfreq(8192, 0.01)
        inside = (hz > 0.4) & (hz < 12)
        return float(hz[inside][np.argmax(swing[inside])])

    assert turn_hz("tremolo") == pytest.approx(6.7, abs=0.5)
    assert turn_hz("") < 2.5  # a plain soft note


def test_even_partials_of_a_closed_pipe_are_weak() -> None:
    closed = Params({"slope_db": 0.0, "even_db": -20.0, "even_hz": 4000.0})
    level = amplitudes_db(closed, 200.0, 6, False)
    assert level[1] < level[0] - 15
    assert level[2] == pytest.approx(level[0])


def test_soft_spectra_are_darker_and_bodies_resonate() -> None:
    spectrum = Params({"slope_db": 3.0, "soft_db": 4.0, "body": [[200.0, 0.0], [800.0, 12.0]]})
    loud = amplitudes_db(spectrum, 200.0, 8, False)
    soft = amplitudes_db(spectrum, 200.0, 8, True)
    assert loud[3] == pytest.approx(12.0 - 6.0)
    assert soft[3] == pytest.approx(loud[3] - 8.0)
