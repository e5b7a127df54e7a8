# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user wants of a row of the job list: play, keep, discard, move, go on to the next take.

Not for: the rows themselves (see job_list).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot

from musicgen_desktop.gui.job_row import JobRow
from musicgen_desktop.gui.listening import strongest_start_s
from musicgen_desktop.gui.track_actions import TrackActions
from musicgen_desktop.gui.track_deeds import GivenUp
from musicgen_desktop.jobs.job import JobState

if TYPE_CHECKING:
    from musicgen_desktop.gui.job_list import JobList
    from musicgen_desktop.gui.track_commands import TrackCommands
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.library.track import Track


class JobWishes(QObject):
    """Does what rows ask for.

    Args:
        jobs: The list.
        queue: Its jobs.
        commands: What can be done with takes.
    """

    def __init__(self, jobs: JobList, queue: JobQueue, commands: TrackCommands) -> None:
        super().__init__(jobs)
        self._jobs = jobs
        self._queue = queue
        self._commands = commands
        self._actions = TrackActions(jobs, jobs.focused_tracks, without=("rename", "delete"))
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

    @Slot(str, str)
    def on_asked(self, name: str, job_id: str) -> None:
        """Does what a row asks for; see JobRow.asked for the names."""
        row = self._jobs.row(job_id)
        if row is not None:
            self._handlers[name](row)

    # -- takes -------------------------------------------------------------------------------

    def _play_place(self, row: JobRow) -> None:
        if row.track is not None:
            start_s = row.wanted_place * row.track.duration_s
            self._commands.listening.play(row.job.id, start_s)

    def _keep_only(self, row: JobRow) -> None:
        rows = [r for r in self._jobs.rows if r.job.group == row.job.group and r is not row]
        others = [r.job.id for r in rows if r.is_take]
        unmade = [r.job.id for r in rows if r.job.state in (JobState.QUEUED, JobState.RUNNING)]
        for job_id in unmade:
            self._queue.cancel(job_id)
        given_up = GivenUp(len(unmade), partial(self._queue.resume, unmade))
        self._commands.deeds.keep_only(row.job.id, others, given_up)

    def _discard(self, row: JobRow) -> None:
        """A take goes to the trash with Undo; any other job is taken off the list."""
        self._focus_beside(row)
        if row.is_take:
            self._commands.deeds.delete([row.job.id])
        else:
            self._queue.discard(row.job.id)

    def _open_menu(self, row: JobRow) -> None:
        row.setFocus()
        menu = self._actions.menu(self._jobs)
        delete = menu.addAction(self.tr("Discard"))
        delete.triggered.connect(lambda: self._discard(row))
        corner = QPoint(row.width() - menu.sizeHint().width(), row.height())
        menu.popup(row.mapToGlobal(corner))

    # -- order -------------------------------------------------------------------------------

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
                self._jobs.scroll_to(row)
                return
            place += step

    def _go(self, row: JobRow, step: int) -> None:
        """Goes to the next row; a take there plays from its strongest section."""
        rows = self._jobs.rows
        place = rows.index(row) + step
        if not 0 <= place < len(rows):
            return
        target = rows[place]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._jobs.scroll_to(target)
        if target.is_take:
            start_s = strongest_start_s(target.job.recipe.plan)
            self._commands.listening.play(target.job.id, start_s)

    def _focus_beside(self, row: JobRow) -> None:
        rows = self._jobs.rows
        if row in rows and len(rows) > 1:
            place = rows.index(row)
            rows[place + 1 if place + 1 < len(rows) else place - 1].setFocus()


def _track_of(row: JobRow) -> list[Track]:
    return [row.track] if row.track is not None else []
