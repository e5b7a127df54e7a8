# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices that the library folder goes away, comes back, or was changed by another program.

It looks every few seconds whether the folder is there, and at the folder itself when the user comes
back to the window. File system events would miss network drives and unmounting. Not for: what is in
the folder (see library.scanner).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from musicgen_desktop.gui.background import Background

if TYPE_CHECKING:
    from musicgen_desktop.library.library import Library

_EVERY_MS = 2000
_CLOSE_WAIT_MS = 200


class FolderWatch(QObject):
    """Watches one library folder.

    Args:
        library: Whose.

    Signals:
        went_away: The folder isn't there any more.
        changed: It is there, and may hold other files than the list knows.
    """

    went_away = Signal()
    changed = Signal()

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._background = Background(1, self)
        self._is_away = False
        self._changed_ns = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_watching(self) -> bool:
        """Whether it has looked once."""
        return self._timer.isActive() and self._background.is_idle

    def start(self) -> None:
        """Looks at the folder now and from now on."""
        self._background.start(self._state, self._remember)
        self._timer.start()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state_changed)

    def close(self) -> None:
        """Looks no more."""
        self._timer.stop()
        self._background.close(_CLOSE_WAIT_MS)

    @Slot()
    def look(self) -> None:
        """Looks whether the folder is there; a look that still hangs isn't joined by another."""
        if self._background.is_idle:
            self._background.start(self._state, self._on_looked)

    @Slot()
    def look_closely(self) -> None:
        """Looks as well whether files came or went."""
        if self._background.is_idle:
            self._background.start(self._state, self._on_looked_closely)

    @Slot(Qt.ApplicationState)
    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look_closely()

    def _state(self) -> tuple[bool, int]:
        """On the pool thread: whether the folder is away, and when it was changed."""
        if self._library.is_away():
            return True, 0
        try:
            return False, self._library.folder.stat().st_mtime_ns
        except OSError:
            return True, 0

    def _on_looked(self, state: tuple[bool, int]) -> None:
        before = self._is_away
        self._remember((state[0], self._changed_ns))
        if state[0] and not before:
            self.went_away.emit()
        elif before and not state[0]:
            self._remember(state)
            self.changed.emit()

    def _on_looked_closely(self, state: tuple[bool, int]) -> None:
        if state[0] or self._is_away:
            self._on_looked(state)
        elif state[1] != self._changed_ns:
            self._remember(state)
            self.changed.emit()

    def _remember(self, state: tuple[bool, int]) -> None:
        self._is_away, self._changed_ns = state
