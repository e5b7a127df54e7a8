# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One window per profile: a second start brings the first one's window to the front.

Two programs on one queue would each take the other's jobs for interrupted ones and make them twice.
The lock is the system's own, so that it goes with its program however that ends. Not for: the
command line, which has no queue. A second start may hand over files to open: each knocks with a
file of its own that names them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from musicgen_desktop.files import is_alive, write_atomically

_KNOCK = "knock-"
_STEP_S = 0.05
_PATIENCE_S = 5.0


class OneWindow(QObject):
    """The right to show the window of a profile.

    Args:
        folder: Of the profile; lock and knock are in it.

    Signals:
        knocked: The program was started once more: its user wants to see this window.
        files_handed(list[Path]): It was started with these files.
    """

    knocked = Signal()
    files_handed = Signal(list)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._knock = folder / f"{_KNOCK}{os.getpid()}"
        self._lock: IO[bytes] | None = None
        self._watcher: QFileSystemWatcher | None = None

    def claim(self, patience_s: float = _PATIENCE_S, files: Sequence[Path] = ()) -> bool:
        """Takes the right, or has the window shown that is there already.

        A program that is just closing is waited for. Where the profile can't be written or its
        disk knows no locks the right is given: opening the profile tells what is wrong.

        Args:
            patience_s: How long to wait for the other program to close or to answer.
            files: What that window is to open.

        Returns:
            Whether this program shows the window.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self._folder / "lock").open("ab")
        except OSError:
            return True
        if _is_locked_now(self._lock) or self._wait_at_the_door(patience_s, files):
            self._listen()
            return True
        self.release()
        return False

    def release(self) -> None:
        """Gives the right back."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _wait_at_the_door(self, patience_s: float, files: Sequence[Path]) -> bool:
        assert self._lock is not None
        end = time.monotonic() + patience_s
        with contextlib.suppress(OSError):
            write_atomically(self._knock, b"\0".join(os.fsencode(file) for file in files))
        while time.monotonic() < end and self._knock.exists():
            time.sleep(_STEP_S)
            if _is_locked_now(self._lock):
                with contextlib.suppress(OSError):
                    self._knock.unlink(missing_ok=True)
                return True
        return False

    def _listen(self) -> None:
        for knock in self._knocks():  # nobody waits any more behind those of dead programs
            pid = knock.name.removeprefix(_KNOCK)
            if not (pid.isdecimal() and is_alive(int(pid))):
                with contextlib.suppress(OSError):
                    knock.unlink(missing_ok=True)
        self._watcher = QFileSystemWatcher([str(self._folder)], self)
        self._watcher.directoryChanged.connect(self._on_folder_changed)
        QTimer.singleShot(0, self, self._answer)  # who knocked while the lock changed hands

    @Slot(str)
    def _on_folder_changed(self, _folder: str) -> None:
        self._answer()

    @Slot()
    def _answer(self) -> None:
        for knock in self._knocks():
            try:
                named = knock.read_bytes()
                knock.unlink()
            except OSError:
                continue
            self.knocked.emit()
            files = [Path(os.fsdecode(name)) for name in named.split(b"\0") if name]
            if files:
                self.files_handed.emit(files)

    def _knocks(self) -> list[Path]:
        return sorted(self._folder.glob(f"{_KNOCK}*"))


def _is_locked_now(file: IO[bytes]) -> bool:
    """Takes the lock where nobody else holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # no locks on this disk
    return True
