# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program is killed at random moments of generating, and nothing that was promised is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from musicgen_desktop import files, paths
from musicgen_desktop.audio import codec
from musicgen_desktop.library.library import Library
from tests.helpers.processes import wait_until

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc"),
]

ROOT = Path(__file__).resolve().parents[2]
JOBS = 3
DURATION_S = 12.0


def program(profile: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.queue_program", str(profile), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def lines_of(process: subprocess.Popen[str], timeout_s: float = 240) -> list[str]:
    out, _ = process.communicate(timeout=timeout_s)
    assert process.returncode == 0, out
    return out.splitlines()


def named(lines: list[str], word: str) -> list[str]:
    return [line.split()[1] for line in lines if line.startswith(word)]


def kill_after(process: subprocess.Popen[str], fraction: float) -> list[str]:
    """Kills the program when it has done that share of all its work; returns what it said."""
    said: list[str] = []
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.strip())
            done = len(named(said, "DONE"))
            inside = float(line.split()[3]) if line.startswith("RUNNING") else 0.0
            if (done + inside) / JOBS >= fraction:
                break
        process.kill()
        said += [line.strip() for line in process.stdout]
    return said


def worker_pids(profile: Path) -> list[int]:
    """Processes whose environment or arguments name this profile."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                environment = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if str(profile).encode() in environment and state != "Z":
                found.append(int(folder.name))
    return found


def check_after_kill(profile: Path, said: list[str]) -> None:
    """What was finished is whole and in the library; the rest is offered; nothing half is left."""
    own = paths.in_profile(profile)
    finished = named(said, "DONE")
    for file in own.default_library_dir.glob("*.mp3"):
        assert abs(codec.decode(file).duration_s - DURATION_S) < 0.05
    offered = lines_of(program(profile, "offer"))
    library = Library(own.default_library_dir, own)
    library.rescan()
    present = {track.id for track in library.tracks(library.search())}
    library.close()
    queued = named(said, "QUEUED")
    assert set(finished) <= present
    assert present | set(named(offered, "OFFERED")) == set(queued)
    leftovers = [p for p in own.default_library_dir.rglob("*") if files.is_temporary(p)]
    assert leftovers == []


def kill_and_check(profile: Path, fraction: float, *, resume: bool) -> None:
    process = program(profile, "submit", str(JOBS), str(DURATION_S))
    said = kill_after(process, fraction)
    wait_until(lambda: not worker_pids(profile), "end of the worker")
    check_after_kill(profile, said)
    if resume:
        again = lines_of(program(profile, "resume"))
        assert set(named(again, "DONE")) | set(named(said, "DONE")) == set(named(said, "QUEUED"))
        own = paths.in_profile(profile)
        assert len(list(own.default_library_dir.glob("*.mp3"))) == JOBS
        assert lines_of(program(profile, "offer")) == []


@pytest.mark.parametrize("fraction", [0.05, 0.6])
def test_killed_while_generating_nothing_is_lost(
    tmp_path: Path, fraction: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MGD_TEST_PROFILE", str(tmp_path))
    kill_and_check(tmp_path, fraction, resume=fraction > 0.5)


@pytest.mark.long
@pytest.mark.parametrize("number", range(20))
def test_killed_at_twenty_random_moments(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MGD_TEST_PROFILE", str(tmp_path))
    fraction = random.Random(number).random()
    kill_and_check(tmp_path, fraction, resume=number % 5 == 0)


def test_a_quit_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MGD_TEST_PROFILE", str(tmp_path))
    lines = lines_of(program(tmp_path, "submit", "1", "6"))
    assert len(named(lines, "DONE")) == 1
    assert worker_pids(tmp_path) == []
