# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trio, quartet, band: who plays, and whether that is all."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.planner import Planner


@pytest.mark.parametrize(
    ("prompt", "players", "only"),
    [
        ("string quartet in C minor", {"violin", "viola", "cello"}, True),
        ("jazz trio, late night", {"piano", "double_bass", "drums"}, True),
        ("power trio, gritty", {"distorted_guitar", "bass_guitar", "drums"}, True),
        ("duet for cello and double bass", {"cello", "double_bass"}, True),
        ("piano and violin duet, tender", {"piano", "violin"}, True),
        ("flute and harp, nothing else", {"flute", "harp"}, True),
        ("Jazz-Trio mit Klavier, Bass und Besen", {"piano", "double_bass", "drums"}, True),
        ("full band country song", {"drums", "bass_guitar", "piano"}, False),
        ("start with a solo flute, house", {"flute"}, False),
        ("90s boom bap, jazzy piano loop, vinyl", {"piano", "vinyl"}, False),
    ],
)
def test_players(planner: Planner, prompt: str, players: set[str], only: bool) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert players <= set(plan.instruments)
    assert plan.only == only
    if only:
        assert players == set(plan.instruments)


def test_an_ensemble_without_one_of_its_players(planner: Planner) -> None:
    plan = planner.plan("jazz trio without drums", seed=8).plan
    assert set(plan.instruments) == {"piano", "double_bass"}


def test_singing_is_refused_and_something_is_offered(planner: Planner) -> None:
    result = planner.plan("K-pop with a rapper and a catchy chorus", seed=8)
    assert result.plan.vocals == "requested"
    why = next(c.why for c in result.refused if c.kind == "vocals")
    assert "choir" in why
    assert "lead instrument" in why
