# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawings of files and folders in Qt's own file dialog, in the colours of the look.

Not for: its buttons, whose drawings the style sheet names.
"""

from __future__ import annotations

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QFileIconProvider

from musicgen_desktop.gui import icons


class FileIcons(QFileIconProvider):
    """Three drawings for everything; made ahead, since Qt asks on a thread of its own.

    Args:
        palette: Of the window.
    """

    def __init__(self, palette: QPalette) -> None:
        super().__init__()
        role = QPalette.ColorRole.PlaceholderText
        self._file = icons.palette_icon("file", palette, role)
        self._folder = icons.palette_icon("folder", palette, role)
        self._computer = icons.palette_icon("computer", palette, role)

    def icon(self, what: QFileIconProvider.IconType | QFileInfo) -> QIcon:
        """The drawing for a file, or for a kind of place."""
        if isinstance(what, QFileInfo):
            return self._folder if what.isDir() else self._file
        kinds = QFileIconProvider.IconType
        if what in (kinds.Computer, kinds.Desktop, kinds.Drive, kinds.Network):
            return self._computer
        return self._file if what is kinds.File else self._folder
