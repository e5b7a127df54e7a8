# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on a pool of its own, whose result comes back on the GUI thread.

One pool per purpose: quick writes of the library, long writes of exports, reads of waveforms. Not
for: making tracks (see jobs).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from musicgen_desktop.errors import Cancelled, MusicGenError

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[MusicGenError], None]


class _Task(QRunnable):
    """One piece of work; it owns no QObject, it is handed a signal's emit."""

    def __init__(self, number: int, work: Work, report: Callable[[int, Any, Any], None]) -> None:
        super().__init__()
        self._number = number
        self._work = work
        self._report = report

    def run(self) -> None:
        """Called by the pool."""
        result, trouble = None, None
        try:
            result = self._work()
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: told on the GUI's
            trouble = error
        # at the end of the program the owner may be gone before its work is: nobody to tell
        with contextlib.suppress(RuntimeError):
            self._report(self._number, result, trouble)


class Background(QObject):
    """A pool of threads for one purpose.

    Args:
        threads: How many; one keeps the order.
        parent: The owner; results for an owner that is gone are dropped.

    Signals:
        failed(message, hint): Something expected went wrong in work that takes no failures itself.
    """

    failed = Signal(str, str)
    _ended = Signal(int, object, object)

    def __init__(self, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._waiting: dict[int, tuple[Done | None, Failed | None]] = {}
        self._number = 0
        self._is_closed = False
        self._ended.connect(self._on_ended)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was started has been reported."""
        return not self._waiting

    def start(self, work: Work, done: Done | None = None, failed: Failed | None = None) -> None:
        """Does a piece of work.

        Args:
            work: Called on a pool thread; touches no QObject.
            done: Called on the GUI thread with the result.
            failed: Called on the GUI thread with an expected error; else the signal is sent.
        """
        if self._is_closed:
            return
        self._number += 1
        self._waiting[self._number] = (done, failed)
        self._pool.start(_Task(self._number, work, self._ended.emit))

    def close(self, wait_ms: int) -> None:
        """Takes nothing more and waits for what runs; nothing is reported any more."""
        self._is_closed = True
        self._waiting.clear()
        self._pool.waitForDone(wait_ms)

    @Slot(int, object, object)
    def _on_ended(self, number: int, result: object, error: object) -> None:
        done, failed = self._waiting.pop(number, (None, None))
        if self._is_closed or isinstance(error, Cancelled):
            return
        if isinstance(error, MusicGenError):
            if failed is not None:
                failed(error)
            else:
                self.failed.emit(error.message, error.hint)
        elif isinstance(error, BaseException):
            raise error  # a bug: told by the program's bug catcher
        elif done is not None:
            done(result)
