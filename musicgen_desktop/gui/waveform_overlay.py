# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is painted over the waveform of the player: section marks, the bubble, the focus ring.

Not for: the waveform itself (see waveform_painter) or where the mouse is (see waveform).
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen

_MARK_PX = 5
_BUBBLE_PAD_PX = 6
_BUBBLE_TEXT = 0.9
"""Size of the bubble's words against those around."""


def paint_marks(painter: QPainter, box: QRect, places_px: Iterable[int], palette: QPalette) -> None:
    """A short tick above and below each place where a section begins."""
    colour = palette.color(QPalette.ColorRole.Dark)
    for x in places_px:
        painter.fillRect(QRect(x, box.top(), 1, _MARK_PX), colour)
        painter.fillRect(QRect(x, box.bottom() - _MARK_PX + 1, 1, _MARK_PX), colour)


def paint_bubble(painter: QPainter, box: QRect, x: int, text: str, palette: QPalette) -> None:
    """A line at the mouse and a small bubble of words on it, always inside the box."""
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * _BUBBLE_TEXT)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + 2 * _BUBBLE_PAD_PX
    left = max(box.left(), min(x - width // 2, box.right() - width))
    bubble = QRect(left, box.top(), width, metrics.height() + 4)
    painter.fillRect(QRect(x, box.top(), 1, box.height()), palette.color(QPalette.ColorRole.Text))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Dark)))
    painter.setBrush(palette.color(QPalette.ColorRole.ToolTipBase))
    painter.drawRoundedRect(bubble.adjusted(0, 0, -1, -1), 4, 4)
    painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
    painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, text)


def paint_focus(painter: QPainter, area: QRect, palette: QPalette) -> None:
    """The ring around what keys act on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)
