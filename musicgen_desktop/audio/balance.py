# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spectral balance of a master: how an equaliser of six bands brings a mix near the usual one.

The gains are found on the measured spectrum with the equaliser's true response, so that a band
moves as far as it is meant to although bells and shelves overlap. Not for: loudness (see
mastering).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio import filters
from musicgen_desktop.audio.spectrum import SpectrumMeter

Numbers = npt.NDArray[np.float64]

BANDS = ("sub", "low", "low_mid", "mid", "presence", "air")
_TARGETS_DB = (-10.0, -4.2, -8.5, -6.5, -13.0, -21.0)
_TOLERANCES_DB = (2.0, 1.2, 1.2, 1.2, 2.0, 4.0)
_SUB_BOOST_DB = 1.5
"""What lies below 60 Hz is mostly rumble where there is little of it: it is hardly raised."""
_SUB_CUT_DB = 6.0
_ROUNDS = 16
_STEP = 0.5
_LEAST_SLOPE = -3.6
"""dB per octave from 125 Hz to 8 kHz; a darker piece than this sounds as if behind a curtain."""
_LIFT_STEP_DB = 0.5
_MOST_LIFT_DB = 3.0
_SLOPE_PER_DB = 0.3


@dataclass(frozen=True, slots=True)
class BalanceSettings:
    """What balance is wanted.

    Attributes:
        correction: How much of a band's distance from the usual balance is corrected, 0 to 1.
        most_db: The strongest correction of a band.
        brightness_db: A wish for more (or less) top.
        tone_db: Shift of the usual balance by band (see BANDS).
    """

    correction: float = 0.9
    most_db: float = 4.5
    brightness_db: float = 0.0
    tone_db: Mapping[str, float] = field(default_factory=dict)


def equaliser(gains_db: Mapping[str, float]) -> tuple[filters.Biquad, ...]:
    """The sections for gains by band, after a high-pass that removes what can't be heard."""
    return (
        filters.high_pass(22.0),
        filters.low_shelf(70.0, gains_db["sub"]),
        filters.peak(125.0, gains_db["low"], 0.7),
        filters.peak(355.0, gains_db["low_mid"], 0.9),
        filters.peak(1000.0, gains_db["mid"], 0.7),
        filters.peak(4000.0, gains_db["presence"], 0.7),
        filters.high_shelf(9000.0, gains_db["air"]),
    )


def corrections_db(spectrum: SpectrumMeter, settings: BalanceSettings) -> dict[str, float]:
    """The equaliser's gains by band for a measured spectrum.

    Bands share the whole and filters overlap: a gain on one moves all the others, so the gains are
    approached in steps, each measured through the equaliser so far.
    """
    targets = np.array(_TARGETS_DB) + [settings.tone_db.get(name, 0.0) for name in BANDS]
    most = np.full(len(BANDS), settings.most_db)
    most[0] = min(_SUB_BOOST_DB, settings.most_db)
    least = np.full(len(BANDS), -settings.most_db)
    least[0] = -max(_SUB_CUT_DB, settings.most_db)
    gains = np.zeros(len(BANDS))
    for _ in range(_ROUNDS):
        distance = targets - spectrum.through(_response_db(gains, spectrum)).bands_db
        beyond = np.sign(distance) * np.maximum(0.0, np.abs(distance) - _TOLERANCES_DB)
        gains = np.clip(gains + beyond * _STEP, least, most)
    gains = _lifted(gains * settings.correction, spectrum, settings)
    result = _named(gains)
    result["presence"] += 0.6 * settings.brightness_db
    result["air"] += settings.brightness_db
    return result


def _named(gains: Numbers) -> dict[str, float]:
    return {name: float(gain) for name, gain in zip(BANDS, gains, strict=True)}


def _response_db(gains: Numbers, spectrum: SpectrumMeter) -> Numbers:
    return filters.response_db(equaliser(_named(gains)), spectrum.frequencies_hz)


def _lifted(gains: Numbers, spectrum: SpectrumMeter, settings: BalanceSettings) -> Numbers:
    """With more top where the whole is still too dark, unless it is meant to be dark."""
    least = _LEAST_SLOPE + _SLOPE_PER_DB * min(0.0, settings.brightness_db)
    lift = np.zeros(len(BANDS))
    while lift[-1] + _LIFT_STEP_DB <= _MOST_LIFT_DB * settings.correction:
        slope = spectrum.through(_response_db(gains + lift, spectrum)).slope_db_per_octave
        if slope >= least:
            break
        lift[-2:] += _LIFT_STEP_DB
    return gains + lift
