# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs: what waits, what is being made, and the takes that came of it.

Rows never jump: a finished job stays where it is as a take. The takes of one click stand together.
Not for: what a row looks like (see job_row, job_faces).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Slot
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

from musicgen_desktop.gui.job_row import JobRow
from musicgen_desktop.gui.listening import strongest_start_s
from musicgen_desktop.gui.take_group import TakeGroup
from musicgen_desktop.gui.track_actions import TrackActions
from musicgen_desktop.jobs.job import Job, JobState

if TYPE_CHECKING:
    from musicgen_desktop.gui.track_commands import TrackCommands
    from musicgen_desktop.gui.waveform_shapes import WaveformShapes
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.library.library import Library
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.playback.player import Player

_LEAST_PX = 176
_LEAST_SHOWN_PX = 124
_PART_OF_WINDOW = 0.34


class JobList(QFrame):
    """The list; hidden while there are no jobs.

    Args:
        queue: The jobs.
        library: What came of them.
        player: What plays.
        commands: What can be done with takes.
        shapes: Their waveforms.
    """

    def __init__(
        self,
        queue: JobQueue,
        library: Library,
        player: Player,
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
        self._actions = TrackActions(self, self.focused_tracks, without=("rename", "delete"))
        commands.serve(self._actions)
        self._handlers: dict[str, Callable[[JobRow], None]] = {
            "play": lambda row: commands.listening.toggle(row.job.id),
            "place": self._play_place,
            "keep": lambda row: commands.toggle_kept(_track_of(row)),
            "keep_only": self._keep_only,
            "more_like": lambda row: commands.more_like_requested.emit(row.job.id),
            "discard": self._discard,
            "more": self._open_menu,
            "cancel": lambda row: queue.cancel(row.job.id),
            "retry": lambda row: queue.retry(row.job.id),
            "remove": lambda row: queue.discard(row.job.id),
            "up": lambda row: self._move(row, -1),
            "down": lambda row: self._move(row, 1),
            "above": lambda row: self._go(row, -1),
            "below": lambda row: self._go(row, 1),
            "drag": lambda row: commands.drag(row, _track_of(row)),
        }
        self._build()
        self._connect(player)
        for job in queue.jobs():
            self._add(job)
        self._arrange()

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

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._heading = QLabel(self)
        self._heading.setProperty("rank", "second")
        self.clear = QPushButton(self.tr("Clear finished"), self)
        self.clear.setProperty("flat", True)
        self.clear.setToolTip(self.tr("The tracks stay in the library"))
        self.clear.clicked.connect(self.clear_finished)
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 0)
        head.addWidget(self._heading, 1)
        head.addWidget(self.clear)
        self._inside = QWidget(self)
        self._inside.setObjectName("jobInside")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(16, 0, 16, 12)
        self._column.setSpacing(8)
        self._scroll = _Scroll(self)
        self._scroll.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self, player: Player) -> None:
        self._queue.job_added.connect(self._on_job_added)
        self._queue.job_changed.connect(self._on_job_changed)
        self._queue.job_progressed.connect(self._on_job_progressed)
        self._queue.job_removed.connect(self._on_job_removed)
        deeds = self._commands.deeds
        deeds.changed.connect(self._on_tracks_changed)
        deeds.deleted.connect(self._on_tracks_deleted)
        deeds.returned.connect(self._on_tracks_returned)
        self._commands.listening.changed.connect(self._on_listening_changed)
        player.position_changed.connect(self._on_position_changed)

    # -- rows --------------------------------------------------------------------------------

    def _add(self, job: Job) -> None:
        group = self._groups.get(job.group)
        if group is None:
            group = TakeGroup(job.title, job.takes, self._inside)
            self._groups[job.group] = group
        row = JobRow(job, self._shapes, self._commands.listening, group)
        row.asked.connect(self._on_asked)
        self._rows[job.id] = row
        row.show_job(job, self._track_of_job(job))
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
        self._say_how_many()

    def _say_how_many(self) -> None:
        rows = self.rows
        states = [row.job.state for row in rows]
        left = sum(state in (JobState.QUEUED, JobState.RUNNING) for state in states)
        self.setVisible(bool(rows))
        self.clear.setVisible(any(row.job.is_ended for row in rows))
        self._heading.setText(self._heading_text(left))
        self._scroll.updateGeometry()

    def _heading_text(self, left: int) -> str:
        if left == 1:
            return self.tr("Making one track")
        return self.tr("Making {0} tracks").format(left) if left else self.tr("New takes")

    def _track_of_job(self, job: Job) -> Track | None:
        return self._library.track(job.id) if job.state is JobState.DONE else None

    # -- the queue ---------------------------------------------------------------------------

    @Slot(str)
    def _on_job_added(self, job_id: str) -> None:
        job = self._queue.job(job_id)
        if job is not None and job_id not in self._rows:
            self._add(job)
            self._arrange()
            self._scroll.show_later(self._rows[job_id])

    @Slot(str)
    def _on_job_changed(self, job_id: str) -> None:
        job, row = self._queue.job(job_id), self._rows.get(job_id)
        if job is not None and row is not None:
            row.show_job(job, self._track_of_job(job))
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
                row.show_job(row.job, self._track_of_job(row.job))

    @Slot(list)
    def _on_tracks_deleted(self, ids: list[str]) -> None:
        self._deleted.update(job_id for job_id in ids if job_id in self._rows)
        self._arrange()

    @Slot(list)
    def _on_tracks_returned(self, ids: list[str]) -> None:
        self._deleted.difference_update(ids)
        self._on_tracks_changed(ids)
        self._arrange()

    # -- playing -----------------------------------------------------------------------------

    @Slot(str)
    def _on_listening_changed(self, track_id: str) -> None:
        row = self._rows.get(track_id)
        if row is not None:
            row.show_playing()

    @Slot(float)
    def _on_position_changed(self, _position_s: float) -> None:
        row = self._rows.get(self._commands.listening.track_id)
        if row is not None:
            row.show_playing()

    # -- wishes ------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_asked(self, name: str, job_id: str) -> None:
        row = self._rows.get(job_id)
        if row is not None:
            self._handlers[name](row)

    def _play_place(self, row: JobRow) -> None:
        if row.track is not None:
            start_s = row.wanted_place * row.track.duration_s
            self._commands.listening.play(row.job.id, start_s)

    def _keep_only(self, row: JobRow) -> None:
        others = [r.job.id for r in self._takes_beside(row)]
        self._commands.deeds.keep_only(row.job.id, others)

    def _discard(self, row: JobRow) -> None:
        """A take goes to the trash with Undo; any other job is taken off the list."""
        self._focus_beside(row)
        if row.is_take:
            self._commands.deeds.delete([row.job.id])
        else:
            self._queue.discard(row.job.id)

    def _takes_beside(self, row: JobRow) -> list[JobRow]:
        return [r for r in self.rows if r.job.group == row.job.group and r.is_take and r is not row]

    def _open_menu(self, row: JobRow) -> None:
        row.setFocus()
        menu = self._actions.menu(self)
        delete = menu.addAction(self.tr("Discard"))
        delete.triggered.connect(lambda: self._discard(row))
        menu.popup(row.mapToGlobal(QPoint(row.width() - menu.sizeHint().width(), row.height())))

    def _move(self, row: JobRow, step: int) -> None:
        """Moves a waiting job before or behind its neighbour that waits too."""
        if row.job.state is not JobState.QUEUED:
            return
        order = [job.id for job in self._queue.jobs()]
        place = order.index(row.job.id) + step
        while 0 <= place < len(order):
            neighbour = self._queue.job(order[place])
            if neighbour is not None and neighbour.state is JobState.QUEUED:
                self._queue.move(row.job.id, place)
                self._scroll.show_later(row)
                return
            place += step

    def _go(self, row: JobRow, step: int) -> None:
        """Goes to the next row; a take there plays from its strongest section."""
        rows = self.rows
        place = rows.index(row) + step
        if not 0 <= place < len(rows):
            return
        target = rows[place]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(target)
        if target.is_take:
            start_s = strongest_start_s(target.job.recipe.plan)
            self._commands.listening.play(target.job.id, start_s)

    def _focus_beside(self, row: JobRow) -> None:
        rows = self.rows
        if row in rows and len(rows) > 1:
            place = rows.index(row)
            rows[place + 1 if place + 1 < len(rows) else place - 1].setFocus()


class _Scroll(QScrollArea):
    """As high as its rows, up to a part of the window; then it scrolls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._wanted: QWidget | None = None

    def sizeHint(self) -> QSize:
        """The rows' height, within limits."""
        rows = self.widget()
        inside = QSize(200, 0) if rows is None else rows.sizeHint()
        most = max(_LEAST_PX, int(self.window().height() * _PART_OF_WINDOW))
        return QSize(inside.width(), min(inside.height(), most))

    def minimumSizeHint(self) -> QSize:
        """One row at least."""
        return QSize(200, min(_LEAST_SHOWN_PX, self.sizeHint().height()))

    def show_later(self, widget: QWidget) -> None:
        """Scrolls to a row."""
        self.ensureWidgetVisible(widget)


def _track_of(row: JobRow) -> list[Track]:
    return [row.track] if row.track is not None else []
