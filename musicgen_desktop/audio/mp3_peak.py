# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The true peak that an MP3 has once it is decoded, measured while it is written.

Encoding keeps one core busy; decoding what is on the disk already goes beside it. Not for: writing
(see codec).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from musicgen_desktop.audio import ffmpeg, raw
from musicgen_desktop.audio.dynamics import TruePeakMeter

_CHUNK_BYTES = 1 << 17
_WAIT_S = 0.02
_ARGUMENTS = ("-f", "mp3", "-i", "pipe:0", "-ac", "2", "-f", "f32le", "pipe:1")


class PeakFollower:
    """Follows a file that is being written; a context manager around the writing.

    Args:
        path: The file; it needn't be there yet.
        check: Called often; raises to stop.
    """

    def __init__(self, path: Path, check: Callable[[], None]) -> None:
        self._path = path
        self._check = check
        self._is_written = threading.Event()
        self._is_given_up = threading.Event()
        self._pool = ThreadPoolExecutor(1, "peak")
        self._peak_db: Future[float] | None = None

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        self._peak_db = self._pool.submit(self._measure)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._is_given_up.set()
        self._is_written.set()
        self._pool.shutdown()

    def peak_dbtp(self) -> float:
        """The highest true peak of the whole file; after the writing.

        Raises:
            AudioFileError: It can't be decoded.
        """
        if self._peak_db is None:
            raise RuntimeError("nothing was followed")
        return self._peak_db.result()

    def _measure(self) -> float:
        meter = TruePeakMeter()
        rest = b""
        for chunk in ffmpeg.through(_ARGUMENTS, self._chunks(), self._check):
            data = rest + chunk
            whole = len(data) // raw.FRAME_BYTES * raw.FRAME_BYTES
            rest = data[whole:]
            frames = np.frombuffer(data[:whole], dtype="<f4").reshape(-1, 2)
            meter.push(np.ascontiguousarray(frames.T, dtype=np.float32))
        return meter.peak_dbtp

    def _chunks(self) -> Iterator[bytes]:
        """What is in the file, and what comes into it, until it is written."""
        while not self._path.exists():
            if self._is_written.wait(_WAIT_S):
                break
        if self._is_given_up.is_set() or not self._path.exists():
            return
        with self._path.open("rb") as file:
            while not self._is_given_up.is_set():
                was_written = self._is_written.is_set()
                chunk = file.read(_CHUNK_BYTES)
                if chunk:
                    yield chunk
                elif was_written:
                    return
                else:
                    self._is_written.wait(_WAIT_S)
