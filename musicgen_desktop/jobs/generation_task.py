# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runnable that makes one track on a pool thread.

It owns no QObject: it is handed functions that emit signals of an object on the GUI thread.
Not for: what happens with the outcome (see job_queue).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRunnable

from musicgen_desktop import log
from musicgen_desktop.errors import Cancelled, EngineCrashed, MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Producer
from musicgen_desktop.generation.timing import Progress

_LOGGER = log.topic("jobs")


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """How a task ended.

    Attributes:
        kind: done, cancelled, failed, crashed (the worker died) or bug.
        message, hint: For people, where it went wrong.
    """

    kind: str
    message: str = ""
    hint: str = ""


class GenerationTask(QRunnable):
    """Makes one track.

    Args:
        producer: Makes it.
        order: What to make.
        report_progress: Called on the pool thread with the job's id and its progress.
        report_outcome: Called on the pool thread, exactly once, with the id and the outcome.
        report_audio: Called on the pool thread with the id and the next piece of the preview.
    """

    def __init__(
        self,
        producer: Producer,
        order: Order,
        report_progress: Callable[[str, Progress], None],
        report_outcome: Callable[[str, TaskOutcome], None],
        report_audio: Callable[[str, bytes], None],
    ) -> None:
        super().__init__()
        self._producer = producer
        self._order = order
        self._report_progress = report_progress
        self._report_outcome = report_outcome
        self._report_audio = report_audio
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Asks it to stop; may be called from any thread, before the start as well."""
        self._cancelled.set()

    def run(self) -> None:
        """Called by the pool."""
        self._report_outcome(self._order.track_id, self._work())

    def _work(self) -> TaskOutcome:
        job = self._order.track_id
        try:
            self._producer.produce(
                self._order,
                lambda progress: self._report_progress(job, progress),
                self._is_off,
                lambda data: self._report_audio(job, data),
            )
        except Cancelled:
            return TaskOutcome("cancelled")
        except EngineCrashed as error:
            return TaskOutcome("crashed", error.message, error.hint)
        except MusicGenError as error:
            return TaskOutcome("failed", error.message, error.hint)
        except Exception as error:  # the boundary: a bug ends one job, not the app
            _LOGGER.exception("job %s failed with a bug", job)
            return TaskOutcome("bug", f"Something unexpected happened: {error}")
        return TaskOutcome("done")

    def _is_off(self) -> bool:
        return self._cancelled.is_set()
