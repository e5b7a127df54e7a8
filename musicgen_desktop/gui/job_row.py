# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of the job list: keeps its place while what it shows changes from state to state.

Not for: what a state looks like (see job_faces) or what is done (see job_list).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget

from musicgen_desktop.gui.job_faces import Face, RunningFace, TakeFace, TroubleFace, WaitingFace
from musicgen_desktop.jobs.job import Job, JobState

if TYPE_CHECKING:
    from musicgen_desktop.gui.listening import Listening
    from musicgen_desktop.gui.waveform_shapes import WaveformShapes
    from musicgen_desktop.library.track import Track

_HEIGHT_PX = 52
_DENSE_PX = 40
_MARGINS_PX = (6, 4, 6, 4)
_DENSE_MARGINS_PX = (6, 0, 6, 0)
_KEYS = {
    Qt.Key.Key_Space: "play",
    Qt.Key.Key_Return: "play",
    Qt.Key.Key_Enter: "play",
    Qt.Key.Key_Up: "above",
    Qt.Key.Key_Down: "below",
    Qt.Key.Key_Delete: "discard",
}
_ALT_KEYS = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}


class JobRow(QFrame):
    """One job.

    Args:
        job: The job.
        shapes: Waveforms. listening: what plays.

    Signals:
        asked(name, job_id): The user wants something of it: play, place, keep, keep_only,
            more_like, discard, more, cancel, retry, remove, up, down, above, below, drag.
    """

    asked = Signal(str, str)

    def __init__(
        self,
        job: Job,
        shapes: WaveformShapes,
        listening: Listening,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("jobRow")
        self.job = job
        self.track: Track | None = None
        self.face: Face | None = None
        self.wanted_place = 0.0
        self._shapes = shapes
        self._listening = listening
        self._face_kind: tuple[JobState, bool] | None = None
        self._pressed_at: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(_HEIGHT_PX)
        self._row = QHBoxLayout(self)
        self._is_dense = False
        self._row.setContentsMargins(*_MARGINS_PX)

    @property
    def title(self) -> str:
        """What the row is called: the take within its group, else the title."""
        if self.job.takes > 1:
            return self.tr("Take {0}").format(self.job.take)
        return self.job.title

    @property
    def is_take(self) -> bool:
        """Whether it is finished and its track is there."""
        return self.job.state is JobState.DONE and self.track is not None

    def set_dense(self, on: bool) -> None:
        """One line in place of two, where several takes stand together."""
        self._is_dense = on
        self.setMinimumHeight(_DENSE_PX if on else _HEIGHT_PX)
        self._row.setContentsMargins(*(_DENSE_MARGINS_PX if on else _MARGINS_PX))
        if self.face is not None:
            self.face.set_dense(on)

    def show_job(self, job: Job, track: Track | None) -> None:
        """Shows how far the job is.

        Args:
            job: The job.
            track: What came of it, when it is done.
        """
        self.job, self.track = job, track
        kind = (job.state, track is not None)
        if kind != self._face_kind:
            self._face_kind = kind
            self._change_face(self._new_face())
        assert self.face is not None
        if isinstance(self.face, TakeFace) and track is not None:
            self.face.show_track(track, self.title)
        else:
            self.face.show_job(job, self.title)
        self._say_it()

    def show_progress(self, job: Job) -> None:
        """Only the numbers changed."""
        self.job = job
        if isinstance(self.face, RunningFace):
            self.face.show_job(job, self.title)

    def _new_face(self) -> Face:
        state = self.job.state
        if state is JobState.RUNNING:
            return RunningFace(self)
        if state is JobState.DONE and self.track is not None:
            many = self.job.takes > 1
            face = TakeFace(self._shapes, self._listening, is_one_of_many=many, parent=self)
            face.wave.place_wanted.connect(self._on_place_wanted)
            return face
        if state in (JobState.QUEUED, JobState.DONE):
            return WaitingFace(self)
        return TroubleFace(state, self)

    def _change_face(self, face: Face) -> None:
        focused = QApplication.focusWidget()
        had_focus = bool(self.face and focused and self.face.isAncestorOf(focused))
        if self.face is not None:
            self._row.removeWidget(self.face)
            self.face.hide()
            self.face.deleteLater()
        self.face = face
        face.asked.connect(self._on_asked)
        face.set_dense(self._is_dense)
        self._row.addWidget(face)
        face.show()
        if had_focus:
            self.setFocus()

    def _say_it(self) -> None:
        """The row as one sentence for screen readers."""
        if self.track is not None:
            self.setAccessibleName(self.track.sentence())
            return
        words = {
            JobState.QUEUED: self.tr("waiting"),
            JobState.RUNNING: self.tr("being made"),
            JobState.FAILED: f"{self.tr('failed')}: {self.job.message}",
            JobState.CANCELLED: self.tr("cancelled"),
            JobState.INTERRUPTED: self.tr("interrupted"),
        }
        take = self.title if self.job.takes > 1 else ""
        parts = (self.job.title, take, words.get(self.job.state, ""))
        self.setAccessibleName(", ".join(filter(None, parts)))

    # -- input -------------------------------------------------------------------------------

    @Slot(str)
    def _on_asked(self, name: str) -> None:
        self.asked.emit(name, self.job.id)

    @Slot(float)
    def _on_place_wanted(self, place: float) -> None:
        self.wanted_place = place
        self.asked.emit("place", self.job.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from take to take, Space plays, Delete discards, Alt moves."""
        keys = _ALT_KEYS if event.modifiers() == Qt.KeyboardModifier.AltModifier else _KEYS
        name = keys.get(Qt.Key(event.key()), "")
        if not name:
            super().keyPressEvent(event)
        elif name == "play" and not self.is_take:
            event.ignore()
        else:
            self.asked.emit(name, self.job.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed_at = event.position().toPoint() if is_left and self.is_take else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags the take out."""
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        moved = event.position().toPoint() - self._pressed_at
        if moved.manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.asked.emit("drag", self.job.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The take's menu."""
        if self.is_take:
            self.setFocus()
            self.asked.emit("more", self.job.id)
        else:
            super().contextMenuEvent(event)
