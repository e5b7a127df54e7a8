# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""File names: readable, in any script, taken by every file system."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest

from musicgen_desktop.library import naming


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("Rainy Night Rhodes", 2, 4, 75.0, "Am"), "Rainy Night Rhodes 2 - 75bpm Am"),
        (("Rainy Night Rhodes", 1, 1, 74.6, "F#m"), "Rainy Night Rhodes - 75bpm F#m"),
        (("雨の夜", 1, 1, 0.0, ""), "雨の夜"),
        (("Νύχτα", 3, 8, 120.0, ""), "Νύχτα 3 - 120bpm"),
        (("", 1, 1, 90.0, "C"), "Track - 90bpm C"),
        (('a/b\\c:d*e?f"g<h>i|j', 1, 1, 0.0, ""), "a b c d e f g h i j"),
        (("...", 1, 1, 0.0, ""), "Track"),
    ],
)
def test_file_stem(arguments: tuple[str, int, int, float, str], expected: str) -> None:
    assert naming.file_stem(*arguments) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CON", "_CON"),
        ("nul.tar", "_nul.tar"),
        ("com1", "_com1"),
        ("LPT¹", "_LPT¹"),
        ("Console", "Console"),
        (" .hidden. ", "hidden"),
        ("line\nbreak\ttab\0nul", "line break tab nul"),
        ("half \ud800 pair", "half pair"),
        ("e\u0301tude", "étude"),
        ("🎹 piano", "🎹 piano"),
        ("שלום עולם", "שלום עולם"),
    ],
)
def test_safe_name(text: str, expected: str) -> None:
    assert naming.safe_name(text) == expected


def test_long_names_are_cut_between_characters() -> None:
    stem = naming.file_stem("夜" * 500, 2, 4, 75.0, "Am")
    assert stem.endswith("夜 2 - 75bpm Am")
    assert len(stem.encode()) <= naming.MAX_STEM_BYTES
    assert len(naming.safe_name("e\u0323\u0302" * 300).encode()) <= naming.MAX_STEM_BYTES


def test_any_title_makes_a_file(tmp_path: Path) -> None:
    chance = random.Random(7)
    pool = [chr(chance.randrange(0x20, 0x3000)) for _ in range(300)] + list(
        '\0\n/\\:*?"<>|. \ud800🎹'
    )
    for number in range(300):
        title = "".join(chance.choices(pool, k=chance.randrange(0, 90)))
        stem = naming.file_stem(title, number % 9 + 1, 9, chance.choice([0.0, 99.5]), "Am")
        assert stem == stem.strip(". ")
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in stem)
        path = naming.free_path(tmp_path, stem, ".mp3")
        path.write_bytes(b"")
        assert path.parent == tmp_path


def test_free_path_counts_up(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = naming.free_path(tmp_path, "a", ".mp3")
        path.write_bytes(b"")
        names.append(path.name)
    assert names == ["a.mp3", "a (2).mp3", "a (3).mp3"]
    current = tmp_path / "a.mp3"
    assert naming.free_path(tmp_path, "a", ".mp3", current) == current
