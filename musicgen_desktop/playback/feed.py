# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feed: what a backend pulls from: the source from where it plays, at its volume, without clicks.

Thread-safe: the player changes it on the GUI thread while a backend pulls on its own. Not for:
devices (see the backends).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from musicgen_desktop.audio.clip import Samples
from musicgen_desktop.playback.source import Source

RAMP_FRAMES = 353
"""8 ms at 44.1 kHz: the length of every change of level, so that nothing clicks."""
PREROLL_FRAMES = 66_150
"""1.5 s that must be decoded ahead before sound begins, so that it then goes on without gaps."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a feed stood at one moment; a backend can go back to it.

    Attributes:
        frame: Of the source.
        level: Gain at that moment.
        is_ended: Whether the source had ended.
        seeks: How many wishes to seek had been carried out.
    """

    frame: int
    level: float
    is_ended: bool
    seeks: int


class Feed:
    """A source with a play head, a level and a loop.

    Args:
        source: What plays.
        frame: Where it starts.
        level: Gain, 1.0 = as recorded.
    """

    def __init__(self, source: Source, frame: int = 0, level: float = 1.0) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._frame = frame
        self._seek_frame = frame
        self._seeks_wanted = 0
        self._seeks_done = 0
        self._level = 0.0
        self._target = level
        self._is_playing = False
        self._is_looping = False
        self._is_ended = False
        self._is_waiting = True

    @property
    def source(self) -> Source:
        """What plays."""
        return self._source

    @property
    def is_ended(self) -> bool:
        """Whether the last frame was pulled, without loop."""
        return self._is_ended

    def mark(self) -> Mark:
        """Where it stands."""
        with self._lock:
            return Mark(self._frame, self._level, self._is_ended, self._seeks_done)

    def go_back_to(self, mark: Mark) -> None:
        """Undoes the pulls since a mark; a seek carried out since is carried out again."""
        with self._lock:
            self._frame, self._level, self._is_ended = mark.frame, mark.level, mark.is_ended
            self._seeks_done = mark.seeks

    def set_playing(self, is_playing: bool) -> None:
        """Fades in or out and stands still there."""
        with self._lock:
            self._is_playing = is_playing

    def set_level(self, level: float) -> None:
        """Fades to another gain."""
        with self._lock:
            self._target = level

    def set_looping(self, is_looping: bool) -> None:
        """Whether the end goes on at the start, without a gap."""
        with self._lock:
            self._is_looping = is_looping

    def seek(self, frame: int) -> None:
        """Fades out, goes to the frame and fades in."""
        with self._lock:
            self._seek_frame = frame
            self._seeks_wanted += 1
            if not self._is_playing or self._level == 0.0:
                self._jump()

    def pull(self, frames: int) -> Samples:
        """The next frames, float32 (frames, 2); silence where nothing plays or is decoded yet."""
        out = np.zeros((frames, 2), dtype=np.float32)
        with self._lock:
            done = 0
            while done < frames:
                count = self._pull_some(out, done, frames)
                if count == 0:
                    break
                done += count
        return out

    def _pull_some(self, out: Samples, at: int, end: int) -> int:
        """Fills a stretch with one level ramp or one steady level; 0 when nothing comes."""
        is_seeking = self._seeks_done < self._seeks_wanted
        if is_seeking and self._level == 0.0:
            self._jump()
            is_seeking = False
        wanted = self._target if self._is_playing and not is_seeking else 0.0
        if self._level == 0.0 and wanted == 0.0:
            return 0
        is_ramp = self._level != wanted
        block = self._next_block(min(end - at, RAMP_FRAMES) if is_ramp else end - at)
        if len(block) == 0:
            return 0
        if is_ramp:
            levels = np.linspace(self._level, wanted, len(block), dtype=np.float32)
            out[at : at + len(block)] = block * levels[:, None]
            self._level = wanted
        else:
            out[at : at + len(block)] = block * np.float32(self._level)
        return len(block)

    def _next_block(self, frames: int) -> Samples:
        """Reads on, going round in a loop; empty at the end and while decoding lags behind."""
        if self._frame >= self._source.frames > 0 and self._is_looping:
            self._frame = 0
        if self._is_waiting and not self._has_preroll():
            return self._source.read(self._frame, 0)
        block = self._source.read(self._frame, frames)
        self._frame += len(block)
        self._is_waiting = len(block) < frames and self._frame < self._source.frames
        at_end = self._frame >= self._source.frames
        if at_end and not self._is_looping and len(block) == 0:
            self._is_ended = True
            self._level = 0.0
        return block

    def _has_preroll(self) -> bool:
        return self._source.ready_frames >= min(self._frame + PREROLL_FRAMES, self._source.frames)

    def _jump(self) -> None:
        last = max(0, self._source.frames - 1)
        self._frame = max(0, min(self._seek_frame, last))
        self._seeks_done = self._seeks_wanted
        self._is_ended = False
        self._is_waiting = True
