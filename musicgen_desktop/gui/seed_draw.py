# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed of the next click: drawn anew for each, or locked.

Not for: showing it (see seed_edit).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.music.recipe import SEED_LIMIT, fresh_seed


class SeedDraw(QObject):
    """A seed and its lock.

    Signals:
        changed: The seed or the lock.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = fresh_seed()
        self._is_locked = False

    @property
    def value(self) -> int:
        """The seed of the first take of the next click."""
        return self._value

    @property
    def is_locked(self) -> bool:
        """Whether the next clicks use it again."""
        return self._is_locked

    @Slot(object)
    def choose(self, seed: int) -> None:
        """A seed of the user's own; it is locked by that."""
        self._value = max(0, min(SEED_LIMIT - 1, seed))
        self._is_locked = True
        self.changed.emit()

    @Slot(bool)
    def lock(self, on: bool) -> None:
        """Keeps the seed for the next clicks, or draws a new one for each."""
        self._is_locked = on
        self.changed.emit()

    @Slot()
    def draw(self) -> None:
        """A new seed; the lock stays as it is."""
        self._value = fresh_seed()
        self.changed.emit()

    @Slot()
    def on_submitted(self) -> None:
        """After a click: the next one gets a new seed unless it is locked."""
        if not self._is_locked:
            self.draw()
