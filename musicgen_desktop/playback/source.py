# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Source: PCM that can be read anywhere; TrackSource: a sound file, decoded in the background.

Not for: when it is read and how loud (see feed).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from musicgen_desktop import log
from musicgen_desktop.audio import codec, wholeness
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.errors import Cancelled, MusicGenError

_LOGGER = log.topic("playback")
_FULL_SCALE = 32_767.0
_SPARE_FRAMES = SAMPLE_RATE
"""Decoded lengths may differ a little from what the tags say."""


class Source(Protocol):
    """PCM at 44.1 kHz, stereo, readable at any place."""

    @property
    def frames(self) -> int:
        """Length; the best guess until everything is there."""

    @property
    def ready_frames(self) -> int:
        """Frames from the start that can be read now."""

    def read(self, start: int, frames: int) -> Samples:
        """At most `frames` frames from `start`, float32 (n, 2); fewer where not ready or ended."""


class PlayableSource(Source, Protocol):
    """A source that a player can play: one that says what is wrong with it."""

    @property
    def error(self) -> MusicGenError | None:
        """Why it can't go on, if it can't."""


class TrackSource:
    """A sound file, decoded once, in blocks, on a thread of its own; kept as 16-bit PCM.

    Args:
        path: The file; it is closed as soon as it is decoded.
        duration_s: Its length as far as known; memory is made for it.
    """

    def __init__(self, path: Path, duration_s: float) -> None:
        self.path = path
        self._room = int(duration_s * SAMPLE_RATE) + _SPARE_FRAMES
        self._pcm: npt.NDArray[np.int16] = np.zeros((self._room, 2), dtype=np.int16)
        self._ready = 0
        self._expected = int(duration_s * SAMPLE_RATE)
        self._is_complete = False
        self._is_released = threading.Event()
        self._error: MusicGenError | None = None
        self._thread = threading.Thread(target=self._decode, name="decoder", daemon=True)
        self._thread.start()

    @property
    def frames(self) -> int:
        """Length in frames; exact once it is complete."""
        return self._ready if self._is_complete else max(self._expected, self._ready)

    @property
    def ready_frames(self) -> int:
        """Frames that are decoded."""
        return self._ready

    @property
    def is_complete(self) -> bool:
        """Whether decoding has ended, well or badly."""
        return self._is_complete

    @property
    def error(self) -> MusicGenError | None:
        """Why it can't be decoded, if it can't."""
        return self._error

    def read(self, start: int, frames: int) -> Samples:
        """See Source."""
        end = min(start + frames, self._ready)
        block = self._pcm[max(0, start) : max(start, end)]
        return block.astype(np.float32) / np.float32(_FULL_SCALE)

    def release(self) -> None:
        """Stops decoding and lets go of the file; what is decoded stays readable."""
        self._is_released.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(2.0)

    def _decode(self) -> None:
        try:
            for block in codec.decode_blocks(self.path, check=self._check):
                self._take(block)
            if wholeness.is_short(self._ready / SAMPLE_RATE, self._expected / SAMPLE_RATE):
                self._error = codec.damaged(self.path)
        except Cancelled:
            pass
        except MusicGenError as error:
            self._error = error
        except Exception:  # the boundary: a bug in decoding ends one track, not the player
            _LOGGER.exception("decoding %s failed with a bug", self.path.name)
            self._error = MusicGenError("This track can't be played.", "See the log for why.")
        self._is_complete = True

    def _take(self, block: Samples) -> None:
        """Appends a block; a mono one goes to both sides."""
        needed = self._ready + len(block)
        if needed > self._room:
            self._room = max(needed, self._room * 3 // 2)
            grown = np.zeros((self._room, 2), dtype=np.int16)
            grown[: self._ready] = self._pcm[: self._ready]
            self._pcm = grown
        whole = np.clip(np.rint(block * np.float32(_FULL_SCALE)), -32_768, 32_767)
        self._pcm[self._ready : needed] = whole
        self._ready = needed

    def _check(self) -> None:
        if self._is_released.is_set():
            raise Cancelled
