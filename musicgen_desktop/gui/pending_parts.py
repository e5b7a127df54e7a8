# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for library view, job list and player bar until their modules are there.

Not for: keeping.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.library.library import Library
from musicgen_desktop.playback.player import Player
from musicgen_desktop.services import Services


class LibraryView(QWidget):
    """Stands in for the list of tracks."""

    settings_requested = Signal(str)
    make_again_requested = Signal(str)
    more_like_requested = Signal(str)
    message_posted = Signal(str, str)

    def __init__(self, services: Services, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    @Slot()
    def refresh(self) -> None:
        """Reads the library again."""

    @Slot()
    def focus_search(self) -> None:
        """Puts the cursor into the search."""

    @Slot()
    def play_next(self) -> None:
        """Plays the next track."""

    @Slot()
    def play_previous(self) -> None:
        """Plays the previous track."""


class JobList(QWidget):
    """Stands in for the list of jobs."""

    def __init__(self, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)


class PlayerBar(QWidget):
    """Stands in for the player's bar."""

    def __init__(self, player: Player, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
