# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend on simpleaudio, for computers where QtMultimedia has no device (plain ALSA).

simpleaudio only plays a whole buffer and stops it. But its thread reads our memory while it plays,
so a long buffer of silence is started and filled just ahead of the play head; pausing, seeking and
volume rewrite what isn't heard yet. Not for: choosing when (see player).
"""

from __future__ import annotations

import importlib
import threading
import time
from collections import deque
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.errors import PlaybackError
from musicgen_desktop.playback.feed import Feed, Mark
from musicgen_desktop.startup_guard import simpleaudio_is_safe

_BUFFER_S = 300
_AHEAD_S = 0.6
_TAKEN_S = 0.2
"""What the device may have taken already: rewriting starts behind it."""
_DRAINED_S = 2.0  # a device that hangs must not keep the program
_DEVICE_DELAY_S = 0.03
_CHUNK = SAMPLE_RATE // 50
_SLEEP_S = 0.02


def load() -> ModuleType | None:
    """simpleaudio, or None where it is missing or would crash this Python."""
    if not simpleaudio_is_safe():
        return None
    try:
        return importlib.import_module("simpleaudio")
    except ImportError:
        return None


class SimpleaudioBackend:
    """Lets a feed be heard through simpleaudio."""

    name = "simpleaudio"

    def __init__(self) -> None:
        self._player: _BufferPlayer | None = None

    def start(self, feed: Feed) -> None:
        """See Backend."""
        self.stop()
        module = load()
        if module is None:
            raise PlaybackError(
                "The sound library simpleaudio isn't installed.", "Choose another sound output."
            )
        self._player = _BufferPlayer(module, feed)

    def feed_changed(self) -> None:
        """See Backend."""
        if self._player is not None:
            self._player.rewrite()

    def heard_frame(self) -> int:
        """See Backend."""
        return 0 if self._player is None else self._player.heard_frame()

    def is_working(self) -> bool:
        """See Backend."""
        return self._player is not None and self._player.is_working()

    def stop(self) -> None:
        """See Backend."""
        if self._player is not None:
            self._player.stop()
        self._player = None


class _BufferPlayer:
    """One long buffer after the other, filled ahead of the play head by a thread."""

    def __init__(self, module: ModuleType, feed: Feed) -> None:
        self._module = module
        self._feed = feed
        self._lock = threading.Lock()
        self._is_off = threading.Event()
        self._wants_rewrite = False
        self._failed = False
        self._marks: deque[tuple[int, Mark]] = deque(maxlen=500)
        self._begin()
        self._thread = threading.Thread(target=self._fill, name="simpleaudio", daemon=True)
        self._thread.start()

    def rewrite(self) -> None:
        self._wants_rewrite = True

    def heard_frame(self) -> int:
        head = self._head()
        with self._lock:
            place, mark = self._marks[0]
            for candidate in self._marks:
                if candidate[0] > head:
                    break
                place, mark = candidate
            following = [m.frame for p, m in self._marks if p > place]
        step = following[0] - mark.frame if following else 0
        inside = head - place
        return mark.frame + (min(inside, step) if step > 0 else 0)

    def is_working(self) -> bool:
        return not self._failed

    def stop(self) -> None:
        self._is_off.set()
        self._thread.join(1.0)
        self._buffer[:] = 0  # what simpleaudio still drains after stop is silence
        self._playing.stop()
        _outlast(self._playing)

    def _begin(self) -> None:
        """Starts a fresh buffer of silence."""
        self._buffer: npt.NDArray[np.int16] = np.zeros((_BUFFER_S * SAMPLE_RATE, 2), np.int16)
        self._filled = 0
        self._marks.clear()
        self._top_up(int((_TAKEN_S + _AHEAD_S) * SAMPLE_RATE))
        try:
            self._playing: Any = self._module.play_buffer(self._buffer, 2, 2, SAMPLE_RATE)
        except Exception as error:  # simpleaudio's own error class can't be imported ahead
            raise PlaybackError(
                "No sound device was found.",
                "Connect speakers or headphones, then press play again.",
            ) from error
        self._started_s = time.monotonic() + _DEVICE_DELAY_S

    def _head(self) -> int:
        return max(0, int((time.monotonic() - self._started_s) * SAMPLE_RATE))

    def _fill(self) -> None:
        while not self._is_off.wait(_SLEEP_S):
            head = self._head()
            if not self._playing.is_playing():
                self._failed = head < len(self._buffer) - SAMPLE_RATE
                if self._failed:
                    return
            if self._wants_rewrite:
                self._wants_rewrite = False
                self._go_back(head + int(_TAKEN_S * SAMPLE_RATE))
            self._top_up(head + int(_AHEAD_S * SAMPLE_RATE))
            if head >= len(self._buffer):
                self._renew()
                if self._failed:
                    return

    def _renew(self) -> None:
        try:
            self._begin()
        except PlaybackError:
            self._failed = True

    def _top_up(self, end: int) -> None:
        end = min(end, len(self._buffer))
        while self._filled < end:
            count = min(_CHUNK, end - self._filled)
            with self._lock:
                self._marks.append((self._filled, self._feed.mark()))
            block = self._feed.pull(count) * np.float32(32_767.0)
            self._buffer[self._filled : self._filled + count] = np.clip(block, -32_768, 32_767)
            self._filled += count

    def _go_back(self, place: int) -> None:
        """Forgets what was filled from `place` on, so that it is pulled anew."""
        with self._lock:
            target: tuple[int, Mark] | None = None
            while self._marks and self._marks[-1][0] >= place:
                target = self._marks.pop()
            if not self._marks and target is not None:
                self._marks.append(target)
        if target is None:
            return
        self._filled = target[0]
        self._feed.go_back_to(target[1])


def _outlast(playing: Any) -> None:
    """Keeps the interpreter up until simpleaudio's own thread is done with it.

    That thread takes the interpreter's lock once its sound has ended. Where this happens during
    the shutdown, Python 3.14 aborts; but it waits for threads like this one first.
    """
    threading.Thread(target=_wait_for_end, args=(playing,), name="simpleaudio's end").start()


def _wait_for_end(playing: Any) -> None:
    deadline_s = time.monotonic() + _DRAINED_S
    while playing.is_playing() and time.monotonic() < deadline_s:
        time.sleep(_SLEEP_S)
