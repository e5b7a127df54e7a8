# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws waveforms: upright bars from the highest to the lowest sample, with the loudness as body.

Pictures are drawn in device pixels, so that bars are sharp at any scale, and kept. Not for: input
(see waveform) or loading (see waveform_shapes).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap

from musicgen_desktop.audio.peaks import Waveform

_BAR_PX = 2.0
_GAP_PX = 1.0
_LEAST_HALF_PX = 1.0
_MOST_KEPT = 400


@dataclass(frozen=True, slots=True)
class Ink:
    """The two colours of one waveform, as rgba: what is loud, and how far its peaks reach."""

    body: int
    peak: int

    @classmethod
    def of(cls, colour: QColor, body: float, peak: float) -> Ink:
        """A colour at two strengths, 0 to 1."""
        return cls(_faded(colour, body), _faded(colour, peak))


def waiting_ink(palette: QPalette) -> Ink:
    """What isn't played yet; on a dark ground a faded colour all but vanishes."""
    is_dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    body, peak = (0.95, 0.45) if is_dark else (0.62, 0.26)
    return Ink.of(palette.color(QPalette.ColorRole.PlaceholderText), body, peak)


def played_ink(palette: QPalette) -> Ink:
    """What was played."""
    return Ink.of(palette.color(QPalette.ColorRole.Accent), 1.0, 0.42)


class WaveformPainter:
    """Paints waveforms and keeps their pictures."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def forget(self, key: str | None = None) -> None:
        """Drops the pictures of one shape, or all."""
        for name in [name for name in self._kept if key is None or name[0] == key]:
            del self._kept[name]

    def paint(
        self,
        painter: QPainter,
        box: QRect,
        key: str,
        shape: Waveform | None,
        palette: QPalette,
        played: float = 0.0,
    ) -> None:
        """Paints a waveform; a quiet line where the shape isn't known.

        Args:
            painter: Where to.
            box: In it.
            key: Names the shape; another shape needs another key.
            shape: The waveform.
            palette: Its colours.
            played: How much of it is shown as played, 0 to 1.
        """
        if box.width() <= 0 or box.height() <= 0:
            return
        ratio = painter.device().devicePixelRatioF()
        split = box.left() + round(box.width() * max(0.0, min(1.0, played)))
        parts = (
            (waiting_ink(palette), box.adjusted(split - box.left(), 0, 0, 0)),
            (played_ink(palette), QRect(box.left(), box.top(), split - box.left(), box.height())),
        )
        for ink, part in parts:
            if part.width() > 0:
                picture = self._picture(key, shape, box.size(), ratio, ink)
                source = QRectF(
                    (part.left() - box.left()) * ratio, 0, part.width() * ratio, picture.height()
                )
                painter.drawPixmap(QRectF(part), picture, source)

    def _picture(
        self, key: str, shape: Waveform | None, size: QSize, ratio: float, ink: Ink
    ) -> QPixmap:
        name = (key, shape is None, size.width(), size.height(), ratio, ink)
        picture = self._kept.get(name)
        if picture is None:
            picture = draw(shape, size, ratio, ink)
            self._kept[name] = picture
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(name)
        return picture


def draw(shape: Waveform | None, size: QSize, ratio: float, ink: Ink) -> QPixmap:
    """One picture of a waveform.

    Args:
        shape: The waveform; None gives a quiet line.
        size: In device-independent pixels.
        ratio: Device pixels per device-independent pixel.
        ink: Its colours.
    """
    width, height = round(size.width() * ratio), round(size.height() * ratio)
    picture = QPixmap(width, height)
    picture.fill(Qt.GlobalColor.transparent)
    bar = max(1, round(_BAR_PX * ratio))
    step = bar + max(1, round(_GAP_PX * ratio))
    count = max(1, width // step)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if shape is not None:
        highs, lows, bodies = _levels(shape, count)
        _draw_bars(painter, highs, lows, QColor.fromRgba(ink.peak), step, bar, height)
        _draw_bars(painter, bodies, bodies, QColor.fromRgba(ink.body), step, bar, height)
    else:
        flat = [0.0] * count
        _draw_bars(painter, flat, flat, QColor.fromRgba(ink.peak), step, bar, height)
    painter.end()
    return picture


def _levels(shape: Waveform, count: int) -> tuple[list[float], list[float], list[float]]:
    """Per bar: how far it goes up, how far down, and its body; 1.0 is the loudest sample."""
    small = shape.overview(count)
    loudest = max(max(small.high), -min(small.low), 0.05)
    stretch = [k * small.bins // count for k in range(count)]
    highs = [max(0.0, small.high[k]) / loudest for k in stretch]
    lows = [max(0.0, -small.low[k]) / loudest for k in stretch]
    return highs, lows, [small.rms[k] / loudest for k in stretch]


def _draw_bars(
    painter: QPainter,
    ups: list[float],
    downs: list[float],
    colour: QColor,
    step: int,
    bar: int,
    height: int,
) -> None:
    painter.setBrush(colour)
    middle = height / 2.0
    reach = middle - 0.5
    boxes = []
    for number, (up, down) in enumerate(zip(ups, downs, strict=True)):
        top = middle - max(_LEAST_HALF_PX, up * reach)
        bottom = middle + max(_LEAST_HALF_PX, down * reach)
        boxes.append(QRectF(number * step, top, bar, bottom - top))
    painter.drawRects(boxes)


def _faded(colour: QColor, strength: float) -> int:
    faded = QColor(colour)
    faded.setAlphaF(strength)
    return int(faded.rgba())
