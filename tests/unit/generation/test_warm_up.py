# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting a worker ready: what a killed one left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from musicgen_desktop.generation import warm_up


def test_folders_of_killed_workers_are_removed_and_those_of_living_ones_stay(
    tmp_path: Path,
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f"musicgen-warm-up-{gone.pid}-abc"
    mine = tmp_path / f"musicgen-warm-up-{os.getpid()}-abc"
    foreign = tmp_path / "musicgen-warm-up-notes"
    for folder in (left, mine, foreign):
        folder.mkdir()
        (folder / "track.mp3").write_bytes(b"half")
    warm_up.remove_left_behind(tmp_path)
    assert not left.exists()
    assert (mine / "track.mp3").exists()
    assert (foreign / "track.mp3").exists()
