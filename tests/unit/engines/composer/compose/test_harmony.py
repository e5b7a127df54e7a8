# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roman numerals, progressions, cadences."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.composer.compose import cells, harmony, numerals
from musicgen_desktop.engines.composer.compose.context import Streams, frame_sections
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import MODES, Key
from tests.unit.engines.composer.compose.plans import GENRES, make_plan

A_MINOR = Key(9, "minor")
C_MAJOR = Key(0, "major")


@pytest.mark.parametrize(
    ("numeral", "key", "name"),
    [
        ("i", A_MINOR, "Am"),
        ("VI", A_MINOR, "F"),
        ("V7", A_MINOR, "E7"),
        ("iv9", A_MINOR, "Dm9"),
        ("bVII", C_MAJOR, "A#"),
        ("V/7", C_MAJOR, "G/B"),
        ("ii7", C_MAJOR, "Dm7"),
        ("Vsus4", C_MAJOR, "Gsus4"),
        ("IV", Key(2, "dorian"), "G"),
    ],
)
def test_numerals_are_read(numeral: str, key: Key, name: str) -> None:
    assert numerals.parse(numeral, key).name() == name


def test_what_is_no_numeral_is_refused() -> None:
    with pytest.raises(ValueError, match="roman"):
        numerals.parse("X", C_MAJOR)


def test_colours_stay_in_the_scale() -> None:
    colours = {"major": ["maj7", "7", "add9"], "minor": ["m9", "m7"]}
    chords = [numerals.parse(n, C_MAJOR, colours=colours) for n in ("I", "V", "iii", "vi")]
    assert [chord.name() for chord in chords] == ["Cmaj7", "G7", "Em7", "Am9"]


@pytest.mark.parametrize("mode", MODES)
def test_borrowed_progressions_become_diatonic(mode: str) -> None:
    key = Key(4, mode)
    for numeral in ("I", "ii", "iii", "IV", "V", "vi", "vii"):
        chord = numerals.parse(numeral, key, adapt=True)
        assert set(chord.pitch_classes) <= set(key.scale)
        assert chord.quality in ("", "m") or numeral == "I" or mode == "whole_tone"


def _chords(plan: MusicPlan) -> tuple[ChordSpan, ...]:
    style = cells.load("genres", plan.genre)
    return harmony.write_chords(plan, frame_sections(plan), Streams(plan.seed), style)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("genre", GENRES)
def test_each_take_has_a_progression_of_its_own(genre: str, mode: str) -> None:
    plan = make_plan(genre, mode=mode)
    style = cells.load("genres", genre)
    options = harmony.progressions(plan, style)
    assert len([p for p in options if "contrast" not in p.tags]) >= TAKES_PER_GROUP


@pytest.mark.parametrize("genre", GENRES)
def test_harmony_is_gapless_and_ends_on_the_tonic(genre: str) -> None:
    plan = make_plan(genre, seed=3)
    spans = _chords(plan)
    at = 0.0
    for span in spans:
        assert span.beat == pytest.approx(at)
        assert span.duration > 0
        at += span.duration
    assert at == pytest.approx(4.0 * plan.total_bars)
    assert spans[-1].chord.root == plan.theory_key.tonic
    assert spans[-2].chord != spans[-1].chord


@pytest.mark.parametrize("genre", GENRES)
def test_same_label_means_same_chords(genre: str) -> None:
    spans = _chords(make_plan(genre, seed=5))

    def at(bar: int) -> set[str]:
        return {s.chord.name() for s in spans if s.beat <= 4 * bar + 0.1 < s.beat + s.duration}

    assert [at(4 + i) for i in range(6)] == [at(20 + i) for i in range(6)]


def test_the_second_section_contrasts() -> None:
    differing = 0
    for seed in range(0, 80, 8):
        spans = _chords(make_plan("pop", seed=seed, mode="major", key="C"))
        first = [s.chord for s in spans if 16 <= s.beat < 32]
        second = [s.chord for s in spans if 48 <= s.beat < 64]
        differing += first != second
    assert differing == 10
