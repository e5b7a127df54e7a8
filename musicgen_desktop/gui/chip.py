# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One chip: what was heard, assumed, set by the user, or can't be done.

The four states differ in outline, shape and sign, not only in colour: heard is a filled pill,
assumed a dashed one, set has a pencil and a strong outline, refused is square with its word struck
through; why is said under the chips. Not for: what a click changes in the wish (see wish).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from musicgen_desktop.gui import alternatives, chip_choice, icons, spoken
from musicgen_desktop.gui.terms import Terms

if TYPE_CHECKING:
    from musicgen_desktop.prompt.explain import Chip

_HEIGHT_PX = 30
_ICON_PX = 14
_WIDEST_TEXT_PX = 260
_SIGNS = {"heard": "", "assumed": "", "set": "pencil", "refused": "refused"}


class ChipWidget(QWidget):
    """A chip with a menu of alternatives, a pin and a cross.

    Signals:
        chosen: An alternative was taken from the menu (chip, value).
        left_out: The cross, Delete, or "Leave out" (chip).
        pin_toggled: Keep for the next prompt or not (chip, on).
    """

    chosen = Signal(object, object)
    left_out = Signal(object)
    pin_toggled = Signal(object, bool)

    def __init__(self, chip: Chip, *, pinned: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = chip
        self._pinned = pinned
        self._terms = Terms()
        self._build()
        self.show_chip(chip, pinned=pinned)

    @property
    def chip(self) -> Chip:
        """What it shows."""
        return self._chip

    @property
    def pinned(self) -> bool:
        """Whether it is kept for the next prompt."""
        return self._pinned

    def show_chip(self, chip: Chip, *, pinned: bool, terms: Terms | None = None) -> None:
        """Shows another chip in the same place.

        Args:
            chip: What to show.
            pinned: Whether it is kept for the next prompt.
            terms: What the menu may offer; as before unless given.
        """
        self._chip = chip
        why = spoken.plain(chip.why)
        self._terms = terms or self._terms
        self._pinned = pinned
        self._body.setText(
            self.fontMetrics()
            .elidedText(chip.label, Qt.TextElideMode.ElideRight, _WIDEST_TEXT_PX)
            .replace("&", "&&")
        )
        font = self._body.font()
        font.setStrikeOut(chip.state == "refused")
        font.setItalic(chip.state == "assumed")
        self._body.setFont(font)
        state = self._state_in_words()
        self._body.setAccessibleName(f"{chip.label}, {state}")
        self._body.setAccessibleDescription(why)
        self._body.setToolTip(f"{state[:1].upper()}{state[1:]}. {why}".strip())
        self._cross.setVisible(self.can_be_left_out)
        self._cross.setAccessibleName(self.tr("Leave out {0}").format(chip.label))
        self._cross.setToolTip(self.tr("Leave out"))
        self._tint()
        self.updateGeometry()
        self.update()

    @property
    def stop(self) -> QWidget:
        """What has the focus when the chip has it."""
        return self._body

    @property
    def can_be_left_out(self) -> bool:
        """Whether there is something to leave out: what is refused is out anyway."""
        return chip_choice.can_leave_out(self._chip)

    def menu(self) -> QMenu:
        """The menu of this chip, made anew; the caller shows and deletes it."""
        menu = QMenu(self)
        choices = alternatives.of_chip(self._chip, self._terms)
        for value, label in choices:
            action = menu.addAction(label.replace("&", "&&"))
            action.setData(value)
            action.setCheckable(True)
            action.setChecked(value == self._chip.value)
        if choices:
            menu.addSeparator()
        if chip_choice.can_keep(self._chip):
            self._pin_action = QAction(self.tr("Keep for the next prompt"), menu)
            self._pin_action.setCheckable(True)
            self._pin_action.setChecked(self._pinned)
            self._pin_action.triggered.connect(self._on_pin_triggered)
            menu.addAction(self._pin_action)
        if self.can_be_left_out:
            leave_out = menu.addAction(self.tr("Leave out"))
            leave_out.triggered.connect(self._on_cross_clicked)
        if self._chip.why:
            menu.addSeparator()
            menu.addAction(spoken.plain(self._chip.why).replace("&", "&&")).setEnabled(False)
        menu.triggered.connect(self._on_menu_triggered)
        return menu

    @Slot()
    def open_menu(self) -> None:
        """Shows the menu under the chip."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        if action.data() is not None:
            self.chosen.emit(self._chip, action.data())

    @Slot(bool)
    def _on_pin_triggered(self, on: bool) -> None:
        self.pin_toggled.emit(self._chip, on)

    @Slot()
    def _on_cross_clicked(self) -> None:
        self.left_out.emit(self._chip)

    def _state_in_words(self) -> str:
        words = {
            "heard": self.tr("heard in your words"),
            "assumed": self.tr("assumed"),
            "set": self.tr("set by you"),
            "refused": self.tr("not possible"),
        }[self._chip.state]
        return self.tr("{0}, kept for the next prompt").format(words) if self._pinned else words

    def _build(self) -> None:
        self._body = QToolButton(self)
        self._body.setObjectName("chipBody")
        self._body.setCursor(Qt.CursorShape.PointingHandCursor)
        self._body.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self._body.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._body.clicked.connect(self.open_menu)
        self._body.installEventFilter(self)
        self._cross = QToolButton(self)
        self._cross.setObjectName("chipCross")
        self._cross.setCursor(Qt.CursorShape.PointingHandCursor)
        self._cross.setIconSize(QSize(_ICON_PX, _ICON_PX))
        # Delete on the chip does the same, so that Tab goes from chip to chip
        self._cross.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._cross.clicked.connect(self._on_cross_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(self._body)
        row.addWidget(self._cross)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def _tint(self) -> None:
        sign = "pin" if self._pinned else _SIGNS[self._chip.state]
        palette = self.palette()
        second = palette.color(QPalette.ColorRole.PlaceholderText)
        accent = palette.color(QPalette.ColorRole.Accent)
        colour = second if self._chip.state == "refused" else accent
        style = Qt.ToolButtonStyle
        if sign:
            self._body.setIcon(icons.icon(sign, colour))
        self._body.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if sign else style.ToolButtonTextOnly
        )
        self._cross.setIcon(icons.icon("close", second))

    def _ground(self) -> tuple[QColor, QPen, float]:
        """Fill, outline and corner radius of the chip's state."""
        palette = self.palette()
        accent = palette.color(QPalette.ColorRole.Accent)
        strong = palette.color(QPalette.ColorRole.Dark)
        none = QColor(Qt.GlobalColor.transparent)
        pill = _HEIGHT_PX / 2 - 1
        state = self._chip.state
        if state == "heard":
            return palette.color(QPalette.ColorRole.AlternateBase), QPen(strong, 1), pill
        if state == "set":
            return palette.color(QPalette.ColorRole.Highlight), QPen(accent, 1.5), pill
        if state == "assumed":
            return none, QPen(strong, 1, Qt.PenStyle.DashLine), pill
        return none, QPen(strong, 1), 4

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the ground; the buttons paint the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, outline, radius = self._ground()
        if self._body.hasFocus():
            outline = QPen(self.palette().color(QPalette.ColorRole.Accent), 2)
        painter.setBrush(fill)
        painter.setPen(outline)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter opens the menu, Delete leaves out; the focus ring is painted by the chip."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                self.open_menu()
                return True
            deletes = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
            if deletes and self.can_be_left_out:
                self.left_out.emit(self._chip)
                return True
        return False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same menu as a click gives."""
        self.open_menu()

    def changeEvent(self, event: QEvent) -> None:
        """Tints the signs again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
