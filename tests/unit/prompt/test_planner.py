# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes before what: flags, words, mood, genre; and what is said about it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.prompt.planner import Planner, plan


def test_flags_beat_words(planner: Planner) -> None:
    result = planner.plan(
        "sad house in C major, 4/4, 124 bpm, piano, 2 minutes",
        seed=8,
        duration_s=45,
        overrides={
            "bpm": "100",
            "key": "F# minor",
            "metre": "3/4",
            "genre": "synthwave",
            "mood": "happy, dreamy",
            "instruments": "rhodes, harp",
            "exclude": "drums",
            "energy": 0.9,
            "swing": 0.3,
        },
    )
    got = result.plan
    assert (got.bpm, got.key, got.mode, got.metre) == (100, "F#", "minor", "3/4")
    assert (got.genre, got.moods, got.duration_s) == ("synthwave", ("happy", "dreamy"), 45)
    assert got.instruments == ("electric_piano", "harp")
    assert "drums" in got.excluded
    assert got.arousal == pytest.approx(0.8)
    assert got.swing == 0.3
    assert {"bpm", "key", "metre", "duration_s", "genre", "swing"} <= set(got.explicit)
    assert {c.kind for c in result.chips if c.state == "set"} >= {"bpm", "key", "metre", "genre"}


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"bpm": "fast"}, "30"),
        ({"bpm": 900}, "300"),
        ({"key": "H major"}, "A minor"),
        ({"metre": "11/8"}, "6/8"),
        ({"genre": "noise wall"}, "house"),
        ({"instruments": "piano, kazoophone"}, "piano"),
        ({"mood": "flurbly"}, "happy"),
        ({"energy": 3}, "1"),
        ({"swing": -1}, "0"),
        ({"duration_s": 0}, "5"),
        ({"duration_s": float("nan")}, "600"),
        ({"colour": "red"}, "bpm"),
        ({"exclude": "blargh"}, "piano"),
    ],
)
def test_impossible_values_name_the_good_ones(
    planner: Planner, overrides: dict[str, Any], named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        planner.plan("pop", seed=8, overrides=overrides)
    assert named in str(caught.value)


def test_nothing_set_is_nothing(planner: Planner) -> None:
    empty: dict[str, Any] = {"bpm": None, "key": "", "instruments": [], "mood": ""}
    assert planner.plan("pop", seed=8, overrides=empty) == planner.plan("pop", seed=8)


@pytest.mark.parametrize("genre", ["tango", "horror", "gospel", "ska", "bluegrass", "klezmer"])
def test_other_genres_are_told_honestly(planner: Planner, genre: str) -> None:
    assert not planner.lexicon.row("genre", genre)["playable"]
    result = planner.plan(f"{genre} music", seed=8)
    assert result.plan.genre == planner.lexicon.nearest(genre)
    assert result.plan.genres[0] == genre
    assert any("not yet; nearest is" in chip.why for chip in result.refused)


def test_other_instruments_are_told_honestly(planner: Planner) -> None:
    result = planner.plan("pop with sitar and koto", seed=8)
    assert set(result.plan.instruments) == {"nylon_guitar", "harp"}
    assert {c.value for c in result.refused} == {"sitar", "koto"}


def test_explicit_key_beats_a_cheerful_mood(planner: Planner) -> None:
    for seed in range(0, 80, 8):
        got = planner.plan("cheerful pop in Eb minor", seed=seed).plan
        assert (got.key, got.mode) == ("Eb", "minor")


@pytest.mark.parametrize(
    ("prompt", "minor"),
    [
        ("happy pop", False),
        ("sad piano", True),
        ("dark synthwave", True),
        ("joyful strings", False),
    ],
)
def test_mood_chooses_the_mode(planner: Planner, prompt: str, minor: bool) -> None:
    for seed in range(0, 160, 8):
        assert planner.plan(prompt, seed=seed).plan.theory_key.is_minor is minor


def test_mood_moves_the_tempo(planner: Planner) -> None:
    def mean(prompt: str) -> float:
        return sum(planner.plan(prompt, seed=s).plan.bpm for s in range(0, 160, 8)) / 20

    assert mean("sleepy pop") < mean("pop") < mean("energetic pop")
    assert mean("slow house") < mean("house") < mean("fast house")


def test_trap_is_felt_in_half_time(planner: Planner) -> None:
    got = planner.plan("trap", seed=8).plan
    assert got.felt_bpm == got.bpm / 2
    assert planner.plan("trap, 70 bpm", seed=8).plan.felt_bpm == 70


def test_six_eight_counts_dotted_quarters(planner: Planner) -> None:
    for seed in range(0, 80, 8):
        assert 40 <= planner.plan("pop in 6/8", seed=seed).plan.bpm <= 84


@pytest.mark.parametrize(
    "prompt",
    [
        "", "   ", "?!", "\x00\ud800", "\U0001f3b9\U0001f327", "夜の雨、静かなピアノ",
        "a" * 50_000,
        "no no no no", "in in in", "bpm bpm", "1 2 3 4 5 6 7 8 9", ",,,", "without", "(((", "0:00",
        "5/0",
    ],
)  # fmt: skip
def test_anything_makes_a_plan(planner: Planner, prompt: str) -> None:
    result = planner.plan(prompt, seed=8)
    assert result.plan.sections
    assert MusicPlan.from_json(result.plan.to_json()) == result.plan


def test_words_without_meaning_are_listed(planner: Planner) -> None:
    result = planner.plan("a xylotronic house for my uncle Herbert", seed=8)
    assert result.ignored == ("xylotronic", "uncle", "Herbert")


def test_heard_things_have_their_place(planner: Planner) -> None:
    prompt = "Rainy night lo-fi, mellow Rhodes, 75 bpm, no vocals"
    for chip in planner.plan(prompt, seed=8).heard:
        assert prompt[chip.start : chip.end] == chip.text


def test_a_ban_of_one_thing_includes_its_no(planner: Planner) -> None:
    chips = planner.plan("lofi, no vocals, piano", seed=8).heard
    assert [c.text for c in chips if c.kind == "exclude"] == ["no vocals"]


def test_json_has_exactly_the_promised_fields(planner: Planner) -> None:
    data = planner.plan("lofi with sitar and guitar at 75, xyzzy", seed=8).to_json()
    assert set(data) == {"heard", "assumed", "refused", "ignored", "plan"}
    assert all(set(h) == {"text", "start", "end", "kind", "value"} for h in data["heard"])
    assert all(set(a) == {"kind", "value", "why"} for a in data["assumed"])
    assert all(set(r) == {"text", "why"} for r in data["refused"])
    assert set(data["plan"]) == {
        "genre", "genres", "moods", "bpm", "felt_bpm", "key", "mode", "metre", "swing",
        "duration_s", "era", "instruments", "excluded", "use_case", "loop", "vocals", "structure",
        "production", "tempo_word", "language", "sections", "seed",
    }  # fmt: skip
    assert set(data["plan"]["sections"][0]) == {"label", "bars", "start_s", "energy"}
    assert "guitar" in data["plan"]["instruments"]
    assert json.loads(json.dumps(data)) == data


def test_chips_speak_plainly(planner: Planner) -> None:
    chips = planner.plan("calm lofi", seed=8).chips
    tempo = next(c for c in chips if c.kind == "bpm")
    assert tempo.state == "assumed"
    assert tempo.label.startswith("slow · ")
    genre = next(c for c in chips if c.kind == "genre")
    assert "house" in genre.alternatives


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("celtic techno, lots of strings", "Celtic Techno"),
        ("string quartet in C minor, pizzicato", "String Quartet"),
        ("rainy night lo-fi, mellow rhodes, 75 bpm, 1 minute", "Rainy Night Rhodes"),
        ("late night neon glow", "Late Night Neon Glow"),
        ("happy ukulele", "Happy Ukulele"),
        ("dark trap, 140", "Dark Trap"),
        ("", ""),
        ("Zoë's Überraschung", "Zoë's Überraschung"),
        ("夜の雨", "夜の雨"),
        ("house", "House"),
    ],
)
def test_titles(planner: Planner, prompt: str, title: str) -> None:
    assert planner.plan(prompt, seed=8).title == title


def test_titles_have_four_words_at_most(planner: Planner) -> None:
    long = "a slow and sad and wistful rainy night in a misty forest by the ocean with solo piano"
    assert 1 <= len(planner.plan(long, seed=8).title.split()) <= 4


def test_the_function_uses_the_shipped_tables(planner: Planner) -> None:
    assert plan("lofi", seed=80) == planner.plan("lofi", seed=80)


def test_no_numpy_and_no_clock_in_another_process() -> None:
    code = (
        "import sys, json; from musicgen_desktop.prompt.planner import plan;"
        "r = plan('rainy night lo-fi', seed=808).to_json();"
        "assert 'numpy' not in sys.modules; print(json.dumps(r, sort_keys=True))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = json.dumps(plan("rainy night lo-fi", seed=808).to_json(), sort_keys=True)
    assert done.stdout.strip() == here
