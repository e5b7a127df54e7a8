# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amplified strings, filter basses, sound chips and kits: what makes each of them itself."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.patches import load_patch
from musicgen_desktop.engines.composer.render.voices.amp import clip

RATE = 44100
KITS = (
    "rock_kit", "metal_kit", "jazz_kit", "brush_kit", "kit_909", "kit_808", "techno_kit",
    "boombap_kit", "dnb_kit", "disco_kit", "reggae_kit", "orchestral_kit", "chip_kit", "hand_kit",
)  # fmt: skip
BASSES = (
    "fingered_bass", "picked_bass", "slap_bass", "fretless_bass", "double_bass", "reese_bass",
    "wobble_bass", "acid_bass", "fm_bass", "chip_triangle",
)  # fmt: skip


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    return NoteBank(cache_mb=64)


def heard(bank: NoteBank, patch: str, pitch: int, velocity: int = 100, held_s: float = 1.0,
          variant: int = 0, glide_to: int = 0) -> np.ndarray:  # fmt: skip
    """One note, mono."""
    sound = bank.note(patch, pitch, velocity, held_s, variant, glide_to)
    return np.asarray(sound.samples.mean(axis=0), dtype=np.float64)


def spectrum(sound: np.ndarray, start_s: float, stop_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and power of a part."""
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    power = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 16)) ** 2
    return np.fft.rfftfreq(1 << 16, 1 / RATE), power


def centroid_hz(sound: np.ndarray, start_s: float, stop_s: float) -> float:
    hz, power = spectrum(sound, start_s, stop_s)
    level = np.sqrt(power)
    return float((hz * level).sum() / level.sum())


def share_between(sound: np.ndarray, low_hz: float, high_hz: float) -> float:
    """Share of the power of the first 0.4 s."""
    hz, power = spectrum(sound, 0.0, 0.4)
    return float(power[(hz >= low_hz) & (hz < high_hz)].sum() / power.sum())


def level_db(sound: np.ndarray, start_s: float, stop_s: float) -> float:
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    return float(10 * np.log10(np.mean(part**2) + 1e-15))


def pitch_hz(sound: np.ndarray, start_s: float, stop_s: float, near_hz: float) -> float:
    """The strongest frequency within three semitones of `near_hz`."""
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    power = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
    hz = np.fft.rfftfreq(1 << 18, 1 / RATE)
    near = (hz > near_hz * 2**-0.25) & (hz < near_hz * 2**0.25)
    return float(hz[near][np.argmax(power[near])])


def test_clipping_is_bounded_odd_and_folds_little_back() -> None:
    time = np.arange(RATE) / RATE
    tone = np.sin(2 * math.pi * 4978.0 * time).astype(np.float32)
    clipped = clip(np.stack([tone, tone]), 20.0)[0].astype(np.float64)
    assert np.abs(clipped).max() <= 1.0
    power = np.abs(np.fft.rfft(clipped * np.blackman(RATE))) ** 2
    hz = np.arange(len(power), dtype=np.float64)
    # harmonics below the Nyquist frequency are 1, 2, 3 and 4 times the tone
    harmonic = np.min(np.abs(hz[:, np.newaxis] - 4978.0 * np.arange(1, 5)), axis=1) < 8
    audible = (hz > 50) & (hz < 5500) & ~harmonic
    assert 10 * np.log10(power[audible].max() / power.max()) < -45


@pytest.mark.parametrize(
    ("soft", "hard"),
    [("clean_guitar", "overdriven_guitar"), ("clean_guitar", "distorted_guitar")],
)
def test_more_gain_means_less_dynamics(bank: NoteBank, soft: str, hard: str) -> None:
    def fall_db(patch: str) -> float:
        sound = heard(bank, patch, 52, 110, 2.5)
        return level_db(sound, 0.05, 0.15) - level_db(sound, 1.8, 2.0)

    assert fall_db(hard) < fall_db(soft)


def test_a_lead_guitar_sings_and_its_vibrato_comes_late(bank: NoteBank) -> None:
    sound = heard(bank, "lead_guitar", 69, 100, 3.0)
    assert level_db(sound, 2.0, 2.5) > level_db(sound, 0.3, 0.5) - 6

    def wander_cents(start_s: float) -> float:
        hz = [pitch_hz(sound, start_s + k * 0.05, start_s + k * 0.05 + 0.08, 440) for k in range(8)]
        return 1200 * math.log2(max(hz) / min(hz))

    assert wander_cents(1.4) > wander_cents(0.12) + 10


@pytest.mark.parametrize("patch", ["lead_guitar", "fretless_bass", "acid_bass", "chip_lead"])
def test_a_note_slides_where_it_is_told(bank: NoteBank, patch: str) -> None:
    pitch = 57 if patch in ("lead_guitar", "chip_lead") else 40
    near = 440.0 * 2 ** ((pitch - 69) / 12)
    plain = pitch_hz(heard(bank, patch, pitch, 100, 1.6), 1.35, 1.6, near)
    bent = pitch_hz(
        heard(bank, patch, pitch, 100, 1.6, glide_to=pitch + 2), 1.35, 1.6, near * 2 ** (2 / 12)
    )
    assert 1200 * math.log2(bent / plain) == pytest.approx(200, abs=25)


def test_the_fretless_speaks_softer_than_the_pick(bank: NoteBank) -> None:
    fretless, picked = heard(bank, "fretless_bass", 36), heard(bank, "picked_bass", 36)
    rise = [level_db(s, 0.0, 0.008) - level_db(s, 0.06, 0.12) for s in (fretless, picked)]
    assert rise[0] < rise[1] - 6
    assert centroid_hz(picked, 0, 0.05) > 1.5 * centroid_hz(fretless, 0, 0.05)


def test_a_hard_slap_pops(bank: NoteBank) -> None:
    hard, soft = heard(bank, "slap_bass", 40, 120), heard(bank, "slap_bass", 40, 50)
    assert centroid_hz(hard, 0, 0.06) > 1.4 * centroid_hz(soft, 0, 0.06)


def test_an_octave_string_sounds_in_the_lower_courses_only(bank: NoteBank) -> None:
    def octave_db(patch: str, pitch: int) -> float:
        hz, power = spectrum(heard(bank, patch, pitch, 90, 1.5), 0.1, 0.9)
        f0 = 440 * 2 ** ((pitch - 69) / 12)

        def near(wanted: float) -> float:
            return float(power[np.abs(hz - wanted) < 6].sum())

        even = sum(near(f0 * n) for n in (2, 4, 6, 8))
        odd = sum(near(f0 * n) for n in (1, 3, 5, 7))
        return 10 * math.log10(even / odd)

    assert octave_db("twelve_string", 45) > octave_db("twelve_string", 69) + 2


@pytest.mark.parametrize("held_s", [0.5, 1.0, 2.0])
def test_a_wobble_swings_a_whole_number_of_times_in_its_note(bank: NoteBank, held_s: float) -> None:
    sound = heard(bank, "wobble_bass", 33, 100, held_s)
    steps = int(held_s / 0.02)
    bright = np.array([centroid_hz(sound, k * 0.02, k * 0.02 + 0.03) for k in range(steps - 1)])
    smooth = np.convolve(bright, np.ones(3) / 3, "same")
    above = smooth > (smooth.max() + smooth.min()) / 2
    swings = int(np.sum(np.diff(above.astype(int)) == 1)) + int(above[0])
    assert swings in (1, 2, 4, 8, 16)
    assert swings / held_s == pytest.approx(4.6, rel=0.45)


def test_an_accent_opens_the_acid_filter(bank: NoteBank) -> None:
    accent, plain = heard(bank, "acid_bass", 40, 124), heard(bank, "acid_bass", 40, 88)
    assert centroid_hz(accent, 0, 0.1) > 1.3 * centroid_hz(plain, 0, 0.1)
    assert centroid_hz(accent, 0.0, 0.06) > 1.5 * centroid_hz(accent, 0.5, 0.8)


def test_the_notches_of_a_reese_move(bank: NoteBank) -> None:
    sound = heard(bank, "reese_bass", 33, 100, 3.0)
    first, later = (spectrum(sound, s, s + 0.4) for s in (0.3, 1.9))
    mid = (first[0] > 150) & (first[0] < 2500)
    levels = [10 * np.log10(p[mid] + 1e-12) for _, p in (first, later)]
    bands = [np.array([b.max() for b in np.array_split(level, 30)]) for level in levels]
    assert np.abs(bands[0] - bands[1]).mean() > 3


@pytest.mark.parametrize("patch", BASSES)
def test_basses_are_mono(bank: NoteBank, patch: str) -> None:
    samples = bank.note(patch, 33, 100, 0.8, 0).samples.astype(np.float64)
    low = np.fft.rfftfreq(samples.shape[1], 1 / RATE) < 150
    side = np.abs(np.fft.rfft(samples[0] - samples[1]))[low] ** 2
    both = np.abs(np.fft.rfft(samples[0] + samples[1]))[low] ** 2
    assert side.sum() < 1e-3 * both.sum()


def test_the_chips_waves_are_what_they_say(bank: NoteBank) -> None:
    hz, power = spectrum(heard(bank, "chip_triangle", 45, 100, 1.0), 0.3, 0.9)

    def near(wanted: float) -> float:
        return float(power[np.abs(hz - wanted) < 8].sum())

    assert near(110) > 30 * near(330) > 0
    assert near(330) > 20 * near(220)
    # thirty-two steps a cycle leave a ring around the 32nd harmonic that no smooth triangle has
    assert near(31 * 110) > 2 * near(21 * 110)


def test_bit_for_bit_again() -> None:
    for patch, pitch in (
        ("lead_guitar", 64),
        ("acid_bass", 36),
        ("chip_kit", 38),
        ("hand_kit", 73),
    ):
        one, two = (NoteBank(cache_mb=8).note(patch, pitch, 97, 0.7, 1).samples for _ in range(2))
        assert np.array_equal(one, two)


@pytest.mark.parametrize("kit", KITS)
def test_a_kit_has_its_own_kick_snare_and_metal(bank: NoteBank, kit: str) -> None:
    patch = load_patch(kit)
    assert set(range(35, 60)) <= set(patch.keys)
    assert all(patch.keys[key].round_robins >= 3 for key in range(35, 60))
    kick, snare = heard(bank, kit, 36), heard(bank, kit, 38)
    assert share_between(kick, 20, 250) > 0.5
    assert centroid_hz(snare, 0, 0.2) > 1.5 * centroid_hz(kick, 0, 0.2)


def test_no_two_kits_share_a_kick_or_a_snare(bank: NoteBank) -> None:
    def bands(sound: np.ndarray) -> np.ndarray:
        edges = np.geomspace(40, 12000, 17)
        parts = []
        for start in (0.0, 0.06, 0.18):
            hz, power = spectrum(np.pad(sound, (0, RATE)), start, start + 0.08)
            parts += [power[(hz >= a) & (hz < b)].sum() for a, b in itertools.pairwise(edges)]
        level = 10 * np.log10(np.array(parts) + 1e-12)
        return np.asarray(np.maximum(level - level.max(), -50))

    for key in (36, 38):
        known = {kit: bands(heard(bank, kit, key)) for kit in KITS}
        for one, other in itertools.combinations(KITS, 2):
            audible = np.maximum(known[one], known[other]) > -45
            apart = np.abs(known[one] - known[other])[audible].mean()
            assert apart > 2.0, (key, one, other)


@pytest.mark.parametrize("kit", KITS)
def test_strokes_differ_in_colour_by_force_and_never_repeat(bank: NoteBank, kit: str) -> None:
    soft, hard = heard(bank, kit, 38, 40), heard(bank, kit, 38, 120)
    assert centroid_hz(hard, 0, 0.15) > 1.02 * centroid_hz(soft, 0, 0.15)
    again = [heard(bank, kit, 38, 100, variant=k) for k in range(3)]
    for one, other in itertools.combinations(again, 2):
        size = min(len(one), len(other))
        assert np.abs(one[:size] - other[:size]).max() > 0.01 * np.abs(one).max()


def test_brushes_sweep_and_a_roll_swells(bank: NoteBank) -> None:
    sweep = heard(bank, "brush_kit", 39)
    assert level_db(sweep, 0.0, 0.02) < level_db(sweep, 0.12, 0.2) - 12
    roll = heard(bank, "orchestral_kit", 25)
    assert level_db(roll, 1.2, 1.6) > level_db(roll, 0.1, 0.5) + 4


def test_the_808_kick_is_long_and_the_metal_kick_short(bank: NoteBank) -> None:
    long, short = heard(bank, "kit_808", 36), heard(bank, "metal_kit", 36)
    long, short = (np.pad(s, (0, RATE)) for s in (long, short))
    assert level_db(long, 0.4, 0.6) - level_db(long, 0, 0.1) > -18
    assert level_db(short, 0.4, 0.6) - level_db(short, 0, 0.1) < -40
    assert share_between(short, 2000, 12000) > 3 * share_between(long, 2000, 12000)
