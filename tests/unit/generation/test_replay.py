# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a track again: whether it will sound the same is said, and where the recipe is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop.engines import registry
from musicgen_desktop.errors import MusicGenError, UsageError
from musicgen_desktop.generation import replay
from musicgen_desktop.library import tags
from tests.helpers.library_files import tag_data, write_sound
from tests.helpers.recipes import small_recipe

NOW = registry.info("composer").version


def test_the_same_version_makes_the_same_sound() -> None:
    assert replay.difference(replace(small_recipe(), engine_version=NOW)) is None


@pytest.mark.parametrize("version", ["0", "99", ""])
def test_another_version_is_told_in_a_sentence(version: str) -> None:
    found = replay.difference(replace(small_recipe(), engine_version=version))
    assert found is not None
    assert found.text.endswith("it will sound different.")
    assert f"version {NOW}" in found.text
    assert f"version {version or '?'} " in found.text


def test_an_engine_that_is_not_here_is_told() -> None:
    with pytest.raises(UsageError, match="no engine called"):
        replay.difference(replace(small_recipe(), engine="choir"))


def test_what_is_made_now_says_so() -> None:
    old = replace(small_recipe(), engine_version="0.1")
    assert replay.as_made_now(old) == replace(old, engine_version=NOW)


@pytest.mark.parametrize("audio_format", ["mp3", "flac", "ogg", "wav"])
def test_the_recipe_is_found_in_a_track(tmp_path: Path, audio_format: str) -> None:
    path = write_sound(tmp_path / f"song.{audio_format}", audio_format)
    data = tag_data("one", "Far Away", seed=7)
    tags.write(path, data)
    recipe, title = replay.read(path)
    assert (recipe.seed, title) == (7, "Far Away")


def test_the_recipe_is_found_in_a_recipe_file(tmp_path: Path) -> None:
    path = tmp_path / "song.mgrecipe"
    path.write_text(small_recipe().dumps(), encoding="utf-8")
    assert replay.read(path) == (small_recipe(), "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gone.mgrecipe", None), ("empty.mgrecipe", b""), ("noise.mgrecipe", b"\xff\x00" * 99),
        ("big.mgrecipe", b" " * 300_000), ("gone.mp3", None), ("noise.mp3", b"\xff\x00" * 99),
    ],
)  # fmt: skip
def test_other_files_are_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(MusicGenError) as caught:
        replay.read(tmp_path / name)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_track_without_its_recipe_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "song.mp3", "mp3")
    tags.write(path, tag_data("one").without_recipe())
    with pytest.raises(MusicGenError, match="how it was made"):
        replay.read(path)
