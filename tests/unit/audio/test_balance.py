# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The master's equaliser: towards the usual balance, as far as it is meant to, not further."""

from __future__ import annotations

import pytest

from musicgen_desktop.audio import balance, filters
from musicgen_desktop.audio.balance import BANDS, BalanceSettings
from musicgen_desktop.audio.spectrum import SpectrumMeter
from tests.helpers.sounds import noise

USUAL_DB = (-10.0, -4.2, -8.5, -6.5, -13.0, -21.0)


def spectrum_of(*tone: filters.Biquad) -> SpectrumMeter:
    """Of noise that was filtered."""
    sound = noise(6.0, 0.1)
    filters.Cascade(tone).process(sound)
    meter = SpectrumMeter()
    meter.push(sound)
    return meter


def boomy() -> SpectrumMeter:
    """Far too much below 60 Hz, far too little above 2 kHz."""
    return spectrum_of(
        filters.low_pass(90.0, 0.5), filters.low_shelf(60.0, 9.0), filters.high_shelf(1500.0, 24.0)
    )


def balanced() -> SpectrumMeter:
    """Nearly the usual balance."""
    return spectrum_of(
        filters.low_pass(130.0, 0.5), filters.high_shelf(900.0, 16.0), filters.peak(3000.0, 3.0)
    )


def after(spectrum: SpectrumMeter, gains_db: dict[str, float]) -> dict[str, float]:
    """The bands behind the equaliser."""
    response = filters.response_db(balance.equaliser(gains_db), spectrum.frequencies_hz)
    return dict(zip(BANDS, spectrum.through(response).bands_db, strict=True))


def test_what_is_too_much_or_too_little_is_corrected() -> None:
    gains = balance.corrections_db(boomy(), BalanceSettings())
    assert gains["sub"] < -0.5
    assert gains["presence"] > 0.5
    assert all(abs(gain) <= 7.5 for gain in gains.values())


def test_a_band_gets_as_far_as_it_is_meant_to() -> None:
    """A shelf at its corner frequency gives half its gain: that has to be reckoned with."""
    spectrum = spectrum_of(
        filters.low_pass(130.0, 0.5), filters.high_shelf(900.0, 16.0), filters.low_shelf(75.0, 4.0)
    )
    before = dict(zip(BANDS, spectrum.bands_db, strict=True))
    gains = balance.corrections_db(spectrum, BalanceSettings(correction=1.0, most_db=9.0))
    bands = after(spectrum, gains)
    assert before["sub"] > USUAL_DB[0] + 2.5
    assert bands["sub"] == pytest.approx(USUAL_DB[0] + 2.0, abs=0.3)


def test_within_the_tolerance_nothing_happens() -> None:
    spectrum = balanced()
    tone = {"air": -16.0}  # filtered noise has none
    firm = BalanceSettings(correction=1.0, most_db=9.0, tone_db=tone)
    first = balance.corrections_db(spectrum, firm)
    response = filters.response_db(balance.equaliser(first), spectrum.frequencies_hz)
    again = balance.corrections_db(spectrum.through(response), BalanceSettings(tone_db=tone))
    assert all(abs(gain) < 0.5 for gain in again.values()), again


def test_a_wish_for_brightness_is_added() -> None:
    spectrum = balanced()
    plain = balance.corrections_db(spectrum, BalanceSettings())
    bright = balance.corrections_db(spectrum, BalanceSettings(brightness_db=2.0))
    assert bright["air"] == pytest.approx(plain["air"] + 2.0)
    assert bright["presence"] == pytest.approx(plain["presence"] + 1.2)


def test_a_dull_piece_gets_more_top_unless_it_is_to_be_dark() -> None:
    dull = spectrum_of(filters.low_pass(250.0, 0.5), filters.high_shelf(900.0, 13.0))
    assert -4.5 < dull.slope_db_per_octave < -3.8
    tone = {name: b - u for name, b, u in zip(BANDS, dull.bands_db, USUAL_DB, strict=True)}
    plain = balance.corrections_db(dull, BalanceSettings(tone_db=tone))
    assert plain["air"] > 0.9
    response = filters.response_db(balance.equaliser(plain), dull.frequencies_hz)
    assert dull.through(response).slope_db_per_octave > dull.slope_db_per_octave + 0.2
    dark = balance.corrections_db(dull, BalanceSettings(tone_db=tone, brightness_db=-3.0))
    assert dark["air"] == pytest.approx(-3.0)


def test_silence_asks_for_nothing_impossible() -> None:
    gains = balance.corrections_db(SpectrumMeter(), BalanceSettings())
    assert all(abs(gain) <= 9.0 for gain in gains.values())
