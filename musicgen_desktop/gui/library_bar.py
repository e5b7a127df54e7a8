# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line above the list: search, stars, order, and the format that is dragged out.

Not for: the list (see library_view).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from musicgen_desktop.gui import icons
from musicgen_desktop.gui.handoff import FORMATS
from musicgen_desktop.gui.theme import SIDE_PX
from musicgen_desktop.gui.track_model import Query

_DEBOUNCE_MS = 100
_SEARCH_WIDTH_PX = 120
_STARS_PX = 84
_ORDER_PX = 120
_HINT_FROM_PX = 720
_SWITCH_FROM_PX = 540


class SearchEdit(QLineEdit):
    """Where one types what to look for.

    Signals:
        left: The user wants to go to the list.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field, or leaves it when it is empty; Down and Enter leave it."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (
            Qt.Key.Key_Escape,
            Qt.Key.Key_Down,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class LibraryBar(QWidget):
    """The line.

    Args:
        drag_format: The format of the switch.

    Signals:
        query_changed(Query): Something else is to be shown.
        drag_format_chosen(str): The switch was turned.
        left: The user wants to go to the list.
    """

    query_changed = Signal(object)
    drag_format_chosen = Signal(str)
    left = Signal()

    def __init__(self, drag_format: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("libraryBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._tell)
        self._build_search()
        self._build_choices()
        self._build_switch(drag_format)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE_PX, 8, SIDE_PX, 8)
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        row.addWidget(self.stars)
        row.addWidget(self.order)
        row.addSpacing(8)
        row.addWidget(self._switch_label)
        row.addLayout(self._switch)

    @property
    def query(self) -> Query:
        """What is to be shown."""
        order, descending = self.order.currentData()
        return Query(self.search.text(), order, descending, self.stars.currentData())

    def show_all(self) -> None:
        """Takes search and star filter away."""
        self.search.clear()
        self.stars.setCurrentIndex(0)
        self._tell()

    def set_drag_format(self, name: str) -> None:
        """Shows another format on the switch."""
        for button in self.formats.buttons():
            button.setChecked(button.property("format") == name)

    # -- building ----------------------------------------------------------------------------

    def _build_search(self) -> None:
        self.search = SearchEdit(self)
        self.search.setPlaceholderText(self.tr("Search your tracks"))
        self.search.setAccessibleName(self.tr("Search your tracks"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(_SEARCH_WIDTH_PX)
        self._glass = QAction(self._search_icon(), self.tr("Search"), self)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.search.findChildren(QToolButton):
            if button.defaultAction() is not self._glass:
                button.setAccessibleName(self.tr("Empty the search"))
        self.search.textChanged.connect(self._debounce.start)
        self.search.left.connect(self.left)

    def _search_icon(self) -> QIcon:
        return icons.palette_icon("search", self.palette(), QPalette.ColorRole.PlaceholderText)

    def _build_choices(self) -> None:
        self.stars = QComboBox(self)
        self.stars.setAccessibleName(self.tr("Stars at least"))
        self.stars.setAccessibleDescription(self.tr("Stars at least"))
        self.stars.setMinimumWidth(_STARS_PX)
        self.stars.setToolTip(self.tr("Show only tracks with stars"))
        self.stars.addItem(self.tr("★ any"), 0)
        for number in range(1, 6):
            text = "★" * number if number == 5 else self.tr("{0} and up").format("★" * number)
            self.stars.addItem(text, number)
        self.order = QComboBox(self)
        self.order.setAccessibleName(self.tr("Order of the list"))
        self.order.setAccessibleDescription(self.tr("Order of the list"))
        self.order.setMinimumWidth(_ORDER_PX)
        self.order.setToolTip(self.tr("Order of the list"))
        for text, order, descending in (
            (self.tr("Newest first"), "created", True),
            (self.tr("Oldest first"), "created", False),
            (self.tr("By title"), "title", False),
            (self.tr("Most stars first"), "star", True),
            (self.tr("Longest first"), "duration", True),
            (self.tr("Shortest first"), "duration", False),
            (self.tr("Slowest first"), "bpm", False),
            (self.tr("Fastest first"), "bpm", True),
            (self.tr("By key"), "key", False),
        ):
            self.order.addItem(text, (order, descending))
        self.stars.currentIndexChanged.connect(self._tell)
        self.order.currentIndexChanged.connect(self._tell)

    def _build_switch(self, drag_format: str) -> None:
        self._switch_label = QLabel(self.tr("Drag out as"), self)
        self._switch_label.setProperty("rank", "second")
        self._switch = QHBoxLayout()
        self._switch.setSpacing(0)
        self.formats = QButtonGroup(self)
        for number, name in enumerate(FORMATS):
            button = QToolButton(self)
            button.setText(name.upper())
            button.setCheckable(True)
            button.setProperty("format", name)
            button.setProperty("segment", "left" if number == 0 else "right")
            label = self.tr("Drag and copy files as {0}").format(name.upper())
            button.setAccessibleName(label)
            button.setToolTip(label)
            self.formats.addButton(button)
            self._switch.addWidget(button)
        self.set_drag_format(drag_format)
        self.formats.buttonClicked.connect(self._on_format_clicked)

    # -- reacting ----------------------------------------------------------------------------

    @Slot()
    def _tell(self) -> None:
        self._debounce.stop()
        self.query_changed.emit(self.query)

    @Slot(QAbstractButton)
    def _on_format_clicked(self, button: QAbstractButton) -> None:
        self.drag_format_chosen.emit(str(button.property("format")))

    def changeEvent(self, event: QEvent) -> None:
        """Tints the magnifying glass again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_glass"):
            self._glass.setIcon(self._search_icon())

    def resizeEvent(self, event: QEvent) -> None:
        """The words beside the switch go first where there is little room."""
        self._switch_label.setVisible(self.width() >= _HINT_FROM_PX)
        for button in self.formats.buttons():
            button.setVisible(self.width() >= _SWITCH_FROM_PX)
