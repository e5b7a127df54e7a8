# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The patch files: complete, well formed, and naming only voices that exist."""

from __future__ import annotations

import pytest

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.render.patches import load_patch, patch_ids
from musicgen_desktop.engines.composer.render.voices import VOICES
from musicgen_desktop.errors import EngineError

INSTRUMENTS = [
    "grand_piano",
    "felt_piano",
    "bright_piano",
    "rhodes",
    "wurlitzer",
    "drawbar_organ",
    "harpsichord",
    "celesta",
    "music_box",
    "glockenspiel",
    "vibraphone",
    "marimba",
    "kalimba",
    "tubular_bells",
    "fm_bell",
    "nylon_guitar",
    "steel_guitar",
    "clean_guitar",
    "muted_guitar",
    "distorted_guitar",
    "ukulele",
    "harp",
    "pizzicato",
    "fingered_bass",
    "double_bass",
    "synth_bass",
    "pluck_bass",
    "sub_bass",
    "bass_808",
    "string_ensemble",
    "string_staccato",
    "solo_violin",
    "solo_cello",
    "brass_section",
    "brass_stab",
    "french_horn",
    "trumpet",
    "flute",
    "clarinet",
    "choir",
    "warm_pad",
    "airy_pad",
    "glass_pad",
    "dark_drone",
    "saw_lead",
    "square_lead",
    "soft_lead",
    "supersaw",
    "synth_pluck",
    "arp_saw",
    "poly_synth",
    "synth_brass",
    "timpani",
    "vinyl_noise",
    "clavinet",
    "steel_drums",
    "banjo",
    "mandolin",
    "overdriven_guitar",
    "jazz_guitar",
    "twelve_string",
    "lead_guitar",
    "picked_bass",
    "slap_bass",
    "fretless_bass",
    "reese_bass",
    "wobble_bass",
    "acid_bass",
    "fm_bass",
    "chip_pulse",
    "chip_lead",
    "chip_triangle",
    "toy_piano",
    "xylophone",
    "trance_lead",
    "alto_sax",
    "tenor_sax",
    "sax_section",
    "muted_trumpet",
    "trombone",
    "oboe",
    "bassoon",
    "tin_whistle",
    "pan_flute",
    "harmonica",
    "accordion",
    "bagpipe",
    "rotary_organ",
    "church_organ",
    "viola",
    "fiddle",
    "string_tremolo",
    "choir_ah",
    "horn_section",
]
KITS = [
    "acoustic_kit",
    "pop_kit",
    "lofi_kit",
    "house_kit",
    "synthwave_kit",
    "trap_kit",
    "cinematic_kit",
    "percussion_kit",
    "rock_kit",
    "metal_kit",
    "jazz_kit",
    "brush_kit",
    "kit_909",
    "kit_808",
    "techno_kit",
    "boombap_kit",
    "dnb_kit",
    "disco_kit",
    "reggae_kit",
    "orchestral_kit",
    "chip_kit",
    "hand_kit",
]
DRUM_KEYS = [36, 38, 37, 39, 42, 44, 46, 49, 57, 51, 53, 41, 43, 45, 47, 48, 50]
PERCUSSION_KEYS = [54, 56, 60, 61, 62, 63, 64, 69, 70, 75, 76, 77, 80, 81, 82]
FIELDS = {
    "schema", "id", "voice", "params", "range", "gain_db", "sustained", "ring", "ring_s",
    "release_s", "round_robins", "velocity_layers", "velocity_exponent", "finish", "keys",
    "extends",
}  # fmt: skip


def test_every_agreed_patch_is_there() -> None:
    assert set(patch_ids()) == {*INSTRUMENTS, *KITS, "fx_kit"}


@pytest.mark.parametrize("patch_id", patch_ids())
def test_a_patch_file_is_well_formed(patch_id: str) -> None:
    data = resources.load_json("patches", f"{patch_id}.json")
    assert data["schema"] == 1
    assert data["id"] == patch_id
    entries = list(data["keys"].values()) if "keys" in data else [data]
    for entry in entries:
        assert set(entry) <= FIELDS
        assert entry["voice"] in VOICES
    patch = load_patch(patch_id)
    for single in patch.keys.values() or [patch]:
        assert single.velocity_layers in (1, 2, 4, 8)
        assert single.round_robins >= 1
        assert single.low < single.high
        assert 0.0 < single.release_s <= 3.0


@pytest.mark.parametrize("kit", KITS)
def test_every_kit_has_all_keys(kit: str) -> None:
    assert set(DRUM_KEYS + PERCUSSION_KEYS) <= set(load_patch(kit).keys)


def test_a_missing_patch_is_said_in_a_sentence() -> None:
    with pytest.raises(EngineError, match="kazoo"):
        load_patch("kazoo")
