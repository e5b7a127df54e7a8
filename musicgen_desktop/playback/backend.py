# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol of a backend: something that pulls from a feed and lets it be heard.

Not for: choosing one (see player).
"""

from __future__ import annotations

from typing import Protocol

from musicgen_desktop.playback.feed import Feed


class Backend(Protocol):
    """Lets a feed be heard. Used on the GUI thread only."""

    @property
    def name(self) -> str:
        """qt, simpleaudio or silent."""

    def start(self, feed: Feed) -> None:
        """Begins to pull.

        Raises:
            PlaybackError: There is no device, or it can't be opened.
        """

    def feed_changed(self) -> None:
        """The feed was seeked, paused or changed in level: it should be heard soon."""

    def heard_frame(self) -> int:
        """The source frame that is heard now."""

    def is_working(self) -> bool:
        """Whether the device still takes sound; False once it died."""

    def stop(self) -> None:
        """Stops pulling and lets go of the device."""
