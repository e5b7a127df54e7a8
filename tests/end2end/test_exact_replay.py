# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same recipe is the same PCM in another process, with another number of cores.

One process has one core and one thread, and begins with the first recipe; the other has all cores
and four threads, begins with the last, and hands a preview on: what is in its note bank at any
moment is another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.engine import INFO
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt import planner

pytestmark = [pytest.mark.end2end, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]
RECIPES = 40
LIMIT_S = 900
WISHES = ("", ", 8 bars, loop", ", in D dorian, slow", ", fast and bright, 3/4")


def _playable() -> list[str]:
    genres = resources.load_json("lexicon", "genres.json")
    return [str(genre["id"]) for genre in genres if genre["playable"]]


def _recipe(number: int, genres: list[str]) -> Recipe:
    wish = WISHES[number // len(genres) % len(WISHES)]
    prompt = genres[number % len(genres)].replace("_", " ") + wish
    seed, seconds = 1000 + 7 * number, 6.0 + number % 5
    plan = planner.plan(prompt, seed=seed, duration_s=seconds).plan
    return Recipe(prompt, plan, INFO.id, INFO.version, seed, plan.duration_s)


def _start(cores: int, threads: int, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.helpers.replay_hashes", str(cores), str(threads)]
    return subprocess.Popen([*command, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_forty_recipes_are_the_same_with_any_number_of_cores(tmp_path: Path) -> None:
    genres = _playable()
    recipes = [_recipe(number, genres) for number in range(RECIPES)]
    file = tmp_path / "recipes"
    file.write_text("".join(f"{recipe.dumps()}\n" for recipe in recipes), encoding="utf-8")
    hashes: list[dict[str, str]] = []
    for cores, threads in ((1, 1), (os.cpu_count() or 2, 4)):
        process = _start(cores, threads, file)
        out, _ = process.communicate(timeout=LIMIT_S)
        assert process.returncode == 0
        hashes.append(json.loads(out))
    assert len(hashes[0]) == RECIPES
    assert len(set(hashes[0].values())) == RECIPES
    different = [
        recipes[int(number)].prompt
        for number in hashes[0]
        if hashes[0][number] != hashes[1][number]
    ]
    assert different == []
