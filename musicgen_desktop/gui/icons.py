# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Icons: one single-colour drawing each, tinted with a colour of the palette.

Names are those of the files in `resources/icons`. Not for: deciding which colour (widgets take it
from their palette, see theme).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from musicgen_desktop import resources

_SIZES_PX = (16, 20, 24, 48)  # 48 serves high-density screens too
_APP_SIZES_PX = (16, 24, 32, 48, 64, 128, 256)


def icon(name: str, colour: QColor, disabled: QColor | None = None) -> QIcon:
    """The drawing `name` in one colour, sharp at the usual sizes.

    Args:
        name: Such as "play".
        colour: Of the normal state.
        disabled: Of the disabled state; a faded `colour` unless given.

    Raises:
        FileNotFoundError: There is no such drawing.
    """
    faded = QColor(colour)
    faded.setAlphaF(0.4)
    return _icon(name, colour.rgba(), (disabled or faded).rgba())


def palette_icon(name: str, palette: QPalette, role: QPalette.ColorRole) -> QIcon:
    """The drawing `name` in a colour of a widget's palette."""
    disabled = palette.color(QPalette.ColorGroup.Disabled, role)
    return icon(name, palette.color(QPalette.ColorGroup.Active, role), disabled)


def pixmap(name: str, colour: QColor, size_px: int, ratio: float = 1.0) -> QPixmap:
    """One picture of the drawing, for painting by hand.

    Args:
        name: Such as "play".
        colour: Its colour.
        size_px: Its side in device-independent pixels.
        ratio: Device pixels per device-independent pixel.
    """
    return _pixmap(name, colour.rgba(), size_px, ratio)


def tinted_file(name: str, colour: str, folder: Path) -> str:
    """Writes the drawing in one colour into a folder, for a style sheet.

    Args:
        name: Such as "check".
        colour: As #rrggbb.
        folder: Where to.

    Returns:
        The file's path with forward slashes, as style sheets want it.
    """
    target = folder / f"{name}-{colour.lstrip('#')}.svg"
    target.write_text(_source(name).replace("currentColor", colour), encoding="utf-8")
    return target.as_posix()


@lru_cache(maxsize=1)
def app_icon() -> QIcon:
    """The program's icon in the sizes that desktops ask for."""
    result = QIcon()
    for size in _APP_SIZES_PX:
        result.addPixmap(app_pixmap(size))
    return result


def app_pixmap(size_px: int) -> QPixmap:
    """The program's icon in one size."""
    return _render(resources.path("icons", "app.svg").read_bytes(), size_px, 1.0)


@lru_cache(maxsize=512)
def _icon(name: str, rgba: int, disabled_rgba: int) -> QIcon:
    result = QIcon()
    for size in _SIZES_PX:
        result.addPixmap(_pixmap(name, rgba, size, 1.0), QIcon.Mode.Normal)
        result.addPixmap(_pixmap(name, disabled_rgba, size, 1.0), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=1024)
def _pixmap(name: str, rgba: int, size_px: int, ratio: float) -> QPixmap:
    colour = QColor.fromRgba(rgba)
    text = _source(name).replace("currentColor", colour.name(QColor.NameFormat.HexRgb))
    drawn = _render(text.encode(), size_px, ratio)
    return drawn if colour.alpha() == 255 else _faded(drawn, colour.alphaF())


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resources.path("icons", f"{name}.svg").read_text(encoding="utf-8")


def _render(svg: bytes, size_px: int, ratio: float) -> QPixmap:
    side = round(size_px * ratio)
    result = QPixmap(QSize(side, side))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def _faded(source: QPixmap, opacity: float) -> QPixmap:
    result = QPixmap(source.size())
    result.setDevicePixelRatio(source.devicePixelRatio())
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setOpacity(opacity)
    painter.drawPixmap(0, 0, source)
    painter.end()
    return result
