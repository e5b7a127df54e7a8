# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, modes and metres in every spelling."""

from __future__ import annotations

import pytest

from musicgen_desktop.music.theory import MODES, parse_key
from musicgen_desktop.prompt.planner import Planner

SPELLINGS = {
    "C": ["C"],
    "C#": ["C#", "C sharp", "C♯", "Db", "D flat", "D♭"],
    "D": ["D"],
    "Eb": ["Eb", "E flat", "E-flat", "D#"],
    "E": ["E"],
    "F": ["F"],
    "F#": ["F#", "F sharp", "F-sharp", "F♯", "Gb", "G flat"],
    "G": ["G"],
    "Ab": ["Ab", "A flat", "G#", "G sharp"],
    "A": ["A"],
    "Bb": ["Bb", "B flat", "B♭", "A#"],
    "B": ["B"],
}
FRAMES = [
    "lofi in {} with rhodes",
    "house, {}, 124 bpm",
    "A calm song in {}.",
    "{}",
    "key: {}; trap",
]


@pytest.mark.parametrize("tonic", SPELLINGS)
@pytest.mark.parametrize("mode", MODES)
def test_every_key_in_every_spelling(planner: Planner, tonic: str, mode: str) -> None:
    for spelling in SPELLINGS[tonic]:
        for frame in FRAMES:
            prompt = frame.format(f"{spelling} {mode.replace('_', ' ')}")
            plan = planner.plan(prompt, seed=8).plan
            assert parse_key(f"{plan.key} {plan.mode}") == parse_key(f"{tonic} {mode}"), prompt
            assert {"key", "mode"} <= set(plan.explicit), prompt


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("trap, C#m, 140", "C# minor"),
        ("house Am", "A minor"),
        ("F#m synthwave", "F# minor"),
        ("f#m synthwave", "F# minor"),
        ("pop in Ebmaj", "Eb major"),
        ("piano in Bbm", "Bb minor"),
        ("ballad key of eb major", "Eb major"),
        ("lofi in a minor", "A minor"),
        ("lofi in a minor, 80 bpm", "A minor"),
        ("song in d minor about rain", "D minor"),
        ("jazz in b flat major", "Bb major"),
        ("pop in f sharp minor", "F# minor"),
        ("ruhige Musik in a-Moll", "A minor"),
        ("Walzer in fis-Moll", "F# minor"),
        ("Musik in H-Dur", "B major"),
        ("Musik in B-Dur", "Bb major"),
        ("Klavier in Es-Dur", "Eb major"),
        ("piano en la mineur", "A minor"),
        ("valse en ré majeur", "D major"),
        ("chanson en si bémol majeur", "Bb major"),
        ("guitarra en mi menor", "E minor"),
        ("piano en fa sostenido menor", "F# minor"),
        ("D Dorian groove", "D dorian"),
        ("in the key of G", None),
        ("Key: C minor", "C minor"),
        ("G harmonic minor, cinematic", "G harmonic_minor"),
        ("set in E phrygian", "E phrygian"),
        ("B Aeolian", "B minor"),
        ("A ionian", "A major"),
        ("Key signature: D major", "D major"),
        ("tuned to Cm", "C minor"),
    ],
)
def test_keys_as_people_write_them(planner: Planner, prompt: str, key: str | None) -> None:
    plan = planner.plan(prompt, seed=8).plan
    if key is None:
        assert plan.key == "G"
        assert "key" in plan.explicit
    else:
        assert parse_key(f"{plan.key} {plan.mode}") == parse_key(key)


@pytest.mark.parametrize(
    ("prompt", "tonic"),
    [
        ("rock in E", "E"),
        ("pop song in G, upbeat", "G"),
        ("in F#", "F#"),
        ("house in Bb", "Bb"),
        ("piano in E flat", "Eb"),
        ("in D at 90 bpm", "D"),
        ("key of F", "F"),
        ("funk in e", "E"),
        ("key: A", "A"),
    ],
)
def test_a_tonic_without_a_mode(planner: Planner, prompt: str, tonic: str) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert plan.key == tonic
    assert "key" in plan.explicit
    assert "mode" not in plan.explicit


@pytest.mark.parametrize(
    "prompt",
    [
        "a minor setback",
        "a major hit song",
        "I Am the storm",
        "make a song in a hurry",
        "an A section and a B section",
        "B-side pop",
        "A piano piece",
        "a flat sound",
        "in a dark room",
        "in a bar",
        "vitamin C pop",
        "plan B",
        "e-piano, mellow",
        "D'Angelo style groove",
        "G-funk",
        "grade A house",
        "in A section two",
        "a sharp sound",
        "be in the moment",
        "E minus",
    ],
)
def test_letters_that_are_no_key(planner: Planner, prompt: str) -> None:
    assert "key" not in planner.plan(prompt, seed=8).plan.explicit


@pytest.mark.parametrize(
    ("prompt", "mode"),
    [
        ("minor key, slow", "minor"),
        ("in a minor key", "minor"),
        ("cheerful house, in minor", "minor"),
        ("a major key pop song", "major"),
        ("dorian lofi", "dorian"),
        ("lydian ambient", "lydian"),
        ("sad piano in major", "major"),
        ("dark trap with minor chords", "minor"),
        ("calm guitar, major key", "major"),
        ("Phrygian mode, desert", "phrygian"),
    ],
)
def test_a_mode_alone(planner: Planner, prompt: str, mode: str) -> None:
    for seed in (0, 8, 800):
        assert planner.plan(prompt, seed=seed).plan.mode == mode


@pytest.mark.parametrize(
    ("prompt", "metre"),
    [
        ("3/4", "3/4"),
        ("pop in 3/4 time", "3/4"),
        ("a 6/8 ballad", "6/8"),
        ("4/4 beat", "4/4"),
        ("in three four", "3/4"),
        ("three-four time", "3/4"),
        ("six eight feel", "6/8"),
        ("a waltz", "3/4"),
        ("slow waltz for piano", "3/4"),
        ("5/4 time, tense", "5/4"),
        ("7/8 groove", "7/8"),
        ("12/8 blues", "12/8"),
        ("triple metre", "3/4"),
        ("metre 3 / 4", "3/4"),
        ("Walzer", "3/4"),
        ("valse lente", "3/4"),
        ("vals triste", "3/4"),
        ("9/8 jig", "9/8"),
        ("common time pop", "4/4"),
        ("fast slow waltz in 4/4", "4/4"),
        ("Dreivierteltakt", "3/4"),
        ("time signature: 6/8", "6/8"),
        ("lofi, 3/4, 75 bpm, 1:30", "3/4"),
        ("2/4 march", "2/4"),
    ],
)
def test_metres(planner: Planner, prompt: str, metre: str) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert plan.metre == metre
    assert "metre" in plan.explicit


@pytest.mark.parametrize(
    "prompt", ["open 24/7", "lofi", "3/4 of the song is quiet", "four four-bar phrases", "on 9/11"]
)
def test_fractions_that_are_no_metre(planner: Planner, prompt: str) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert "metre" not in plan.explicit
    assert plan.metre == "4/4"


def test_an_unknown_metre_is_refused_with_the_nearest(planner: Planner) -> None:
    result = planner.plan("math rock in 11/8", seed=8)
    assert any("7/8" in chip.why for chip in result.refused)


def test_a_waltz_in_four_is_said(planner: Planner) -> None:
    result = planner.plan("fast slow waltz in 4/4", seed=8)
    whys = " ".join(chip.why for chip in result.refused)
    assert "3/4" in whys
    assert "two tempi" in whys
