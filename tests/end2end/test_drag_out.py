# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows dragged out of the real program into a real file manager arrive as the very same files."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop import paths
from musicgen_desktop.library.library import Library
from musicgen_desktop.settings import SettingsStore
from tests.helpers import library_files
from tests.helpers.desktop_rig import Box, Desktop, Point
from tests.helpers.processes import require_programs, wait_until

pytestmark = pytest.mark.end2end

_TITLES = ("Rainy Night ž č", "雨の夜", "Late Club #3 & more")
_REPOSITORY = Path(__file__).resolve().parents[2]


class Stage:
    """The program on the left, a folder of the file manager on the right."""

    def __init__(self, desktop: Desktop, drag_format: str = "mp3") -> None:
        require_programs(["pcmanfm"])
        self._desktop = desktop
        self.paths = paths.in_profile(desktop.home / "profile")
        self.paths.make()
        store = SettingsStore(self.paths)
        store.save(replace(store.load(), drag_format=drag_format, backend="silent"))
        self.tracks = self._fill()
        self.inbox = desktop.home / "inbox"
        self.inbox.mkdir()
        desktop.environment["PYTHONPATH"] = str(_REPOSITORY)
        command = [
            sys.executable,
            "-m",
            "tests.helpers.window_program",
            str(self.paths.config_dir.parent),
        ]
        desktop.start(command, "program")
        window = desktop.wait_for_window("MusicGen Desktop", 60.0)
        desktop.place(window, Box(0, 20, 720, 700))
        desktop.start(["pcmanfm", "--no-desktop", self.inbox])
        folder = desktop.wait_for_window("^inbox")
        desktop.place(folder, Box(760, 60, 480, 500))
        self.target = (760 + 360, 60 + 400)

    def _fill(self) -> list[Path]:
        library = Library(self.paths.default_library_dir, self.paths)
        made = []
        for number, title in enumerate(_TITLES):
            track_id = f"track{number}"
            made.append(library_files.add(library, track_id, title, created=2e9 - number).path)
            self.paths.masters_dir.mkdir(parents=True, exist_ok=True)
            library_files.write_sound(self.paths.masters_dir / f"{track_id}.flac", "flac")
        library.close()
        return made

    def rows(self) -> list[Point]:
        """Where the rows are, once they are all to be seen and stand still."""

        def told() -> list[Point] | None:
            lines = [
                line
                for line in self._desktop.log("program").splitlines()
                if line.startswith("ROWS")
            ]
            places = [(x, y) for x, y in json.loads(lines[-1][5:])] if lines else []
            return places if len(places) == len(_TITLES) else None

        return wait_until(told, "rows in the list", 30.0)

    def select(self, first: Point, last: Point) -> None:
        """Selects a stretch of rows."""
        self._desktop.click(first)
        self._desktop.xdotool("keydown", "shift")
        self._desktop.click(last)
        self._desktop.xdotool("keyup", "shift")
        # two clicks near in time and place would count as a double click
        self._desktop.xdotool("sleep", "0.6")

    def drag(self, source: Point) -> None:
        self._desktop.drag(source, self.target)

    def arrived(self, count: int) -> list[Path]:
        """The files in the folder, once there are so many and they stopped growing."""

        def look() -> list[Path] | None:
            found = sorted(self.inbox.iterdir())
            return found if len(found) == count and all(f.stat().st_size for f in found) else None

        return wait_until(look, f"{count} file(s) in the folder", 10.0)

    def empty_inbox(self) -> None:
        for file in self.inbox.iterdir():
            file.unlink()


def _assert_same(copies: list[Path], originals: list[Path]) -> None:
    def is_same() -> bool:
        return {c.name: c.read_bytes() for c in copies} == {
            o.name: o.read_bytes() for o in originals
        }

    wait_until(is_same, "byte-identical copies", 5.0)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.long)])
def test_rows_arrive_byte_identical(xvfb_desktop: Desktop, times: int) -> None:
    stage = Stage(xvfb_desktop)
    rows = stage.rows()
    for _ in range(times):
        stage.drag(rows[0])
        _assert_same(stage.arrived(1), stage.tracks[:1])
        stage.empty_inbox()
        stage.select(rows[0], rows[2])
        stage.drag(rows[1])
        _assert_same(stage.arrived(3), stage.tracks)
        stage.empty_inbox()
        xvfb_desktop.click(rows[2])
        xvfb_desktop.xdotool("sleep", "0.6")
    assert all(track.exists() for track in stage.tracks)  # copied, never moved
    library = Library(stage.paths.default_library_dir, stage.paths)
    try:

        def all_in_use() -> bool:
            found = library.tracks(library.search())
            return all(track.in_use_elsewhere for track in found)

        wait_until(all_in_use, "mark that the files are in use elsewhere")
    finally:
        library.close()


def test_wav_is_ready_before_the_drag(xvfb_desktop: Desktop) -> None:
    stage = Stage(xvfb_desktop, "wav")
    rows = stage.rows()
    xvfb_desktop.click(rows[1])
    folder = stage.paths.handoff_dir / "track1"

    def made() -> Path | None:
        found = list(folder.glob("*.wav")) if folder.exists() else []
        return found[0] if found else None

    ready = wait_until(made, "WAV file of the selected row", 30.0)
    xvfb_desktop.xdotool("sleep", "0.6")
    stage.drag(rows[1])
    copies = stage.arrived(1)
    _assert_same(copies, [ready])
    assert copies[0].read_bytes()[:4] == b"RIFF"
