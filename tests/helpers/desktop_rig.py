# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop without a screen: X server, window manager, session bus, and a hand for the mouse.

The fixture `xvfb_desktop` hands one out. It has its own display, its own home and its own runtime
folder, so that nothing of the real user is seen or changed:

    def test_drag_out(xvfb_desktop):
        xvfb_desktop.start([sys.executable, "-m", "musicgen_desktop", "--profile", ...])
        window = xvfb_desktop.wait_for_window("MusicGen Desktop")
        xvfb_desktop.drag((200, 300), (800, 400))

Not for: tests of single widgets (see tests/gui: pytest-qt has its own display).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.processes import end_process_group, require_programs, wait_until

_PROGRAMS = ("Xvfb", "openbox", "dbus-daemon", "xdotool", "xprop")
_DRAG_STEP_S = 0.04
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a window is on the screen, in pixels, without its frame."""

    x: int
    y: int
    width: int
    height: int


class Desktop:
    """A running desktop of its own.

    Attributes:
        home: The home folder of the programs on it.
        environment: All variables for a program on it (a full environment, not an addition).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.home = folder / "home"
        self.home.mkdir()
        runtime_dir = folder / "run"
        runtime_dir.mkdir(mode=0o700)
        self.environment = self._base_environment(runtime_dir)

    def power_on(self, size: tuple[int, int]) -> None:
        """Starts the X server, the session bus and the window manager.

        Args:
            size: Width and height of the screen, in pixels.
        """
        self.environment["DISPLAY"] = self._start_x(size)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
        self.start(["openbox"])
        wait_until(self._has_window_manager, "window manager", 60)

    def start(
        self, command: Sequence[str | Path], log_name: str | None = None
    ) -> subprocess.Popen[bytes]:
        """Starts a program on this desktop; it is ended, with its children, at the end.

        Args:
            command: Program and arguments.
            log_name: The file under `log(...)` that gets its output; the program's name if None.
        """
        name = log_name or Path(command[0]).name
        with self._log_file(name).open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def log(self, name: str) -> str:
        """What a started program wrote so far."""
        return self._log_file(name).read_text(errors="replace")

    def xdotool(self, *arguments: object, timeout_s: float = 20.0) -> str:
        """Runs xdotool and returns what it printed."""
        done = subprocess.run(
            ["xdotool", *(str(argument) for argument in arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        return done.stdout.strip()

    def wait_for_window(self, title_pattern: str, timeout_s: float = 20.0) -> int:
        """Waits for a visible window whose title matches; returns its number."""

        def first() -> int | None:
            found = self.xdotool("search", "--onlyvisible", "--name", title_pattern).split()
            return int(found[0]) if found else None

        return wait_until(first, f"window titled {title_pattern!r}", timeout_s)

    def box(self, window: int) -> Box:
        """Where a window is."""
        lines = self.xdotool("getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        return Box(*(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))

    def place(self, window: int, box: Box) -> None:
        """Moves and resizes a window."""
        self.xdotool("windowsize", "--sync", window, box.width, box.height)
        self.xdotool("windowmove", "--sync", window, box.x, box.y)

    def click(self, at: Point, times: int = 1, button: int = 1) -> None:
        """Clicks; two times make a double click."""
        self.xdotool("mousemove", *at, "sleep", "0.1")
        self.xdotool("click", "--repeat", times, "--delay", 120, button)

    def drag(self, source: Point, target: Point) -> None:
        """Drags with the left button, as slowly as a hand would.

        The pauses are the gesture itself: Qt and GTK start and answer a drag on motion events, and
        the target needs one more motion before the drop.
        """
        self.xdotool("mousemove", *source)
        time.sleep(0.1)
        self.xdotool("mousedown", 1)
        time.sleep(0.15)
        for step in (4, 8, 12, 16, 20):
            self.xdotool("mousemove", source[0] + step, source[1] + step // 2)
            time.sleep(_DRAG_STEP_S)
        for tenth in range(1, 11):
            x = source[0] + (target[0] - source[0]) * tenth // 10
            y = source[1] + (target[1] - source[1]) * tenth // 10
            self.xdotool("mousemove", x, y)
            time.sleep(_DRAG_STEP_S)
        self.xdotool("mousemove", target[0] + 1, target[1])
        time.sleep(0.3)
        self.xdotool("mouseup", 1)

    def screenshot(self, target: Path) -> Path:
        """Saves a picture of the whole screen."""
        require_programs(["import"])
        subprocess.run(
            ["import", "-window", "root", str(target)], env=self.environment, check=True, timeout=30
        )
        return target

    def close(self) -> None:
        """Ends everything that was started, the last first."""
        while self._processes:
            end_process_group(self._processes.pop())

    def _base_environment(self, runtime_dir: Path) -> dict[str, str]:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("XDG_", "WAYLAND_", "DBUS_", "QT_QPA_", "AT_SPI_"))
        }
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime_dir),
            "XDG_SESSION_TYPE": "x11",
            "QT_QPA_PLATFORM": "xcb",
            "NO_AT_BRIDGE": "0",
        }

    def _start_x(self, size: tuple[int, int]) -> str:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size[0]}x{size[1]}x24"]
        with self._log_file("Xvfb").open("wb") as log:
            server = subprocess.Popen(
                # without -noreset the server starts anew, and throws the window manager out, when
                # the first question whether it is there ends before it has connected
                [*command, "-nolisten", "tcp", "-noreset"],
                env=self.environment,
                pass_fds=(writing,),
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(server)
        os.close(writing)
        with os.fdopen(reading) as stream:
            number = stream.readline().strip()
        assert number, f"Xvfb did not start: {self.log('Xvfb')}"
        return f":{number}"

    def _start_bus(self) -> str:
        command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
        with self._log_file("dbus").open("wb") as log:
            bus = subprocess.Popen(
                command,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(bus)
        assert bus.stdout is not None
        address = bus.stdout.readline().decode().strip()
        assert address, f"dbus-daemon did not start: {self.log('dbus')}"
        return address

    def _has_window_manager(self) -> bool:
        asked = subprocess.run(
            ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return "window id" in asked.stdout

    def _log_file(self, name: str) -> Path:
        return self._folder / f"{name}.log"


@contextlib.contextmanager
def running_desktop(size: tuple[int, int] = (1280, 800)) -> Iterator[Desktop]:
    """A desktop for the time of a with block; skips the test where a part of it is missing."""
    require_programs(_PROGRAMS)
    folder = Path(tempfile.mkdtemp(prefix="mgd-desk-"))
    desktop = Desktop(folder)
    try:
        desktop.power_on(size)
        yield desktop
    finally:
        desktop.close()
        shutil.rmtree(folder, ignore_errors=True)
