# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voicings: in range, complete, smooth, out of the tune's way."""

from __future__ import annotations

from itertools import pairwise

import pytest

from musicgen_desktop.engines.composer.compose.voicing import MUDDY_BELOW, lead_voices
from musicgen_desktop.music.theory import CHORDS, Chord

LOOP = [Chord(9, "m7", 9), Chord(5, "maj7", 5), Chord(0, "", 0), Chord(7, "7", 7)]


def test_voices_stay_in_range_and_in_the_chord() -> None:
    for chord, voicing in zip(LOOP, lead_voices(LOOP, 52, 74, 4), strict=True):
        assert all(52 <= pitch <= 74 for pitch in voicing)
        assert {pitch % 12 for pitch in voicing} <= set(chord.pitch_classes)
        assert list(voicing) == sorted(set(voicing))


def test_voices_move_little() -> None:
    voicings = lead_voices(LOOP * 4, 52, 74, 4)
    moves = [abs(a[-1] - b[-1]) for a, b in pairwise(voicings)]
    assert max(moves) <= 5
    assert sum(moves) / len(moves) <= 3


@pytest.mark.parametrize("quality", CHORDS)
def test_low_chords_are_open(quality: str) -> None:
    (voicing,) = lead_voices([Chord(0, quality, 0)], 40, 72, 4)
    for below, above in pairwise(voicing):
        assert below >= MUDDY_BELOW or above - below >= 3


def test_a_rootless_chord_leaves_the_root_to_the_bass() -> None:
    (voicing,) = lead_voices([Chord(0, "maj9", 0)], 52, 74, 4, rootless=True)
    assert {pitch % 12 for pitch in voicing} == {2, 4, 7, 11}


def test_the_third_is_never_left_out() -> None:
    for quality, third in (("m9", 3), ("maj9", 4), ("add9", 4), ("13", 4)):
        (voicing,) = lead_voices([Chord(0, quality, 0)], 52, 74, 3)
        assert third in {pitch % 12 for pitch in voicing}


def test_a_long_tune_note_is_not_rubbed_against() -> None:
    c_major = Chord(0, "", 0)
    (voicing,) = lead_voices([c_major], 52, 72, 3, tune=[{65: 2.0}])
    assert all(abs(pitch - 65) not in (1, 13) for pitch in voicing)


def test_no_chords_no_voicings() -> None:
    assert lead_voices([], 52, 74, 4) == []
