# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows on their way into other programs: what a drag and the clipboard carry, and how it looks.

Real files, always copied, never moved. Not for: making the files (see handoff).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from musicgen_desktop.gui import icons

_GNOME_FILES = "x-special/gnome-copied-files"
_KDE_IS_CUT = "application/x-kde-cutselection"
_CARD_WIDTH_PX = 288
_CARD_HEIGHT_PX = 44
_ICON_PX = 20
_PAD_PX = 12
_CONTEXT = "DragOut"


def files_mime(files: Sequence[Path], *, for_clipboard: bool = False) -> QMimeData:
    """The files as other programs understand them.

    Args:
        files: Absolute paths.
        for_clipboard: Adds what the file managers of GNOME and KDE want for pasting.
    """
    urls = [QUrl.fromLocalFile(str(file)) for file in files]
    mime = QMimeData()
    mime.setUrls(urls)
    if for_clipboard:
        lines = ["copy", *(bytes(url.toEncoded().data()).decode("ascii") for url in urls)]
        mime.setData(_GNOME_FILES, "\n".join(lines).encode("ascii"))
        mime.setData(_KDE_IS_CUT, b"0")
    return mime


def drag(source: QWidget, files: Sequence[Path], title: str, label: str) -> bool:
    """Drags files out of a widget; returns when they were dropped or the drag was given up.

    Args:
        source: Where the drag starts; its palette colours the picture.
        files: What is dragged.
        title: Of the first track.
        label: The format.

    Returns:
        Whether another program took them.
    """
    action = QDrag(source)
    action.setMimeData(files_mime(files))
    picture = card(title, len(files), label, source.palette(), source.devicePixelRatioF())
    action.setPixmap(picture)
    action.setHotSpot(QPoint(_PAD_PX * 2, _CARD_HEIGHT_PX // 2))
    taken = action.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)
    return taken == Qt.DropAction.CopyAction


def card(title: str, count: int, label: str, palette: QPalette, ratio: float) -> QPixmap:
    """The picture at the mouse: a small card with title, format and how many there are."""
    size = QSize(_CARD_WIDTH_PX, _CARD_HEIGHT_PX)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRect(0, 0, size.width(), size.height()).adjusted(1, 1, -2, -2)
    if count > 1:
        _plate(painter, box.adjusted(6, 6, 0, 0), palette)
        box = box.adjusted(0, 0, -6, -6)
    _plate(painter, box, palette)
    accent = palette.color(QPalette.ColorRole.Accent)
    top = box.center().y() - _ICON_PX // 2
    painter.drawPixmap(_PAD_PX, top, icons.pixmap("note", accent, _ICON_PX, ratio))
    text_box = box.adjusted(2 * _PAD_PX + _ICON_PX - 4, 0, -_PAD_PX, 0)
    _words(painter, text_box, title, _count_text(count, label), palette)
    painter.end()
    return picture


def _count_text(count: int, label: str) -> str:
    if count == 1:
        return label
    return f"{count} × {label}"


def _plate(painter: QPainter, box: QRect, palette: QPalette) -> None:
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent)))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(box, 8, 8)


def _words(painter: QPainter, box: QRect, title: str, note: str, palette: QPalette) -> None:
    font = QFont(painter.font())
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
    room = box.width() - painter.fontMetrics().horizontalAdvance(note) - _PAD_PX
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    shown = QFontMetrics(font).elidedText(title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def hint_while_preparing(label: str) -> str:
    """What to say when a drag comes before its files are there."""
    text = QCoreApplication.translate(_CONTEXT, "Making the {0} file; drag again in a moment.")
    return text.format(label)
