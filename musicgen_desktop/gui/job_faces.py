# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the row of a job shows in each state: waiting, being made, in trouble, and a finished take.

Not for: the row around it (see job_row) or what the buttons do (see job_list).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.gui import icons, spoken
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.theme import tokens_of
from musicgen_desktop.gui.waveform_painter import WaveformPainter
from musicgen_desktop.jobs.job import Job, JobState

if TYPE_CHECKING:
    from musicgen_desktop.gui.listening import Listening
    from musicgen_desktop.gui.waveform_shapes import WaveformShapes
    from musicgen_desktop.library.track import Track

_SCALE = 1000
_ICON_PX = 20
_LEAD_PX = 36
_WAVE_HEIGHT_PX = 32
_TITLE_PX = 240
_PERCENT_PX = 44
_LEFT_PX = 88


class Elided(QLabel):
    """A line that is cut with dots where it has no room; the whole is in the tooltip."""

    def __init__(self, rank: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("rank", rank)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Shows a text."""
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints as much as there is room for."""
        painter = QPainter(self)
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class Face(QWidget):
    """One state of a row: a lead on the left, words, a middle, buttons.

    Signals:
        asked(str): A button was pressed; its name.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Elided("heading", self)
        self.note = Elided("second", self)
        self.words = QVBoxLayout()
        self.words.setSpacing(2)
        self.words.addStretch(1)
        self.words.addWidget(self.title)
        self.words.addWidget(self.note)
        self.words.addStretch(1)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(12)
        self._buttons: dict[str, IconButton] = {}
        self._button_row = QHBoxLayout()
        self._button_row.setSpacing(2)

    def set_dense(self, on: bool) -> None:
        """Puts the note beside the title in place of under it, or back."""
        way = QBoxLayout.Direction.LeftToRight if on else QBoxLayout.Direction.TopToBottom
        self.words.setDirection(way)
        self.words.setSpacing(12 if on else 2)
        for number, stretch in enumerate((0, 2, 3, 0) if on else (1, 0, 0, 1)):
            self.words.setStretch(number, stretch)

    def place_buttons(self) -> None:
        """Puts the buttons at the right end; the last step of building a face."""
        self.row.addLayout(self._button_row)

    def button(self, name: str) -> IconButton:
        """A button by its name."""
        return self._buttons[name]

    def add_button(self, name: str, icon_name: str, text: str) -> IconButton:
        """Adds a button at the right end."""
        button = IconButton(icon_name, text, self)
        button.setObjectName(name)
        button.clicked.connect(self._on_clicked)
        self._buttons[name] = button
        self._button_row.addWidget(button)
        return button

    @Slot()
    def _on_clicked(self) -> None:
        self.asked.emit(self.sender().objectName())

    def show_job(self, job: Job, title: str) -> None:
        """Shows how far a job is.

        Args:
            job: The job.
            title: What its row is called.
        """
        self.title.setText(title)


class Symbol(QLabel):
    """A quiet drawing in front of a row; without a role in the colour of errors."""

    def __init__(self, icon_name: str, role: QPalette.ColorRole | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._role = role
        self.setFixedWidth(_LEAD_PX)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._tint()

    def _tint(self) -> None:
        palette = self.palette()
        if self._role is None:
            colour = QColor(tokens_of(palette).error)
        else:
            colour = palette.color(self._role)
        ratio = self.devicePixelRatioF()
        self.setPixmap(icons.pixmap(self._icon_name, colour, _ICON_PX, ratio))

    def changeEvent(self, event: QEvent) -> None:
        """Tints it again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()


class WaitingFace(Face):
    """A job whose turn has not come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row.addWidget(Symbol("clock", QPalette.ColorRole.PlaceholderText, self))
        self.row.addLayout(self.words, 1)
        self.add_button("up", "arrow_up", self.tr("Make earlier"))
        self.add_button("down", "arrow_down", self.tr("Make later"))
        self.add_button("cancel", "close", self.tr("Cancel"))
        self.place_buttons()

    def show_job(self, job: Job, title: str) -> None:
        """See Face."""
        super().show_job(job, title)
        self.note.setText(self.tr("Waiting"))


class RunningFace(Face):
    """A job that is being made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row.addWidget(Symbol("wave", QPalette.ColorRole.Accent, self))
        self.row.addLayout(self.words, 2)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, _SCALE)
        self.bar.setTextVisible(False)
        self.percent = QLabel(self)
        self.percent.setFixedWidth(_PERCENT_PX)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.left = QLabel(self)
        self.left.setProperty("rank", "second")
        self.left.setMinimumWidth(_LEFT_PX)
        self.row.addWidget(self.bar, 3)
        self.row.addWidget(self.percent)
        self.row.addWidget(self.left)
        self.add_button("cancel", "close", self.tr("Cancel"))
        self.place_buttons()

    def show_job(self, job: Job, title: str) -> None:
        """See Face."""
        super().show_job(job, title)
        self.note.setText(spoken.stage(job.stage))
        self.bar.setValue(round(job.fraction * _SCALE))
        self.bar.setAccessibleName(self.tr("Progress of {0}").format(title))
        self.percent.setText(self.tr("{0} %").format(int(job.fraction * 100)))
        self.left.setText(spoken.left(job.left_s))


class TroubleFace(Face):
    """A job that ended without a track: failed, cancelled or interrupted."""

    def __init__(self, state: JobState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        is_failed = state is JobState.FAILED
        role = None if is_failed else QPalette.ColorRole.PlaceholderText
        name = {JobState.FAILED: "error", JobState.CANCELLED: "stop"}.get(state, "warning")
        self.row.addWidget(Symbol(name, role, self))
        self.row.addLayout(self.words, 1)
        if is_failed:
            self.note.setProperty("rank", "error")
        self.add_button("retry", "retry", self.tr("Try again"))
        self.add_button("remove", "close", self.tr("Take off the list"))
        self.place_buttons()

    def show_job(self, job: Job, title: str) -> None:
        """See Face."""
        super().show_job(job, title)
        texts = {
            # what to do about it is said by the message line, once for all rows
            JobState.FAILED: spoken.plain(job.message) or self.tr("Not made"),
            JobState.CANCELLED: self.tr("Cancelled"),
            JobState.INTERRUPTED: self.tr("The program closed while it was being made"),
        }
        self.note.setText(texts.get(job.state, ""))
        if job.state is JobState.FAILED and job.hint:
            self.note.setToolTip(f"{self.note.text()} {spoken.plain(job.hint)}")


class TakeWave(QWidget):
    """The waveform of a take; a click plays from there.

    Signals:
        place_wanted(float): Which part was clicked, 0 to 1.
    """

    place_wanted = Signal(float)

    def __init__(
        self, shapes: WaveformShapes, listening: Listening, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shapes = shapes
        self._listening = listening
        self._painter = WaveformPainter()
        self._track_id = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        shapes.shape_loaded.connect(self._on_shape_loaded)
        listening.progressed.connect(self._on_progressed)

    def set_track(self, track_id: str) -> None:
        """Shows a track."""
        self._track_id = track_id
        self.update()

    @Slot()
    def _on_progressed(self) -> None:
        if self._listening.track_id == self._track_id:
            self.update()

    @Slot(str)
    def _on_shape_loaded(self, track_id: str) -> None:
        if track_id == self._track_id:
            self.update()

    def sizeHint(self) -> QSize:
        """A line's height."""
        return QSize(240, _WAVE_HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the shape, and what was played of it."""
        painter = QPainter(self)
        shape = self._shapes.shape(self._track_id)
        is_loaded = self._listening.track_id == self._track_id
        played = self._listening.played if is_loaded else 0.0
        self._painter.paint(painter, self.rect(), "", shape, self.palette(), played)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Plays from there."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.place_wanted.emit(event.position().x() / max(1, self.width()))

    def changeEvent(self, event: QEvent) -> None:
        """Draws anew when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._painter.forget()
            self.update()


class TakeFace(Face):
    """A finished take.

    Args:
        shapes: Its waveform.
        listening: Whether it plays.
        is_one_of_many: Whether its click made others.
    """

    def __init__(
        self,
        shapes: WaveformShapes,
        listening: Listening,
        *,
        is_one_of_many: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._listening = listening
        self._track_id = ""
        listening.changed.connect(self._on_listening_changed)
        self.play = self.add_button("play", "play", self.tr("Play"))
        self.row.addWidget(self.play)
        self.row.addLayout(self.words, 2)
        self.wave = TakeWave(shapes, listening, self)
        self.row.addWidget(self.wave, 3)
        self.length = QLabel(self)
        self.row.addWidget(self.length)
        keep = self.add_button("keep", "heart", self.tr("Keep"))
        keep.set_checked_icon("heart_filled")
        if is_one_of_many:
            self.add_button("keep_only", "check", self.tr("Keep this, discard the others"))
        self.add_button("more_like", "takes", self.tr("More like this"))
        self.add_button("discard", "trash", self.tr("Discard"))
        self.add_button("more", "more", self.tr("More"))
        self.place_buttons()

    def show_track(self, track: Track, title: str) -> None:
        """Shows what the library knows of it."""
        self._track_id = track.id
        self.title.setText(title)
        facts = (f"{spoken.tempo(track.bpm)} bpm" if track.bpm else "", track.key)
        self.note.setText(" · ".join(filter(None, facts)))
        self.length.setText(spoken.length(track.duration_s))
        self.wave.set_track(track.id)
        self.button("keep").setChecked(track.kept)
        self.button("keep").set_name(self.tr("Kept") if track.kept else self.tr("Keep"), "K")
        self._on_listening_changed(track.id)

    @Slot(str)
    def _on_listening_changed(self, track_id: str) -> None:
        """Shows whether it plays."""
        if track_id != self._track_id:
            return
        is_playing = self._listening.is_playing(track_id)
        self.play.set_icon("pause" if is_playing else "play")
        self.play.set_name(self.tr("Pause") if is_playing else self.tr("Play"))
        self.wave.update()
