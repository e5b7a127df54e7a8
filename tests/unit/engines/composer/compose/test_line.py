# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search for pitches and what it knows of harmony; the critic."""

from __future__ import annotations

import itertools

import pytest

from musicgen_desktop.engines.composer.compose import critic, melody, motif
from musicgen_desktop.engines.composer.compose.context import Draft, Stream
from musicgen_desktop.engines.composer.compose.harmony_field import HarmonyField, colour
from musicgen_desktop.engines.composer.compose.line import Ladder, LineFinder, Slot
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import Chord, parse_key
from tests.helpers.melody_contexts import context_of

A_MINOR = parse_key("A minor")
C_MAJOR = parse_key("C major")


@pytest.mark.parametrize(
    ("key", "chord", "inside", "outside"),
    [
        ("A minor", Chord(4, "7", 4), 8, 7),  # E7: G sharp instead of G
        ("A minor", Chord(9, "m", 9), 7, 8),  # Am: the natural seventh
        ("C major", Chord(10, "", 10), 10, 11),  # Bb: B flat instead of B
        ("C major", Chord(2, "7", 2), 6, 5),  # D7: F sharp instead of F
        ("C major", Chord(5, "m", 5), 8, 9),  # Fm: A flat instead of A
    ],
)
def test_an_altered_chord_bends_the_scale(
    key: str, chord: Chord, inside: int, outside: int
) -> None:
    hue = colour(parse_key(key), chord)
    assert inside in hue.scale
    assert outside not in hue.scale


def test_notes_a_semitone_above_a_chord_tone_are_to_avoid() -> None:
    hue = colour(C_MAJOR, Chord(0, "", 0))
    assert hue.avoid == {5}  # F over C
    assert hue.under == {11}  # B under C


def test_an_open_fifth_gets_its_third_from_the_key() -> None:
    assert 0 in colour(A_MINOR, Chord(9, "5", 9)).tones


def test_an_anticipation_belongs_to_the_new_chord() -> None:
    spans = (ChordSpan(0.0, 4.0, Chord(0, "", 0)), ChordSpan(4.0, 4.0, Chord(7, "", 7)))
    field = HarmonyField(C_MAJOR, spans)
    assert field.under_note(3.5, 1.0)[0][0].chord.root == 7
    assert field.under_note(2.0, 2.0)[0][0].chord.root == 0
    assert len(field.under_note(2.0, 2.0)) == 1


def test_the_ladder_counts_steps_of_the_scale() -> None:
    ladder = Ladder(A_MINOR)
    assert ladder.place(72) - ladder.place(69) == 2  # A to C
    assert ladder.place(81) - ladder.place(69) == 7
    assert ladder.pitch(ladder.place(69) + 4) == 76


def finder() -> LineFinder:
    field = HarmonyField(C_MAJOR, (ChordSpan(0.0, 16.0, Chord(0, "", 0)),))
    return LineFinder(C_MAJOR, field, motif.style_of("pop")["weights"], 0.5)


def test_a_line_follows_its_curve_mostly_on_chord_tones() -> None:
    slots = [Slot(float(n), 1.0, True, 60.0 + 2 * n) for n in range(8)]
    pitches = finder().find(slots, 58, 78, None)
    assert sum(pitch % 12 in {0, 4, 7} for pitch in pitches) >= 6
    assert not {5, 11} & {pitch % 12 for pitch in pitches}
    assert pitches[-1] - pitches[0] >= 9


def test_a_motif_is_kept_where_it_fits() -> None:
    slots = [Slot(0.0, 1.0, True, 64.0)]
    slots += [Slot(n / 2, 0.5, n % 4 == 0, 66.0, interval=1.0) for n in range(2, 5)]
    pitches = finder().find(slots, 58, 78, None)
    ladder = Ladder(C_MAJOR)
    steps = [ladder.place(b) - ladder.place(a) for a, b in itertools.pairwise(pitches)]
    assert steps.count(1.0) >= 2


def test_cadences_close_on_the_tonic() -> None:
    slots = [
        Slot(float(n), 1.0, n % 2 == 0, 61.0, cadence="full" if n == 7 else "") for n in range(8)
    ]
    for seed in range(10):
        assert finder().find(slots, 58, 78, Stream(str(seed)))[-1] % 12 == 0


def test_no_slots_no_pitches() -> None:
    assert finder().find([], 60, 72, None) == []


def test_the_critic_hears_a_dull_line() -> None:
    context = context_of("pop", 1)
    field = HarmonyField(context.key, context.chords)
    dull = [Draft(float(n), 1.0, 69, 80, "lead") for n in range(64)]
    assert critic.faults(context, dull, field) > 0.5
    assert critic.faults(context, dull[:4], field) == 0.0


def test_the_critic_counts_leaps() -> None:
    line = [Draft(float(i), 1.0, pitch, 80, "lead") for i, pitch in enumerate([60, 62, 64, 62] * 4)]
    wide = [Draft(float(i), 1.0, pitch, 80, "lead") for i, pitch in enumerate([60, 67] * 8)]
    assert critic.leap_bias(line) == -1
    assert critic.leap_bias(wide) == 1
    assert critic.leap_bias([]) == 0


def test_a_label_that_rested_may_come_back_longer() -> None:
    assert melody._aimed([], [], Ladder(A_MINOR)) == []
