# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for when there is nothing to show: what this place is for, and one way on.

Not for: the first start (see purpose_cards).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from musicgen_desktop.gui import icons

_ICON_PX = 48


class EmptyPage(QWidget):
    """A drawing, a sentence, a hint, maybe a button.

    Args:
        icon_name: The drawing.

    Signals:
        clicked: The button was pressed.
    """

    clicked = Signal()

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = QLabel(self)
        self._title = self._label("heading")
        self._hint = self._label("second")
        self.button = QPushButton(self)
        self.button.clicked.connect(self.clicked)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._tint()

    def say(self, title: str, hint: str, button: str = "") -> None:
        """Says what this place is."""
        self._title.setText(title)
        self._hint.setText(hint)
        self.button.setText(button)
        self.button.setVisible(bool(button))

    def _label(self, rank: str) -> QLabel:
        label = QLabel(self)
        label.setProperty("rank", rank)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        return label

    def _tint(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.Dark)
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icons.pixmap(self._icon_name, colour, _ICON_PX, ratio))

    def changeEvent(self, event: QEvent) -> None:
        """Tints the drawing again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._tint()
