# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program without its window: the real services and queue in a process that can be killed.

    python -m tests.helpers.queue_program PROFILE submit COUNT DURATION_S
    python -m tests.helpers.queue_program PROFILE offer          prints what is offered, and ends
    python -m tests.helpers.queue_program PROFILE resume         makes what is offered, and ends

Prints `QUEUED id`, `RUNNING id stage fraction`, `DONE id`, `OFFERED id`, one a line.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from musicgen_desktop import paths, services
from musicgen_desktop.generation.order import Order
from musicgen_desktop.jobs.job import Job, JobState
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal


def order_of(job: Job) -> Order:
    """As the window does it, with the default settings."""
    return Order(job.recipe, job.id, job.title, group=job.group, take=job.take, takes=job.takes)


class Reporter(QObject):
    """Prints what happens; ends the program when nothing is left to do."""

    def __init__(self, queue: JobQueue) -> None:
        super().__init__()
        self._queue = queue
        queue.job_progressed.connect(self.on_job_progressed)
        queue.job_finished.connect(self.on_job_finished)
        queue.job_failed.connect(self.on_job_failed)

    @Slot(str)
    def on_job_progressed(self, job_id: str) -> None:
        job = self._queue.job(job_id)
        if job is not None:
            print(f"RUNNING {job_id} {job.stage} {job.fraction:.3f}", flush=True)

    @Slot(str)
    def on_job_finished(self, job_id: str) -> None:
        print(f"DONE {job_id}", flush=True)
        self._end_when_idle()

    @Slot(str)
    def on_job_failed(self, job_id: str) -> None:
        job = self._queue.job(job_id)
        print(f"FAILED {job_id} {job.message if job else ''}", flush=True)
        self._end_when_idle()

    def _end_when_idle(self) -> None:
        busy = (JobState.QUEUED, JobState.RUNNING)
        if not any(job.state in busy for job in self._queue.jobs()):
            QTimer.singleShot(0, QCoreApplication.quit)


def main() -> int:
    """See the module."""
    profile, what, *rest = sys.argv[1:]
    application = QCoreApplication(sys.argv[:1])
    made = services.build(paths.in_profile(Path(profile)))
    made.library.rescan()  # as the window does: finds a file that was renamed just before the end
    queue = JobQueue(made.producer, Journal(made.paths.queue_db), order_of)
    reporter = Reporter(queue)
    offered = [job.id for job in queue.interrupted()]
    for job_id in offered:
        print(f"OFFERED {job_id}", flush=True)
    code = 0
    if what == "submit":
        count, duration_s = int(rest[0]), float(rest[1])
        recipes = services.recipes_for("lo-fi", seed=16, count=count, duration_s=duration_s)
        for job_id in queue.submit(recipes, "Lo-fi"):
            print(f"QUEUED {job_id}", flush=True)
        code = application.exec()
    elif what == "resume" and offered:
        queue.resume(offered)
        code = application.exec()
    del reporter
    queue.close()
    made.close()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
