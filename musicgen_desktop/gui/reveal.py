# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows files in the file manager.

Not for: the library folder as a whole (see window_actions).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusPendingCallWatcher

_SERVICE = "org.freedesktop.FileManager1"
_PATH = "/org/freedesktop/FileManager1"
_TIMEOUT_MS = 3000


class Reveal(QObject):
    """Asks the file manager, and opens the folder where it can't select files."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._watcher: QDBusPendingCallWatcher | None = None

    def show(self, file: Path) -> None:
        """Shows a file, selected in its folder."""
        self._folder = file.parent
        if sys.platform == "win32":
            QProcess.startDetached("explorer", [f"/select,{file}"])
        elif sys.platform == "darwin":
            QProcess.startDetached("open", ["-R", str(file)])
        else:
            self._ask_desktop(file)

    def _ask_desktop(self, file: Path) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            self._open_folder()
            return
        call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _SERVICE, "ShowItems")
        call.setArguments([[QUrl.fromLocalFile(str(file)).toString()], ""])
        self._watcher = QDBusPendingCallWatcher(bus.asyncCall(call, _TIMEOUT_MS), self)
        self._watcher.finished.connect(self._on_answered)

    @Slot()
    def _on_answered(self) -> None:
        if self._watcher is not None:
            is_error = self._watcher.isError()
            self._watcher.deleteLater()
            self._watcher = None
            if is_error:
                self._open_folder()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
