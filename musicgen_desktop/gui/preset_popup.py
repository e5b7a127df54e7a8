# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The popup of presets: apply one, save the form as one, delete one.

Not for: where they are kept (see presets).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.presets import Preset, PresetStore, clean_name
from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.gui.wish import LiveWish

_WIDTH_PX = 320


class PresetPopup(QFrame):
    """The popup.

    Signals:
        applied(name): A preset's settings are in the form.
        saved(name): The form was kept.
        deleted(Preset): It can be brought back with `store.save`.
        failed(message, hint): The file can't be written.
    """

    applied = Signal(str)
    saved = Signal(str)
    deleted = Signal(object)
    failed = Signal(str, str)

    def __init__(self, store: PresetStore, wish: LiveWish, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAccessibleName(self.tr("Presets"))
        self.setFixedWidth(_WIDTH_PX)
        self._store = store
        self._wish = wish
        self._build()
        self.refresh()

    def open_under(self, widget: QWidget, *, naming: bool = False) -> None:
        """Shows the popup under a button, the cursor in the list or in the name."""
        self.refresh()
        self.adjustSize()
        corner = widget.mapToGlobal(widget.rect().bottomRight())
        self.move(corner.x() - self.width(), corner.y() + GRID_PX // 2)
        self.show()
        (self.name if naming or not self.list.count() else self.list).setFocus()

    def refresh(self) -> None:
        """Shows what is kept."""
        self.list.clear()
        for preset in self._store.presets():
            item = QListWidgetItem(preset.name, self.list)
            item.setToolTip(preset.prompt or self.tr("Settings only"))
        self.list.setVisible(self.list.count() > 0)
        self._empty.setVisible(self.list.count() == 0)
        self._delete.setVisible(self.list.count() > 0)
        self._delete.setEnabled(False)

    @Slot(QListWidgetItem)
    def _on_item_activated(self, item: QListWidgetItem) -> None:
        for preset in self._store.presets():
            if preset.name == item.text():
                self._wish.apply(preset.prompt, preset.overrides, preset.duration_s)
                self.close()
                self.applied.emit(preset.name)

    @Slot()
    def _on_current_changed(self) -> None:
        self._delete.setEnabled(self.list.currentItem() is not None)

    @Slot()
    def save(self) -> None:
        """Keeps the form under the typed name."""
        wish = self._wish.wish
        words = wish.prompt if self._with_words.isChecked() else ""
        preset = Preset(clean_name(self.name.text()), words, wish.overrides, wish.duration_s)
        try:
            self._store.save(preset)
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
            return
        self.name.clear()
        self.close()
        self.saved.emit(preset.name)

    @Slot()
    def delete_current(self) -> None:
        """Deletes the marked preset."""
        item = self.list.currentItem()
        if item is None:
            return
        try:
            preset = self._store.delete(item.text())
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
            return
        self.refresh()
        if preset is not None:
            self.deleted.emit(preset)

    def _build(self) -> None:
        title = QLabel(self.tr("Presets"), self)
        title.setProperty("rank", "heading")
        self._delete = IconButton("trash", self.tr("Delete the marked preset"), self)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._delete)
        self.list = QListWidget(self)
        self.list.setProperty("boxed", True)
        self.list.setAccessibleName(self.tr("Presets"))
        self.list.setMaximumHeight(GRID_PX * 30)
        self._empty = QLabel(self.tr("Nothing kept yet. Name the form as it is now:"), self)
        self._empty.setProperty("rank", "second")
        self._empty.setWordWrap(True)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("Name of a new preset"))
        self.name.setAccessibleName(self.tr("Name of a new preset"))
        save = QPushButton(self.tr("Save"), self)
        self._with_words = QCheckBox(self.tr("with the words of the prompt"), self)
        self._with_words.setChecked(True)
        line = QHBoxLayout()
        line.addWidget(self.name, 1)
        line.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX * 2, GRID_PX, GRID_PX * 2, GRID_PX * 2)
        column.setSpacing(GRID_PX)
        column.addLayout(head)
        column.addWidget(self._empty)
        column.addWidget(self.list)
        column.addLayout(line)
        column.addWidget(self._with_words)
        self.list.itemActivated.connect(self._on_item_activated)
        self.list.itemClicked.connect(self._on_item_activated)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self._delete.clicked.connect(self.delete_current)
        self.name.returnPressed.connect(self.save)
        save.clicked.connect(self.save)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete deletes the marked preset."""
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.delete_current()
        else:
            super().keyPressEvent(event)
