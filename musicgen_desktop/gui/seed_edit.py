# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed: shown, typed, locked, or drawn anew.

Not for: what a seed does (see the Composer).
"""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from musicgen_desktop.gui.icon_button import IconButton


class SeedEdit(QWidget):
    """A number field with a lock and a die.

    Signals:
        seed_typed(int): Another seed was typed.
        lock_toggled(bool): The lock was turned.
        draw_wanted: The die was pressed.
    """

    seed_typed = Signal(object)
    lock_toggled = Signal(bool)
    draw_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.tr("Seed"))
        self.field.setToolTip(self.tr("The same seed and the same wish give the same track"))
        digits = QRegularExpression(r"\d{0,16}")
        self.field.setValidator(QRegularExpressionValidator(digits, self.field))
        self.lock = IconButton("unlock", self.tr("Keep this seed"), self)
        self.lock.set_checked_icon("lock")
        self.die = IconButton("dice", self.tr("Another seed"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.field, 1)
        row.addWidget(self.lock)
        row.addWidget(self.die)
        self._seed = 0
        self.field.editingFinished.connect(self._on_edited)
        self.lock.clicked.connect(self.lock_toggled)
        self.die.clicked.connect(self.draw_wanted)

    def show_seed(self, seed: int, *, locked: bool) -> None:
        """Shows a seed and whether it is kept."""
        self._seed = seed
        if not self.field.hasFocus() or not self.field.isModified():
            self.field.setText(str(seed))
        self.lock.setChecked(locked)

    @Slot()
    def _on_edited(self) -> None:
        text = self.field.text()
        self.field.setModified(False)
        if not text:
            self.field.setText(str(self._seed))
        elif int(text) != self._seed:
            self.seed_typed.emit(int(text))
