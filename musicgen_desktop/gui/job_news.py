# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells what becomes of the jobs: announces, offers Retry and Resume, plays the first take.

Not for: the list of jobs (see job_list).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.gui.message_bar import Message, MessageBar

if TYPE_CHECKING:
    from musicgen_desktop.gui.listening import Listening
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.services import Services


class JobNews(QObject):
    """Listens to the queue and speaks through the message line.

    Signals:
        settings_changed(Settings): The user answered a question that is a setting.
    """

    settings_changed = Signal(object)

    def __init__(
        self,
        services: Services,
        queue: JobQueue,
        listening: Listening,
        bar: MessageBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._queue = queue
        self._listening = listening
        self._bar = bar
        queue.job_finished.connect(self._on_job_finished)
        queue.job_failed.connect(self._on_job_failed)

    @Slot(str, int)
    def on_submitted(self, prompt: str, takes: int) -> None:
        """Says that the work has begun."""
        words = prompt or self.tr("your settings")
        text = self.tr("Making it: {0}") if takes == 1 else self.tr("Making {1} takes: {0}")
        self._bar.announcer.announce(text.format(words, takes))

    def offer_interrupted(self) -> None:
        """Offers what the program was doing when it died; says nothing where there is nothing."""
        interrupted = [job.id for job in self._queue.interrupted()]
        if not interrupted:
            return
        self._bar.post(
            Message(
                self._interrupted_text(len(interrupted)),
                self.tr("They can be made now, just as they were wanted."),
                "question",
                (
                    (self.tr("Resume"), partial(self._queue.resume, interrupted)),
                    (self.tr("Discard"), partial(self._discard, interrupted)),
                ),
            )
        )

    def _interrupted_text(self, count: int) -> str:
        if count == 1:
            return self.tr("One track was being made when the program closed.")
        return self.tr("{0} tracks were being made when the program closed.").format(count)

    @Slot(str)
    def _on_job_finished(self, job_id: str) -> None:
        track = self._services.library.track(job_id)
        if track is None:
            return
        self._bar.announcer.announce(self.tr("{0} is ready.").format(track.sentence()))
        if self._listening.track_id == job_id:  # heard already while it was made
            self._ask_about_autoplay(job_id)
        elif track.take == 1 and not self._listening.is_playing(self._listening.track_id):
            self._play_first(job_id)

    def _play_first(self, track_id: str) -> None:
        if self._services.settings.autoplay is False:
            return
        said_before = self._bar.message
        self._listening.play(track_id)
        # Where nothing can be heard it isn't playing for anybody: nothing is asked.
        if self._bar.message is said_before:
            self._ask_about_autoplay(track_id)

    def _ask_about_autoplay(self, track_id: str) -> None:
        """Asks once, where the first take is playing by itself."""
        if self._services.settings.autoplay is None and self._listening.is_heard(track_id):
            self._bar.post(
                Message(
                    self.tr("Your track is ready, and playing."),
                    self.tr("Shall the first take of each click play by itself?"),
                    "question",
                    (
                        (self.tr("Yes"), partial(self._set_autoplay, True)),
                        (self.tr("No"), partial(self._set_autoplay, False)),
                    ),
                )
            )

    def _set_autoplay(self, on: bool) -> None:
        self.settings_changed.emit(replace(self._services.settings, autoplay=on))

    @Slot(str)
    def _on_job_failed(self, job_id: str) -> None:
        job = self._queue.job(job_id)
        if job is None:
            return
        self._bar.post(
            Message(
                # why is said by the row of the job
                self.tr("“{0}” could not be made.").format(job.title),
                job.hint,
                "error",
                ((self.tr("Try again"), partial(self._queue.retry, job_id)),),
            )
        )

    def _discard(self, job_ids: list[str]) -> None:
        for job_id in job_ids:
            self._queue.discard(job_id)
