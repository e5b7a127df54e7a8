# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The field for the words: grows from one line to four, teaches by its placeholder.

Ctrl+Enter asks for a track, Escape leaves, Up and Down at the edges walk through earlier prompts.
Not for: understanding the words (see live_plan).
"""

from __future__ import annotations

import math

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

_MOST_LINES = 4
_MARGIN_PX = 4


class PromptEdit(QPlainTextEdit):
    """The words of the wish.

    Signals:
        submitted: Ctrl+Enter was pressed.
        left: Escape was pressed.
        earlier_wanted: Up in an empty field or at the very start.
        later_wanted: Down in an empty field or at the very end.
    """

    submitted = Signal()
    left = Signal()
    earlier_wanted = Signal()
    later_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promptEdit")
        self.setAccessibleName(self.tr("What should it sound like?"))
        self.setAccessibleDescription(
            self.tr("Describe the music in your own words. Ctrl+Enter makes a track.")
        )
        self._example = self.tr("rainy night lo-fi, mellow rhodes, 75 bpm, no drums, 1 minute")
        self.setPlaceholderText(self._example)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(_MARGIN_PX)
        self.textChanged.connect(self._fit_height)
        self._lines = 0
        self._recalled: str | None = None
        self._fit_height()

    def text(self) -> str:
        """The words as typed."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Puts other words in; Undo brings the old ones back."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def recall(self, text: str) -> None:
        """Puts an earlier prompt in; Up and Down go on walking until something is typed."""
        self.set_text(text)
        self._recalled = text

    @Slot()
    def _fit_height(self) -> None:
        lines = max(1, math.ceil(self.document().size().height()))
        shown = min(lines, _MOST_LINES)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if lines > _MOST_LINES else policy.ScrollBarAlwaysOff
        )
        height = shown * self.fontMetrics().lineSpacing() + 2 * _MARGIN_PX + 2
        if height != self.height() or shown != self._lines:
            self._lines = shown
            self.setFixedHeight(height)

    def _at_edge(self, key: int) -> bool:
        """Whether Up or Down has nowhere to go inside the words."""
        if self.toPlainText() in ("", self._recalled):
            return True
        cursor = self.textCursor()
        return cursor.atStart() if key == Qt.Key.Key_Up else cursor.atEnd()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handles Ctrl+Enter, Escape and the way through earlier prompts."""
        key = event.key()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and ctrl:
            self.submitted.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key == Qt.Key.Key_Up and self._at_edge(key):
            self.earlier_wanted.emit()
        elif key == Qt.Key.Key_Down and self._at_edge(key):
            self.later_wanted.emit()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Words may be dropped here; files are for the window."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower field may need more lines; the example stays on one."""
        super().resizeEvent(event)
        room = self.viewport().width() - 3 * _MARGIN_PX
        elide = Qt.TextElideMode.ElideRight
        self.setPlaceholderText(self.fontMetrics().elidedText(self._example, elide, room))
        self._fit_height()

    def sizeHint(self) -> QSize:
        """Wide; as high as its lines."""
        return QSize(480, self.height())

    def minimumSizeHint(self) -> QSize:
        """Narrow windows keep a readable field."""
        return QSize(200, self.height())
