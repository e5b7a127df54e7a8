# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the first bars of a track while the rest is made, and goes over to its file.

Not for: making the preview (see engines) or tracks that are finished (see listening).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from musicgen_desktop.jobs.job import JobState

if TYPE_CHECKING:
    from musicgen_desktop.gui.track_deeds import TrackDeeds
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.playback.growing import GrowingSource
    from musicgen_desktop.playback.player import Player
    from musicgen_desktop.services import Services

_MATCHED_DB = -2.0
"""From the usual loudness of a track to the one at which all are compared (see listening)."""


class EarlyListening(QObject):
    """Listens to the queue; never interrupts what plays.

    Args:
        services: Library and settings.
        queue: Makes the tracks.
        player: Plays.
        deeds: Notes what was heard.
    """

    def __init__(
        self,
        services: Services,
        queue: JobQueue,
        player: Player,
        deeds: TrackDeeds,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._queue = queue
        self._player = player
        self._deeds = deeds
        self._seen = ""
        self._heard = ""
        self._source: GrowingSource | None = None
        queue.preview_grew.connect(self._on_preview_grew)
        queue.job_changed.connect(self._on_job_changed)
        queue.job_removed.connect(self._on_job_removed)
        queue.job_finished.connect(self._on_job_finished)

    @Slot(str, object)
    def _on_preview_grew(self, job_id: str, data: bytes) -> None:
        if job_id != self._seen:
            self._seen = job_id
            self._begin(job_id)
        if self._heard == job_id and self._source is not None:
            self._source.append(data)

    def _begin(self, job_id: str) -> None:
        settings = self._services.settings
        job = self._queue.job(job_id)
        wanted = settings.hear_early and settings.autoplay is not False
        if job is None or not wanted or self._player.state == "playing":
            return
        gain_db = _MATCHED_DB if settings.level_match else 0.0
        self._heard = job_id
        self._source = self._player.load_growing(job_id, job.recipe.duration_s, gain_db=gain_db)

    @Slot(str)
    def _on_job_changed(self, job_id: str) -> None:
        job = self._queue.job(job_id)
        if job is None or job.state not in (JobState.RUNNING, JobState.DONE):
            self._end(job_id)

    @Slot(str)
    def _on_job_removed(self, job_id: str) -> None:
        self._end(job_id)

    @Slot(str)
    def _on_job_finished(self, job_id: str) -> None:
        track = self._services.library.track(job_id)
        if self._heard != job_id or track is None:
            return
        self._seen = self._heard = ""
        self._source = None
        if self._player.take_over(job_id, track.path, track.duration_s) and track.unread:
            self._deeds.mark_heard([job_id])

    def _end(self, job_id: str) -> None:
        """There won't be more of this track; a next try begins anew."""
        if job_id == self._seen:
            self._seen = ""
        if job_id == self._heard:
            self._heard = ""
            self._source = None
            if self._player.track_id == job_id:
                self._player.stop()
