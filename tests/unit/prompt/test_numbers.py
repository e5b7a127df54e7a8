# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tempi, lengths, bars, moments, decades, and numbers that are none of these."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.planner import Planner


@pytest.mark.parametrize(
    ("prompt", "bpm"),
    [
        ("75 bpm", 75),
        ("75bpm", 75),
        ("75 BPM lofi", 75),
        ("bpm: 130", 130),
        ("BPM 130", 130),
        ("bpm=99", 99),
        ("around 70 BPM", 70),
        ("at 75", 75),
        ("lofi at 82, rain", 82),
        ("tempo 96", 96),
        ("tempo: 96", 96),
        ("tempo of 128", 128),
        ("a tempo of about 88 bpm", 88),
        ("~90 bpm", 90),
        ("120 beats per minute", 120),
        ("92.5 bpm", 92.5),
        ("trap, 140, C#m", 140),
        ("house @ 124 bpm", 124),
        ("house @128", 128),
        ("128-bpm techno", 128),
        ("♩ = 72", 72),
        ("♩=72 piano", 72),
        ("exactly 101 bpm", 101),
        ("ninety bpm", 90),
        ("one hundred and twenty bpm", 120),
        ("808s at 70 bpm", 70),
        ("1980s synthwave 100 bpm", 100),
        ("90s house, 122 BPM", 122),
        ("etwa 90 bpm", 90),
        ("120 b.p.m.", 120),
        ("set the tempo to 84 bpm", 84),
        ("a 100-piece orchestra at 80 bpm", 80),
        ("lofi 4/4 beat 85 bpm", 85),
        ("16 bars at 120 bpm", 120),
        ("60 seconds at 60 bpm", 60),
        ("bpm is 77", 77),
    ],
)
def test_tempi(planner: Planner, prompt: str, bpm: float) -> None:
    for seed in (0, 8, 4711 * 8):
        plan = planner.plan(prompt, seed=seed).plan
        assert plan.bpm == bpm
        assert "bpm" in plan.explicit


@pytest.mark.parametrize(
    "prompt",
    [
        "808",
        "fat 808 bass",
        "acid 303 line",
        "909 drums",
        "tuned to 432 Hz",
        "for my 40th birthday",
        "a 100-piece orchestra",
        "4/4 beat",
        "open 24/7",
        "80s pop",
        "1970s funk",
        "8-bit game music",
        "90 seconds of house",
        "2:30 pop song",
        "at 3 am",
        "50% more bass",
        "a song for 2024",
        "tr-808",
        "at 45 seconds it drops",
        "12-string guitar",
        "track number 90 of the day",
        "at 100% energy",
        "for 120 people",
        "90 degrees outside",
    ],
)
def test_numbers_that_are_no_tempo(planner: Planner, prompt: str) -> None:
    assert "bpm" not in planner.plan(prompt, seed=8).plan.explicit


@pytest.mark.parametrize(
    ("prompt", "low", "high"),
    [
        ("105-115 BPM", 105, 115),
        ("around 105–115 bpm", 105, 115),
        ("between 80 and 90 bpm", 80, 90),
        ("bpm: 120-124", 120, 124),
        ("tempo 60 to 70 bpm", 60, 70),
        ("80 bpm to 84 bpm", 80, 84),
    ],
)
def test_ranges(planner: Planner, prompt: str, low: float, high: float) -> None:
    for seed in range(0, 400, 40):
        assert low <= planner.plan(prompt, seed=seed).plan.bpm <= high


@pytest.mark.parametrize(
    ("word", "low", "high"),
    [
        ("largo", 40, 62),
        ("adagio", 60, 78),
        ("andante", 74, 102),
        ("moderato", 98, 118),
        ("allegro", 118, 160),
        ("presto", 165, 200),
        ("vivace", 150, 174),
    ],
)
def test_italian_terms(planner: Planner, word: str, low: float, high: float) -> None:
    plan = planner.plan(f"solo piano, {word}", seed=8).plan
    assert low <= plan.bpm <= high
    assert plan.tempo_word == word


@pytest.mark.parametrize(
    ("prompt", "seconds"),
    [
        ("90 seconds", 90),
        ("90 s", 90),
        ("90sec", 90),
        ("2:30", 150),
        ("1 minute", 60),
        ("about 2 min", 120),
        ("16-second sting", 16),
        ("half a minute", 30),
        ("1m30s", 90),
        ("1'30\"", 90),
        ("2′05″", 125),
        ("one and a half minutes", 90),
        ("two minutes long", 120),
        ("a minute and a half", 90),
        ("1 min 20 sec", 80),
        ("thirty seconds", 30),
        ("forty-five seconds", 45),
        ("3 minutes", 180),
        ("1.5 minutes", 90),
        ("a 20s jingle", 20),
        ("15s ad", 15),
        ("lofi, 60 seconds", 60),
        ("60s long", 60),
        ("duration: 60s", 60),
        ("length 45s", 45),
        ("0:30", 30),
        ("10 minutes", 600),
        ("a minute of rain", 60),
        ("30 sec. loop", 30),
        ("90 Sekunden", 90),
        ("2 Minuten", 120),
        ("une minute", 60),
        ("30 segundos", 30),
        ("dos minutos", 120),
        ("2½ minutes", 150),
        ("1 minute and 15 seconds", 75),
        ("1 hour", 600),
        ("half an hour", 600),
        ("2 seconds", 5),
        ("for 80s", 80),
        ("2 mins", 120),
        ("lasting 75 seconds", 75),
        ("ten minute ambient", 600),
    ],
)
def test_lengths(planner: Planner, prompt: str, seconds: float) -> None:
    for seed in (0, 8, 4711 * 8):
        plan = planner.plan(
            f"ambient, {prompt}" if "loop" not in prompt else prompt, seed=seed
        ).plan
        assert plan.duration_s == seconds
        assert "duration_s" in plan.explicit


def test_an_hour_is_refused_in_words(planner: Planner) -> None:
    result = planner.plan("1 hour of rain", seed=8)
    assert any("10 minutes" in chip.why for chip in result.refused)


@pytest.mark.parametrize(
    ("prompt", "era"),
    [
        ("80s synth", "80s"),
        ("1980s pop", "80s"),
        ("'90s rock", "90s"),
        ("nineties house", "90s"),
        ("60s rock", "60s"),
        ("the 1920s", "20s"),
        ("1930s swing", "30s"),
        ("2000s pop", "2000s"),
        ("early 90s", "90s"),
        ("80er Jahre Pop", "80s"),
        ("années 80", "80s"),
        ("the 30s", "30s"),
        ("30s jazz", "30s"),
        ("late seventies disco", "70s"),
        ("años 70", "70s"),
        ("60s", "60s"),
    ],
)
def test_decades(planner: Planner, prompt: str, era: str) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert plan.era == era
    assert "duration_s" not in plan.explicit


@pytest.mark.parametrize(
    ("prompt", "label", "at_s"),
    [
        ("house, drop at 0:45, 2 minutes", "drop", 45),
        ("drop hits at 30 seconds, 128 bpm", "drop", 30),
        ("chorus at 20s, pop, 1:30", "chorus", 20),
        ("breakdown at 1:00 in trance, 2:00", "break", 60),
        ("the drop comes in after 16 seconds", "drop", 16),
    ],
)
def test_moments(planner: Planner, prompt: str, label: str, at_s: float) -> None:
    for seed in range(8, 16):
        plan = planner.plan(prompt, seed=seed).plan
        starts = [s.start_s for s in plan.sections if s.label == label]
        bar_s = plan.theory_metre.pulses * 60 / plan.bpm
        assert starts
        assert abs(starts[0] - at_s) <= bar_s / 2 + 1e-6


def test_bars_that_are_spelt_out(planner: Planner) -> None:
    plan = planner.plan(
        "piano at 76 bpm. Structure: intro(4), A(8), A'(8), bridge(8), outro(4)", seed=8
    ).plan
    found = [(s.label, s.bars) for s in plan.sections]
    assert found == [("intro", 4), ("a", 8), ("a", 8), ("bridge", 8), ("outro", 4), ("ending", 1)]


@pytest.mark.parametrize(
    ("prompt", "bars"),
    [("8 bar loop, house", 8), ("16-bar house loop", 16), ("a four bar drum loop", 4)],
)
def test_bars_of_a_loop(planner: Planner, prompt: str, bars: int) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert plan.loop
    assert plan.total_bars == bars
    assert plan.duration_s == pytest.approx(bars * 240 / plan.bpm, abs=0.01)


def test_bars_that_do_not_fit_the_length_are_said(planner: Planner) -> None:
    result = planner.plan(
        "piano, 76 bpm, 60 seconds, intro(4), A(8), A'(8), bridge(8), outro(4)", seed=8
    )
    assert result.plan.duration_s == 60
    assert [s.label for s in result.plan.sections] == [
        "intro",
        "a",
        "a",
        "bridge",
        "outro",
        "ending",
    ]
    assert any("in proportion" in chip.why for chip in result.refused)
