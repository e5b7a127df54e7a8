# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said when wishes contradict each other, and what a ban brings with it."""

from __future__ import annotations

import pytest

from musicgen_desktop.errors import UsageError
from musicgen_desktop.prompt.planner import Planner


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("fast lullaby, 60 bpm", "fast"),
        ("slow house at 150 bpm", "slow"),
        ("adagio strings, 170 bpm", "adagio"),
        ("presto piano, 70 bpm", "presto"),
    ],
)
def test_a_number_against_its_word_is_told(planner: Planner, prompt: str, word: str) -> None:
    result = planner.plan(prompt, seed=8)
    assert [(c.kind, c.text) for c in result.refused if c.kind == "tempo_word"] == [
        ("tempo_word", word)
    ]
    assert not any(c.kind == "tempo_word" for c in result.heard)
    assert f"{result.plan.bpm:g} bpm" in [c.label for c in result.heard]
    assert result.plan.tempo_word != word


@pytest.mark.parametrize(
    "prompt",
    ["slow trap, 140 bpm", "fast trap, 75 bpm", "slow 6/8 ballad, 50 bpm", "fast pop 140 bpm",
     "slow lo-fi 70 bpm", "andante piano 80 bpm"],
)  # fmt: skip
def test_a_number_with_its_word_is_not(planner: Planner, prompt: str) -> None:
    assert not [c for c in planner.plan(prompt, seed=8).refused if c.kind == "tempo_word"]


def test_opposite_moods_are_told(planner: Planner) -> None:
    result = planner.plan("sad happy pop", seed=8)
    assert [c.label for c in result.assumed if c.kind == "mood_mix"] == ["sad + happy, mixed"]
    for usual in ("melancholic but hopeful pop", "dark, driving house", "happy upbeat pop"):
        assert not [c for c in planner.plan(usual, seed=8).assumed if c.kind == "mood_mix"], usual


def test_two_modes_are_told(planner: Planner) -> None:
    result = planner.plan("house in A minor, a dorian mode", seed=8)
    assert result.plan.mode == "minor"
    assert any(c.kind == "mode" for c in result.refused)


@pytest.mark.parametrize(
    ("prompt", "bans"),
    [
        ("cinematic, no percussion", {"percussion", "drums"}),
        ("pop without drums", {"percussion", "drums"}),
        ("pop, no electronic sounds", {"synth", "drum_machine", "808"}),
        ("pop without orchestra", {"strings", "brass", "woodwinds"}),
        ("no percussion, pop with drums", {"percussion"}),
        ("no drums, pop with bongos", {"drums"}),
        ("no electronic sounds, lo-fi with a drum machine", {"synth"}),
    ],
)
def test_what_a_ban_brings_with_it(planner: Planner, prompt: str, bans: set[str]) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert bans <= set(plan.excluded)
    for instrument in plan.instruments:
        assert not planner.lexicon.is_excluded(instrument, plan.excluded), instrument


def test_a_flag_bans_as_much_as_words(planner: Planner) -> None:
    said = planner.plan("pop, no drums", seed=8).plan.excluded
    flagged = planner.plan("pop", seed=8, overrides={"exclude": "drums"}).plan.excluded
    assert said == flagged == ("drums", "percussion")


@pytest.mark.parametrize("thing", ["melody", "fills"])
def test_tasks_can_be_left_out(planner: Planner, thing: str) -> None:
    result = planner.plan(f"lo-fi, no {thing}", seed=8)
    assert thing in result.plan.excluded
    assert not result.refused


def test_instrumental_pop_is_pop(planner: Planner) -> None:
    result = planner.plan("instrumental pop", seed=8)
    assert (result.plan.genre, result.refused) == ("pop", ())


def test_a_wrong_instrument_is_said_in_good_english(planner: Planner) -> None:
    with pytest.raises(UsageError, match="isn't an instrument"):
        planner.plan("pop", seed=8, overrides={"instruments": "zzz"})
