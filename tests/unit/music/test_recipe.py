# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recipe survives its text; a broken or newer one is refused politely."""

from __future__ import annotations

import json
from typing import Any

import pytest

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.music.recipe import SEED_LIMIT, Input, Recipe, fresh_seed
from musicgen_desktop.prompt.planner import plan


@pytest.fixture
def recipe() -> Recipe:
    made = plan("rainy lofi", seed=80).plan
    return Recipe(
        prompt="rainy lofi",
        plan=made,
        engine="composer",
        engine_version="1",
        seed=80,
        duration_s=made.duration_s,
        overrides={"bpm": 75},
        inputs=(Input("reference", "0" * 64, 0.0, 1.5),),
    )


def test_there_and_back(recipe: Recipe) -> None:
    assert Recipe.loads(recipe.dumps()) == recipe
    assert Recipe.loads(recipe.dumps()).dumps() == recipe.dumps()


def test_unknown_keys_survive(recipe: Recipe) -> None:
    data = {**recipe.to_json(), "later": {"x": [1]}}
    assert Recipe.from_json(data).to_json()["later"] == {"x": [1]}


def test_another_seed_reaches_the_plan(recipe: Recipe) -> None:
    other = recipe.with_seed(81)
    assert (other.seed, other.plan.seed) == (81, 81)


def test_fresh_seeds_start_groups() -> None:
    seeds = {fresh_seed() for _ in range(50)}
    assert len(seeds) > 45
    assert all(seed % 8 == 0 and 0 <= seed < SEED_LIMIT for seed in seeds)


@pytest.mark.parametrize(
    "change",
    [{"schema": 99}, {"schema": "1"}, {"seed": -1}, {"seed": SEED_LIMIT}, {"seed": 1.5},
     {"duration_s": 0}, {"prompt": 5}, {"plan": []}, {"inputs": [{"role": "x"}]}],
)  # fmt: skip
def test_bad_recipes_are_refused(recipe: Recipe, change: dict[str, Any]) -> None:
    with pytest.raises(MusicGenError):
        Recipe.from_json({**recipe.to_json(), **change})


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 5000, "x" * 300_000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(MusicGenError):
        Recipe.loads(text)


def test_a_huge_recipe_is_not_written(recipe: Recipe) -> None:
    data = {**recipe.to_json(), "padding": "x" * 300_000}
    with pytest.raises(MusicGenError):
        Recipe.from_json(data).dumps()


def test_the_text_is_canonical(recipe: Recipe) -> None:
    data = json.loads(recipe.dumps())
    assert list(data) == sorted(data)
