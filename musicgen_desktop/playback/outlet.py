# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The device that a player is heard through: opened late, let go early, looked for anew.

While no device is found the silent backend stands in, and every new play looks again. Not for: the
order of the backends (see output) or what is played (see player).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from musicgen_desktop.playback import output

if TYPE_CHECKING:
    from musicgen_desktop.errors import PlaybackError
    from musicgen_desktop.playback.backend import Backend
    from musicgen_desktop.playback.feed import Feed


class Outlet:
    """At most one open backend.

    Args:
        choice: auto, or one of `output.BACKENDS`.
        parent: Owns the Qt objects.

    Attributes:
        problem: Why nothing can be heard, as far as the last opening showed.
    """

    def __init__(self, choice: str, parent: QObject) -> None:
        self._choice = choice
        self._parent = parent
        self._backend: Backend | None = None
        self.problem: PlaybackError | None = None

    @property
    def name(self) -> str:
        """Name of the backend in use, or "" while none is open."""
        return "" if self._backend is None else self._backend.name

    @property
    def is_open(self) -> bool:
        """Whether something pulls."""
        return self._backend is not None

    def choose(self, choice: str) -> None:
        """Takes another backend from the next opening on."""
        self._choice = choice

    def open(self, feed: Feed) -> bool:
        """Opens a device, unless one is open; a stand-in gives way to a device that came.

        Returns:
            Whether something pulls from the feed now; else `problem` says why not.
        """
        if self._backend is not None and self.problem is None:
            return True
        self.close()
        self._backend, self.problem = output.open_first(self._choice, feed, self._parent)
        return self._backend is not None

    def close(self) -> None:
        """Lets go of the device."""
        if self._backend is not None:
            self._backend.stop()
            self._backend = None

    def feed_changed(self) -> None:
        """The feed was seeked, paused or changed in level."""
        if self._backend is not None:
            self._backend.feed_changed()

    def heard_frame(self) -> int:
        """The frame that is heard now; 0 while nothing is open."""
        return 0 if self._backend is None else self._backend.heard_frame()

    def is_working(self) -> bool:
        """Whether the device still takes sound."""
        return self._backend is not None and self._backend.is_working()
