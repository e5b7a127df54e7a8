# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The note bank: one note depends on its arguments alone, and is cut and faded as it should be."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading

import numpy as np
import pytest

from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.patches import load_patch, patch_ids

RATE = 44100
Request = tuple[str, int, int, float, int, int]
REQUESTS: list[Request] = [
    ("rhodes", 60, 72, 0.8, 0, 0),
    ("grand_piano", 43, 101, 1.4, 0, 0),
    ("warm_pad", 57, 64, 2.0, 0, 0),
    ("bass_808", 36, 110, 0.9, 0, 31),
    ("lofi_kit", 38, 100, 0.1, 1, 0),
    ("house_kit", 46, 90, 0.2, 2, 0),
    ("choir", 62, 70, 1.0, 0, 0),
    ("distorted_guitar", 45, 100, 0.5, 1, 0),
    ("fx_kit", 1, 100, 1.25, 0, 0),
]
DIGEST_SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
import importlib.util
spec = importlib.util.spec_from_file_location("asked", {file!r})
asked = importlib.util.module_from_spec(spec)
spec.loader.exec_module(asked)
print(asked.digest(list(reversed(asked.REQUESTS)), asked.NoteBank(cache_mb=0.001)))
"""


def digest(requests: list[Request], bank: NoteBank) -> str:
    """One fingerprint of all notes, whatever the order they were asked in."""
    parts = []
    for request in requests:
        sound = bank.note(*request)
        parts.append(f"{request}{hashlib.sha256(sound.samples.tobytes()).hexdigest()}{sound.gain}")
    return hashlib.sha256("".join(sorted(parts)).encode()).hexdigest()


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    return NoteBank(cache_mb=64)


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-15))


def test_the_same_note_has_the_same_bits_after_eviction_and_in_any_order() -> None:
    plain = digest(REQUESTS, NoteBank())
    tiny = NoteBank(cache_mb=0.001)
    assert digest(REQUESTS[::-1], tiny) == plain
    assert digest(REQUESTS, tiny) == plain


def test_the_same_note_has_the_same_bits_in_another_process() -> None:
    script = DIGEST_SCRIPT.format(folder=sys.path[0], file=__file__)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == digest(REQUESTS, NoteBank()), done.stderr


def test_threads_get_the_same_bits() -> None:
    plain = digest(REQUESTS, NoteBank())
    shared = NoteBank(cache_mb=8)
    found: list[str] = []

    def ask(requests: list[Request]) -> None:
        found.append(digest(requests, shared))

    threads = [threading.Thread(target=ask, args=(order,)) for order in (REQUESTS, REQUESTS[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [plain, plain]


def test_the_cache_stays_within_its_limit() -> None:
    small = NoteBank(cache_mb=2)
    for pitch in range(40, 70):
        small.note("grand_piano", pitch, 80, 1.0, 0)
    assert small.cached_bytes <= 2_000_000


@pytest.mark.parametrize("patch_id", patch_ids())
def test_every_patch_gives_a_clean_note(bank: NoteBank, patch_id: str) -> None:
    patch = load_patch(patch_id)
    keys = sorted(patch.keys) if patch.keys else [patch.low, (patch.low + patch.high) // 2]
    for key in keys:
        sound = bank.note(patch_id, key, 100, 0.7, 0)
        samples = sound.samples
        assert samples.dtype == np.float32
        assert samples.shape[0] == 2
        assert samples.flags.c_contiguous
        assert np.isfinite(samples).all()
        peak = float(np.abs(samples).max())
        assert 0.004 < peak < 1.0, key
        assert float(np.abs(samples[:, :1]).max()) < 0.02 * peak, key
        assert float(np.abs(samples[:, -1:]).max()) < 0.001 * peak + 1e-5, key
        assert abs(float(samples.sum())) / max(samples.size, 2 * RATE) < 5e-4, key


def test_a_held_note_lasts_its_time_and_its_release(bank: NoteBank) -> None:
    patch = load_patch("warm_pad")
    sound = bank.note("warm_pad", 57, 90, 1.5, 0)
    assert sound.samples.shape[1] == round((1.5 + patch.release_s) * RATE)
    before = level_db(sound.samples[:, int(1.3 * RATE) : int(1.5 * RATE)])
    after = level_db(sound.samples[:, int((1.5 + 0.8 * patch.release_s) * RATE) :])
    assert after < before - 20


def test_the_release_has_no_step(bank: NoteBank) -> None:
    sound = bank.note("sub_bass", 36, 100, 0.7, 0).samples[0].astype(np.float64)
    bend = np.abs(np.diff(sound, 2))
    held = bend[int(0.5 * RATE) : int(0.69 * RATE)].max()
    assert bend[int(0.69 * RATE) :].max() <= 1.6 * held


def test_an_open_hat_is_choked_and_a_crash_rings(bank: NoteBank) -> None:
    assert bank.note("house_kit", 46, 100, 0.1, 0).samples.shape[1] < 0.2 * RATE
    assert bank.note("house_kit", 46, 100, 0.5, 0).samples.shape[1] > 0.5 * RATE
    assert bank.note("house_kit", 49, 100, 0.1, 0).samples.shape[1] > 1.0 * RATE


def test_louder_velocities_are_louder_without_steps(bank: NoteBank) -> None:
    levels = []
    for velocity in range(8, 128, 8):
        sound = bank.note("rhodes", 60, velocity, 1.0, 0)
        levels.append(level_db(sound.samples * np.float32(sound.gain)))
    steps = np.diff(levels)
    assert (steps > 0).all()
    assert levels[-1] - levels[5] > 4
    assert steps[4:].max() < 4.5


def test_round_robins_differ_and_repeat(bank: NoteBank) -> None:
    first = bank.note("pop_kit", 38, 100, 0.2, 0).samples
    second = bank.note("pop_kit", 38, 100, 0.2, 1).samples
    again = bank.note("pop_kit", 38, 100, 0.2, 3).samples
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != second.tobytes()


def test_a_riser_peaks_at_its_end(bank: NoteBank) -> None:
    for key in (1, 4):
        samples = bank.note("fx_kit", key, 100, 2.0, 0).samples
        blocks = [level_db(samples[:, start : start + 4410]) for start in range(0, 88200, 4410)]
        assert int(np.argmax(blocks)) >= 16
        assert samples.shape[1] <= round(2.2 * RATE)


def test_a_drum_key_that_a_kit_lacks_has_a_relative(bank: NoteBank) -> None:
    assert bank.note("fx_kit", 60, 100, 0.5, 0).samples.shape[1] > 0
    assert bank.note("pop_kit", 59, 100, 0.5, 0).samples.shape[1] > 0
