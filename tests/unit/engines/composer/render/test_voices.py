# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sound of the voices, measured: tuning, brightness, decay, attack, stereo.

The bands come from measurements of sampled instruments (onset centroid, early decay, attack).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.patches import load_patch, patch_ids

RATE = 44100
TUNED = [p for p in patch_ids() if not load_patch(p).keys and p != "vinyl_noise"]
ENSEMBLES = {
    "airy_pad", "brass_section", "brass_stab", "choir", "dark_drone", "poly_synth",
    "string_ensemble", "string_staccato", "supersaw", "synth_brass", "synth_pluck", "warm_pad",
    "solo_violin", "pizzicato", "arp_saw", "synth_bass", "distorted_guitar", "glass_pad",
    "string_tremolo", "choir_ah", "sax_section", "horn_section", "accordion", "church_organ",
    "rotary_organ", "french_horn", "harmonica",
    "trance_lead", "reese_bass", "wobble_bass", "lead_guitar", "fretless_bass", "overdriven_guitar",
    "twelve_string",
}  # fmt: skip
# patch, pitch, lowest and highest centroid in the first 80 ms
CENTROIDS = [
    ("grand_piano", 60, 840, 1840), ("grand_piano", 36, 750, 1340),
    ("nylon_guitar", 45, 400, 620), ("nylon_guitar", 57, 950, 1390),
    ("nylon_guitar", 69, 1075, 2330), ("steel_guitar", 45, 880, 1770),
    ("steel_guitar", 57, 1010, 2340), ("steel_guitar", 69, 1900, 3020),
    ("rhodes", 60, 450, 750), ("fingered_bass", 28, 207, 362),
    ("fingered_bass", 36, 244, 485), ("fingered_bass", 43, 365, 703),
    ("string_ensemble", 55, 1300, 1900), ("string_ensemble", 67, 1600, 2300),
    ("warm_pad", 55, 400, 900), ("flute", 72, 1100, 1900), ("flute", 84, 1700, 3100),
    ("pop_kit", 36, 750, 950), ("house_kit", 36, 450, 900),
    ("acoustic_kit", 38, 3700, 5100), ("acoustic_kit", 42, 9000, 11500),
    ("house_kit", 42, 9500, 12500), ("pop_kit", 49, 3500, 6000),
]  # fmt: skip


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    return NoteBank(cache_mb=64)


def mono(samples: np.ndarray) -> np.ndarray:
    return np.asarray(samples.mean(axis=0), dtype=np.float64)


def centroid_hz(samples: np.ndarray, start_s: float, stop_s: float) -> float:
    part = mono(samples)[int(start_s * RATE) : int(stop_s * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 16384))
    return float((spectrum * np.fft.rfftfreq(16384, 1 / RATE)).sum() / spectrum.sum())


def from_onset(samples: np.ndarray) -> np.ndarray:
    """The sound from where it is first heard: 2 % of its peak."""
    loud = np.abs(mono(samples))
    return samples[:, max(int(np.argmax(loud > 0.02 * loud.max())) - 40, 0) :]


def level_db(samples: np.ndarray, start_s: float, stop_s: float) -> float:
    part = mono(samples)[int(start_s * RATE) : int(stop_s * RATE)]
    return float(10 * np.log10(np.mean(part**2) + 1e-15))


def cents_off(samples: np.ndarray, pitch: float) -> float:
    """How far the stronger of the first two partials is from the pitch."""
    part = mono(samples)[2205:]
    size = 1 << 19
    power = np.abs(np.fft.rfft(part * np.hanning(len(part)), size)) ** 2
    hz = np.fft.rfftfreq(size, 1 / RATE)
    best = (0.0, 0.0)
    for partial in (1, 2):
        wanted = partial * 440.0 * 2 ** ((pitch - 69) / 12)
        near = (hz > wanted * 2 ** (-45 / 1200)) & (hz < wanted * 2 ** (45 / 1200))
        weight = power[near]
        middle = float((hz[near] * weight).sum() / weight.sum())
        best = max(best, (float(weight.max()), 1200 * math.log2(middle / wanted)))
    return best[1]


@pytest.mark.parametrize("patch_id", TUNED)
def test_a_patch_is_in_tune_over_its_range(bank: NoteBank, patch_id: str) -> None:
    patch = load_patch(patch_id)
    off = []
    for pitch in np.linspace(patch.low, patch.high, 4).round().astype(int):
        sounding = int(pitch) + (12 if patch_id == "tubular_bells" else 0)
        off.append(cents_off(bank.note(patch_id, int(pitch), 92, 2.5, 0).samples, sounding))
    # players who differ on purpose, or slide into the note, are judged by their middle
    if patch_id in ENSEMBLES:
        assert abs(float(np.median(off))) <= 4.0
        assert max(abs(cents) for cents in off) <= 10.0
    else:
        assert max(abs(cents) for cents in off) <= 3.0


@pytest.mark.parametrize(("patch_id", "pitch", "low", "high"), CENTROIDS)
def test_the_brightness_of_the_onset_is_in_its_band(
    bank: NoteBank, patch_id: str, pitch: int, low: float, high: float
) -> None:
    samples = from_onset(bank.note(patch_id, pitch, 100, 2.0, 0).samples)
    assert low <= centroid_hz(samples, 0.0, 0.08) <= high


@pytest.mark.parametrize(
    ("patch_id", "pitch", "low", "high"),
    [
        ("grand_piano", 60, 8, 27),
        ("grand_piano", 36, 8, 14),
        ("nylon_guitar", 57, 5, 14),
        ("rhodes", 60, 1.5, 5),
        ("fingered_bass", 36, 2, 12),
    ],
)
def test_the_early_decay_is_in_its_band(
    bank: NoteBank, patch_id: str, pitch: int, low: float, high: float
) -> None:
    samples = bank.note(patch_id, pitch, 100, 2.0, 0).samples
    per_s = (level_db(samples, 0.1, 0.2) - level_db(samples, 0.5, 0.6)) / 0.4
    assert low <= per_s <= high


@pytest.mark.parametrize(
    "patch_id",
    [
        "grand_piano",
        "felt_piano",
        "rhodes",
        "wurlitzer",
        "nylon_guitar",
        "fingered_bass",
        "synth_bass",
        "string_ensemble",
        "brass_section",
        "synth_pluck",
        "trumpet",
        "marimba",
    ],
)
def test_harder_is_brighter(bank: NoteBank, patch_id: str) -> None:
    pitch = min(max(60, load_patch(patch_id).low), load_patch(patch_id).high)
    soft = centroid_hz(bank.note(patch_id, pitch, 40, 1.0, 0).samples, 0.0, 0.25)
    hard = centroid_hz(bank.note(patch_id, pitch, 120, 1.0, 0).samples, 0.0, 0.25)
    assert hard > 1.04 * soft


@pytest.mark.parametrize("patch_id", ["warm_pad", "string_ensemble", "supersaw", "grand_piano"])
def test_lows_are_mono_and_the_fold_down_keeps_its_level(bank: NoteBank, patch_id: str) -> None:
    samples = bank.note(patch_id, 36, 100, 2.0, 0).samples.astype(np.float64)
    side = np.abs(np.fft.rfft(samples[0] - samples[1])) ** 2
    both = np.abs(np.fft.rfft(samples[0])) ** 2 + np.abs(np.fft.rfft(samples[1])) ** 2
    low = np.fft.rfftfreq(samples.shape[1], 1 / RATE) < 100
    assert side[low].sum() < 0.05 * both[low].sum()
    middle = np.mean(((samples[0] + samples[1]) / 2) ** 2)
    assert 10 * np.log10(middle / np.mean(samples**2)) > -3.0


@pytest.mark.parametrize("patch_id", [p for p in TUNED if p != "timpani"])
def test_a_patch_is_in_the_middle_and_survives_mono(bank: NoteBank, patch_id: str) -> None:
    patch = load_patch(patch_id)
    sides, middle = np.zeros(2), 0.0
    for pitch in range(patch.low + 6, patch.high - 5, 7):
        samples = bank.note(patch_id, pitch, 90, 1.5, 0).samples.astype(np.float64)
        sides += np.mean(samples**2, axis=1)
        middle += float(np.mean(samples.mean(axis=0) ** 2))
    assert abs(10 * math.log10(sides[0] / sides[1])) < 1.5
    assert 10 * math.log10(middle / float(sides.mean())) > -2.0


def test_an_808_glides_to_its_other_pitch(bank: NoteBank) -> None:
    samples = bank.note("bass_808", 36, 100, 2.0, 0, glide_to=43).samples
    assert abs(cents_off(samples[:, int(0.3 * RATE) : int(0.85 * RATE)], 36)) < 15
    assert abs(cents_off(samples[:, int(1.3 * RATE) : int(1.95 * RATE)], 43)) < 15


@pytest.mark.parametrize("patch_id", ["warm_pad", "choir", "airy_pad"])
def test_pads_swell(bank: NoteBank, patch_id: str) -> None:
    samples = bank.note(patch_id, 60, 90, 3.0, 0).samples
    assert level_db(samples, 0.0, 0.05) < level_db(samples, 1.0, 2.0) - 9


def test_a_gated_snare_stops_and_a_taiko_rolls_on(bank: NoteBank) -> None:
    snare = bank.note("synthwave_kit", 38, 110, 0.2, 0).samples
    assert level_db(snare, 0.1, 0.2) > level_db(snare, 0.02, 0.06) - 10
    assert level_db(snare, 0.45, 0.5) < level_db(snare, 0.15, 0.2) - 18
    taiko = bank.note("cinematic_kit", 36, 110, 0.2, 0).samples
    assert level_db(taiko, 0.6, 0.8) > level_db(taiko, 0.0, 0.1) - 40
