# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The volume: a slider, and a button that silences.

Not for: what the volume does (see playback).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from musicgen_desktop.gui.icon_button import IconButton

_LEAST_PX = 48
_MOST_PX = 96
FIRST_PERCENT = 80


class Volume(QWidget):
    """Volume in percent.

    Signals:
        changed(float): 0 to 1; 0 while silenced.
    """

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mute = IconButton("volume", self.tr("Mute"), self)
        self.mute.set_checked_icon("volume_off")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 100)
        self.slider.setValue(FIRST_PERCENT)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(20)
        self.slider.setMinimumWidth(_LEAST_PX)
        self.slider.setMaximumWidth(_MOST_PX)
        self.slider.setAccessibleName(self.tr("Volume"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.mute)
        row.addWidget(self.slider)
        self.mute.toggled.connect(self._tell)
        self.slider.valueChanged.connect(self._on_moved)
        self._tell()

    @property
    def percent(self) -> int:
        """Where the slider stands."""
        return self.slider.value()

    def set_percent(self, percent: int) -> None:
        """Puts the slider there."""
        self.slider.setValue(percent)

    @Slot()
    def _on_moved(self) -> None:
        """Moving the slider ends the silence."""
        if self.mute.isChecked():
            self.mute.setChecked(False)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        is_mute = self.mute.isChecked()
        self.mute.set_name(self.tr("Sound on") if is_mute else self.tr("Mute"))
        self.slider.setToolTip(self.tr("{0} %").format(self.percent))
        self.changed.emit(0.0 if is_mute else self.percent / 100.0)
