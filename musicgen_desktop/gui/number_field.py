# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A field for a whole number, looking like the other fields.

Not for: lengths (see duration_edit) or seeds, which are longer than its numbers (see seed_edit).
"""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

_TEXT_MARGIN_PX = 8


class NumberField(QSpinBox):
    """Up, Down and the wheel change it; the style sheet leaves out the tiny buttons."""

    def __init__(self, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(_TEXT_MARGIN_PX, 0, _TEXT_MARGIN_PX, 0)
