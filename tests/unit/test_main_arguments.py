# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files among the arguments are opened in the window; commands stay commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from musicgen_desktop import __main__ as program


@pytest.mark.parametrize(
    ("arguments", "rest", "files"),
    [
        ([], [], []),
        (["night.mgrecipe"], [], ["night.mgrecipe"]),
        (["--profile", "p", "night.MP3"], ["--profile", "p"], ["night.MP3"]),
        (["--profile=p", "night.flac"], ["--profile=p"], ["night.flac"]),
        (["a.wav", "b.ogg"], [], ["a.wav", "b.ogg"]),
        (["folder/what is this"], [], ["folder/what is this"]),
        (["generate", "night.mp3"], ["generate", "night.mp3"], []),
        (["--profile", "x.mp3", "doctor"], ["--profile", "x.mp3", "doctor"], []),
        (["--version"], ["--version"], []),
        (["nonsense"], ["nonsense"], []),
        (["no-such.txt"], ["no-such.txt"], []),
        (["here.txt"], [], ["here.txt"]),
    ],
)
def test_files_are_told_from_commands(
    arguments: list[str],
    rest: list[str],
    files: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("here.txt", "generate", "plan"):
        (tmp_path / name).touch()
    assert program._without_files(arguments) == (rest, [tmp_path / name for name in files])
