# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waveforms: measured right, stored small, read back without numpy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import peak_meter, peaks, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.audio.spectrum import SpectrumMeter
from tests.helpers.sounds import noise, sine


@pytest.mark.parametrize("frames", [1, 7, 1999, 2000, 2001, 123_457])
def test_every_bin_holds_its_samples(frames: int) -> None:
    sound = noise(3.0, 0.2)[:, :frames]
    meter = peak_meter.PeakMeter(frames)
    for at in range(0, frames, 1000):
        meter.push(sound[:, at : at + 1000])
    shape = meter.waveform()
    bins = min(frames, peaks.BINS)
    assert shape.bins == bins
    index = np.arange(frames) * bins // frames
    for k in {0, bins // 2, bins - 1}:
        inside = sound[:, index == k]
        assert shape.high[k] == pytest.approx(max(0.0, float(inside.max())), abs=1e-6)
        assert shape.low[k] == pytest.approx(min(0.0, float(inside.min())), abs=1e-6)
    assert shape.duration_s == pytest.approx(frames / SAMPLE_RATE)


def test_the_root_mean_square_is_that_of_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "sine.f32"
    with raw.RawWriter(path) as writer:
        writer.write(sine(1000.0, 4.0, 0.5))
    shape = peak_meter.waveform_of(path)
    assert np.mean(shape.rms) == pytest.approx(0.5 / np.sqrt(2.0), rel=0.02)


def test_bytes_and_back() -> None:
    meter = peak_meter.PeakMeter(50_000)
    meter.push(noise(2.0, 0.3)[:, :50_000])
    shape = meter.waveform()
    data = shape.to_bytes()
    back = peaks.Waveform.from_bytes(data)
    assert len(data) == 12 + 3 * 2000
    assert back is not None
    assert back.high == pytest.approx(shape.high, abs=0.005)
    assert back.low == pytest.approx(shape.low, abs=0.005)
    assert back.rms == pytest.approx(shape.rms, abs=0.003)


def test_an_overview_keeps_the_extremes() -> None:
    meter = peak_meter.PeakMeter(44_100)
    meter.push(noise(1.0, 0.2))
    shape = meter.waveform()
    small = shape.overview(160)
    assert small.bins == 160
    assert max(small.high) == max(shape.high)
    assert min(small.low) == min(shape.low)
    assert shape.overview(5000) is shape


@pytest.mark.parametrize("data", [b"", b"MGW1", b"XXXX" + bytes(11), b"MGW1" + bytes(20)])
def test_other_bytes_are_no_waveform(data: bytes) -> None:
    assert peaks.Waveform.from_bytes(data) is None


def test_reading_needs_no_numpy() -> None:
    code = "import musicgen_desktop.audio.peaks, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_bands_of_a_sine_lie_where_it_sounds() -> None:
    meter = SpectrumMeter()
    meter.push(sine(1000.0, 2.0))
    bands = meter.bands_db
    assert bands[3] == pytest.approx(0.0, abs=0.1)
    assert max(bands[:3] + bands[4:]) < -40.0


def test_even_noise_rises_by_three_db_per_octave() -> None:
    meter = SpectrumMeter()
    meter.push(noise(20.0))
    assert meter.slope_db_per_octave == pytest.approx(3.0, abs=0.3)
