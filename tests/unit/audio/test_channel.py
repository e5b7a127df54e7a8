# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters and channels: what they let through, and that block edges can't be heard."""

from __future__ import annotations

import numpy as np
import pytest

from musicgen_desktop.audio import channel, filters
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from tests.helpers.sounds import level_db, noise, sine


def _ones(block: Samples) -> Samples:
    return np.ones(block.shape[1], dtype=np.float32)


@pytest.mark.parametrize(
    ("section", "frequency_hz", "expected_db"),
    [
        (filters.high_pass(100.0), 100.0, -3.01),
        (filters.high_pass(100.0), 25.0, -24.1),
        (filters.low_pass(1000.0), 1000.0, -3.01),
        (filters.low_pass(1000.0), 50.0, 0.0),
        (filters.peak(500.0, 6.0, 1.0), 500.0, 6.0),
        (filters.peak(500.0, 6.0, 1.0), 20.0, 0.0),
        (filters.low_shelf(200.0, -4.0), 20.0, -4.0),
        (filters.high_shelf(5000.0, 3.0), 18_000.0, 3.0),
    ],
)
def test_sections_have_the_designed_gain(
    section: filters.Biquad, frequency_hz: float, expected_db: float
) -> None:
    assert filters.response_db([section], np.array([frequency_hz]))[0] == pytest.approx(
        expected_db, abs=0.1
    )


def test_a_cascade_does_what_its_response_says() -> None:
    chain = [filters.high_pass(120.0), filters.peak(900.0, -5.0, 1.2)]
    for frequency_hz in (60.0, 900.0, 4000.0):
        wave = sine(frequency_hz, 1.0)
        filters.Cascade(chain).process(wave)
        expected_db = filters.response_db(chain, np.array([frequency_hz]))[0]
        measured_db = level_db(wave[:, SAMPLE_RATE // 2 :]) - level_db(sine(frequency_hz, 0.5))
        assert measured_db == pytest.approx(expected_db, abs=0.1)


def test_blocks_of_any_length_give_the_same_bits() -> None:
    settings = channel.ChannelSettings(
        equaliser=(filters.high_pass(90.0),), threshold_db=-25, ratio=3, drive=0.3, width=1.3
    )
    whole = noise(1.0)
    pieces = whole.copy()
    channel.Channel(settings).process(whole, _ones(whole))
    processor = channel.Channel(settings)
    done = []
    for at in range(0, pieces.shape[1], 6400):
        block = np.ascontiguousarray(pieces[:, at : at + 6400])
        processor.process(block, _ones(block))
        done.append(block)
    assert np.array_equal(np.concatenate(done, axis=1), whole)


def test_the_compressor_reduces_loud_sound_by_its_ratio() -> None:
    settings = channel.ChannelSettings(threshold_db=-20.0, ratio=4.0, attack_ms=40, release_ms=40)
    wave = sine(1000.0, 2.0, 0.5)  # mean square -9.03 dB: 10.97 dB over, of which a quarter stays
    reduction_db = channel.Channel(settings).process(wave, _ones(wave))
    assert level_db(wave[:, SAMPLE_RATE:]) == pytest.approx(-20.0 + 10.97 / 4.0, abs=0.3)
    assert reduction_db == pytest.approx(-8.2, abs=0.5)


def test_lows_become_mono_and_highs_keep_their_sides() -> None:
    low, high = sine(50.0, 1.0), sine(2000.0, 1.0)
    for wave in (low, high):
        wave[1] *= -1.0
        channel.Channel(channel.ChannelSettings()).process(wave, _ones(wave))
    assert level_db(low) < level_db(sine(50.0, 1.0)) - 14.0
    assert level_db(high) == pytest.approx(level_db(sine(2000.0, 1.0)), abs=0.1)


def test_pan_keeps_the_near_side() -> None:
    wave = sine(1000.0, 0.5)
    channel.Channel(channel.ChannelSettings(pan=0.5)).process(wave, _ones(wave))
    assert level_db(wave[1]) == pytest.approx(level_db(sine(1000.0, 0.5)), abs=0.05)
    assert -6.0 < level_db(wave[0]) - level_db(wave[1]) < -1.0


def test_the_moving_low_pass_closes() -> None:
    wave = sine(5000.0, 1.0)
    count = -(-wave.shape[1] // channel.CONTROL_FRAMES)
    cutoff = channel.cutoff_coefficients(np.geomspace(18_000.0, 300.0, count))
    channel.Channel(channel.ChannelSettings()).process(wave, _ones(wave), cutoff)
    assert level_db(wave[:, :4000]) > -10.0
    assert level_db(wave[:, -4000:]) < -45.0


def test_an_unknown_band_is_refused() -> None:
    with pytest.raises(ValueError, match="no such equaliser band"):
        channel.equaliser_from([["notch", 100.0]])
