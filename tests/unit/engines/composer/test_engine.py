# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Composer keeps the engine's protocol: a rendition with everything, progress, cancelling."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import raw
from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.engines.base import CancelToken, Rendition, Request
from musicgen_desktop.engines.composer.engine import INFO, Composer
from musicgen_desktop.errors import Cancelled, EngineError
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt import planner


@dataclass
class _Sink:
    told: list[tuple[str, float]] = field(default_factory=list)

    def progress(self, stage: str, fraction: float) -> None:
        self.told.append((stage, fraction))

    def audio(self, block: bytes) -> None:
        raise AssertionError("the Composer sends no blocks")


def _recipe(prompt: str, duration_s: float, seed: int = 8) -> Recipe:
    plan = planner.plan(prompt, seed=seed, duration_s=duration_s).plan
    return Recipe(prompt, plan, INFO.id, INFO.version, seed, plan.duration_s)


def _never() -> CancelToken:
    return CancelToken(lambda: False)


@pytest.fixture(scope="module")
def composer() -> Composer:
    """One engine for all tests here, as a worker has it."""
    return Composer(64.0)


def _made(composer: Composer, folder: Path, recipe: Recipe, stems: bool = False) -> Rendition:
    folder.mkdir(parents=True)
    return composer.generate(Request(recipe, folder, stems), _Sink(), _never())


def test_a_rendition_has_all_that_was_promised(composer: Composer, tmp_path: Path) -> None:
    sink = _Sink()
    recipe = _recipe("house, 124 bpm", 12.0)
    rendition = composer.generate(Request(recipe, tmp_path, wants_stems=True), sink, _never())
    assert rendition.mastered
    assert rendition.frames == raw.frames_of(rendition.audio) == round(12.0 * SAMPLE_RATE)
    assert rendition.score is not None
    assert set(rendition.stems) == {*(part.name for part in rendition.score.parts), "Ambience"}
    assert all(raw.frames_of(path) == rendition.frames for path in rendition.stems.values())
    meter = LoudnessMeter()
    for block in raw.read_blocks(rendition.audio):
        meter.push(block)
    assert meter.integrated_lufs == pytest.approx(rendition.target_lufs, abs=0.4)
    stages = list(dict.fromkeys(stage for stage, _ in sink.told))
    assert stages == ["composing", "rendering", "mastering"]
    for stage in stages:
        shares = [share for told, share in sink.told if told == stage]
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1.0)


def test_the_same_recipe_gives_the_same_bits(composer: Composer, tmp_path: Path) -> None:
    recipe = _recipe("lo-fi, 75 bpm", 8.0)
    first = _made(composer, tmp_path / "first", recipe)
    second = _made(Composer(1.0), tmp_path / "second", recipe, stems=True)
    digests = {hashlib.sha256(r.audio.read_bytes()).hexdigest() for r in (first, second)}
    assert len(digests) == 1


def test_piano_and_ambient_are_quieter(composer: Composer, tmp_path: Path) -> None:
    rendition = _made(composer, tmp_path / "x", _recipe("solo piano, calm", 8.0))
    assert rendition.target_lufs == -16.0


def test_the_track_begins_and_ends_in_silence(composer: Composer, tmp_path: Path) -> None:
    rendition = _made(composer, tmp_path / "x", _recipe("synthwave", 10.0))
    sound = np.concatenate(list(raw.read_blocks(rendition.audio)), axis=1)
    assert np.abs(sound[:, 0]).max() < 1e-3
    assert np.abs(sound[:, -1]).max() < 1e-3
    assert 10 * np.log10(np.mean(sound[:, -2205:] ** 2) + 1e-12) < -60.0


@pytest.mark.parametrize("stage", ["composing", "rendering", "mastering"])
def test_it_can_be_cancelled_at_every_stage(composer: Composer, tmp_path: Path, stage: str) -> None:
    sink = _Sink()
    token = CancelToken(lambda: any(told == stage for told, _ in sink.told))
    with pytest.raises(Cancelled):
        composer.generate(Request(_recipe("trap", 8.0), tmp_path), sink, token)
    assert sink.told[-1][0] == stage


@pytest.mark.parametrize("duration_s", [4.0, 601.0])
def test_impossible_lengths_are_refused(
    composer: Composer, tmp_path: Path, duration_s: float
) -> None:
    recipe = _recipe("house", 10.0)
    recipe = replace(recipe, plan=replace(recipe.plan, duration_s=duration_s))
    with pytest.raises(EngineError, match="seconds"):
        composer.generate(Request(recipe, tmp_path), _Sink(), _never())
