# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window remembers from start to start: geometry, open panels, number of takes.

An ini file that may be deleted at any time. Not for: settings (see the settings package).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

_GEOMETRY = "window/geometry"


class WindowState:
    """The remembered state.

    Args:
        file: The ini file.
    """

    def __init__(self, file: Path) -> None:
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray | None:
        """The window's geometry as `QWidget.saveGeometry` gave it; None at the first start."""
        value = self._store.value(_GEOMETRY)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue(_GEOMETRY, value)

    def flag(self, name: str, default: bool) -> bool:
        """A remembered yes or no."""
        return self.number(name, int(default)) != 0

    def set_flag(self, name: str, value: bool) -> None:
        """Remembers a yes or no."""
        self.set_number(name, int(value))

    def number(self, name: str, default: int) -> int:
        """A remembered whole number; the default where the file holds nonsense."""
        try:
            return int(str(self._store.value(name, default)))
        except ValueError:
            return default

    def set_number(self, name: str, value: int) -> None:
        """Remembers a whole number."""
        self._store.setValue(name, value)

    def save(self) -> None:
        """Writes the file now."""
        self._store.sync()
