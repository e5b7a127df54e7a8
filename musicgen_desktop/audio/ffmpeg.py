# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds and runs ffmpeg, which the program brings along.

Searched in this order: `$MUSICGEN_FFMPEG`, the bundled one (imageio-ffmpeg), PATH. Not for:
deciding how something is encoded (see codec).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from musicgen_desktop.errors import AudioFileError

_QUIET = ("-v", "error", "-nostdin")
_READ_BYTES = 1 << 19
_STOP_S = 2.0
_POLL_S = 0.05
MOST_COMPLAINTS = 20
"""A scratch here and there can be lived with; ffmpeg complains once per frame."""


def find() -> str:
    """The path of ffmpeg.

    Raises:
        AudioFileError: There is none.
    """
    named = os.environ.get("MUSICGEN_FFMPEG", "")
    if named and Path(named).is_file():
        return named
    import imageio_ffmpeg

    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        found = shutil.which("ffmpeg")
        if found is None:
            raise AudioFileError(
                "The program's MP3 encoder (ffmpeg) is missing.",
                "Install the program again, or install ffmpeg.",
            ) from error
        return found


def _start(
    arguments: Sequence[str], *, feed: bool, fetch: bool | None = None
) -> subprocess.Popen[bytes]:
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    quiet = [option for option in _QUIET if not (feed and option == "-nostdin")]
    return subprocess.Popen(
        [find(), *quiet, *arguments],
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.PIPE if (not feed if fetch is None else fetch) else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        creationflags=flags,
    )


class _ErrorText:
    """Reads what a process says on its error stream, so that it never blocks on it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._lines: list[bytes] = []
        self.count = 0
        self._thread = threading.Thread(target=self._read, name="ffmpeg-errors", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        if self._process.stderr is not None:
            for line in self._process.stderr:
                self._lines = [*self._lines[-19:], line]
                self.count += 1

    def text(self) -> str:
        self._thread.join(_STOP_S)
        return b"".join(self._lines).decode("utf-8", "replace").strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that isn't wanted any more, and closes its pipes."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:  # unsent data of a process that is gone
                continue


def feed(arguments: Sequence[str], chunks: Iterable[bytes], check: Callable[[], None]) -> None:
    """Runs ffmpeg with data on its standard input.

    Args:
        arguments: Without the program.
        chunks: What it reads.
        check: Called before each chunk and while ffmpeg finishes; raises to stop.

    Raises:
        AudioFileError: ffmpeg failed.
    """
    process = _start(arguments, feed=True)
    errors = _ErrorText(process)
    try:
        _send(process, chunks, check)
        _wait(process, check)
        if process.returncode != 0:
            raise failed(errors.text())
    finally:
        _end(process)


def _send(
    process: subprocess.Popen[bytes], chunks: Iterable[bytes], check: Callable[[], None]
) -> None:
    if process.stdin is None:
        return
    try:
        for chunk in chunks:
            check()
            process.stdin.write(chunk)
        process.stdin.close()
    except OSError as error:
        if process.wait() == 0:
            raise AudioFileError("Writing the sound file failed.", "Try again.") from error
        # ffmpeg ended early: its own words, read by the caller, say why


def fetch(arguments: Sequence[str], check: Callable[[], None]) -> Iterator[bytes]:
    """Runs ffmpeg and gives what it writes to its standard output, in chunks.

    Raises:
        AudioFileError: ffmpeg failed, or complained so often that what it gives is noise.
    """
    process = _start(arguments, feed=False)
    errors = _ErrorText(process)
    try:
        for chunk in _chunks(process, check):
            yield chunk
            if errors.count > MOST_COMPLAINTS:
                raise failed(errors.text())
        words = errors.text()  # waits for the last of them
        if process.wait() != 0 or errors.count > MOST_COMPLAINTS:
            raise failed(words)
    finally:
        _end(process)


def _chunks(process: subprocess.Popen[bytes], check: Callable[[], None]) -> Iterator[bytes]:
    """What a running ffmpeg writes to its standard output, until it closes it."""
    while process.stdout is not None:
        check()
        chunk = process.stdout.read(_READ_BYTES)
        if not chunk:
            return
        yield chunk


def through(
    arguments: Sequence[str], chunks: Iterable[bytes], check: Callable[[], None]
) -> Iterator[bytes]:
    """Runs ffmpeg with data on its standard input, and gives what it makes of them.

    Args:
        arguments: Without the program.
        chunks: What it reads; taken on a thread of its own.
        check: Called before each chunk that is given; raises to stop.

    Raises:
        AudioFileError: ffmpeg failed.
    """
    process = _start(arguments, feed=True, fetch=True)
    errors = _ErrorText(process)

    def send() -> None:
        with contextlib.suppress(AudioFileError):  # an early end shows in the exit code
            _send(process, chunks, lambda: None)

    sender = threading.Thread(target=send, name="ffmpeg-input", daemon=True)
    sender.start()
    try:
        yield from _chunks(process, check)
        words = errors.text()
        if process.wait() != 0:
            raise failed(words)
    finally:
        if process.poll() is None:
            process.kill()
        sender.join(_STOP_S)
        _end(process)


def convert(arguments: Sequence[str], check: Callable[[], None]) -> None:
    """Runs ffmpeg from file to file.

    Args:
        arguments: Without the program.
        check: Called every 50 ms; raises to stop.

    Raises:
        AudioFileError: ffmpeg failed, or complained of the source even once.
    """
    process = _start(arguments, feed=False)
    errors = _ErrorText(process)
    try:
        _wait(process, check)
        words = errors.text()
        if process.returncode != 0 or errors.count:
            raise failed(words)
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], check: Callable[[], None]) -> None:
    while True:
        try:
            process.wait(_POLL_S)
            return
        except subprocess.TimeoutExpired:
            check()


def failed(words: str) -> AudioFileError:
    """The error for what ffmpeg said."""
    reason = words.splitlines()[-1] if words else "no reason given"
    return AudioFileError(
        "The sound file couldn't be converted ({reason}).",
        "Check that there is space on the disk and that the file is a sound file.",
        reason=reason[-200:],
    )
