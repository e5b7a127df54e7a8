# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A layout that sets its items in lines, like words in a paragraph.

Not for: anything that must line up in columns.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lines of items from the leading edge, as many lines as the width asks for."""

    def __init__(self, parent: QWidget | None = None, *, gap_px: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap_px = gap_px
        self._heading: QWidget | None = None
        self.setContentsMargins(0, 0, 0, 0)

    def insert_widget(self, index: int, widget: QWidget) -> None:
        """Puts a widget at a place in the order."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def _arranged(self, rect: QRect, *, apply: bool) -> int:
        """Sets the lines into `rect` and returns the height they take."""
        x, y, line_height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            width = min(hint.width(), rect.width())
            if line_height and x + max(width, self._least_px(item)) > rect.right() + 1:
                x = rect.x()
                y += line_height + self._gap_px
                line_height = 0
            if apply:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, hint.height())))
            x += width + self._gap_px
            line_height = max(line_height, hint.height())
        return y + line_height - rect.y()

    def keep_with_next(self, widget: QWidget | None) -> None:
        """A heading of what follows it: it never stands alone at the end of a line."""
        self._heading = widget
        self.invalidate()

    def _least_px(self, item: QLayoutItem) -> int:
        """Room that an item needs in its line: a heading that of the item after it as well."""
        if item.widget() is not self._heading or self._heading is None:
            return 0
        after = self._items[self._items.index(item) + 1 :]
        following = next((each.sizeHint().width() for each in after if not each.isEmpty()), 0)
        return item.sizeHint().width() + self._gap_px + following

    def addItem(self, item: QLayoutItem) -> None:
        """Takes an item in at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Takes the item at a place out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """A narrow place makes more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at a width."""
        return self._arranged(QRect(0, 0, width, 0), apply=False)

    def setGeometry(self, rect: QRect) -> None:
        """Sets the items into `rect`."""
        super().setGeometry(rect)
        self._arranged(rect, apply=True)

    def sizeHint(self) -> QSize:
        """One line of everything."""
        width = sum(item.sizeHint().width() + self._gap_px for item in self._items)
        return QSize(width, self.minimumSize().height())

    def minimumSize(self) -> QSize:
        """Room for the tallest item; any item may be squeezed in width."""
        height = max((item.sizeHint().height() for item in self._items), default=0)
        return QSize(48, height)
