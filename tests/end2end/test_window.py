# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program on a desktop: by keyboard only, and a quit in the middle of the work."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import wait_until

pytestmark = pytest.mark.end2end


def start(desktop: Desktop, profile: Path) -> tuple[subprocess.Popen[bytes], int]:
    process = desktop.start(
        [sys.executable, "-m", "musicgen_desktop", "--profile", profile], "program"
    )
    window = desktop.wait_for_window("^MusicGen Desktop$", 60)
    desktop.xdotool("windowactivate", "--sync", window)
    return process, window


def jobs(profile: Path) -> list[str]:
    """States of the jobs in the journal."""
    file = profile / "data" / "queue.db"
    if not file.exists():
        return []
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return [row[0] for row in connection.execute("SELECT state FROM job ORDER BY position")]
    finally:
        connection.close()


def members(group: int) -> list[int]:
    """Living processes of a group, zombies aside."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(pid) for pid, pgid, stat in rows if int(pgid) == group and stat[0] != "Z"]


def test_a_quit_in_the_middle_keeps_the_job_and_leaves_no_process(
    xvfb_desktop: Desktop, tmp_path: Path
) -> None:
    desktop, profile = xvfb_desktop, tmp_path / "profile"
    process, _ = start(desktop, profile)
    desktop.xdotool("key", "ctrl+l")
    desktop.xdotool("type", "--delay", "15", "calm piano, 12 seconds", timeout_s=30)
    desktop.xdotool("key", "ctrl+Return")
    wait_until(lambda: "running" in jobs(profile), "running job", 60)
    desktop.xdotool("key", "ctrl+q")
    wait_until(lambda: process.poll() is not None, "end of the program", 30)
    assert process.returncode == 0, desktop.log("program")
    assert members(process.pid) == []
    library = profile / "library"
    made = list(library.glob("*.mp3"))
    if not made:
        assert jobs(profile) == ["queued"]
    again, _ = start(desktop, profile)
    wait_until(lambda: list(library.glob("*.mp3")) or None, "track in the library", 120)
    desktop.xdotool("key", "ctrl+q")
    wait_until(lambda: again.poll() is not None, "end of the program", 30)
    assert again.returncode == 0, desktop.log("program")
    assert "Traceback" not in desktop.log("program")
