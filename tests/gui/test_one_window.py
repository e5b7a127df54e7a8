# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two starts on one profile: one window, and the second start shows it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.one_window import OneWindow

_SECOND = (
    "import sys; from pathlib import Path; from musicgen_desktop.gui.one_window import OneWindow; "
    "sys.exit(OneWindow(Path(sys.argv[1])).claim())"
)


def test_a_second_program_shows_the_window_of_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "window – 窓"
    first = OneWindow(folder)
    assert first.claim()
    with qtbot.waitSignal(first.knocked, timeout=20_000):
        second = subprocess.Popen([sys.executable, "-c", _SECOND, str(folder)])
    assert second.wait(20) == 0
    first.release()


def test_files_of_a_second_start_are_handed_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    folder, file = tmp_path / "window", tmp_path / "雨 night.mgrecipe"
    code = _SECOND.replace(".claim()", ".claim(files=[Path(sys.argv[2])])")
    first = OneWindow(folder)
    assert first.claim()
    with qtbot.waitSignal(first.files_handed, timeout=20_000) as handed:
        second = subprocess.Popen([sys.executable, "-c", code, str(folder), str(file)])
    assert handed.args == [[file]]
    assert second.wait(20) == 0
    assert not list(folder.glob("knock*"))
    first.release()


def test_a_knock_that_came_while_the_lock_changed_hands_is_answered(
    qtbot: QtBot, tmp_path: Path
) -> None:
    waiting, stale = tmp_path / f"knock-{os.getppid()}", tmp_path / "knock-99999999"
    waiting.write_bytes(b"/music/a.mgrecipe")
    stale.write_bytes(b"/music/b.mgrecipe")
    window = OneWindow(tmp_path)
    with qtbot.waitSignal(window.files_handed) as handed:
        assert window.claim()
    assert handed.args == [[Path("/music/a.mgrecipe")]]
    assert not waiting.exists()
    assert not stale.exists()
    window.release()


def test_a_program_that_is_closing_is_waited_for(tmp_path: Path) -> None:
    first, second = OneWindow(tmp_path), OneWindow(tmp_path)
    assert first.claim()
    assert not second.claim(patience_s=0.1)  # nobody answers: this thread is busy
    first.release()
    assert second.claim()
    second.release()


def test_a_profile_that_cannot_be_written_is_left_to_say_so_itself(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert OneWindow(file / "folder").claim()
