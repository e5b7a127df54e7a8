# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts changed settings into force: stores them, and tells who has to react.

Not for: showing them (see settings_dialog).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.settings import Settings

if TYPE_CHECKING:
    from musicgen_desktop.services import Services


class SettingsKeeper(QObject):
    """The settings in force.

    Signals:
        changed(Settings): New settings are in force.
        theme_chosen(str), backend_chosen(str): These two changed.
        library_moved(old folder): It is another one: the library must be opened anew.
        failed(message, hint): They are in force, but could not be stored.
    """

    changed = Signal(object)
    theme_chosen = Signal(str)
    backend_chosen = Signal(str)
    library_moved = Signal(str)
    failed = Signal(str, str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._services.settings

    @Slot(object)
    def apply(self, settings: Settings) -> None:
        """Puts settings into force."""
        before = self._services.settings
        if settings == before:
            return
        self._services.settings = settings
        try:
            self._services.settings_store.save(settings)
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
        if settings.theme != before.theme:
            self.theme_chosen.emit(settings.theme)
        if settings.backend != before.backend:
            self.backend_chosen.emit(settings.backend)
        self.changed.emit(settings)
        if settings.library_dir != before.library_dir:
            self.library_moved.emit(before.library_dir)
