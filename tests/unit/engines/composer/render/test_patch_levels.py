# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calibration of the patches: a typical phrase of each is about -20 LUFS.

Whoever changes a sound runs this and corrects `gain_db` by what the failure says.
"""

from __future__ import annotations

import numpy as np
import pytest

from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.patches import Patch, load_patch, patch_ids

RATE = 44100
QUARTER_S = 0.6
TARGET_LUFS = -20.0
SAMPLE = ("rhodes", "grand_piano", "warm_pad", "fingered_bass", "lofi_kit", "house_kit")
BASSES = {"fingered_bass", "double_bass", "synth_bass", "pluck_bass", "sub_bass", "bass_808"} | {
    "picked_bass", "slap_bass", "fretless_bass", "reese_bass", "wobble_bass", "acid_bass",
    "fm_bass", "chip_triangle",
}  # fmt: skip
PADS = {
    "warm_pad", "airy_pad", "glass_pad", "string_ensemble", "choir", "dark_drone", "supersaw",
    "brass_section", "drawbar_organ", "string_tremolo", "choir_ah", "sax_section", "horn_section",
    "rotary_organ", "church_organ",
}  # fmt: skip
SHORT_CHORDS = {"string_staccato", "brass_stab", "muted_guitar"}
CHORDS = {
    "grand_piano", "bright_piano", "felt_piano", "rhodes", "wurlitzer", "harpsichord",
    "nylon_guitar", "steel_guitar", "clean_guitar", "ukulele", "poly_synth", "synth_brass",
    "vibraphone", "accordion", "clavinet", "mandolin", "jazz_guitar", "twelve_string",
    "overdriven_guitar",
}  # fmt: skip
ARPEGGIOS = {
    "steel_drums", "banjo", "toy_piano", "xylophone", "chip_pulse",
    "celesta", "music_box", "glockenspiel", "marimba", "kalimba", "tubular_bells", "fm_bell",
    "harp", "pizzicato", "synth_pluck", "arp_saw", "timpani",
}  # fmt: skip
Event = tuple[float, int, int, float]


def fitted(patch: Patch, pitch: int) -> int:
    while pitch < patch.low:
        pitch += 12
    while pitch > patch.high:
        pitch -= 12
    return pitch


def drum_phrase(patch: Patch) -> list[Event]:
    bar: list[Event] = [
        (0, 36, 105, 0.33), (1, 38, 100, 0.33), (2, 36, 100, 0.33), (2.5, 36, 90, 0.33),
        (3, 38, 100, 0.33), *[(i / 2, 46 if i == 7 else 42, 85, 0.2) for i in range(8)],
    ]  # fmt: skip
    if patch.id == "house_kit":
        bar += [(1, 36, 105, 0.33), (3, 36, 105, 0.33)]
    if patch.id == "cinematic_kit":
        hits = (
            (0, 36, 110),
            (1.5, 36, 90),
            (2, 38, 80),
            (2.5, 41, 95),
            (3, 43, 100),
            (3.5, 45, 90),
        )
        bar = [(beat, key, velocity, 0.5) for beat, key, velocity in hits]
    if patch.id == "percussion_kit":
        line = (63, 64, 62, 63, 60, 61, 62, 64)
        bar = [(i / 2, key, 95, 0.33) for i, key in enumerate(line)]
        bar += [(i / 2, 70, 80, 0.17) for i in range(8)]
    return bar


def bar_of(patch: Patch, index: int) -> list[Event]:
    """One bar of what such an instrument usually plays: beat, pitch, velocity, beats held."""
    if patch.keys:
        return drum_phrase(patch)
    if patch.id in BASSES:
        root = (33, 29, 36, 31)[index]
        up = 0 if patch.id in ("sub_bass", "bass_808") else 12
        steps = ((0, 0, 1.4), (1.5, 0, 0.4), (2, 0, 0.9), (3, up, 0.45), (3.5, 7, 0.45))
        return [(beat, root + step, 95, held) for beat, step, held in steps]
    lower = 0 if patch.high > 70 else -12
    chord = ((57, 60, 64, 67), (53, 57, 60, 64), (48, 55, 60, 64), (55, 59, 62, 65))[index]
    notes = [fitted(patch, pitch + lower) for pitch in chord]
    if patch.id in PADS:
        return [(0, pitch, 85, 3.9) for pitch in notes]
    if patch.id in SHORT_CHORDS:
        return [(i / 2, pitch, 90, 0.3) for i in range(8) for pitch in notes[:3]]
    if patch.id in CHORDS:
        stabs = ((0, 1.4), (1.5, 1.4), (3, 0.9))
        return [(beat, pitch, 85, held) for beat, held in stabs for pitch in notes]
    if patch.id in ARPEGGIOS:
        chord = ((69, 72, 76, 79), (65, 69, 72, 76), (60, 67, 72, 76), (67, 71, 74, 77))[index]
        order = (0, 1, 2, 3, 2, 1, 2, 3)
        return [(i / 2, fitted(patch, chord[which]), 90, 0.45) for i, which in enumerate(order)]
    line = ((69, 72, 76), (77, 76, 72), (72, 74, 76), (74, 71, 67))[index]
    hits = ((0, 1.4), (1.5, 0.9), (2.5, 1.4))
    return [
        (beat, fitted(patch, pitch), 95, held)
        for (beat, held), pitch in zip(hits, line, strict=True)
    ]


def phrase(patch_id: str) -> np.ndarray:
    """Four bars, (2, frames)."""
    patch = load_patch(patch_id)
    bank = NoteBank(cache_mb=64)
    out = np.zeros((2, round((16 * QUARTER_S + 9) * RATE)))
    count = 0
    for index in range(4):
        for beat, pitch, velocity, held in bar_of(patch, index):
            sound = bank.note(patch_id, pitch, velocity, held * QUARTER_S, count)
            start = round((index * 4 + beat) * QUARTER_S * RATE)
            out[:, start : start + sound.samples.shape[1]] += sound.samples * sound.gain
            count += 1
    return out[:, : round((16 * QUARTER_S + 1) * RATE)]


def check(patch_id: str) -> None:
    import pyloudnorm

    rendered = phrase(patch_id)
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(rendered.T)
    assert loudness == pytest.approx(TARGET_LUFS, abs=1.5)
    assert float(np.abs(rendered).max()) < 1.0


@pytest.mark.parametrize("patch_id", SAMPLE)
def test_a_phrase_has_the_common_loudness(patch_id: str) -> None:
    check(patch_id)


@pytest.mark.long
@pytest.mark.parametrize("patch_id", [p for p in patch_ids() if p not in ("fx_kit", "vinyl_noise")])
def test_every_phrase_has_the_common_loudness(patch_id: str) -> None:
    check(patch_id)


@pytest.mark.long
@pytest.mark.parametrize("patch_id", patch_ids())
def test_every_pitch_and_velocity_is_clean(patch_id: str) -> None:
    patch = load_patch(patch_id)
    bank = NoteBank(cache_mb=8)
    pitches = sorted(patch.keys) if patch.keys else range(patch.low, patch.high + 1, 5)
    for pitch in pitches:
        for velocity in (1, 40, 80, 127):
            samples = bank.note(patch_id, pitch, velocity, 0.35, pitch).samples
            assert np.isfinite(samples).all()
            assert float(np.abs(samples).max()) < 1.5
            assert float(np.abs(samples[:, -1]).max()) < 1e-3
