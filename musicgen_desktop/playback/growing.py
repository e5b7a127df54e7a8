# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""GrowingSource: a track heard while it is made, which goes over to its file once that is there.

Not for: deciding what is heard early (see the window), nor decoding (see source).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples

if TYPE_CHECKING:
    from musicgen_desktop.errors import MusicGenError
    from musicgen_desktop.playback.source import TrackSource

RAMP_FRAMES = SAMPLE_RATE // 4
"""How long preview and file are heard together."""
_BEHIND_FRAMES = 2 * SAMPLE_RATE
"""A backend may pull anew what it pulled this long ago; only then the preview is let go."""
_FULL_SCALE = np.float32(32_767.0)


class GrowingSource:
    """See Source. Thread-safe: it grows on one thread and is read on another.

    Args:
        duration_s: Length of the whole track.
    """

    def __init__(self, duration_s: float) -> None:
        self._expected = int(duration_s * SAMPLE_RATE)
        self._pcm: npt.NDArray[np.int16] = np.zeros((self._expected, 2), dtype=np.int16)
        self._ready = 0
        self._file: TrackSource | None = None
        self._ramp_start = -1
        self._lock = threading.Lock()

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self._expected if self._file is None else self._file.frames

    @property
    def ready_frames(self) -> int:
        """Frames from the start that can be read now."""
        return self._ready if self._file is None else max(self._ready, self._file.ready_frames)

    @property
    def error(self) -> MusicGenError | None:
        """Why the file can't be decoded, if it can't."""
        return None if self._file is None else self._file.error

    def append(self, data: bytes) -> None:
        """Takes the next piece of the preview in: raw float32 stereo; what is too long is cut."""
        block = np.frombuffer(data, dtype="<f4").reshape(-1, 2)
        with self._lock:
            block = block[: len(self._pcm) - self._ready]
            whole = np.clip(np.rint(block * _FULL_SCALE), -32_768, 32_767)
            self._pcm[self._ready : self._ready + len(block)] = whole
            self._ready += len(block)

    def take_over(self, file: TrackSource) -> None:
        """Goes over to the finished file, at the place that is read next, by a ramp."""
        with self._lock:
            self._file = file

    def read(self, start: int, frames: int) -> Samples:
        """See Source."""
        with self._lock:
            if self._file is None:
                return self._preview(start, frames)
            return self._both(self._file, start, frames)

    def _preview(self, start: int, frames: int) -> Samples:
        end = min(start + frames, self._ready)
        return self._pcm[max(0, start) : max(start, end)].astype(np.float32) / _FULL_SCALE

    def _both(self, file: TrackSource, start: int, frames: int) -> Samples:
        after = file.read(start, frames)
        if self._ready == 0:
            return after
        before = self._preview(start, frames)
        if len(after) < len(before):
            return before  # the file isn't decoded that far yet
        if self._ramp_start < 0:
            self._ramp_start = start
        if start > self._ramp_start + RAMP_FRAMES + _BEHIND_FRAMES:
            self._let_go()
        at = np.arange(start, start + len(before), dtype=np.float32)
        share = np.clip((at - self._ramp_start) / RAMP_FRAMES, 0.0, 1.0)[:, None]
        mixed = after.copy()
        mixed[: len(before)] = before + (after[: len(before)] - before) * share
        return mixed

    def _let_go(self) -> None:
        self._ready = 0
        self._pcm = np.zeros((0, 2), dtype=np.int16)
