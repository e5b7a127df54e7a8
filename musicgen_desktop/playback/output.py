# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the backend: the first that has a device, or the one that the settings name.

Not for: what is played (see player).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from musicgen_desktop import log
from musicgen_desktop.errors import PlaybackError

if TYPE_CHECKING:
    from musicgen_desktop.playback.backend import Backend
    from musicgen_desktop.playback.feed import Feed

BACKENDS = ("qt", "simpleaudio", "silent")
"""In the order in which auto tries them."""

_LOGGER = log.topic("playback")


def preload() -> None:
    """Imports what the first play needs; called on a background thread once the window shows."""
    import musicgen_desktop.playback.feed
    import musicgen_desktop.playback.qt_backend
    import musicgen_desktop.playback.source  # noqa: F401 - the import is the purpose


def open_first(
    choice: str, feed: Feed, parent: QObject
) -> tuple[Backend | None, PlaybackError | None]:
    """Opens a device for a feed.

    Args:
        choice: auto, or one of `BACKENDS`.
        feed: What it will pull from.
        parent: Owns the Qt objects.

    Returns:
        The started backend or None, and what the user should be told: why nothing can be heard,
        or None where sound comes out.
    """
    problem: PlaybackError | None = None
    for name in BACKENDS if choice == "auto" else (choice,):
        backend = _make(name, parent)
        try:
            backend.start(feed)
        except PlaybackError as error:
            problem = problem or error
            continue
        _LOGGER.info("playing through %s", name)
        return backend, problem if name == "silent" else None
    return None, problem


def _make(name: str, parent: QObject) -> Backend:
    if name == "qt":
        from musicgen_desktop.playback.qt_backend import QtBackend

        return QtBackend(parent)
    if name == "simpleaudio":
        from musicgen_desktop.playback.simpleaudio_backend import SimpleaudioBackend

        return SimpleaudioBackend()
    from musicgen_desktop.playback.silent_backend import SilentBackend

    return SilentBackend()
