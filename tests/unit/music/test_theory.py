# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, chords and metres."""

from __future__ import annotations

import pytest

from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.theory import (
    CHORDS,
    METRES,
    MODES,
    Chord,
    Key,
    bar_seconds,
    parse_key,
    parse_metre,
    pitch_class,
    quarter_seconds,
)


@pytest.mark.parametrize(
    ("name", "value"), [("C", 0), ("F#", 6), ("Bb", 10), ("C♯", 1), ("Cb", 11), ("g", 7), ("E#", 5)]
)
def test_note_names(name: str, value: int) -> None:
    assert pitch_class(name) == value


@pytest.mark.parametrize("name", ["H", "", "C!", "do"])
def test_no_notes(name: str) -> None:
    with pytest.raises(UsageError):
        pitch_class(name)


@pytest.mark.parametrize("mode", MODES)
def test_a_key_survives_its_own_name(mode: str) -> None:
    for tonic in range(12):
        key = Key(tonic, mode)
        assert parse_key(key.name) == key
        assert len(key.short) <= 3
        assert len(set(key.scale)) == (6 if mode == "whole_tone" else 7)
        assert set(key.melody_scale) <= {*key.scale, (tonic + 6) % 12}
        assert key.scale[0] == tonic


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Am", "A minor"),
        ("Eb", "Eb major"),
        ("F# minor", "F# minor"),
        ("D dorian", "D dorian"),
        ("a minor", "A minor"),
        ("C harmonic minor", "C harmonic minor"),
        ("Bb aeolian", "Bb minor"),
    ],
)
def test_keys(text: str, name: str) -> None:
    assert parse_key(text).name == name


@pytest.mark.parametrize("text", ["", "H major", "A sideways", "minor"])
def test_no_keys(text: str) -> None:
    with pytest.raises(UsageError):
        parse_key(text)


@pytest.mark.parametrize(
    ("key", "short"),
    [
        (Key(3, "major"), "Eb"),
        (Key(6, "minor"), "F#m"),
        (Key(10, "major"), "Bb"),
        (Key(0, "minor"), "Cm"),
    ],
)
def test_usual_spelling(key: Key, short: str) -> None:
    assert key.short == short


def test_degrees_wrap_and_alter() -> None:
    key = Key(9, "minor")
    assert key.pitch_class(0) == 9
    assert key.pitch_class(7) == 9
    assert key.pitch_class(-1) == 7
    assert key.pitch_class(6, 1) == 8


@pytest.mark.parametrize("quality", CHORDS)
def test_chords_start_with_their_root(quality: str) -> None:
    chord = Chord(7, quality, 7)
    assert chord.pitch_classes[0] == 7
    assert len(set(chord.pitch_classes)) == len(chord.pitch_classes)


def test_chord_names() -> None:
    assert Chord(2, "m7", 2).name() == "Dm7"
    assert Chord(7, "", 11).name() == "G/B"
    assert Chord(10, "maj7", 10).name(flats=True) == "Bbmaj7"


@pytest.mark.parametrize(
    ("name", "pulses", "quarters"),
    [("4/4", 4, 4.0), ("3/4", 3, 3.0), ("6/8", 2, 3.0), ("12/8", 4, 6.0), ("7/8", 3, 3.5)],
)
def test_metres(name: str, pulses: int, quarters: float) -> None:
    metre = parse_metre(name)
    assert metre.name == name
    assert metre.pulses == pulses
    assert metre.bar_quarters == quarters


def test_bars_last_their_pulses() -> None:
    for name in METRES:
        metre = parse_metre(name)
        assert bar_seconds(metre, 90) == pytest.approx(
            metre.bar_quarters * quarter_seconds(metre, 90)
        )
    assert bar_seconds(parse_metre("6/8"), 60) == pytest.approx(2.0)


def test_no_metre() -> None:
    with pytest.raises(UsageError):
        parse_metre("11/8")
