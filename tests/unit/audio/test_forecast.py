# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A master that is foretold from excerpts is as loud as the one that is made of the whole."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import mastering, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.dynamics import LATENCY
from musicgen_desktop.audio.forecast import HOP_FRAMES, EarlyMaster, Excerpt
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.audio.mastering import MasterSettings
from tests.helpers.sounds import noise

SECONDS = 24
BLOCK = 50_000


def _lufs(block: Samples) -> float:
    meter = LoudnessMeter()
    meter.push(np.ascontiguousarray(block))
    return meter.integrated_lufs


def _mix() -> Samples:
    """Three sections of noise: quiet, loud, middling."""
    mix = noise(SECONDS, 0.08)
    third = mix.shape[1] // 3
    mix[:, :third] *= 0.3
    mix[:, 2 * third :] *= 0.6
    return mix


def _excerpts(mix: Samples) -> list[Excerpt]:
    """One in each second."""
    edges = [second * SAMPLE_RATE for second in range(SECONDS + 1)]
    length = 4 * HOP_FRAMES
    return [
        Excerpt(first, last, first + 999, mix[:, first + 999 : first + 999 + length].copy())
        for first, last in pairwise(edges)
    ]


def _early(mix: Samples, settings: MasterSettings) -> Samples:
    early = EarlyMaster(_excerpts(mix), settings)
    blocks = [
        early.process(mix[:, start : start + BLOCK], start)
        for start in range(0, mix.shape[1], BLOCK)
    ]
    return np.concatenate(blocks, axis=1)


@pytest.mark.parametrize(
    "settings",
    [
        MasterSettings(),
        MasterSettings(target_lufs=-9.0, clip_db=2.0),
        MasterSettings(target_lufs=-16.0, most_range_lu=5.0, least_range_lu=3.0),
    ],
)
def test_it_is_as_loud_as_the_file_everywhere(tmp_path: Path, settings: MasterSettings) -> None:
    mix = _mix()
    source, target = tmp_path / "mix.f32", tmp_path / "master.f32"
    with raw.RawWriter(source) as writer:
        writer.write(mix)
    mastering.master_file(source, target, settings)
    file = np.concatenate(list(raw.read_blocks(target)), axis=1)
    early = _early(mix, settings)
    assert early.shape[1] == mix.shape[1] - LATENCY
    assert abs(_lufs(early) - _lufs(file)) < 0.5
    for start in range(0, SECONDS - 3, 3):
        part = slice(start * SAMPLE_RATE, (start + 3) * SAMPLE_RATE)
        assert abs(_lufs(early[:, part]) - _lufs(file[:, part])) < 1.0


def test_it_lies_on_the_same_frames_as_the_file(tmp_path: Path) -> None:
    mix = _mix()
    source, target = tmp_path / "mix.f32", tmp_path / "master.f32"
    with raw.RawWriter(source) as writer:
        writer.write(mix)
    mastering.master_file(source, target, MasterSettings())
    file = np.concatenate(list(raw.read_blocks(target)), axis=1)[:, 300_000:308_192]
    early = _early(mix, MasterSettings())[:, 300_000:308_192]
    product = np.fft.irfft(np.fft.rfft(early[0]) * np.conj(np.fft.rfft(file[0])))
    assert int(np.argmax(product)) == 0


def test_the_mix_itself_stays_as_it_is() -> None:
    mix = _mix()
    before = mix.copy()
    _early(mix, MasterSettings())
    assert np.array_equal(mix, before)


def test_silence_stays_silent() -> None:
    mix = np.zeros((2, SECONDS * SAMPLE_RATE), dtype=np.float32)
    assert float(np.abs(_early(mix, MasterSettings())).max()) < 1e-6
