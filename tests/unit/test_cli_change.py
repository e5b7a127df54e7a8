# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `change` without making music: whose recipe it reads, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop import cli
from musicgen_desktop.engines import registry
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.recipe import Recipe
from tests.unit.engines.composer.compose.plans import make_plan


@pytest.fixture
def track(tmp_path: Path) -> Path:
    """A recipe's file."""
    plan = make_plan("pop", 16)
    version = registry.info("composer").version
    recipe = Recipe("a song", plan, "composer", version, 16, plan.duration_s)
    path = tmp_path / "song.mgrecipe"
    path.write_text(recipe.dumps(), "utf-8")
    return path


def change(folder: Path, *arguments: str) -> int:
    return cli.run(cli.parse(["--profile", str(folder / "profile"), "change", *arguments]))


def test_what_can_be_changed_is_said(
    track: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert change(tmp_path, str(track), "--offers", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {player["id"] for player in found["players"]} >= {"drums", "bass", "lead"}
    assert found["bpm"] == 100.0
    assert change(tmp_path, str(track), "--offers") == 0
    assert "Part lead" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Nothing is to be changed"),
        (["--tempo", "5"], "bpm"),
        (["--key", "H"], "isn't a key"),
        (["--instrument", "flute"], "which part"),
        (["--instrument", "lead=gizmo"], "isn’t an instrument"),
        (["--without", "dragons"], "Nobody in this piece"),
        (["--mood", "purplish"], "isn’t a mood"),
        (["--length", "long"], "isn’t a length"),
        (["--length", "1"], "duration_s"),
        (["--regenerate", "lead@drop"], "no section"),
        (["--tempo", "90", "--count", "2"], "would be the same"),
        (["--tempo", "90", "--no-library"], "nowhere to go"),
    ],
)
def test_what_cant_be_changed_is_refused_in_a_sentence(
    arguments: list[str],
    message: str,
    track: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert change(tmp_path, str(track), *arguments) == 2
    assert message in capsys.readouterr().err


def test_no_such_track_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert change(tmp_path, "no-such-id", "--tempo", "90") == 2
    assert "no-such-id" in capsys.readouterr().err


def test_another_engines_track_is_refused(
    track: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = Recipe.loads(track.read_text("utf-8"))
    track.write_text(replace(recipe, engine="choir").dumps(), "utf-8")
    assert change(tmp_path, str(track), "--tempo", "90") == UsageError.exit_code
    assert capsys.readouterr().err
