# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of keys, and the words about the program.

Not for: making the shortcuts work (see actions).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop import __version__
from musicgen_desktop.gui import icons
from musicgen_desktop.gui.actions import IN_LIST, Actions, label_of
from musicgen_desktop.gui.theme import GRID_PX

_ICON_PX = 96


class ShortcutList(QDialog):
    """All keys in two columns."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = [
            (action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), action.text())
            for action in (actions[name] for name in actions.names())
            if not action.shortcut().isEmpty()
        ]
        rows += [(keys, label_of(text)) for keys, text in IN_LIST]
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID_PX * 2)
        grid.setVerticalSpacing(GRID_PX)
        half = (len(rows) + 1) // 2
        for number, (keys, text) in enumerate(rows):
            side = 3 * (number // half)
            key_label = QLabel(keys, self)
            key_label.setProperty("rank", "key")
            grid.addWidget(key_label, number % half, side, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(QLabel(text.replace("…", ""), self), number % half, side + 1)
        grid.setColumnMinimumWidth(2, GRID_PX * 3)
        title = QLabel(self.tr("Keyboard shortcuts"), self)
        title.setProperty("rank", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX * 3, GRID_PX * 3, GRID_PX * 3, GRID_PX * 2)
        column.setSpacing(GRID_PX * 2)
        column.addWidget(title)
        column.addLayout(grid)
        column.addLayout(_close_line(self))


class About(QDialog):
    """What the program is, whose it is, and whose the music is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About MusicGen Desktop"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel(self)
        picture.setPixmap(icons.app_icon().pixmap(_ICON_PX, _ICON_PX))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        name = QLabel(self.tr("MusicGen Desktop {0}").format(__version__), self)
        name.setProperty("rank", "title")
        words = QVBoxLayout()
        words.setSpacing(GRID_PX)
        words.addWidget(name)
        for text in (
            self.tr("Music from words, on your own computer. Nothing is sent anywhere."),
            self.tr("What the Composer makes is yours: use it for anything, as you like."),
            self.tr("Free software under the GNU General Public License, version 3 or later."),
        ):
            label = QLabel(text, self)
            label.setWordWrap(True)
            label.setMinimumWidth(GRID_PX * 44)
            words.addWidget(label)
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(GRID_PX * 3)
        row.addWidget(picture)
        row.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX * 3, GRID_PX * 3, GRID_PX * 3, GRID_PX * 2)
        column.setSpacing(GRID_PX * 2)
        column.addLayout(row)
        column.addLayout(_close_line(self))


def _close_line(dialog: QDialog) -> QHBoxLayout:
    close = QPushButton(dialog.tr("Close"), dialog)
    close.setDefault(True)
    close.clicked.connect(dialog.accept)
    line = QHBoxLayout()
    line.addStretch()
    line.addWidget(close)
    return line
