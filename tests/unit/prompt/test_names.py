# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of artists, leading minuses, spellings of keys, bare numbers, what a “not” spares."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.planner import Planner


@pytest.mark.parametrize(
    ("prompt", "genres"),
    [
        ("pop, like Zorbel Quint", {"pop"}),
        ("in the style of daffel punk", set()),
        ("Daffel Punk style, house", {"house"}),
        ("Zorbel-style lofi", {"lofi_hiphop"}),
        ("Quint Zorbel type beat", set()),
        ("jazz à la Zorbel Quint", {"jazz"}),
        ("im Stil von Zorbel", set()),
    ],
)
def test_names_are_not_imitated(planner: Planner, prompt: str, genres: set[str]) -> None:
    result = planner.plan(prompt, seed=8)
    assert any("aren’t imitated" in chip.why and chip.text in prompt for chip in result.refused)
    assert not result.ignored
    assert "punk" not in result.plan.genres
    assert genres <= set(result.plan.genres)
    assert not any(word in result.title for word in ("Zorbel", "Daffel", "Quint"))


@pytest.mark.parametrize(
    "prompt", ["in the style of jazz", "sounds like rain", "piano like a dream", "80s style pop"]
)
def test_what_is_no_name(planner: Planner, prompt: str) -> None:
    assert not any("imitated" in chip.why for chip in planner.plan(prompt, seed=8).refused)


@pytest.mark.parametrize(
    ("prompt", "banned", "wished"),
    [
        ("pop -drums", {"drums"}, set()),
        ("-drums pop", {"drums"}, set()),
        ("cinematic -drums -choir", {"drums", "choir"}, set()),
        ("boss fight music -guitar +choir", {"guitar"}, {"choir"}),
        ("lo-fi 8-bit drum-and-bass, piano", set(), {"piano"}),
        ("piano - drums - strings", set(), {"piano", "drums", "strings"}),
        ("pop:\n-drums\n-piano", set(), {"drums", "piano"}),
    ],
)
def test_a_leading_minus(planner: Planner, prompt: str, banned: set[str], wished: set[str]) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert banned <= set(plan.excluded)
    assert wished <= set(plan.instruments)
    assert not wished & set(plan.excluded)


@pytest.mark.parametrize(
    ("prompt", "key", "name"),
    [
        ("pop in Cb major", None, "Cb major"),
        ("pop", "Cb lydian", "Cb lydian"),
        ("pop", "A# minor", "A# minor"),
        ("pop in Ces-Dur", None, "Cb major"),
        ("house in G♯ minor", None, "G# minor"),
        ("pop", "Gb", "Gb major"),
    ],
)
def test_a_key_keeps_its_spelling(
    planner: Planner, prompt: str, key: str | None, name: str
) -> None:
    plan = planner.plan(prompt, seed=8, overrides={"key": key}).plan
    assert f"{plan.key} {plan.mode}" == plan.theory_key.name == name


@pytest.mark.parametrize(
    ("prompt", "bpm"), [("pop rock 120", 120), ("G#m house 126", 126), ("hip hop 90, dusty", 90)]
)
def test_a_bare_number_at_the_end_of_a_clause(planner: Planner, prompt: str, bpm: int) -> None:
    assert planner.plan(prompt, seed=8).plan.bpm == bpm


def test_a_not_before_an_adjective_spares_the_instrument(planner: Planner) -> None:
    plan = planner.plan("happy but not childish ukulele", seed=8).plan
    assert "ukulele" in plan.instruments
    assert not plan.excluded
    assert {"piano", "guitar"} <= set(
        planner.plan("pop, not piano or guitar", seed=8).plan.excluded
    )


def test_a_banned_solo_spares_its_instrument(planner: Planner) -> None:
    plan = planner.plan("rock with guitar, no guitar solo, 2 minutes", seed=8).plan
    assert not {"guitar", "melody"} & set(plan.excluded)
    assert all(section.label != "solo" for section in plan.sections)
    assert "melody" in planner.plan("rock, no solos", seed=8).plan.excluded
