# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan survives JSON."""

from __future__ import annotations

import json

import pytest

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.prompt.planner import plan


def test_there_and_back() -> None:
    made = plan("house with piano, no vocals, drop at 0:30, 1 minute", seed=8).plan
    assert MusicPlan.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_unknown_keys_survive() -> None:
    data = {**plan("pop", seed=8).plan.to_json(), "from_the_future": [1, {"a": 2}]}
    again = MusicPlan.from_json(data).to_json()
    assert again["from_the_future"] == [1, {"a": 2}]


@pytest.mark.parametrize("missing", ["genre", "bpm", "sections"])
def test_a_missing_field_is_an_expected_error(missing: str) -> None:
    data = plan("pop", seed=8).plan.to_json()
    del data[missing]
    with pytest.raises(MusicGenError):
        MusicPlan.from_json(data)


def test_values_of_theory() -> None:
    made = plan("piano in F# minor, 6/8", seed=8).plan
    assert made.theory_key.name == "F# minor"
    assert made.theory_metre.pulses == 2
    assert made.total_bars == sum(s.bars for s in made.sections)
