# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses a key: a tonic and a mode, or nothing ("auto").

Not for: reading keys from words (see prompt).
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.music.theory import MODES

TONICS = ("C", "C#", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B")


class KeyPicker(QWidget):
    """Two lists beside each other.

    Signals:
        key_chosen(str | None): Such as "F# minor"; None for automatic.
    """

    key_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tonic = QComboBox(self)
        self.tonic.setAccessibleName(self.tr("Key"))
        self.tonic.setAccessibleDescription(self.tr("Key"))
        self.tonic.addItem(self.tr("auto"), "")
        for tonic in TONICS:
            self.tonic.addItem(tonic.replace("#", "♯").replace("b", "♭"), tonic)
        self.mode = QComboBox(self)
        self.mode.setAccessibleName(self.tr("Mode"))
        self.mode.setAccessibleDescription(self.tr("Mode"))
        for mode in MODES:
            self.mode.addItem(mode.replace("_", " "), mode)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self.tonic, 2)
        row.addWidget(self.mode, 3)
        self.tonic.activated.connect(self._on_activated)
        self.mode.activated.connect(self._on_activated)

    def show_key(self, key: str | None, planned: tuple[str, str] | None) -> None:
        """Shows what is set, or what came of the words.

        Args:
            key: Such as "F# minor"; None for automatic.
            planned: Tonic and mode of the plan, where there is one.
        """
        tonic, _, mode = (key or "").partition(" ")
        planned_tonic, planned_mode = planned or ("", "major")
        auto = self.tr("auto · {0}").format(planned_tonic) if planned else self.tr("auto")
        self.tonic.setItemText(0, auto)
        self.tonic.setCurrentIndex(max(0, self.tonic.findData(tonic)))
        shown_mode = mode.replace(" ", "_") or planned_mode
        self.mode.setCurrentIndex(max(0, self.mode.findData(shown_mode)))
        self.mode.setEnabled(bool(tonic))

    @Slot()
    def _on_activated(self) -> None:
        tonic = self.tonic.currentData()
        self.mode.setEnabled(bool(tonic))
        mode = str(self.mode.currentData()).replace("_", " ")
        self.key_chosen.emit(f"{tonic} {mode}" if tonic else None)
