# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a “no” reaches, and what “only” means."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.planner import Planner

CASES: list[tuple[str, set[str], set[str]]] = [
    # prompt, must be excluded, must be wanted
    ("house, no drums or vocals", {"drums", "vocals"}, set()),
    ("no drums, vocals or build, but piano", {"drums", "vocals", "build"}, {"piano"}),
    ("without drums, bass and strings but with piano", {"drums", "bass", "strings"}, {"piano"}),
    ("no drums, soft piano", {"drums"}, {"piano"}),
    ("no drums, no bass, no vocals", {"drums", "bass", "vocals"}, set()),
    ("drumless lofi with rhodes", {"drums"}, {"electric_piano"}),
    ("drum-free ambient, harp", {"drums"}, {"harp"}),
    ("lofi without vocals, with vinyl crackle and rhodes", {"vocals"}, {"electric_piano", "vinyl"}),
    ("don't use piano, use guitar", {"piano"}, {"guitar"}),
    ("avoid strings; add flute", {"strings"}, {"flute"}),
    ("synths instead of guitars", {"guitar"}, {"synth"}),
    ("no 808, but a bass guitar", {"808"}, {"bass_guitar"}),
    ("pads and bells, nothing harsh, not too fast", set(), {"pad", "bells"}),
    ("bright but not harsh pop with piano", {"harsh"}, {"piano"}),
    ("no vocals. Piano and cello.", {"vocals"}, {"piano", "cello"}),
    ("piano, no percussion or bells, strings", {"percussion", "bells"}, {"piano", "strings"}),
    ("ohne Schlagzeug, mit Klavier", {"drums"}, {"piano"}),
    ("kein Gesang, nur Klavier", {"vocals"}, {"piano"}),
    ("sans batterie ni basse, avec piano", {"drums", "bass"}, {"piano"}),
    ("sin batería, con guitarra", {"drums"}, {"guitar"}),
    ("never any drums, please; harp", {"drums"}, {"harp"}),
    ("free of drums, full of strings", {"drums"}, {"strings"}),
    ("no drums and no bass, just piano", {"drums", "bass"}, {"piano"}),
    ("exclude brass and choir, keep strings", {"brass", "choir"}, {"strings"}),
    ("cinematic with strings but no brass", {"brass"}, {"strings"}),
    ("leave out the drums and keep the bass", {"drums"}, {"bass"}),
    ("no loud drums, warm piano", {"drums"}, {"piano"}),
    ("w/o drums, with organ", {"drums"}, {"organ"}),
    ("not sad, not dark, piano", {"sad", "dark"}, {"piano"}),
    ("no rhythm, pure ambience, cello", {"drums"}, {"cello"}),
    ("minimal percussion, harp", set(), {"harp", "percussion"}),
    ("not only piano but also strings", set(), {"piano", "strings"}),
    ("no less than two pianos", set(), {"piano"}),
    ("everything except drums", {"drums"}, set()),
    ("no drums house, piano", {"drums"}, {"piano"}),
    ("no bass piano ballad", {"bass"}, set()),
    ("no drum loops, harp", {"drums"}, {"harp"}),
]


@pytest.mark.parametrize(("prompt", "excluded", "wanted"), CASES)
def test_scope(
    planner: Planner, lexicon: Lexicon, prompt: str, excluded: set[str], wanted: set[str]
) -> None:
    plan = planner.plan(prompt, seed=8).plan
    there = set().union(*(lexicon.kinds_of(i) for i in plan.instruments), set())
    assert excluded <= set(plan.excluded)
    assert not there & set(plan.excluded)
    assert wanted <= there
    assert not wanted & set(plan.excluded)


def test_a_ban_covers_every_kind(planner: Planner, lexicon: Lexicon) -> None:
    plan = planner.plan("synth pop, no bass, 808, upright bass, piano", seed=8).plan
    assert plan.instruments == ("piano",)
    assert lexicon.is_excluded("808", plan.excluded)


def test_wanted_and_banned_at_once_is_said(planner: Planner) -> None:
    result = planner.plan("big drums, piano, no drums", seed=8)
    assert "drums" in result.plan.excluded
    assert "drums" not in result.plan.instruments
    assert any("ruled out" in chip.why for chip in result.refused)


def test_a_ban_ends_before_a_genre(planner: Planner) -> None:
    got = planner.plan("no drums house", seed=8).plan
    assert got.genre == "house"
    assert "house" not in got.excluded


def test_less_is_not_none(planner: Planner) -> None:
    result = planner.plan("lofi with minimal percussion and few drums", seed=8)
    assert not result.plan.excluded
    assert "sparse" in result.plan.production


def test_not_too_fast(planner: Planner) -> None:
    plan = planner.plan("pop, not too fast", seed=8).plan
    assert plan.tempo_word == "medium"
    assert not plan.excluded


@pytest.mark.parametrize(
    ("prompt", "instruments"),
    [
        ("solo piano", {"piano"}),
        ("only piano", {"piano"}),
        ("just guitar", {"steel_guitar"}),
        ("nothing but piano", {"piano"}),
        ("piano and cello duet", {"piano", "cello"}),
        ("128 bpm house drum loop", {"drums"}),
        ("solo cello, sad", {"cello"}),
        ("harp only", {"harp"}),
        ("drums only", {"drums"}),
        ("only drums and harp", {"drums", "harp"}),
        ("just drums and a double bass", {"drums", "double_bass"}),
        ("unaccompanied violin", {"violin"}),
        ("nur Klavier", {"piano"}),
        ("only piano and strings", {"piano", "strings"}),
        ("just a soft piano", {"piano"}),
    ],
)
def test_the_whole_lineup(planner: Planner, prompt: str, instruments: set[str]) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert plan.only
    assert set(plan.instruments) == instruments


@pytest.mark.parametrize(
    "prompt",
    [
        "pop with a guitar solo",
        "instrumental only, piano and drums",
        "just a chill beat",
        "piano with strings",
        "not only piano",
        "jazz with a sax solo and piano",
    ],
)
def test_what_is_no_whole_lineup(planner: Planner, prompt: str) -> None:
    assert not planner.plan(prompt, seed=8).plan.only


@pytest.mark.parametrize(
    ("prompt", "vocals"),
    [
        ("pop with female vocals", "requested"),
        ("instrumental pop", "none"),
        ("no vocals", "none"),
        ("lofi", "none"),
        ("a singer and a piano", "requested"),
        ("rap over trap", "none"),
        ("pop, no singing or lyrics", "none"),
        ("choir and strings", "none"),
    ],
)
def test_vocals(planner: Planner, prompt: str, vocals: str) -> None:
    result = planner.plan(prompt, seed=8)
    assert result.plan.vocals == vocals
    if vocals == "requested":
        assert any("instrumental only" in chip.why for chip in result.refused)


@pytest.mark.parametrize(
    ("prompt", "banned", "wished"),
    [
        ("pop, no drums/bass", {"drums", "bass"}, set()),
        ("pop, no drums / vocals", {"drums", "vocals"}, set()),
        ("pop. Avoid: drums, bass, strings. Use piano", {"drums", "bass", "strings"}, {"piano"}),
        ("pop, exclude: guitar, brass; with flute", {"guitar", "brass"}, {"flute"}),
        ("pop with everything but piano", {"piano"}, set()),
        ("all but drums, pop", {"drums"}, set()),
        ("no-nonsense pop with piano", set(), {"piano"}),
    ],
)
def test_lists_of_other_shapes(
    planner: Planner, prompt: str, banned: set[str], wished: set[str]
) -> None:
    result = planner.plan(prompt, seed=8)
    assert result.plan.genre == "pop"
    assert banned <= set(result.plan.excluded)
    assert set(result.plan.instruments) == wished
    assert result.plan.vocals == "none"


@pytest.mark.parametrize("prompt", ["pop, leave out the bass", "pop free of bass"])
def test_words_of_a_negation_are_no_images(planner: Planner, prompt: str) -> None:
    result = planner.plan(prompt, seed=8)
    assert "bass" in result.plan.excluded
    assert result.plan.moods == ()
