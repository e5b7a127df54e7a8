# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs: what waits, what is being made, and the takes that came of it.

Rows never jump: a finished job stays where it is as a take. The takes of one click stand together.
Not for: what a row looks like (see job_row, job_faces).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.gui import focus_order
from musicgen_desktop.gui.job_row import JobRow
from musicgen_desktop.gui.job_wishes import JobWishes
from musicgen_desktop.gui.take_group import TakeGroup
from musicgen_desktop.gui.theme import SIDE_PX
from musicgen_desktop.jobs.job import Job, JobState

if TYPE_CHECKING:
    from musicgen_desktop.gui.track_commands import TrackCommands
    from musicgen_desktop.gui.waveform_shapes import WaveformShapes
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.library.library import Library
    from musicgen_desktop.library.track import Track

_LEAST_PX = 176
_LEAST_SHOWN_PX = 112
_PART_OF_WINDOW = 0.34
_OTHERS_PX = 284
"""Height of what stands with it: its own heading, the line of the list, three tracks."""


class JobList(QFrame):
    """The list; hidden while there are no jobs.

    Args:
        queue: The jobs.
        library: What came of them.
        commands: What can be done with takes.
        shapes: Their waveforms.
    """

    def __init__(
        self,
        queue: JobQueue,
        library: Library,
        commands: TrackCommands,
        shapes: WaveformShapes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("jobList")
        self._queue = queue
        self._library = library
        self._commands = commands
        self._shapes = shapes
        self._rows: dict[str, JobRow] = {}
        self._groups: dict[str, TakeGroup] = {}
        self._deleted: set[str] = set()
        self._wishes = JobWishes(self, queue, commands)
        self._build()
        self._connect()
        for job in queue.jobs():
            self._add(job)
        self._arrange()

    def share(self, around: QWidget) -> None:
        """Leaves some rows of this widget's height to the list of tracks below."""
        around.installEventFilter(self)

    # -- asking ------------------------------------------------------------------------------

    @property
    def rows(self) -> list[JobRow]:
        """The visible rows, from top to bottom."""
        shown = [row for row in self._rows.values() if row.job.id not in self._deleted]
        return sorted(shown, key=lambda row: (row.job.position, row.job.created))

    def row(self, job_id: str) -> JobRow | None:
        """The row of a job."""
        return self._rows.get(job_id)

    def focused_tracks(self) -> list[Track]:
        """The take whose row, or something in it, has the focus."""
        focused = self.focusWidget()
        if focused is None:
            return []
        rows = [row for row in self.rows if focused is row or row.isAncestorOf(focused)]
        return [row.track for row in rows if row.track is not None]

    def scroll_to(self, row: JobRow) -> None:
        """Makes a row visible, once it has its place."""
        QTimer.singleShot(0, row, partial(self._scroll.ensureWidgetVisible, row))

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._heading = QLabel(self)
        self._heading.setProperty("rank", "second")
        self.clear = QPushButton(self.tr("Clear finished"), self)
        self.clear.setProperty("flat", True)
        self.clear.setToolTip(self.tr("The tracks stay in the library"))
        self.clear.clicked.connect(self.clear_finished)
        policy = self.clear.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # rows never jump
        self.clear.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setContentsMargins(SIDE_PX, 8, SIDE_PX - 8, 4)
        head.addWidget(self._heading, 1)
        head.addWidget(self.clear)
        self._inside = QWidget(self)
        self._inside.setObjectName("jobInside")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(SIDE_PX, 0, SIDE_PX, 12)
        self._column.setSpacing(8)
        self._scroll = _Scroll(self)
        self._scroll.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is around became higher or lower."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._scroll.set_room(watched.height() - _OTHERS_PX)
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        self._queue.job_added.connect(self._on_job_added)
        self._queue.job_changed.connect(self._on_job_changed)
        self._queue.job_progressed.connect(self._on_job_progressed)
        self._queue.job_removed.connect(self._on_job_removed)
        deeds = self._commands.deeds
        deeds.changed.connect(self._on_tracks_changed)
        deeds.deleted.connect(self._on_tracks_deleted)
        deeds.returned.connect(self._on_tracks_returned)

    # -- rows --------------------------------------------------------------------------------

    def _add(self, job: Job) -> None:
        group = self._groups.get(job.group)
        if group is None:
            group = TakeGroup(job.title, job.takes, self._inside)
            self._groups[job.group] = group
        row = JobRow(job, self._shapes, self._commands.listening, group)
        row.asked.connect(self._wishes.on_asked)
        self._rows[job.id] = row
        row.show_job(job, _track_of(self._library, job))
        group.add(row)

    def _remove(self, job_id: str) -> None:
        row = self._rows.pop(job_id, None)
        if row is None:
            return
        self._deleted.discard(job_id)
        group = self._groups[row.job.group]
        group.remove(row)
        row.deleteLater()
        if not group.rows:
            del self._groups[row.job.group]
            self._column.removeWidget(group)
            group.deleteLater()

    def _arrange(self) -> None:
        """Puts groups and rows into the order of the queue, without touching those in place."""
        for group in self._groups.values():
            group.arrange(self._deleted)
        ordered = sorted(self._groups.values(), key=lambda group: group.position)
        for number, group in enumerate(ordered):
            if self._column.indexOf(group) != number:
                self._column.insertWidget(number, group)
        self._order_focus([row for group in ordered for row in group.rows])
        self._say_how_many()

    def _order_focus(self, rows: list[JobRow]) -> None:
        """Tab goes through rows and their buttons as they stand, then to the library."""
        inside = [[row, *focus_order.buttons_of(row)] for row in rows]
        focus_order.chain(self.clear, *(widget for each in inside for widget in each))

    def _say_how_many(self) -> None:
        rows = self.rows
        states = [row.job.state for row in rows]
        left = sum(state in (JobState.QUEUED, JobState.RUNNING) for state in states)
        self.setVisible(bool(rows))
        self.clear.setVisible(any(row.job.is_ended for row in rows))
        has_takes = any(row.job.state is JobState.DONE for row in rows)
        self._heading.setText(self._heading_text(left, has_takes=has_takes))
        self._scroll.updateGeometry()

    def _heading_text(self, left: int, *, has_takes: bool) -> str:
        if left == 1:
            return self.tr("Making one track")
        if left:
            return self.tr("Making {0} tracks").format(left)
        return self.tr("New takes") if has_takes else self.tr("Not made")

    # -- the queue ---------------------------------------------------------------------------

    @Slot(str)
    def _on_job_added(self, job_id: str) -> None:
        job = self._queue.job(job_id)
        if job is not None and job_id not in self._rows:
            self._add(job)
            self._arrange()
            if job.take == 1:
                self.scroll_to(self._rows[job_id])

    @Slot(str)
    def _on_job_changed(self, job_id: str) -> None:
        job, row = self._queue.job(job_id), self._rows.get(job_id)
        if job is not None and row is not None:
            row.show_job(job, _track_of(self._library, job))
            self._arrange()

    @Slot(str)
    def _on_job_progressed(self, job_id: str) -> None:
        job, row = self._queue.job(job_id), self._rows.get(job_id)
        if job is not None and row is not None:
            row.show_progress(job)

    @Slot(str)
    def _on_job_removed(self, job_id: str) -> None:
        self._remove(job_id)
        self._arrange()

    @Slot()
    def clear_finished(self) -> None:
        """Takes what is done or given up off the list; tracks stay in the library."""
        for row in list(self._rows.values()):
            if row.job.is_ended:
                self._queue.discard(row.job.id)

    # -- the library -------------------------------------------------------------------------

    @Slot(list)
    def _on_tracks_changed(self, ids: list[str]) -> None:
        for job_id in ids:
            row = self._rows.get(job_id)
            if row is not None:
                row.show_job(row.job, _track_of(self._library, row.job))

    @Slot(list)
    def _on_tracks_deleted(self, ids: list[str]) -> None:
        self._deleted.update(job_id for job_id in ids if job_id in self._rows)
        self._arrange()

    @Slot(list)
    def _on_tracks_returned(self, ids: list[str]) -> None:
        self._deleted.difference_update(ids)
        self._on_tracks_changed(ids)
        self._arrange()


class _Scroll(QScrollArea):
    """As high as its rows, up to a part of the window; then it scrolls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.room_px = _LEAST_PX
        self.setWidgetResizable(True)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_room(self, room_px: int) -> None:
        """Says how high it may become so that the list of tracks still has some rows."""
        if room_px != self.room_px:
            self.room_px = room_px
            self.updateGeometry()

    @Slot(int, int)
    def _on_range_changed(self, _least: int, most: int) -> None:
        """The bar stands in the margin: the rows keep their right edge."""
        inside = self.widget()
        if inside is not None and (column := inside.layout()) is not None:
            bar_px = self.verticalScrollBar().sizeHint().width() if most > 0 else 0
            column.setContentsMargins(SIDE_PX, 0, SIDE_PX - bar_px, 12)

    def sizeHint(self) -> QSize:
        """The rows' height, within limits."""
        rows = self.widget()
        inside = QSize(200, 0) if rows is None else rows.sizeHint()
        most = max(_LEAST_PX, int(self.window().height() * _PART_OF_WINDOW))
        most = min(most, max(_LEAST_SHOWN_PX, self.room_px))
        return QSize(inside.width(), min(inside.height(), most))

    def minimumSizeHint(self) -> QSize:
        """One row at least."""
        return QSize(200, min(_LEAST_SHOWN_PX, self.sizeHint().height()))


def _track_of(library: Library, job: Job) -> Track | None:
    return library.track(job.id) if job.state is JobState.DONE else None
