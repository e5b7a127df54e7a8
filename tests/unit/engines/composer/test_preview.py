# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preview: there before the rest is rendered, as loud as the file, and changing nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.engines.base import CancelToken, Request
from musicgen_desktop.engines.composer.engine import INFO, Composer
from musicgen_desktop.engines.composer.render import scout
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt import planner
from tests.helpers.sounds import small_score


@dataclass(slots=True)
class Ear:
    """A sink that keeps what it hears, and how far the rendering was when it heard the first."""

    blocks: list[Samples] = field(default_factory=list)
    rendered_before: float = -1.0
    _rendered: float = 0.0

    def progress(self, stage: str, fraction: float) -> None:
        if stage == "rendering":
            self._rendered = fraction

    def audio(self, block: bytes) -> None:
        if not self.blocks:
            self.rendered_before = self._rendered
        self.blocks.append(np.frombuffer(block, dtype="<f4").reshape(-1, 2).T)

    @property
    def sound(self) -> Samples:
        return np.ascontiguousarray(np.concatenate(self.blocks, axis=1))


def _recipe(prompt: str, duration_s: float) -> Recipe:
    plan = planner.plan(prompt, seed=31, duration_s=duration_s).plan
    return Recipe(prompt, plan, INFO.id, INFO.version, 31, plan.duration_s)


def _lufs(block: Samples) -> float:
    meter = LoudnessMeter()
    meter.push(block)
    return meter.integrated_lufs


def _made(composer: Composer, recipe: Recipe, folder: Path, *, preview: bool) -> tuple[Path, Ear]:
    folder.mkdir()
    ear = Ear()
    request = Request(recipe, folder, wants_preview=preview)
    made = composer.generate(request, ear, CancelToken(lambda: False))
    return made.audio, ear


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(96.0)


def test_a_preview_changes_nothing_in_the_file(composer: Composer, tmp_path: Path) -> None:
    recipe = _recipe("synthwave", 20.0)
    silent, unheard = _made(composer, recipe, tmp_path / "without", preview=False)
    told, ear = _made(composer, recipe, tmp_path / "with", preview=True)
    assert unheard.blocks == []
    assert ear.rendered_before < 0.3
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (silent, told)}
    assert len(digests) == 1


@pytest.mark.parametrize("prompt", ["house", "lo-fi hip hop", "a bright loop, techno, 120 bpm"])
def test_it_is_as_loud_as_the_file(composer: Composer, tmp_path: Path, prompt: str) -> None:
    path, ear = _made(composer, _recipe(prompt, 20.0), tmp_path / "made", preview=True)
    file = np.concatenate(list(raw.read_blocks(path)), axis=1)
    heard = ear.sound
    assert file.shape[1] - heard.shape[1] < 0.01 * SAMPLE_RATE
    assert abs(_lufs(heard) - _lufs(file)) < 1.0


def test_of_a_long_track_only_the_first_part_is_handed_on(
    composer: Composer, tmp_path: Path
) -> None:
    _, ear = _made(composer, _recipe("solo piano", 90.0), tmp_path / "made", preview=True)
    assert 60.0 <= ear.sound.shape[1] / SAMPLE_RATE < 64.0


def _silences(windows: Sequence[scout.Window]) -> list[Samples]:
    return [np.full((2, scout.EXCERPT_FRAMES), w.first, dtype=np.float32) for w in windows]


@pytest.mark.parametrize("budget_s", [0.0, 100.0])
def test_excerpts_cover_the_track_however_many_there_are(budget_s: float) -> None:
    frames = 32 * SAMPLE_RATE
    wanted = scout.windows(small_score(duration_s=32.0, bars=15), frames)
    found = scout.excerpts(wanted, _silences, budget_s)
    assert len(found) == (len(wanted) if budget_s else -(-len(wanted) // 2))
    assert (found[0].first, found[-1].last) == (0, frames)
    assert [a.last for a in found[:-1]] == [b.first for b in found[1:]]
    for excerpt in found:
        assert 0 <= excerpt.start <= frames - scout.EXCERPT_FRAMES
        assert float(excerpt.sound[0, 0]) == float(np.float32(excerpt.first))
