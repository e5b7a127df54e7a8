# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rooms, echo, chorus, tape, noise: what they do to sound, and that block edges can't be heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.engines.composer.render import effects, noise, reverb
from musicgen_desktop.engines.composer.render.settings import BedSettings
from tests.helpers.sounds import level_db, sine
from tests.helpers.sounds import noise as noise_of


class _Effect(Protocol):
    def process(self, block: Samples) -> None: ...


def _impulse(seconds: float) -> Samples:
    sound = np.zeros((2, round(seconds * SAMPLE_RATE)), dtype=np.float32)
    sound[:, 0] = 1.0
    return sound


def _hall(t60_s: float = 2.0) -> reverb.Room:
    return reverb.Room(reverb.RoomSettings(t60_s=t60_s, brightness=0.6))


EFFECTS: dict[str, Callable[[], _Effect]] = {
    "room": _hall,
    "echo": lambda: effects.echo(0.25, 0.4, 4000.0),
    "chorus": lambda: effects.chorus(0.5),
    "tape": lambda: effects.Tape(7000.0, 8.0, 2.0),
}


@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_blocks_of_any_length_sound_alike(name: str) -> None:
    whole = noise_of(1.0)
    pieces = whole.copy()
    EFFECTS[name]().process(whole)
    effect = EFFECTS[name]()
    done = []
    for at in range(0, pieces.shape[1], 7001):
        block = np.ascontiguousarray(pieces[:, at : at + 7001])
        effect.process(block)
        done.append(block)
    assert np.allclose(np.concatenate(done, axis=1), whole, atol=2e-6)


@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_effects_are_linear(name: str) -> None:
    first, second = noise_of(0.5, seed=1), noise_of(0.5, seed=2)
    both = first + second
    for sound in (first, second, both):
        EFFECTS[name]().process(sound)
    assert level_db(both - (first + second)) < level_db(both) - 90.0


@pytest.mark.parametrize("t60_s", [0.6, 2.0, 5.0])
def test_a_room_rings_as_long_as_it_should(t60_s: float) -> None:
    answer = _impulse(t60_s + 1.0)
    _hall(t60_s).process(answer)
    power = np.asarray(answer[0] ** 2 + answer[1] ** 2)
    energy = np.cumsum(power[::-1])[::-1]
    decay_db = 10.0 * np.log10(energy / energy[0] + 1e-12)
    late = np.argmax(decay_db < -25.0) - np.argmax(decay_db < -5.0)
    assert late * 3.0 / SAMPLE_RATE == pytest.approx(t60_s, rel=0.25)
    assert level_db(answer[:, -2000:]) < -70.0


def test_a_room_is_wide_and_dense() -> None:
    answer = _impulse(1.0)
    _hall().process(answer)
    tail = answer[:, 8000:30_000]
    product = float(np.vdot(tail[0], tail[1]))
    assert abs(product) < 0.55 * float(np.linalg.norm(tail[0]) * np.linalg.norm(tail[1]))
    kurtosis = float(np.mean(tail**4) / np.mean(tail**2) ** 2)
    assert kurtosis < 8.0  # 3 is noise; single echoes would stand out


def test_an_echo_comes_on_the_beat_and_changes_sides() -> None:
    sound = _impulse(2.0)
    sound[1] = 0.0
    effects.echo(0.25, 0.5, 20_000.0).process(sound)
    step = round(0.25 * SAMPLE_RATE)
    for k in (1, 2, 3):
        near, far = (0, 1) if k % 2 == 1 else (1, 0)
        around = slice(k * step - 20, k * step + 20)
        assert int(np.abs(sound[near, around]).argmax()) == 20
        assert np.abs(sound[far, around]).max() < 1e-6


def test_tape_sways_by_the_wished_cents() -> None:
    tape = effects.Tape(15_000.0, 10.0, 0.0)
    sound = sine(1000.0, 8.0, 0.5)
    tape.process(sound)
    crossings = np.flatnonzero((sound[0, :-1] < 0) & (sound[0, 1:] >= 0))
    exact = crossings + sound[0, crossings] / (sound[0, crossings] - sound[0, crossings + 1])
    pitch = SAMPLE_RATE / np.diff(exact[200:])
    cents = 1200.0 * np.log2(pitch / 1000.0)
    assert np.percentile(cents, 99) == pytest.approx(10.0, abs=1.5)
    assert np.percentile(cents, 1) == pytest.approx(-10.0, abs=1.5)


def test_sways_repeat_where_the_music_loops() -> None:
    period = 3 * SAMPLE_RATE
    sound = sine(1000.0, 9.0, 0.5)  # whole turns in the period
    effects.Tape(15_000.0, 10.0, 2.0, period).process(sound)
    assert np.allclose(sound[:, period : 2 * period], sound[:, 2 * period :], atol=1e-4)


def test_the_bed_has_its_level_and_no_seam() -> None:
    bed = noise.Bed(BedSettings(hiss_db=-60.0, crackle_db=-120.0))
    block = np.zeros((2, 30 * SAMPLE_RATE), dtype=np.float32)
    bed.add(block, 0)
    assert level_db(block) == pytest.approx(-60.0, abs=0.3)
    tile = 11 * SAMPLE_RATE
    seam = np.abs(np.diff(block[0, tile - 50 : tile + 50])).max()
    assert seam < 1.5 * np.abs(np.diff(block[0, : 5 * SAMPLE_RATE])).max()


def test_crackles_reach_their_peak_and_no_bed_adds_nothing() -> None:
    block = np.zeros((2, 12 * SAMPLE_RATE), dtype=np.float32)
    noise.Bed(BedSettings()).add(block, 0)
    assert not block.any()
    noise.Bed(BedSettings(hiss_db=-120.0, crackle_db=-30.0)).add(block, 5)
    assert np.abs(block).max() == pytest.approx(10 ** (-30.0 / 20.0), rel=0.01)
