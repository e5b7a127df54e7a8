# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The icon on the desktop, double-clicked in a file manager: the window opens, a track is made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.desktop_rig import Box, Desktop
from tests.helpers.processes import require_programs, wait_until

pytestmark = pytest.mark.end2end

ROOT = Path(__file__).resolve().parents[2]
ID = "io.github.musicgen_desktop.MusicGenDesktop"


def desktop_entry(desktop: Desktop, action: str) -> str:
    code = f"import sys; sys.path.insert(0, 'packaging'); import desktop_entry as d; d.{action}()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=desktop.environment, cwd=ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return done.stdout


def file_types(desktop: Desktop) -> str:
    """What the user's database of file types says, line by line."""
    return (desktop.home / ".local/share/mime/globs2").read_text(encoding="utf-8")


@pytest.fixture
def installed(xvfb_desktop: Desktop) -> Desktop:
    """A desktop with our icon on it, and a file manager that starts icons without asking."""
    require_programs(["pcmanfm", "desktop-file-validate", "update-mime-database"])
    if not (ROOT / ".venv").is_dir():
        pytest.skip("there is no environment made by dev.py in this checkout")
    desktop_entry(xvfb_desktop, "install")
    settings = xvfb_desktop.home / ".config" / "libfm" / "libfm.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text("[config]\nquick_exec=1\nsingle_click=0\n")
    return xvfb_desktop


def test_double_click_opens_the_window_and_a_track_is_made(installed: Desktop) -> None:
    desktop = installed
    desktop.start(["pcmanfm", "--no-desktop", desktop.home / "Desktop"])
    folder = desktop.wait_for_window("^Desktop")
    desktop.place(folder, Box(100, 60, 640, 400))
    box = desktop.box(folder)
    icon = (box.x + 205, box.y + 120)
    desktop.click(icon, times=2)
    program = desktop.wait_for_window("^MusicGen Desktop$", 60)
    desktop.xdotool("windowactivate", "--sync", program)
    desktop.xdotool("key", "ctrl+l")
    desktop.xdotool("type", "--delay", "15", "calm piano, 10 seconds", timeout_s=30)
    library = desktop.home / "Music" / "MusicGen Desktop"
    desktop.xdotool("key", "ctrl+Return")
    (track,) = wait_until(lambda: list(library.glob("*.mp3")) or None, "track in the library", 120)
    assert track.name.startswith("Calm Piano")
    assert track.stat().st_size > 50_000


def test_the_entry_is_valid_and_goes_away_wholly(installed: Desktop) -> None:
    entry = installed.home / ".local/share/applications" / f"{ID}.desktop"
    checked = subprocess.run(
        ["desktop-file-validate", str(entry)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "MimeType=application/x-musicgen-recipe;" in entry.read_text(encoding="utf-8")
    assert " %F\n" in entry.read_text(encoding="utf-8")
    assert "application/x-musicgen-recipe:*.mgrecipe" in file_types(installed)
    icons = sorted((installed.home / ".local/share/icons").rglob(f"{ID}.*"))
    assert {icon.suffix for icon in icons} == {".png", ".svg"}
    desktop_entry(installed, "uninstall")
    left = [path for path in installed.home.rglob(f"{ID}*") if path.is_file()]
    assert left == []
    assert "mgrecipe" not in file_types(installed)
