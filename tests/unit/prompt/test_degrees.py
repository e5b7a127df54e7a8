# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Very and slightly, lots and a hint: how much of a thing is asked for."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.planner import Planner
from musicgen_desktop.prompt.reader import read


@pytest.mark.parametrize(
    ("prompt", "kind", "key", "degree"),
    [
        ("very sad piano", "mood", "sad", 1.5),
        ("super aggressive metal", "mood", "aggressive", 1.5),
        ("slightly dark house", "mood", "dark", 0.5),
        ("a bit melancholic", "mood", "melancholic", 0.5),
        ("plain sad piano", "mood", "sad", 1.0),
        ("sad but not too sad", "mood", "sad", 0.5),
        ("lots of reverb", "production", "reverb", 1.5),
        ("a hint of strings", "instrument", "strings", 0.5),
        ("minimal drums", "instrument", "drums", 0.5),
        ("heavy on the bass", "instrument", "bass", 1.5),
        ("sehr ruhige Musik", "mood", "calm", 1.5),
        ("leicht melancholisch", "mood", "melancholic", 0.5),
        ("une musique très triste", "mood", "sad", 1.5),
        ("molto triste", "mood", "sad", 1.5),
        ("少し切ない", "mood", "wistful", 0.5),
    ],
)
def test_degree(lexicon: Lexicon, prompt: str, kind: str, key: str, degree: float) -> None:
    found = [s for s in read(prompt, lexicon).of(kind) if s.id == key]
    assert [s.degree for s in found] == [degree]


def test_an_adverb_is_no_mood_of_its_own(lexicon: Lexicon) -> None:
    assert read("leicht melancholisch", lexicon).ids("mood") == ("melancholic",)
    assert read("heavy on the bass", lexicon).ids("mood") == ()


def test_more_of_a_mood_is_felt_more(planner: Planner) -> None:
    sad = [
        planner.plan(f"{word} sad pop", seed=8).plan.valence for word in ("slightly", "", "very")
    ]
    assert sad[0] > sad[1] > sad[2]


def test_more_of_a_tempo_is_faster(planner: Planner) -> None:
    for seed in range(0, 40, 8):
        slow = [planner.plan(f"{w} slow house", seed=seed).plan.bpm for w in ("very", "", "a bit")]
        assert slow[0] < min(slow[1:])
        fast = [planner.plan(f"{w} fast rock", seed=seed).plan.bpm for w in ("slightly", "super")]
        assert fast[0] < fast[1]


def test_little_of_an_instrument_plays_and_thins_out(planner: Planner) -> None:
    less = planner.plan("pop, minimal drums", seed=8).plan
    assert "drums" in less.instruments
    assert "drums" not in less.excluded
    assert "less:drums" in less.production
    assert "more:brass" in planner.plan("cinematic with lots of brass", seed=8).plan.production
    assert less.density < planner.plan("pop, drums", seed=8).plan.density


def test_nothing_loud_bans_the_manner_only(planner: Planner) -> None:
    plan = planner.plan("jazz, nothing loud, double bass", seed=8).plan
    assert "loud" in plan.excluded
    assert "double_bass" in plan.instruments
    assert planner.plan("nothing but piano", seed=8).plan.instruments == ("piano",)


def test_exchanges_and_exceptions(planner: Planner) -> None:
    plan = planner.plan("swap the piano for a guitar, folk", seed=8).plan
    assert "piano" in plan.excluded
    assert "steel_guitar" in plan.instruments
    plan = planner.plan("I'd rather have a cello than a violin", seed=8).plan
    assert ("cello" in plan.instruments, "violin" in plan.excluded) == (True, True)
    plan = planner.plan("folk, no percussion except a tambourine", seed=8).plan
    assert "percussion" in plan.excluded
    assert "tambourine" in plan.instruments
