# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The waveform as a slider: shows what was played, goes where it is clicked, listens to keys.

Not for: painting waveforms in lists (see track_delegate) or playing (see playback).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.gui import spoken, waveform_overlay
from musicgen_desktop.gui.waveform_painter import WaveformPainter

_STEP_MS = 5_000
_PAGE_MS = 15_000
_MARGIN_PX = 4
_HEIGHT_PX = 56


class WaveformSlider(QAbstractSlider):
    """One track's waveform; its value is the position in milliseconds.

    Signals:
        seek_wanted(float): The user wants to be at that second.
    """

    seek_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setSingleStep(_STEP_MS)
        self.setPageStep(_PAGE_MS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._painter = WaveformPainter()
        self._shape: Waveform | None = None
        self._marks: Sequence[tuple[str, float]] = ()
        self._position_s = 0.0
        self._hover_x: int | None = None
        self._follows = False
        self.valueChanged.connect(self._on_value_changed)
        self.actionTriggered.connect(self._on_action)
        self.set_track("", None, 0.0)

    # -- what is shown -----------------------------------------------------------------------

    def set_track(
        self,
        title: str,
        shape: Waveform | None,
        duration_s: float,
        marks: Sequence[tuple[str, float]] = (),
    ) -> None:
        """Shows a track.

        Args:
            title: For screen readers; "" for no track.
            shape: Its waveform, or None.
            duration_s: Its length.
            marks: Label and start in seconds of each section.
        """
        self._painter.forget()
        self._shape = shape
        self._marks = marks
        self.setEnabled(duration_s > 0)
        name = self.tr("Position in {0}").format(title) if title else self.tr("Position")
        self.setAccessibleName(name)
        self._position_s = 0.0
        self.set_duration(duration_s)
        self._follow(0.0)

    def set_duration(self, duration_s: float) -> None:
        """Corrects the length."""
        self._follows = True
        self.setRange(0, round(duration_s * 1000))
        self._follows = False
        self.setEnabled(duration_s > 0)
        self.update()

    def set_position(self, position_s: float) -> None:
        """Shows another place. Screen readers hear of whole seconds only."""
        if self.isSliderDown() or position_s == self._position_s:
            return
        before = self._x_of(self._position_s)
        is_new_second = int(position_s) != int(self._position_s)
        self._position_s = position_s
        if is_new_second:
            self._follow(position_s)
        after = self._x_of(position_s)
        left, right = min(before, after), max(before, after)
        self.update(QRect(left - 3, 0, right - left + 6, self.height()))

    @property
    def position_s(self) -> float:
        """The place shown."""
        return self._position_s

    @property
    def duration_s(self) -> float:
        """The length shown."""
        return self.maximum() / 1000.0

    def _tell_place(self) -> None:
        text = self.tr("{0} of {1}")
        self.setAccessibleDescription(
            text.format(spoken.clock(self._position_s), spoken.length(self.duration_s))
        )

    # -- input -------------------------------------------------------------------------------

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        """A key, the wheel or a screen reader moved the slider, unless it follows the music."""
        if not self._follows:
            self._go_to(value / 1000.0)

    @Slot(int)
    def _on_action(self, _action: int) -> None:
        """A key that leads to the second that is shown already, as Home within the first one."""
        if self.sliderPosition() == self.value():
            self._go_to(self.value() / 1000.0)

    def _follow(self, position_s: float) -> None:
        self._follows = True
        self.setValue(round(position_s * 1000))
        self._follows = False
        self._tell_place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes there, and follows while the button is down."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self.setSliderDown(True)
            self._show_place(self._second_at(event.position().toPoint().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows the time under the mouse; drags."""
        self._hover_x = event.position().toPoint().x()
        if self.isSliderDown():
            self._show_place(self._second_at(self._hover_x))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Goes to where the drag ended."""
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self._go_to(self._position_s)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Shows the time under the mouse."""
        self._hover_x = event.position().toPoint().x()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hides it again."""
        self._hover_x = None
        self.update()

    def _show_place(self, position_s: float) -> None:
        self._position_s = position_s
        self.update()

    def _go_to(self, position_s: float) -> None:
        self._show_place(position_s)
        self._follow(position_s)
        self.seek_wanted.emit(position_s)

    # -- painting ----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(480, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Still a recognisable shape."""
        return QSize(120, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints shape, section marks, play head, time under the mouse and focus ring."""
        painter = QPainter(self)
        box = self._box()
        palette = self.palette()
        played = self._position_s / self.duration_s if self.duration_s else 0.0
        self._painter.paint(painter, box, "", self._shape, palette, played)
        starts = [start_s for _, start_s in self._marks if 0 < start_s < self.duration_s]
        waveform_overlay.paint_marks(painter, box, [self._x_of(s) for s in starts], palette)
        if self.duration_s:
            x = self._x_of(self._position_s)
            painter.fillRect(QRect(x - 1, box.top(), 2, box.height()), palette.accent())
        if self._hover_x is not None and self.duration_s:
            x = max(box.left(), min(self._hover_x, box.right()))
            waveform_overlay.paint_bubble(painter, box, x, self._text_at(x), palette)
        if self.hasFocus():
            waveform_overlay.paint_focus(painter, self.rect(), palette)
        painter.end()

    def _box(self) -> QRect:
        return self.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)

    def _x_of(self, second: float) -> int:
        box = self._box()
        return box.left() + round(box.width() * second / max(self.duration_s, 1e-6))

    def _second_at(self, x: int) -> float:
        box = self._box()
        part = (x - box.left()) / max(1, box.width())
        return max(0.0, min(1.0, part)) * self.duration_s

    def section_at(self, second: float) -> str:
        """The label of the section that sounds at a second, or ""."""
        label = ""
        for name, start_s in self._marks:
            if start_s <= second + 0.005:
                label = name
        return label

    def _text_at(self, x: int) -> str:
        """The time under the mouse, and the section's name."""
        second = self._second_at(x)
        label = self.section_at(second).replace("_", " ")
        return f"{spoken.clock(second)}  {label}".strip()

    def changeEvent(self, event: QEvent) -> None:
        """Draws anew when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._painter.forget()
            self.update()
