# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loudness against pyloudnorm and ffmpeg's ebur128; true peak; the limiter."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from scipy import signal

from musicgen_desktop.audio import dynamics, ffmpeg, filters
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.loudness import SILENCE_LUFS, LoudnessMeter
from tests.helpers.sounds import noise, sine


def _pushed(sound: Samples, block: int = 50_000) -> LoudnessMeter:
    meter = LoudnessMeter()
    for at in range(0, sound.shape[1], block):
        meter.push(sound[:, at : at + block])
    return meter


def _varied() -> Samples:
    """40 s whose level swings by 24 dB, with a silence at the end."""
    sound = noise(40.0, 0.1)
    at = np.arange(sound.shape[1]) / SAMPLE_RATE
    level = 10.0 ** (12.0 * np.sin(2.0 * np.pi * at / 17.0) / 20.0) * (at < 36.0)
    return np.ascontiguousarray(sound * level, dtype=np.float32)


def _ebur128(sound: Samples, folder: Path) -> tuple[float, float]:
    path = folder / "sound.wav"
    soundfile.write(path, sound.T, SAMPLE_RATE, subtype="FLOAT")
    done = subprocess.run(
        [ffmpeg.find(), "-nostats", "-i", str(path), "-filter:a", "ebur128", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    summary = done.stderr[done.stderr.rindex("Integrated loudness") :]
    loudness = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    spread = re.search(r"LRA:\s+(-?[\d.]+) LU", summary)
    assert loudness is not None
    assert spread is not None
    return float(loudness[1]), float(spread[1])


def test_a_sine_at_997_hz_reads_its_level() -> None:
    # BS.1770: a full-scale sine in one channel reads -3.01 LUFS, in both 0.0
    assert _pushed(sine(997.0, 5.0, 0.1)).integrated_lufs == pytest.approx(-20.0, abs=0.05)


def test_integrated_loudness_agrees_with_pyloudnorm() -> None:
    sound = _varied()
    expected = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(sound.T.astype(np.float64))
    assert _pushed(sound).integrated_lufs == pytest.approx(expected, abs=0.1)


def test_loudness_and_range_agree_with_ffmpeg(tmp_path: Path) -> None:
    sound = _varied()
    loudness, spread = _ebur128(sound, tmp_path)
    meter = _pushed(sound)
    assert meter.integrated_lufs == pytest.approx(loudness, abs=0.11)
    assert meter.range_lu == pytest.approx(spread, abs=0.4)


def test_loudness_does_not_depend_on_the_blocks() -> None:
    sound = noise(6.0)
    assert _pushed(sound, 1000).integrated_lufs == pytest.approx(
        _pushed(sound, 200_000).integrated_lufs, abs=1e-6
    )


def test_silence_reads_as_silence() -> None:
    meter = _pushed(np.zeros((2, SAMPLE_RATE), dtype=np.float32))
    assert meter.integrated_lufs == SILENCE_LUFS
    assert meter.range_lu == 0.0


def test_true_peak_sees_between_the_samples() -> None:
    # a sine at a quarter of the rate whose samples all miss its crest by 3 dB
    wave = sine(SAMPLE_RATE / 4.0, 0.5, 0.8, phase=np.pi / 4.0)
    meter = dynamics.TruePeakMeter()
    meter.push(wave)
    assert np.abs(wave).max() == pytest.approx(0.8 / np.sqrt(2.0), abs=1e-3)
    assert meter.peak == pytest.approx(0.8, rel=0.03)


def test_true_peak_agrees_with_an_oversampled_signal() -> None:
    sound = noise(2.0, 0.2)
    meter = dynamics.TruePeakMeter()
    for at in range(0, sound.shape[1], 10_001):
        meter.push(sound[:, at : at + 10_001])
    over = np.abs(signal.resample_poly(sound, 4, 1, axis=1)).max()
    assert meter.peak_dbtp == pytest.approx(20.0 * np.log10(over), abs=0.35)


def _limited(sound: Samples, gain_db: float, ceiling_dbtp: float) -> Samples:
    limiter = dynamics.Limiter(gain_db, ceiling_dbtp)
    blocks = []
    padded = np.concatenate([sound, np.zeros((2, dynamics.LATENCY), np.float32)], axis=1)
    for at in range(0, padded.shape[1], 30_000):
        block = np.ascontiguousarray(padded[:, at : at + 30_000])
        limiter.process(block)
        blocks.append(block)
    return np.concatenate(blocks, axis=1)[:, dynamics.LATENCY :]


def test_the_limiter_keeps_the_ceiling() -> None:
    sound = noise(4.0, 0.2)
    filters.Cascade([filters.low_pass(9000.0)] * 4).process(sound)
    result = _limited(sound, 9.0, -1.5)
    over = np.abs(signal.resample_poly(result, 4, 1, axis=1)).max()
    assert 20.0 * np.log10(over) <= -1.4
    assert np.abs(result).max() > 0.8


def test_the_limiter_leaves_quiet_sound_alone_and_in_time() -> None:
    sound = noise(1.0, 0.02)
    assert np.allclose(_limited(sound, 0.0, -1.0), sound, atol=1e-7)
