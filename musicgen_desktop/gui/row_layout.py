# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the parts of a track's row are, at any width and text size.

Pure geometry, shared by painting and clicking. Not for: painting (see track_delegate).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics

from musicgen_desktop.gui.theme import SIDE_PX

STARS = 5
PAD_PX = 12
BUTTON_PX = 36
STAR_PX = 16
_GAP_PX = 16
_AIR_PX = 6
_LEAST_WORDS_PX = 132
_MOST_WORDS_PX = 460
_LEAST_WAVE_PX = 72
_LEAST_ROW_PX = 60
_WORDS_PART = 0.42
_WIDE_PX = 860
_MIDDLE_PX = 620


class Part(Enum):
    """What can be clicked in a row."""

    NOTHING = "nothing"
    PLAY = "play"
    WAVE = "wave"
    STARS = "stars"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The boxes of one row; an empty box is a part that has no room.

    Attributes:
        play, words, wave, duration, tempo, key, stars, more: The parts, from left to right.
    """

    play: QRect
    words: QRect
    wave: QRect
    duration: QRect
    tempo: QRect
    key: QRect
    stars: QRect
    more: QRect

    def part_at(self, at: QPoint) -> Part:
        """What is under a point."""
        boxes = (
            (Part.PLAY, self.play),
            (Part.MORE, self.more),
            (Part.STARS, self.stars),
            (Part.WAVE, self.wave),
        )
        for part, box in boxes:
            if box.contains(at):
                return part
        return Part.NOTHING

    def star_at(self, at: QPoint) -> int:
        """Which star is under a point, 1 to 5."""
        return max(1, min(STARS, 1 + (at.x() - self.stars.left()) // STAR_PX))

    def played_at(self, at: QPoint) -> float:
        """Which part of the track is under a point, 0 to 1."""
        return max(0.0, min(1.0, (at.x() - self.wave.left()) / max(1, self.wave.width())))


def row_height(metrics: QFontMetrics) -> int:
    """Height of a row: two lines and air, in steps of four."""
    return max(_LEAST_ROW_PX, (2 * metrics.lineSpacing() + 24 + 3) // 4 * 4)


def arrange(row: QRect, metrics: QFontMetrics) -> RowLayout:
    """Places the parts.

    Args:
        row: The whole row.
        metrics: Of the row's font.
    """
    right = row.right() + 1 - (SIDE_PX - 8)
    more, right = _take(row, right, BUTTON_PX, 4)
    is_wide, is_middle = row.width() >= _WIDE_PX, row.width() >= _MIDDLE_PX
    stars, right = _take(row, right, STARS * STAR_PX if is_middle else 0, _GAP_PX)
    key, right = _take(row, right, _room(metrics, "G♯m") if is_wide else 0, 8)
    tempo, right = _take(row, right, _room(metrics, "000.0") if is_wide else 0, 8)
    duration, right = _take(row, right, _room(metrics, "00:00"), _GAP_PX)
    left = row.left() + SIDE_PX
    play = QRect(left, row.top() + (row.height() - BUTTON_PX) // 2, BUTTON_PX, BUTTON_PX)
    left = play.right() + 1 + PAD_PX
    room = max(0, right - left)
    words_width = int(max(_LEAST_WORDS_PX, min(_MOST_WORDS_PX, room * _WORDS_PART)))
    wave_width = max(0, room - words_width - _GAP_PX)
    if wave_width < _LEAST_WAVE_PX:
        wave_width = 0
    height = row.height() - 20
    wave = QRect(right - wave_width, row.top() + 10, wave_width, height)
    end = wave.left() - _GAP_PX if wave_width else right
    words = QRect(left, row.top(), max(0, end - left), row.height())
    return RowLayout(play, words, wave, duration, tempo, key, stars, more)


def _room(metrics: QFontMetrics, text: str) -> int:
    """The width of a text, with air: a text that fills its box to the last bit is cut."""
    return metrics.horizontalAdvance(text) + _AIR_PX


def _take(row: QRect, right: int, width: int, gap: int) -> tuple[QRect, int]:
    """Cuts a box off the right side; nothing where it has no width."""
    if width <= 0:
        return QRect(), right
    return QRect(right - width, row.top(), width, row.height()), right - width - gap
