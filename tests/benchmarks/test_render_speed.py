# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many times faster than real time mixing, mastering and encoding are; figures only."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from musicgen_desktop.audio import codec, mastering, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.forecast import EarlyMaster, Excerpt
from musicgen_desktop.audio.mastering import MasterSettings
from musicgen_desktop.engines.composer.render import settings
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.renderer import Renderer
from tests.helpers.sounds import noise, small_score

_SECONDS = 32.0


def _times_real_time(benchmark: BenchmarkFixture) -> None:
    if benchmark.stats is not None:
        mean_s = benchmark.stats.stats.mean
        benchmark.extra_info["times_real_time"] = round(_SECONDS / mean_s, 1)


@pytest.mark.parametrize("genre", ["house", "lofi_hiphop"])
def test_rendering(benchmark: BenchmarkFixture, tmp_path: Path, genre: str) -> None:
    score = small_score(genre, _SECONDS, bars=15)
    mix = settings.load(genre)
    renderer = Renderer(NoteBank(128.0))
    renderer.render(score, mix, tmp_path)
    rendered = benchmark(renderer.render, score, mix, tmp_path)
    assert rendered.frames == round(_SECONDS * SAMPLE_RATE)
    _times_real_time(benchmark)


class _Ear:
    """A listener that is told when it could begin."""

    def __init__(self) -> None:
        self.first_s = 0.0
        self._began_s = time.monotonic()

    def prepare(self, excerpts: list[Excerpt]) -> None:
        self._master = EarlyMaster(excerpts, MasterSettings())

    def hear(self, block: Samples, start: int) -> None:
        self._master.process(block, start)
        self.first_s = self.first_s or time.monotonic() - self._began_s


@pytest.mark.parametrize("genre", ["house", "lofi_hiphop"])
def test_the_first_bars(benchmark: BenchmarkFixture, tmp_path: Path, genre: str) -> None:
    """How much of the rendering, preview included, passes before the first bars can be heard."""
    score = small_score(genre, _SECONDS, bars=15)
    mix = settings.load(genre)
    renderer = Renderer(NoteBank(128.0))
    renderer.render(score, mix, tmp_path)
    shares: list[float] = []

    def heard() -> None:
        ear, began = _Ear(), time.monotonic()
        renderer.render(score, mix, tmp_path, listener=ear)
        shares.append(ear.first_s / (time.monotonic() - began))

    benchmark(heard)
    assert all(0.0 < share < 1.0 for share in shares)
    benchmark.extra_info["share_before_first_bars"] = round(statistics.median(shares), 2)
    _times_real_time(benchmark)


def test_mastering(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    source = tmp_path / "mix.f32"
    with raw.RawWriter(source) as writer:
        writer.write(noise(_SECONDS))
    target = tmp_path / "master.f32"
    benchmark(mastering.master_file, source, target, mastering.MasterSettings())
    assert raw.frames_of(target) == round(_SECONDS * SAMPLE_RATE)
    _times_real_time(benchmark)


@pytest.mark.parametrize("form", ["mp3", "flac"])
def test_encoding(benchmark: BenchmarkFixture, tmp_path: Path, form: str) -> None:
    source = tmp_path / "master.f32"
    with raw.RawWriter(source) as writer:
        writer.write(noise(_SECONDS))
    target = tmp_path / f"track.{form}"
    benchmark(codec.encode_below, source, target, form)
    assert target.stat().st_size > 100_000
    _times_real_time(benchmark)
