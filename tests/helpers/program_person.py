# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the real program: starts it on a test desktop, and counts what has to be done.

One action is one typed text (with the Enter that ends it), one key combination, one press of a
button, one move of the focus or one drag. Not for: what happens inside the program (see tests/gui).
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from musicgen_desktop import paths
from musicgen_desktop.settings import SettingsStore
from tests.helpers.atspi_rig import Node, ScreenReader
from tests.helpers.desktop_rig import Desktop, Point
from tests.helpers.processes import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
TITLE = "MusicGen Desktop"
PATIENCE_S = 120.0
"""Longer than anything takes on a busy machine: a test never fails because of a clock."""


class Person:
    """The program in a profile of its own, and the hand that uses it.

    Args:
        desktop: Where.
        profile: Folder of the profile.
        settings: Fields of Settings; nothing plays unless told.

    Attributes:
        actions: What was done, in words.
        window: The number of the window.
    """

    def __init__(self, desktop: Desktop, profile: Path, **settings: Any) -> None:
        self.desktop = desktop
        self.profile = profile
        self.paths = paths.in_profile(profile)
        self.paths.make()
        store = SettingsStore(self.paths)
        chosen = {"backend": "silent", "autoplay": False, **settings}
        store.save(replace(store.load(), **chosen))
        desktop.environment["PYTHONPATH"] = str(REPOSITORY)
        self.actions: list[str] = []
        self.window = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, module: str = "musicgen_desktop") -> None:
        """Starts the program and goes to its window.

        Args:
            module: The program itself, or tests.helpers.window_program, which tells its rows.
        """
        profile: list[str | Path] = [self.profile]
        if module == "musicgen_desktop":
            profile.insert(0, "--profile")
        self.process = self.desktop.start([sys.executable, "-m", module, *profile], "program")
        self.window = self.desktop.wait_for_window(f"^{TITLE}$", PATIENCE_S)
        self.desktop.xdotool("windowactivate", "--sync", self.window, timeout_s=PATIENCE_S)
        self.wait_for_focus()

    def wait_for_focus(self, title: str = TITLE) -> None:
        """Waits until keys go to the window whose title begins so."""

        def has_focus() -> bool:
            return self.desktop.xdotool("getactivewindow", "getwindowname").startswith(title)

        wait_until(has_focus, f"{title!r} with the focus", PATIENCE_S)

    # -- by hand -----------------------------------------------------------------------------

    def types(self, text: str) -> None:
        """Types into whatever has the focus; a line end at the end is the Enter key."""
        self.actions.append(f"types {text!r}")
        line = text.removesuffix("\n")
        self.desktop.xdotool("type", "--delay", "20", line, timeout_s=PATIENCE_S)
        if line != text:
            self.desktop.xdotool("key", "Return")

    def hits(self, keys: str) -> None:
        """Presses a key combination, as xdotool writes it."""
        self.actions.append(f"hits {keys}")
        self.desktop.xdotool("key", keys, timeout_s=PATIENCE_S)

    def drags(self, source: Point, target: Point) -> None:
        """Drags with the mouse."""
        self.actions.append(f"drags {source} to {target}")
        self.desktop.drag(source, target)

    # -- by a screen reader ------------------------------------------------------------------

    def writes(self, reader: ScreenReader, field: Node, text: str) -> None:
        """Puts a text into a field."""
        self.actions.append(f"writes {text!r}")
        reader.write(field, text)

    def presses(self, reader: ScreenReader, thing: Node, action: str = "") -> None:
        """Presses something."""
        self.actions.append(f"presses {thing.name!r}")
        reader.press(thing, action)

    def goes_to(self, reader: ScreenReader, thing: Node) -> None:
        """Moves the keyboard's focus."""
        self.actions.append(f"goes to {thing.name!r}")
        reader.focus(thing)
        wait_until(
            lambda: any("FOCUSED" in n.states and n.name == thing.name for n in reader.tree()),
            f"focus on {thing.name!r}",
            PATIENCE_S,
        )

    # -- what came of it ---------------------------------------------------------------------

    @property
    def library(self) -> Path:
        """The folder of the tracks."""
        return self.paths.default_library_dir

    def tracks(self) -> list[Path]:
        """The finished files."""
        return sorted(self.library.glob("*.mp3"))

    def wait_for_tracks(self, count: int) -> list[Path]:
        """Waits until so many tracks are in the library."""

        def made() -> list[Path] | None:
            found = self.tracks()
            return found if len(found) >= count else None

        return wait_until(made, f"{count} track(s) in the library", PATIENCE_S)

    def jobs(self) -> list[str]:
        """States of the jobs in the journal, in their order."""
        if not self.paths.queue_db.exists():
            return []
        connection = sqlite3.connect(f"file:{self.paths.queue_db}?mode=ro", uri=True, timeout=10)
        try:
            found = connection.execute("SELECT state FROM job ORDER BY position").fetchall()
        except sqlite3.OperationalError:  # the program is just making the table
            return []
        finally:
            connection.close()
        return [row[0] for row in found]

    def rows(self, count: int) -> list[Point]:
        """Where the rows are, once there are so many; needs tests.helpers.window_program."""

        def told() -> list[Point] | None:
            lines = [ln for ln in self.desktop.log("program").splitlines() if ln.startswith("ROWS")]
            places = [(x, y) for x, y in json.loads(lines[-1][5:])] if lines else []
            return places if len(places) == count else None

        return wait_until(told, f"{count} row(s) in the list", PATIENCE_S)

    def quits(self) -> None:
        """Closes the program and waits until it has gone."""
        assert self.process is not None
        self.desktop.xdotool("windowactivate", "--sync", self.window, timeout_s=PATIENCE_S)
        self.desktop.xdotool("key", "ctrl+q", timeout_s=PATIENCE_S)
        process = self.process
        wait_until(lambda: process.poll() is not None, "end of the program", PATIENCE_S)
        log = self.desktop.log("program")
        assert process.returncode == 0, log
        assert "Traceback" not in log
