# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paints a track's row: play button, title, facts, waveform, stars.

Not for: clicks (see track_table) or where the parts are (see row_layout).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from musicgen_desktop.gui import icons, row_layout, spoken
from musicgen_desktop.gui.row_layout import STAR_PX, STARS, Part, RowLayout
from musicgen_desktop.gui.track_model import TRACK_ROLE
from musicgen_desktop.gui.waveform_painter import WaveformPainter
from musicgen_desktop.library.track import Presence, spoken_genre

if TYPE_CHECKING:
    from musicgen_desktop.gui.listening import Listening
    from musicgen_desktop.gui.waveform_shapes import WaveformShapes
    from musicgen_desktop.library.track import Track

_ROLE = QPalette.ColorRole
_DOT_PX = 8
_SMALL = 0.9
_ICON_PX = 18
_ROUND_PX = 10
_EDITOR_PX = 34
_INSET_PX = 12
Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class Hover:
    """What the mouse is over."""

    row: int = -1
    part: Part = Part.NOTHING
    at: QPoint | None = None


class TrackDelegate(QStyledItemDelegate):
    """Paints rows.

    Args:
        shapes: The waveforms.
        listening: What is playing.

    Attributes:
        hover: Set by the view.
    """

    def __init__(
        self, shapes: WaveformShapes, listening: Listening, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._shapes = shapes
        self._listening = listening
        self._waves = WaveformPainter()
        self.hover = Hover()

    def forget_pictures(self, track_id: str | None = None) -> None:
        """Draws one waveform anew, or all, after a change of the look or of a track."""
        self._waves.forget(track_id)

    # -- QStyledItemDelegate -----------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as two lines need."""
        return QSize(320, row_layout.row_height(QFontMetrics(option.font)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints one row."""
        track: Track | None = index.data(TRACK_ROLE)
        if track is None:
            return
        row = _Row(painter, option, track, index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layout = row_layout.arrange(row.box, QFontMetrics(row.font))
        is_hovered = self.hover.row == row.number
        self._paint_ground(row, is_hovered)
        self._paint_play(row, layout, is_hovered)
        self._paint_words(row, layout)
        self._paint_wave(row, layout, is_hovered)
        self._paint_facts(row, layout)
        if is_hovered or row.is_selected or track.star:
            self._paint_stars(row, layout, is_hovered)
        self._paint_more(row, layout, is_hovered)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line for the title."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Title"))
        editor.setMaxLength(200)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begins with the whole title selected."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Puts the line where the words are."""
        box: QRect = option.rect
        words = row_layout.arrange(box, QFontMetrics(option.font)).words
        height = max(_EDITOR_PX, editor.sizeHint().height())
        top = box.top() + (box.height() - height) // 2
        editor.setGeometry(words.left() - 10, top, words.width() + 10, height)

    # -- parts -------------------------------------------------------------------------------

    def _paint_ground(self, row: _Row, is_hovered: bool) -> None:
        if row.is_selected:
            ground = row.colour(_ROLE.Highlight)
        elif is_hovered:
            ground = row.colour(_ROLE.AlternateBase)
        else:
            ground = None
        inner = row.box.adjusted(_INSET_PX, 1, -_INSET_PX, -1)
        if ground is not None:
            row.painter.setPen(Qt.PenStyle.NoPen)
            row.painter.setBrush(ground)
            row.painter.drawRoundedRect(inner, _ROUND_PX, _ROUND_PX)
        if row.has_focus:
            row.painter.setPen(QPen(row.colour(_ROLE.Accent), 2))
            row.painter.setBrush(Qt.BrushStyle.NoBrush)
            row.painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), _ROUND_PX, _ROUND_PX)

    def _paint_play(self, row: _Row, layout: RowLayout, is_hovered: bool) -> None:
        is_playing = self._listening.is_playing(row.track.id)
        is_loaded = self._listening.track_id == row.track.id
        is_on = is_hovered and self.hover.part is Part.PLAY
        if row.track.presence is not Presence.PRESENT:
            name = "away" if row.track.presence is Presence.AWAY else "warning"
            row.icon(name, layout.play, _ROLE.PlaceholderText, is_round=False)
            return
        if is_on or is_loaded:
            row.painter.setPen(Qt.PenStyle.NoPen)
            row.painter.setBrush(row.colour(_ROLE.Accent))
            row.painter.drawEllipse(layout.play.adjusted(1, 1, -1, -1))
            role = _ROLE.BrightText
        else:
            role = _ROLE.Text if is_hovered or row.has_focus else _ROLE.PlaceholderText
        row.icon("pause" if is_playing else "play", layout.play, role, is_round=False)

    def _paint_words(self, row: _Row, layout: RowLayout) -> None:
        """Title with its marks above, genre and date below."""
        title_font = QFont(row.font)
        title_font.setWeight(QFont.Weight.DemiBold)
        small = _small(row.font)
        upper, lower = _lines(layout.words, QFontMetrics(title_font), QFontMetrics(small))
        track = row.track
        left = upper.left()
        if track.unread:
            row.painter.setPen(Qt.PenStyle.NoPen)
            row.painter.setBrush(row.colour(_ROLE.Accent))
            dot = QRect(left, 0, _DOT_PX, _DOT_PX)
            dot.moveCenter(QPoint(dot.center().x(), upper.center().y()))
            row.painter.drawEllipse(dot)
            left += _DOT_PX + 6
        room = upper.right() - left - (20 if track.kept else 0)
        is_loaded = self._listening.track_id == track.id
        role = _ROLE.Accent if is_loaded else _ROLE.Text
        if track.presence is not Presence.PRESENT:
            role = _ROLE.PlaceholderText
        end = row.words(
            track.display_title, QRect(left, upper.top(), room, upper.height()), title_font, role
        )
        if track.kept:
            heart = QRect(end + 6, upper.top(), 14, upper.height())
            row.icon("heart_filled", heart, _ROLE.Accent, is_round=False, size_px=14)
        row.words(self._facts(track, layout), lower, small, _ROLE.PlaceholderText)

    def _facts(self, track: Track, layout: RowLayout) -> str:
        """The second line: what is wrong, or what it is and when it was made."""
        if track.presence is Presence.MISSING:
            return self.tr("File missing · make it again: ⋯")
        if track.presence is Presence.DAMAGED:
            return self.tr("Sound damaged · make it again: ⋯")
        if track.presence is Presence.AWAY:
            return self.tr("The library folder isn’t there just now")
        facts = [spoken_genre(track.genre)]
        if layout.tempo.isEmpty():
            facts += [spoken.tempo(track.bpm), track.key]
        facts.append(spoken.when(track.created))
        return " · ".join(filter(None, facts))

    def _paint_wave(self, row: _Row, layout: RowLayout, is_hovered: bool) -> None:
        is_loaded = self._listening.track_id == row.track.id
        if row.track.presence is not Presence.PRESENT:
            row.painter.setOpacity(0.4)
        row.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        shape = self._shapes.shape(row.track.id)
        played = self._listening.played if is_loaded else 0.0
        self._waves.paint(row.painter, layout.wave, row.track.id, shape, row.palette, played)
        if is_hovered and self.hover.part is Part.WAVE and self.hover.at is not None:
            line = QRect(self.hover.at.x(), layout.wave.top(), 1, layout.wave.height())
            row.painter.fillRect(line, row.colour(_ROLE.Text))
        row.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row.painter.setOpacity(1.0)

    def _paint_facts(self, row: _Row, layout: RowLayout) -> None:
        track, right = row.track, Qt.AlignmentFlag.AlignRight
        row.words(spoken.length(track.duration_s), layout.duration, row.font, _ROLE.Text, right)
        second = _ROLE.PlaceholderText
        row.words(spoken.tempo(track.bpm), layout.tempo, row.font, second, right)
        row.words(track.key, layout.key, row.font, second)

    def _paint_stars(self, row: _Row, layout: RowLayout, is_hovered: bool) -> None:
        box = layout.stars
        if box.isEmpty():
            return
        shown = row.track.star
        if is_hovered and self.hover.part is Part.STARS and self.hover.at is not None:
            shown = layout.star_at(self.hover.at)
        for number in range(STARS):
            is_on = number < shown
            star = QRect(box.left() + number * STAR_PX, box.top(), STAR_PX, box.height())
            role = _ROLE.Accent if is_on else _ROLE.Dark
            name = "star_filled" if is_on else "star"
            row.icon(name, star, role, is_round=False, size_px=14)

    def _paint_more(self, row: _Row, layout: RowLayout, is_hovered: bool) -> None:
        """The way to the menu: dim until the row is the one in question."""
        is_on = is_hovered and self.hover.part is Part.MORE
        is_near = is_hovered or row.has_focus or row.is_selected
        role = _ROLE.PlaceholderText if is_near else _ROLE.Dark
        row.icon("more", layout.more, _ROLE.Text if is_on else role, is_on)


class _Row:
    """The means to paint one row."""

    def __init__(
        self, painter: QPainter, option: QStyleOptionViewItem, track: Track, number: int
    ) -> None:
        self.painter = painter
        self.track = track
        self.number = number
        self.box: QRect = option.rect
        self.font: QFont = option.font
        # the style sheet makes the view's own selection transparent: rows paint theirs
        self.palette = QApplication.palette()
        state = option.state
        self.is_selected = bool(state & QStyle.StateFlag.State_Selected)
        self.has_focus = bool(state & QStyle.StateFlag.State_HasFocus)

    def colour(self, role: QPalette.ColorRole) -> QColor:
        """A colour of the look."""
        return self.palette.color(QPalette.ColorGroup.Active, role)

    def words(
        self,
        text: str,
        box: QRect,
        font: QFont,
        role: QPalette.ColorRole,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> int:
        """Writes a line, cut to its box; returns where it ends."""
        if box.isEmpty() or not text:
            return box.left()
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self.painter.setFont(font)
        self.painter.setPen(self.colour(role))
        self.painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return box.left() + QFontMetrics(font).horizontalAdvance(shown)

    def icon(
        self,
        name: str,
        box: QRect,
        role: QPalette.ColorRole,
        is_round: bool = False,
        size_px: int = _ICON_PX,
    ) -> None:
        """Draws an icon in the middle of a box, on a round ground where asked."""
        if is_round:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(self.colour(_ROLE.Mid))
            side = min(box.width(), box.height())
            ground = QRect(0, 0, side, side)
            ground.moveCenter(box.center())
            self.painter.drawEllipse(ground)
        ratio = self.painter.device().devicePixelRatioF()
        picture = icons.pixmap(name, self.colour(role), size_px, ratio)
        corner = QPoint(
            box.left() + (box.width() - size_px) // 2, box.top() + (box.height() - size_px) // 2
        )
        self.painter.drawPixmap(corner, picture)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALL)
    return small


def _lines(box: QRect, upper: QFontMetrics, lower: QFontMetrics) -> tuple[QRect, QRect]:
    """Two lines, one above the other, in the middle of a box."""
    high, low = upper.height(), lower.height()
    top = box.top() + (box.height() - high - low - 2) // 2
    first = QRect(box.left(), top, box.width(), high)
    return first, QRect(box.left(), top + high + 2, box.width(), low)
