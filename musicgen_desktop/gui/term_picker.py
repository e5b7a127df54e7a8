# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses several terms (instruments, moods): a search field, and the chosen ones as buttons.

Not for: one choice among few (that is a QComboBox).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QStringListModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeyEvent, QPalette
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from musicgen_desktop.gui import icons
from musicgen_desktop.gui.flow_layout import FlowLayout
from musicgen_desktop.gui.terms import Term
from musicgen_desktop.gui.theme import GRID_PX

_VISIBLE_ITEMS = 12


class TermPicker(QWidget):
    """A field that finds terms, and the chosen ones under it.

    Args:
        name: Of the field, such as "Instruments".
        placeholder: What the empty field says.

    Signals:
        terms_chosen(list[str]): The ids that are chosen now, after a change by the user.
    """

    terms_chosen = Signal(object)

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms: dict[str, Term] = {}
        self._chosen: list[str] = []
        self._buttons: list[QPushButton] = []
        self.field = QLineEdit(self)
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(placeholder)
        self.field.setClearButtonEnabled(True)
        self._names = QStringListModel(self)
        self._build_completer(name)
        self._flow = FlowLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self.field)
        column.addLayout(self._flow)
        self.field.textEdited.connect(self._on_text_edited)
        self.field.returnPressed.connect(self._on_return_pressed)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The chosen ids."""
        return tuple(self._chosen)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """One button per chosen term; a press removes it."""
        return tuple(self._buttons)

    def set_terms(self, terms: Sequence[Term]) -> None:
        """Offers these terms."""
        self._terms = {term.id: term for term in terms}
        self._search("")

    def show_chosen(self, ids: Sequence[str]) -> None:
        """Shows these as chosen."""
        if list(ids) == self._chosen and len(self._buttons) == len(self._chosen):
            return
        self._chosen = list(ids)
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._button(each) for each in self._chosen]
        self.updateGeometry()

    def matching(self, text: str) -> tuple[Term, ...]:
        """The terms that a search finds, in the order of the list."""
        return tuple(term for term in self._terms.values() if term.matches(text))

    def _button(self, term_id: str) -> QPushButton:
        name = self._terms[term_id].name if term_id in self._terms else term_id.replace("_", " ")
        button = QPushButton(name.replace("&", "&&"), self)
        button.setProperty("tag", True)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setIcon(
            icons.palette_icon("close", self.palette(), QPalette.ColorRole.PlaceholderText)
        )
        button.setAccessibleName(self.tr("Remove {0}").format(name))
        button.setToolTip(self.tr("Remove"))
        button.clicked.connect(self._on_button_clicked)
        self._flow.addWidget(button)
        return button

    @Slot()
    def _on_button_clicked(self) -> None:
        button = self.sender()
        if button in self._buttons:
            index = self._buttons.index(button)
            self._choose([each for n, each in enumerate(self._chosen) if n != index])

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self._search(text)
        self._completer.complete()

    @Slot()
    def _on_return_pressed(self) -> None:
        found = self.matching(self.field.text()) if self.field.text().strip() else ()
        if found:
            self._add(found[0].id)

    @Slot(str)
    def _on_activated(self, name: str) -> None:
        for term in self._terms.values():
            if term.name == name:
                self._add(term.id)
                return

    def _search(self, text: str) -> None:
        self._names.setStringList([term.name for term in self.matching(text)])

    def _add(self, term_id: str) -> None:
        self._popup.hide()
        self.field.clear()
        self._search("")
        if term_id not in self._chosen:
            self._choose([*self._chosen, term_id])

    def _choose(self, ids: list[str]) -> None:
        self.show_chosen(ids)
        self.terms_chosen.emit(list(ids))

    def _build_completer(self, name: str) -> None:
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self.field)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(_VISIBLE_ITEMS)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._popup.setAccessibleName(name)
        self._completer.activated.connect(self._on_activated)
        self._show_all = QAction(self.tr("Show all"), self)
        self._show_all.triggered.connect(self._on_show_all)
        self.field.addAction(self._show_all, QLineEdit.ActionPosition.TrailingPosition)
        self._tint()

    @Slot()
    def _on_show_all(self) -> None:
        self._search(self.field.text())
        self.field.setFocus()
        self._completer.complete()

    def _tint(self) -> None:
        role = QPalette.ColorRole.PlaceholderText
        self._show_all.setIcon(icons.palette_icon("chevron_down", self.palette(), role))
        for button in self._buttons:
            button.setIcon(icons.palette_icon("close", self.palette(), role))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the whole list."""
        if event.key() == Qt.Key.Key_Down:
            self._on_show_all()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Tints the icons again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_show_all"):
            self._tint()
