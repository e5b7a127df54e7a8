# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line says: results on standard output, progress and messages on standard error.

Not for: deciding what to say (see the other cli modules).
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from musicgen_desktop.errors import MusicGenError

_BAR_CELLS = 24


def prepare_streams() -> None:
    """Makes sure that no text can fail to be printed: titles are in any script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def result(text: str) -> None:
    """Prints a line of the result."""
    print(text)


def result_json(value: Any) -> None:
    """Prints a result as JSON, readable by people too."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    plain = encoding.lower().replace("-", "") != "utf8"
    print(json.dumps(value, ensure_ascii=plain, indent=2, allow_nan=False))


def readable(text: str) -> str:
    """An argument in which bytes that are no UTF-8 have become “�”."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def message(text: str) -> None:
    """Prints a message for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """A length as minutes and seconds: `1:05`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def silence_stdout() -> None:
    """Sends what is still unwritten nowhere, after the reader of the pipe has gone."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def require_writable(targets: Iterable[Path]) -> None:
    """Makes the folders of the files to come, before any work is done for nothing.

    Raises:
        MusicGenError: One of them can't be written.
    """
    for target in targets:
        try:
            _require_writable(target)
        except OSError as error:
            raise MusicGenError(
                "“{path}” can’t be written: {reason}.",
                "Choose another place.",
                path=target,
                reason=error.strerror or error,
            ) from error


def _require_writable(target: Path) -> None:
    if target.exists() and not target.is_file():
        number = errno.EISDIR if target.is_dir() else errno.EINVAL
        raise OSError(number, "it isn’t a file")
    if target.parent.exists() and not target.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"“{target.parent.name}” isn’t a folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=target.parent):
        pass


class ProgressLine:
    """Shows how far something is: a bar on a terminal, a line per stage elsewhere.

    Args:
        title: What is being made.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""
        self._stage = ""

    def show(self, stage: str, fraction: float, left_s: float | None = None) -> None:
        """Says that the whole is done to `fraction` (0 to 1) and what is being done."""
        if self._is_terminal:
            self._draw(stage, fraction, left_s)
        elif stage != self._stage:
            self._stage = stage
            message(f"{self._title}: {stage}")

    def end(self) -> None:
        """Removes the bar."""
        if self._shown:
            sys.stderr.write("\r" + " " * len(self._shown) + "\r")
            sys.stderr.flush()
            self._shown = ""

    def _draw(self, stage: str, fraction: float, left_s: float | None) -> None:
        cells = round(_BAR_CELLS * min(max(fraction, 0.0), 1.0))
        bar = "█" * cells + "·" * (_BAR_CELLS - cells)
        left = "" if left_s is None else f", {max(1, round(left_s))} s left"
        text = f"{bar} {fraction:4.0%} {stage}{left}  {self._title}"
        text = text[: shutil.get_terminal_size().columns - 1]
        if text != self._shown:
            sys.stderr.write("\r" + text.ljust(len(self._shown)))
            sys.stderr.flush()
            self._shown = text


@contextlib.contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turns the first interruption (Ctrl+C, SIGTERM) into a wish to cancel.

    The second Ctrl+C raises KeyboardInterrupt.

    Yields:
        A function that tells whether there was one.
    """
    asked = threading.Event()

    def on_signal(_number: int, _frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.signal(number, on_signal) for number in _stop_signals()}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop_signals() -> list[signal.Signals]:
    return [signal.SIGINT, signal.SIGTERM]
