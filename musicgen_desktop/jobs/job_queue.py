# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""JobQueue: the jobs, their order and their life.

Lives on the GUI thread; the work runs on a pool of one thread, one job at a time, and the rest
wait in an order that the user can change. Not for: making tracks (see generation.produce) or
showing jobs (see gui).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from musicgen_desktop import log
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Producer
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.jobs.generation_task import GenerationTask, TaskOutcome
from musicgen_desktop.jobs.job import MAX_CRASHES, Job, JobState
from musicgen_desktop.jobs.journal import Journal
from musicgen_desktop.library.track import Track
from musicgen_desktop.music.recipe import Recipe

_LOGGER = log.topic("jobs")
_CLOSE_WAIT_MS = 1500


class JobQueue(QObject):
    """The jobs.

    Args:
        producer: Makes the tracks.
        journal: Where jobs survive.
        order_for: Turns a job into an order (format, quality: the settings of the moment).

    Signals:
        job_added(id), job_changed(id): State, title or place in the order changed.
        job_progressed(id): Stage, fraction or time left changed.
        preview_grew(id, data): The next piece of a track that is being made, raw float32 stereo.
        job_finished(id): The track with this id is in the library.
        job_failed(id), job_cancelled(id), job_removed(id).
        journal_failed(message, hint): The jobs go on, but would not survive a sudden end.
    """

    job_added = Signal(str)
    job_changed = Signal(str)
    job_progressed = Signal(str)
    preview_grew = Signal(str, object)
    job_finished = Signal(str)
    job_failed = Signal(str)
    job_cancelled = Signal(str)
    job_removed = Signal(str)
    journal_failed = Signal(str, str)
    _progress_reported = Signal(str, object)
    _outcome_reported = Signal(str, object)
    _audio_reported = Signal(str, object)

    def __init__(
        self,
        producer: Producer,
        journal: Journal,
        order_for: Callable[[Job], Order],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._producer = producer
        self._journal = journal
        self._order_for = order_for
        self._jobs: dict[str, Job] = {}
        self._task: GenerationTask | None = None
        self._running = ""
        self._is_closed = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._progress_reported.connect(self._on_progress_reported)
        self._outcome_reported.connect(self._on_outcome_reported)
        self._audio_reported.connect(self._on_audio_reported)
        self._recall()

    # -- asking ------------------------------------------------------------------------------

    def jobs(self) -> tuple[Job, ...]:
        """All jobs of the list, in their order."""
        return tuple(sorted(self._jobs.values(), key=lambda job: (job.position, job.created)))

    def job(self, job_id: str) -> Job | None:
        """One job, or None when it was discarded."""
        return self._jobs.get(job_id)

    def interrupted(self) -> tuple[Job, ...]:
        """Jobs that were queued or running when the program ended without a goodbye."""
        return tuple(job for job in self.jobs() if job.state is JobState.INTERRUPTED)

    # -- wishing -----------------------------------------------------------------------------

    def submit(self, recipes: Sequence[Recipe], title: str) -> list[str]:
        """Queues one job per recipe, the takes of one click; returns their ids at once.

        Raises:
            MusicGenError: The journal can't be written; then nothing is queued.
        """
        group, now = uuid.uuid4().hex, time.time()
        first = 1 + max((job.position for job in self._jobs.values()), default=0)
        jobs = [
            Job(
                id=uuid.uuid4().hex,
                title=title,
                recipe=recipe,
                group=group,
                take=number,
                takes=len(recipes),
                created=now,
                position=first + number,
            )
            for number, recipe in enumerate(recipes, start=1)
        ]
        self._add(jobs)
        return [job.id for job in jobs]

    def make_again(self, track: Track, recipe: Recipe) -> None:
        """Queues the very same track, whose file is missing, under its own id.

        Raises:
            MusicGenError: The journal can't be written; then nothing is queued.
        """
        earlier = self._jobs.get(track.id)
        if earlier is not None and not earlier.is_ended:
            return
        if earlier is not None:
            self.discard(track.id)
        job = Job(
            id=track.id,
            title=track.title,
            recipe=recipe,
            group=track.group or uuid.uuid4().hex,
            take=track.take,
            takes=track.takes,
            created=time.time(),
            position=1 + max((job.position for job in self._jobs.values()), default=0),
        )
        self._add([job])

    def _add(self, jobs: Sequence[Job]) -> None:
        self._journal.save(jobs)
        for job in jobs:
            self._jobs[job.id] = job
            self.job_added.emit(job.id)
        self._start_next()

    def cancel(self, job_id: str) -> None:
        """Cancels a job that is queued or running; the row shows it at once."""
        job = self._jobs.get(job_id)
        if job is None or job.is_ended:
            return
        if job_id == self._running and self._task is not None:
            self._task.cancel()
        self._change(job, state=JobState.CANCELLED, left_s=None)
        self.job_cancelled.emit(job_id)

    def retry(self, job_id: str) -> None:
        """Queues a failed, cancelled or interrupted job again, at its place."""
        job = self._jobs.get(job_id)
        if job is None or job.state in (JobState.QUEUED, JobState.RUNNING, JobState.DONE):
            return
        self._change(job, state=JobState.QUEUED, stage="", fraction=0.0, message="", hint="")
        self._start_next()

    def resume(self, job_ids: Sequence[str]) -> None:
        """Queues interrupted jobs again."""
        for job_id in job_ids:
            self.retry(job_id)

    def discard(self, job_id: str) -> None:
        """Takes a job off the list, cancelling it if need be; its finished track stays."""
        self.cancel(job_id)
        if self._jobs.pop(job_id, None) is not None:
            self._note(lambda: self._journal.remove([job_id]))
            self.job_removed.emit(job_id)

    def move(self, job_id: str, index: int) -> None:
        """Moves a job to another place in the order (0 = first)."""
        order = list(self.jobs())
        job = self._jobs.get(job_id)
        if job is None:
            return
        order.remove(job)
        order.insert(max(0, min(index, len(order))), job)
        moved = [replace(j, position=n) for n, j in enumerate(order) if j.position != n]
        self._note(lambda: self._journal.save(moved))
        for each in moved:
            self._jobs[each.id] = each
            self.job_changed.emit(each.id)

    def close(self) -> None:
        """Stops the running job, requeues it for the next start, and ends the threads."""
        self._is_closed = True
        running = self._jobs.get(self._running)
        if self._task is not None:
            self._task.cancel()
        self._pool.waitForDone(_CLOSE_WAIT_MS)
        if running is not None and running.state is JobState.RUNNING:
            requeued = replace(running, state=JobState.QUEUED)
            self._note(lambda: self._journal.save([requeued]))
        self._journal.close()

    # -- working -----------------------------------------------------------------------------

    def _recall(self) -> None:
        """Takes over what the journal holds from earlier starts.

        A clean quit leaves its jobs queued; they go on by themselves. A job found running was
        interrupted, and the ones behind it are offered along with it.
        """
        found = self._journal.load()
        died = any(job.state is JobState.RUNNING for job in found)
        for job in found:
            waiting = job.state in (JobState.QUEUED, JobState.RUNNING, JobState.INTERRUPTED)
            stays = job.state is JobState.INTERRUPTED or (waiting and died)
            given_up = waiting and job.crashes >= MAX_CRASHES
            state = JobState.INTERRUPTED if stays or given_up else job.state
            self._jobs[job.id] = replace(job, state=state)
        self._note(lambda: self._journal.save(self._jobs.values()))

    @Slot()
    def start(self) -> None:
        """Goes on with what a clean quit left queued; called once the window shows."""
        self._start_next()

    def _start_next(self) -> None:
        if self._running or self._is_closed:
            return
        for job in self.jobs():
            if job.state is JobState.QUEUED:
                break
        else:
            return
        self._running = job.id
        self._change(job, state=JobState.RUNNING, stage="starting", fraction=0.0, left_s=None)
        self._task = GenerationTask(
            self._producer,
            self._order_for(job),
            self._progress_reported.emit,
            self._outcome_reported.emit,
            self._audio_reported.emit,
        )
        self._pool.start(self._task)

    def _change(self, job: Job, **changes: object) -> None:
        """Replaces a job's fields, on disk first, and says so."""
        changed = replace(job, **changes)  # type: ignore[arg-type]  # names come from this class
        self._note(lambda: self._journal.save([changed]))
        self._jobs[job.id] = changed
        self.job_changed.emit(job.id)

    def _note(self, write: Callable[[], None]) -> None:
        """Writes to the journal; a disk that is full must not stop the jobs or their rows."""
        try:
            write()
        except MusicGenError as error:
            _LOGGER.exception("the journal could not be written")
            self.journal_failed.emit(error.message, error.hint)

    @Slot(str, object)
    def _on_progress_reported(self, job_id: str, progress: Progress) -> None:
        job = self._jobs.get(job_id)
        if job is None or job.state is not JobState.RUNNING:
            return
        self._jobs[job_id] = replace(
            job, stage=progress.stage, fraction=progress.fraction, left_s=progress.left_s
        )
        self.job_progressed.emit(job_id)

    @Slot(str, object)
    def _on_audio_reported(self, job_id: str, data: bytes) -> None:
        job = self._jobs.get(job_id)
        if job is not None and job.state is JobState.RUNNING:
            self.preview_grew.emit(job_id, data)

    @Slot(str, object)
    def _on_outcome_reported(self, job_id: str, outcome: TaskOutcome) -> None:
        if self._is_closed:
            return
        self._running, self._task = "", None
        job = self._jobs.get(job_id)
        if job is not None:
            self._settle(job, outcome)
        self._start_next()

    def _settle(self, job: Job, outcome: TaskOutcome) -> None:
        if outcome.kind == "done":
            # A track that was finished just before the cancel arrived exists: it is kept.
            self._note(lambda: self._journal.remove([job.id]))
            self._jobs[job.id] = replace(job, state=JobState.DONE, fraction=1.0, left_s=0.0)
            self.job_changed.emit(job.id)
            self.job_finished.emit(job.id)
        elif outcome.kind == "cancelled":
            # Queued means that the user asked for it again while it was still being stopped.
            if job.state is JobState.RUNNING:
                self._change(job, state=JobState.CANCELLED, left_s=None)
                self.job_cancelled.emit(job.id)
        elif job.state is JobState.RUNNING:
            crashes = job.crashes + (outcome.kind == "crashed")
            _LOGGER.warning("job %s %s: %s", job.id, outcome.kind, outcome.message)
            if outcome.kind == "crashed" and crashes < MAX_CRASHES:
                self._change(job, state=JobState.QUEUED, stage="", fraction=0.0, crashes=crashes)
                return
            self._change(
                job,
                state=JobState.FAILED,
                left_s=None,
                message=outcome.message,
                hint=outcome.hint,
                crashes=crashes,
            )
            self.job_failed.emit(job.id)
