# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program from the command line: words in, files out, nothing left when cancelled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from musicgen_desktop import cli
from musicgen_desktop.library import tags
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.paths import Paths

pytestmark = pytest.mark.end2end

_PROMPT = "rainy night lo-fi, mellow rhodes, 75 bpm"
_FIELDS = {
    "path", "title", "duration_s", "engine", "engine_version", "seed", "recipe", "plan",
    "loudness_lufs", "true_peak_dbtp", "stems", "midi", "elapsed_s", "stages_s",
}  # fmt: skip


def command(profile: Paths, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "musicgen_desktop",
        *arguments,
        "--profile",
        str(profile.config_dir.parent),
    ]


def environment() -> dict[str, str]:
    """No display: the command line must not need one."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    return {key: value for key, value in os.environ.items() if key not in hidden}


def run(profile: Paths, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(profile, *arguments), capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return done


def made(profile: Paths, *arguments: str) -> Any:
    return json.loads(run(profile, "generate", *arguments, "--json").stdout)


def leftovers(folder: Path) -> list[str]:
    return [str(p) for p in folder.rglob("*") if p.is_file() and p.name.endswith(".part")]


def test_words_become_a_tagged_track_in_the_library(profile: Paths) -> None:
    report = made(profile, _PROMPT, "--duration", "6", "--seed", "80")
    assert set(report) == _FIELDS
    path = Path(report["path"])
    assert path.parent == profile.default_library_dir
    assert path.suffix == ".mp3"
    assert " - 75bpm " in path.name
    assert report["seed"] == 80
    assert report["duration_s"] == pytest.approx(6.0, abs=0.05)
    data = tags.read(path)
    assert data.duration_s == pytest.approx(6.0, abs=0.06)
    assert (data.prompt, data.bpm, data.seed, data.engine) == (_PROMPT, 75.0, 80, "composer")
    assert Recipe.loads(data.recipe) == Recipe.from_json(report["recipe"])
    listed = json.loads(run(profile, "library", "list", "--json").stdout)
    assert [track["path"] for track in listed] == [str(path)]
    assert listed[0]["unread"]
    assert leftovers(profile.config_dir.parent) == []


def test_two_takes_with_copies_stems_and_scores(profile: Paths, tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "song"
    reports = made(
        profile, _PROMPT, "--duration", "6", "--count", "2", "--seed", "16", "--format", "flac",
        "--out", str(out), "--midi", str(tmp_path / "score.mid"),
        "--stems", str(tmp_path / "stems"),
    )  # fmt: skip
    assert [Path(report["path"]).name for report in reports] == ["song 1.flac", "song 2.flac"]
    assert [report["seed"] for report in reports] == [16, 17]
    for number, report in enumerate(reports, start=1):
        data = tags.read(Path(report["path"]))
        assert (data.take, data.takes) == (number, 2)
        assert Path(report["midi"]).read_bytes()[:4] == b"MThd"
        assert all(Path(stem).stem == name for name, stem in report["stems"].items())
        assert all(Path(stem).is_file() for stem in report["stems"].values())
        assert report["stems"]
    assert len(list(profile.default_library_dir.glob("*.flac"))) == 2
    assert reports[0]["plan"]["bpm"] == reports[1]["plan"]["bpm"] == 75.0


def test_without_library_only_the_file_is_made(profile: Paths, tmp_path: Path) -> None:
    out = tmp_path / "only.ogg"
    done = run(profile, "generate", _PROMPT, "--duration", "5", "--no-library", "--out", str(out))
    assert done.stdout == f"{out}\n"
    assert tags.audio_format(out) == "ogg"
    assert run(profile, "library", "list").stdout == ""
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["only.ogg"]


def exported(profile: Paths, capsys: pytest.CaptureFixture[str], *arguments: str) -> Path:
    """Exports in this process, which saves a start for each format."""
    given = ["library", "export", *arguments, "--profile", str(profile.config_dir.parent)]
    assert cli.run(cli.parse(given)) == 0
    return Path(capsys.readouterr().out.strip())


def test_a_track_is_exported_in_every_format(
    profile: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(profile, _PROMPT, "--duration", "5")
    track_id = json.loads(run(profile, "library", "list", "--json").stdout)[0]["id"]
    kinds = {"mp3": b"ID3", "wav": b"RIFF", "flac": b"fLaC", "ogg": b"OggS", "midi": b"MThd"}
    for fmt, start in kinds.items():
        path = exported(profile, capsys, track_id[:10], "--format", fmt, "--out", f"{tmp_path}/")
        assert path.parent == tmp_path
        assert path.read_bytes().startswith(start)
    bare = tmp_path / "bare.mp3"
    exported(profile, capsys, track_id, "--out", str(bare), "--no-recipe")
    assert (tags.read(bare).prompt, tags.read(bare).recipe) == ("", "")
    stems = tmp_path / "stems"
    exported(profile, capsys, track_id, "--format", "stems", "--out", str(stems))
    assert list(stems.glob("*.wav"))
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(
    profile: Paths, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out.mp3"
    process = subprocess.Popen(
        command(profile, "generate", "dreamy synthwave", "--duration", "600", "--out", str(out)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    assert process.stderr is not None
    assert "composing" in process.stderr.readline()  # the worker is at work
    process.send_signal(number)
    said, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == ""
    assert told.splitlines()[-1] == "Cancelled."
    assert not out.exists()
    assert leftovers(profile.config_dir.parent) == leftovers(tmp_path) == []
    assert list(profile.default_library_dir.glob("*.mp3")) == []
    assert json.loads(run(profile, "library", "list", "--json").stdout) == []


def test_a_track_is_made_again_from_its_file(profile: Paths, tmp_path: Path) -> None:
    first, again = tmp_path / "first.flac", tmp_path / "again.flac"
    made(profile, _PROMPT, "--duration", "6", "--no-library", "--out", str(first))
    report = made(profile, "--recipe", str(first), "--no-library", "--out", str(again))
    assert report["title"] == tags.read(first).title
    assert soundfile.read(first)[0].tolist() == soundfile.read(again)[0].tolist()
    recipe = Recipe.loads(tags.read(first).recipe)
    old = tmp_path / "old.mgrecipe"
    old.write_text(replace(recipe, engine_version="0").dumps(), encoding="utf-8")
    done = run(profile, "generate", "--recipe", str(old), "--no-library", "--out", str(again))
    assert "it will sound different" in done.stderr
