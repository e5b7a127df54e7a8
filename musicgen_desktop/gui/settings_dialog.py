# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings, made from their declarations; every change works at once.

Not for: what a setting does (see settings_keeper) or where it is stored (see settings.store).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.gui.number_field import NumberField
from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.settings import Field, Settings, declarations

_WIDTH_PX = 560
_CONTROL_PX = 216
_CONTEXT = "Settings"


class SettingsDialog(QDialog):
    """A window beside the main one, never modal.

    Args:
        settings: The settings in force.
        default_folder: The library folder where none is chosen.

    Signals:
        settings_changed(Settings): A value was changed; the dialog already shows it.
    """

    settings_changed = Signal(object)

    def __init__(
        self, settings: Settings, default_folder: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings = settings
        self._default_folder = default_folder
        self.controls: dict[str, QWidget] = {}
        self._build()
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """Shows these settings."""
        self._settings = settings
        for name, control in self.controls.items():
            self._show(control, getattr(settings, name))

    def _show(self, control: QWidget, value: Any) -> None:
        if isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(value)))
        elif isinstance(control, QSpinBox):
            if control.value() != value:
                control.setValue(value)
        elif isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, FolderField):
            control.show_folder(value)

    def _change(self, name: str, value: Any) -> None:
        if getattr(self._settings, name) != value:
            self._settings = replace(self._settings, **{name: value})
            self.settings_changed.emit(self._settings)

    @Slot()
    def _on_control_changed(self) -> None:
        control = self.sender()
        for name, each in self.controls.items():
            if each is not control:
                continue
            if isinstance(each, QComboBox):
                self._change(name, each.currentData())
            elif isinstance(each, QSpinBox):
                self._change(name, each.value())
            elif isinstance(each, QCheckBox):
                self._change(name, each.isChecked())
            elif isinstance(each, FolderField):
                self._change(name, each.folder)

    def _build(self) -> None:
        page = QWidget(self)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(GRID_PX * 3, GRID_PX * 2, GRID_PX * 3, GRID_PX * 3)
        rows.setSpacing(GRID_PX * 2)
        for number, field in enumerate(declarations()):
            if number:
                rows.addWidget(_hairline(page))
            rows.addLayout(self._row(field, page))
        rows.addStretch()
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        page.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        close = QPushButton(self.tr("Close"), self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(GRID_PX * 3, GRID_PX, GRID_PX * 3, GRID_PX * 2)
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        column.addLayout(foot)
        self.resize(_WIDTH_PX + GRID_PX * 8, 640)

    def _row(self, field: Field, page: QWidget) -> QHBoxLayout:
        title = QLabel(_words(field.label), page)
        title.setProperty("rank", "heading")
        about = QLabel(_words(field.help), page)
        about.setProperty("rank", "second")
        about.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(about)
        control = self._control(field, page)
        control.setAccessibleName(_words(field.label))
        control.setAccessibleDescription(_words(field.help))
        title.setBuddy(control)
        self.controls[field.name] = control
        row = QHBoxLayout()
        row.setSpacing(GRID_PX * 3)
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        return row

    def _control(self, field: Field, page: QWidget) -> QWidget:
        if field.kind == "choice":
            box = QComboBox(page)
            for value, label in field.choices:
                box.addItem(_words(label), value)
            box.setFixedWidth(_CONTROL_PX)
            box.activated.connect(self._on_control_changed)
            return box
        if field.kind == "integer":
            number = NumberField(field.minimum, field.maximum, page)
            number.setFixedWidth(_CONTROL_PX // 2)
            number.valueChanged.connect(self._on_control_changed)
            return number
        if field.kind == "switch":
            switch = QCheckBox(page)
            switch.clicked.connect(self._on_control_changed)
            return switch
        folder = FolderField(_words(field.label), self._default_folder, page)
        folder.setFixedWidth(_CONTROL_PX + GRID_PX * 10)
        folder.folder_chosen.connect(self._on_control_changed)
        return folder


class FolderField(QWidget):
    """A folder, typed or chosen; empty for the usual one.

    Args:
        name: Of the control.
        usual: The folder that an empty field stands for.

    Signals:
        folder_chosen: Another folder was chosen; it is in `folder`.
    """

    folder_chosen = Signal()

    def __init__(self, name: str, usual: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = ""
        self._usual = usual
        self.field = QLineEdit(self)
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(usual)
        choose = QPushButton(self.tr("Choose…"), self)
        choose.setAccessibleName(self.tr("Choose the folder: {0}").format(name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self.field, 1)
        row.addWidget(choose)
        self.setFocusProxy(self.field)
        self.field.editingFinished.connect(self._on_edited)
        choose.clicked.connect(self._on_choose_clicked)

    @property
    def folder(self) -> str:
        """The folder shown; "" for the usual one."""
        return self._folder

    def show_folder(self, folder: str) -> None:
        """Shows a folder; the usual one as an empty field."""
        self._folder = "" if folder == self._usual else folder
        self.field.setText(self._folder)
        self.field.setToolTip(folder or self._usual)
        self.field.setCursorPosition(0)

    def choose(self, folder: str) -> None:
        """Takes another folder."""
        before = self._folder
        self.show_folder(folder)
        if self._folder != before:
            self.folder_chosen.emit()

    @Slot()
    def _on_edited(self) -> None:
        self.choose(self.field.text().strip())

    @Slot()
    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Library folder"), self._folder or self._usual)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.choose)
        dialog.open()


def _hairline(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line


def _words(text: str) -> str:
    """Translates a text of the declarations."""
    return QCoreApplication.translate(_CONTEXT, text)
