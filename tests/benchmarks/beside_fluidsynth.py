# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our sound beside FluidSynth's with a sound font, on the same score, in one run.

Ours is mixed, mastered and encoded as MP3 (and composed); FluidSynth's is its stereo mix as a WAV
file and nothing more. Both are files to files on the same computer, in turn, so that a busy moment
meets both. Figures only; needs `fluidsynth` and a font, which are no part of this program:

    python -m tests.benchmarks.beside_fluidsynth FONT.sf2 [--seconds 180] [--rounds 3] [PROMPT ...]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from musicgen_desktop.engines.base import CancelToken
from musicgen_desktop.engines.composer.engine import INFO, Composer
from musicgen_desktop.generation.finish import carry_out
from musicgen_desktop.generation.order import WorkOrder
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt import planner

_PROMPTS = ("lo-fi hip hop", "house", "synthwave", "cinematic", "solo piano")
_SEED = 7


class _Silence:
    """A sink that nobody listens to."""

    def progress(self, stage: str, fraction: float) -> None:
        """Ignored."""

    def audio(self, block: bytes) -> None:
        """Ignored."""


def _order(prompt: str, seconds: float, folder: Path) -> WorkOrder:
    plan = planner.plan(prompt, seed=_SEED, duration_s=seconds).plan
    recipe = Recipe(prompt, plan, INFO.id, INFO.version, _SEED, plan.duration_s)
    return WorkOrder(
        recipe=recipe.dumps(),
        title=prompt,
        track_id="beside",
        group="",
        take=1,
        takes=1,
        created=0.0,
        format="mp3",
        quality="high",
        target=str(folder / "ours.mp3"),
        work_dir=str(folder),
        master="",
        peaks=str(folder / "peaks"),
        midi=str(folder / "score.mid"),
        stems_dir="",
        with_recipe=True,
    )


def _taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and seconds of all cores."""
    before, began = os.times(), time.monotonic()
    work()
    wall_s, after = time.monotonic() - began, os.times()
    return wall_s, sum(after[:4]) - sum(before[:4])


def _ours(composer: Composer, order: WorkOrder) -> tuple[float, float]:
    return _taken(lambda: carry_out(order, composer, _Silence(), CancelToken(lambda: False)))


def _theirs(font: Path, score: Path, target: Path) -> tuple[float, float]:
    options = ["-n", "-i", "-q", "-r", "44100", "-T", "wav", "-F", str(target)]
    command = ["fluidsynth", *options, str(font), str(score)]
    return _taken(lambda: subprocess.run(command, check=True, capture_output=True))


def _warm() -> Composer:
    """A composer whose kernels are loaded and whose note bank is empty."""
    composer = Composer()
    with tempfile.TemporaryDirectory() as folder:
        _ours(Composer(), _order("lo-fi hip hop", 6.0, Path(folder)))
    return composer


def measure(font: Path, prompt: str, seconds: float, rounds: int) -> dict[str, object]:
    """The figures of one prompt, by what was measured: medians of wall and processor seconds."""
    taken: dict[str, list[tuple[float, float]]] = {"ours_cold": [], "ours_again": [], "theirs": []}
    with tempfile.TemporaryDirectory() as folder:
        order = _order(prompt, seconds, Path(folder))
        _ours(_warm(), order)  # the score, and every kernel that it needs
        for _ in range(rounds):
            composer = _warm()
            taken["ours_cold"].append(_ours(composer, order))
            taken["theirs"].append(_theirs(font, Path(order.midi), Path(folder) / "theirs.wav"))
            taken["ours_again"].append(_ours(composer, order))
    figures: dict[str, object] = {"prompt": prompt, "seconds": seconds, "cores": os.cpu_count()}
    for name, runs in taken.items():
        figures[f"{name}_wall_s"] = round(statistics.median(wall for wall, _ in runs), 2)
        figures[f"{name}_processor_s"] = round(statistics.median(cpu for _, cpu in runs), 2)
    ratios = zip(taken["ours_cold"], taken["theirs"], strict=True)
    figures["ours_cold_to_theirs"] = round(statistics.median(a[0] / b[0] for a, b in ratios), 2)
    return figures


def main() -> None:
    """Prints one JSON object for each prompt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("font", type=Path)
    parser.add_argument("prompts", nargs="*", default=_PROMPTS)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    for prompt in wanted.prompts:
        print(json.dumps(measure(wanted.font, prompt, wanted.seconds, wanted.rounds)), flush=True)


if __name__ == "__main__":
    main()
