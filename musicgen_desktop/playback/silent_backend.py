# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backend for computers without a sound device: time passes, nothing is heard."""

from __future__ import annotations

import time
from collections.abc import Callable

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.playback.feed import Feed

_MOST_AT_ONCE_S = 1.0


class SilentBackend:
    """Pulls in real time and throws the sound away.

    Args:
        now: A monotonic clock in seconds.
    """

    name = "silent"

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._feed: Feed | None = None
        self._since_s = 0.0

    def start(self, feed: Feed) -> None:
        """See Backend."""
        self._feed = feed
        self._since_s = self._now()

    def feed_changed(self) -> None:
        """See Backend."""
        self._advance()

    def heard_frame(self) -> int:
        """See Backend."""
        self._advance()
        return 0 if self._feed is None else self._feed.mark().frame

    def is_working(self) -> bool:
        """See Backend."""
        return True

    def stop(self) -> None:
        """See Backend."""
        self._feed = None

    def _advance(self) -> None:
        if self._feed is None:
            return
        now_s = self._now()
        frames = int(min(now_s - self._since_s, _MOST_AT_ONCE_S) * SAMPLE_RATE)
        if frames > 0:
            self._since_s = now_s
            self._feed.pull(frames)
