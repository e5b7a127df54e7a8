# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gets a worker ready before the first order: imports, compiled kernels, a first sound.

Not for: anything whose result is kept.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from musicgen_desktop import files
from musicgen_desktop.engines import registry
from musicgen_desktop.engines.base import CancelToken, Engine, Request
from musicgen_desktop.errors import Cancelled
from musicgen_desktop.generation.order import WorkOrder
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt import planner

_PROMPTS = (
    "lo-fi hip hop with piano and vinyl crackle",
    "house",
    "cinematic with choir and brass",
    "ambient",
    "trap",
    "synthwave with guitar",
)
"""Together they use every kernel."""
_SHORTEST_S = 6.0
_PREFIX = "musicgen-warm-up-"
_OWNED = re.compile(re.escape(_PREFIX) + r"(\d+)-.+")


class _Silence:
    """A sink that nobody listens to."""

    def progress(self, stage: str, fraction: float) -> None:
        """Ignored."""

    def audio(self, block: bytes) -> None:
        """Ignored."""


def get_ready(engine: Engine, is_wanted: Callable[[], bool]) -> None:
    """Makes a few seconds of music for nobody; stops as soon as an order is waiting.

    Everything that an order passes is passed once, the encoder and the tags included, so that the
    first order takes no longer than the later ones.

    Args:
        engine: Will be warm afterwards.
        is_wanted: Whether the worker is still idle.
    """
    from musicgen_desktop.generation.finish import carry_out

    token = CancelToken(lambda: not is_wanted())
    try:
        with _folder() as folder:
            carry_out(_order(folder), engine, _Silence(), token)
    except Cancelled:
        return


def compile_kernels() -> None:
    """Fills the cache of compiled kernels, encoders included; for the set-up."""
    from musicgen_desktop.generation.finish import carry_out

    token = CancelToken(lambda: False)
    engine = registry.create(registry.DEFAULT_ENGINE)
    for prompt in _PROMPTS:
        _play(engine, prompt, token)
    with _folder() as folder:
        carry_out(_order(folder), engine, _Silence(), token)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is gone afterwards; one left by a killed worker goes with the next."""
    remove_left_behind(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        yield Path(folder)


def remove_left_behind(parent: Path) -> None:
    """Removes the folders of workers that were killed while they got ready.

    Args:
        parent: Where temporary folders are.
    """
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = _OWNED.fullmatch(folder.name)
        if owner is not None and not folder.is_symlink() and not files.is_alive(int(owner[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _recipe(prompt: str) -> Recipe:
    plan = planner.plan(prompt, seed=8, duration_s=_SHORTEST_S).plan
    info = registry.info(registry.DEFAULT_ENGINE)
    return Recipe(prompt, plan, info.id, info.version, 8, plan.duration_s)


def _play(engine: Engine, prompt: str, token: CancelToken) -> None:
    with _folder() as folder:
        engine.generate(Request(_recipe(prompt), folder), _Silence(), token)


def _order(folder: Path) -> WorkOrder:
    return WorkOrder(
        recipe=_recipe(_PROMPTS[0]).dumps(),
        title="Warm-up",
        track_id="warm-up",
        group="",
        take=1,
        takes=1,
        created=0.0,
        format="mp3",
        quality="high",
        target=str(folder / "track.mp3"),
        work_dir=str(folder),
        master=str(folder / "master.flac"),
        peaks=str(folder / "peaks"),
        midi=str(folder / "score.mid"),
        stems_dir="",
        with_recipe=True,
        preview=str(folder / "preview.f32"),
    )
