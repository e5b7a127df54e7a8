# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first bars come over the wire while the real worker still makes the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop import paths, services
from musicgen_desktop.audio import codec
from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.services import Services

pytestmark = pytest.mark.end2end


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    built = services.build(paths.in_profile(tmp_path_factory.mktemp("profile")))
    yield built
    built.close()


def _lufs(sound: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    meter = LoudnessMeter()
    meter.push(np.ascontiguousarray(sound.T))
    return meter.integrated_lufs


def test_the_first_bars_are_there_before_the_rest(made: Services) -> None:
    seen: list[Progress] = []
    stages_before: list[str] = []
    heard: list[bytes] = []

    def listen(data: bytes) -> None:
        stages_before.append(seen[-1].stage)
        heard.append(data)

    recipe = services.recipe_for("house, 124 bpm", seed=24, duration_s=20.0)
    order = Order(recipe, "early", "Early", hear_early=True)
    outcome = made.producer.produce(order, seen.append, lambda: False, listen)
    assert len(heard) > 5
    assert set(stages_before) == {"rendering"}
    early = np.frombuffer(b"".join(heard), dtype="<f4").reshape(-1, 2)
    assert abs(len(early) / SAMPLE_RATE - 20.0) < 0.01
    file = codec.decode(Path(outcome.path)).samples
    assert abs(_lufs(early) - _lufs(file)) < 1.0


def test_nothing_is_handed_on_where_nobody_listens(made: Services) -> None:
    heard: list[bytes] = []
    recipe = services.recipe_for("house, 124 bpm", seed=24, duration_s=8.0)
    order = Order(recipe, "late", "Late")
    made.producer.produce(order, lambda _: None, lambda: False, heard.append)
    assert heard == []
