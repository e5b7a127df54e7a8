# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start: six purposes, each one press away from sound.

Not for: a library that has tracks (see library_view).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop import resources
from musicgen_desktop.gui import icons
from musicgen_desktop.gui.theme import GRID_PX

_ICON_PX = 28
_CARD_HEIGHT_PX = 104
_WIDEST_PX = 960
_NARROW_PX = 620


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose: what it is called, one line about it, and the prompt that a press makes."""

    id: str
    icon: str
    title: str
    line: str
    prompt: str


def load_purposes() -> tuple[Purpose, ...]:
    """The purposes that the program ships."""
    return tuple(
        Purpose(**card) for card in resources.load_json("prompts", "purpose_cards.json")["cards"]
    )


class PurposeCard(QPushButton):
    """One card; pressing it makes its track."""

    def __init__(self, purpose: Purpose, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.purpose = purpose
        self.setObjectName("purposeCard")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(_CARD_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(purpose.title)
        self.setAccessibleDescription(f"{purpose.line}. {purpose.prompt}")
        self.setToolTip(purpose.prompt)
        self._icon = QLabel(self)
        title = QLabel(purpose.title, self)
        title.setProperty("rank", "heading")
        line = QLabel(purpose.line, self)
        line.setProperty("rank", "second")
        line.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch()
        words.addWidget(title)
        words.addWidget(line)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID_PX * 2, GRID_PX, GRID_PX * 2, GRID_PX)
        row.setSpacing(GRID_PX * 2)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        for label in (self._icon, title, line):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tint()

    def _tint(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.Accent)
        self._icon.setPixmap(
            icons.pixmap(self.purpose.icon, colour, _ICON_PX, self.devicePixelRatioF())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the card, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Tints the drawing again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_icon"):
            self._tint()


class PurposeCards(QScrollArea):
    """The page of cards.

    Signals:
        prompt_chosen(text): A card was pressed.
    """

    prompt_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Places to start"))
        self.cards = tuple(PurposeCard(purpose) for purpose in load_purposes())
        for card in self.cards:
            card.clicked.connect(self._on_card_clicked)
        self._columns = 0
        self._build()

    @Slot()
    def _on_card_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, PurposeCard):
            self.prompt_chosen.emit(card.purpose.prompt)

    def _build(self) -> None:
        page = QWidget(self)
        page.setAutoFillBackground(False)
        title = QLabel(self.tr("Where shall it play?"), page)
        title.setProperty("rank", "title")
        about = QLabel(
            self.tr(
                "Pick a place to start, or write your own words above. The Composer makes "
                "instrumental music, here on your computer; nothing is sent anywhere."
            ),
            page,
        )
        about.setProperty("rank", "second")
        about.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID_PX * 2)
        column = QVBoxLayout()
        column.setSpacing(GRID_PX)
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(about)
        column.addSpacing(GRID_PX * 2)
        column.addLayout(self._grid)
        column.addStretch(3)
        holder = QWidget(page)
        holder.setMaximumWidth(_WIDEST_PX)
        holder.setLayout(column)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(GRID_PX * 3, GRID_PX * 2, GRID_PX * 3, GRID_PX * 2)
        outer.addStretch(1)
        outer.addWidget(holder, 100)
        outer.addStretch(1)
        self.setWidget(page)
        self._arrange(3)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow windows get two columns."""
        super().resizeEvent(event)
        self._arrange(2 if self.viewport().width() < _NARROW_PX + GRID_PX * 16 else 3)
