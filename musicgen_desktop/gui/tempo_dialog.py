# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for another tempo of a track.

Not for: the tempo of new tracks (see details_panel).
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QSpinBox, QWidget


class TempoDialog(QInputDialog):
    """One number; Enter takes it. `intValueSelected` tells it.

    Args:
        bpm: As it is.
        bpm_range: What it can be.
        parent: The window.
    """

    def __init__(self, bpm: float, bpm_range: tuple[float, float], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Another tempo"))
        low, high = math.ceil(bpm_range[0]), math.floor(bpm_range[1])
        self.setInputMode(QInputDialog.InputMode.IntInput)
        self.setIntRange(low, high)
        self.setIntValue(round(bpm))
        self.setOkButtonText(self.tr("Change it"))
        self.setLabelText(self.tr("Beats per minute, from {0} to {1}").format(low, high))
        field = self.findChild(QSpinBox)
        if isinstance(field, QSpinBox):
            field.setAccessibleName(self.tr("Tempo"))
            field.setAccessibleDescription(self.labelText())
