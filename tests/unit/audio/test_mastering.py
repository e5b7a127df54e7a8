# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mastering: loudness, true peak, edges, loops, tone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import filters, mastering, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.audio.mastering import MasterSettings
from musicgen_desktop.errors import Cancelled
from tests.helpers.sounds import noise


def _write(path: Path, sound: Samples) -> Path:
    with raw.RawWriter(path) as writer:
        writer.write(sound)
    return path


def _read(path: Path) -> Samples:
    return np.concatenate(list(raw.read_blocks(path)), axis=1)


def _music(seconds: float = 12.0, level: float = 0.1) -> Samples:
    """Noise with the slope of music, with a stroke every half second."""
    sound = noise(seconds, level)
    filters.Cascade([filters.low_pass(300.0, 0.5)]).process(sound)
    since = (np.arange(sound.shape[1]) % (SAMPLE_RATE // 2)) / SAMPLE_RATE
    return np.ascontiguousarray(sound * (0.3 + np.exp(-12.0 * since)), dtype=np.float32)


@pytest.mark.parametrize(("level", "target_lufs"), [(0.02, -14.0), (0.4, -14.0), (0.1, -16.0)])
def test_the_loudness_is_met_and_the_peak_kept(
    tmp_path: Path, level: float, target_lufs: float
) -> None:
    source = _write(tmp_path / "mix.f32", _music(level=level))
    target = tmp_path / "master.f32"
    report = mastering.master_file(source, target, MasterSettings(target_lufs=target_lufs))
    meter = LoudnessMeter()
    meter.push(_read(target))
    assert meter.integrated_lufs == pytest.approx(target_lufs, abs=0.3)
    assert report.loudness_lufs == pytest.approx(meter.integrated_lufs, abs=0.01)
    assert report.true_peak_dbtp <= -1.4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["master.f32", "mix.f32"]


def test_the_length_and_the_place_in_time_stay(tmp_path: Path) -> None:
    sound = _music()
    master = tmp_path / "master.f32"
    plain = MasterSettings(correction=0.0, drive=0.0)
    mastering.master_file(_write(tmp_path / "mix.f32", sound), master, plain)
    result = _read(master)
    assert result.shape == sound.shape
    for wave in (sound, result):  # lows are shifted by the filter that removes what can't be heard
        filters.Cascade([filters.high_pass(200.0)]).process(wave)
    middle = slice(4 * SAMPLE_RATE, 5 * SAMPLE_RATE)
    alike = {
        lag: float(np.corrcoef(sound[0, middle], np.roll(result[0], lag)[middle])[0, 1])
        for lag in (-40, -10, 0, 10, 40)
    }
    assert max(alike, key=lambda lag: alike[lag]) == 0, alike
    assert alike[0] > 0.9


def test_a_constant_offset_goes(tmp_path: Path) -> None:
    target = tmp_path / "master.f32"
    sound = _music() + np.float32(0.05)
    mastering.master_file(_write(tmp_path / "mix.f32", sound), target, MasterSettings())
    assert abs(float(_read(target)[:, SAMPLE_RATE:].mean())) < 1e-3


def test_silence_stays_silence(tmp_path: Path) -> None:
    target = tmp_path / "master.f32"
    silence = np.zeros((2, SAMPLE_RATE), dtype=np.float32)
    mastering.master_file(_write(tmp_path / "mix.f32", silence), target, MasterSettings())
    assert float(np.abs(_read(target)).max()) < 1e-6


def test_a_loop_stays_seamless(tmp_path: Path) -> None:
    at = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    wave = (0.3 * np.sin(2.0 * np.pi * 100.0 * at)).astype(np.float32)
    target = tmp_path / "master.f32"
    source = _write(tmp_path / "mix.f32", np.stack([wave, wave]))
    mastering.master_file(source, target, MasterSettings(), loop=True)
    result = _read(target)
    step = np.abs(np.diff(result[0])).max()
    assert abs(float(result[0, 0] - result[0, -1])) <= 1.1 * step


@pytest.mark.parametrize(("steps", "wanted"), [((0.22, 1.0), "less"), ((0.8, 1.0), "more")])
def test_the_level_is_ridden_into_the_wanted_range(
    tmp_path: Path, steps: tuple[float, float], wanted: str
) -> None:
    sound = _music(48.0)
    quarter = sound.shape[1] // 4
    sound *= np.repeat([steps[0], steps[1], steps[0], steps[1]], quarter).astype(np.float32)
    source = _write(tmp_path / "mix.f32", sound)
    before = LoudnessMeter()
    before.push(sound)
    settings = MasterSettings(least_range_lu=4.0, most_range_lu=8.0, glue_ratio=1.0)
    report = mastering.master_file(source, tmp_path / "master.f32", settings)
    if wanted == "less":
        assert report.range_lu < before.range_lu - 2.0
    else:
        assert report.range_lu > before.range_lu + 0.5


def test_it_stops_when_asked(tmp_path: Path) -> None:
    calls = 0

    def stop() -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise Cancelled

    source = _write(tmp_path / "mix.f32", _music())
    with pytest.raises(Cancelled):
        mastering.master_file(source, tmp_path / "master.f32", MasterSettings(), check=stop)
