# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tool button whose icon follows the palette, named for those who can't see it.

Not for: chips or buttons with words (those are QPushButton).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from musicgen_desktop.gui import icons

_ICON_PX = 20
_SIDE_PX = 36


class IconButton(QToolButton):
    """One icon; its name is the tooltip and what a screen reader says.

    Args:
        icon_name: A drawing of `resources/icons`.
        name: Of the control, in plain words.
        role: The colour of the icon.
    """

    def __init__(
        self,
        icon_name: str,
        name: str,
        parent: QWidget | None = None,
        *,
        role: QPalette.ColorRole = QPalette.ColorRole.PlaceholderText,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._checked_icon_name = ""
        self._role = role
        self.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.setMinimumSize(_SIDE_PX, _SIDE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_name(name)
        self.toggled.connect(self._on_toggled)
        self._tint()

    @classmethod
    def for_action(cls, action: QAction, parent: QWidget | None = None) -> IconButton:
        """A button that triggers an action of the window and shows its drawing and keys.

        Args:
            action: Made in actions; its data is the name of its drawing.
            parent: The button's owner.
        """
        button = cls(str(action.data()), action.text(), parent)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.set_name(action.text(), keys)
        if action.isCheckable():
            button.setCheckable(True)
            button.setChecked(action.isChecked())
            action.toggled.connect(button.setChecked)
        button.clicked.connect(action.trigger)
        return button

    def set_name(self, name: str, shortcut: str = "") -> None:
        """Says anew what the button is for.

        Args:
            name: In plain words.
            shortcut: Shown in the tooltip only.
        """
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({shortcut})" if shortcut else name)

    def open_on_press(self, menu: QMenu) -> None:
        """Opens a menu under the button when it is pressed, by whatever means.

        `setMenu` would leave a screen reader's press without an effect.
        """
        self._menu = menu
        self.clicked.connect(self._open_menu)

    @Slot()
    def _open_menu(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def set_icon(self, icon_name: str) -> None:
        """Shows another drawing."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._tint()

    def set_checked_icon(self, icon_name: str) -> None:
        """Makes the button a switch with a drawing of its own for being on."""
        self.setCheckable(True)
        self._checked_icon_name = icon_name
        self._tint()

    def _on_toggled(self) -> None:
        self._tint()

    def _tint(self) -> None:
        # not the button's own palette: the style sheet changes that one
        on = self.isCheckable() and self.isChecked()
        role = QPalette.ColorRole.Accent if on else self._role
        name = self._checked_icon_name if on and self._checked_icon_name else self._icon_name
        self.setIcon(icons.palette_icon(name, QGuiApplication.palette(), role))

    def changeEvent(self, event: QEvent) -> None:
        """Tints the icon again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
