# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays tracks of the library, equally loud, and notes that they were heard.

Not for: sound (see playback) or buttons (see player_bar).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.library.track import Presence

if TYPE_CHECKING:
    from musicgen_desktop.gui.track_deeds import TrackDeeds
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.music.plan import MusicPlan
    from musicgen_desktop.playback.player import Player
    from musicgen_desktop.services import Services

MATCHED_LUFS = -16.0
"""The quieter of the loudnesses that tracks are mastered to: matching only ever turns down."""
_MOST_UP_DB = 1.0
_MOST_DOWN_DB = -12.0


class Listening(QObject):
    """Starts and stops tracks.

    Args:
        services: Library and settings.
        player: Plays.
        deeds: Notes what was heard.

    Signals:
        changed(track_id): This track started, paused or ended.
        progressed: The loaded track went on.
        failed(message, hint): It can't be played.
        missed(Track): It can't be played, for its file is missing.
    """

    changed = Signal(str)
    progressed = Signal()
    failed = Signal(str, str)
    missed = Signal(object)

    def __init__(
        self, services: Services, player: Player, deeds: TrackDeeds, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._player = player
        self._deeds = deeds
        self._track_id = player.track_id
        player.state_changed.connect(self._on_state_changed)
        player.position_changed.connect(self._on_position_changed)
        player.track_changed.connect(self._on_track_changed)
        deeds.deleted.connect(self._on_deleted)

    @property
    def track_id(self) -> str:
        """The loaded track, or ""."""
        return self._track_id

    def is_playing(self, track_id: str) -> bool:
        """Whether this track is playing now."""
        return self._player.state == "playing" and self._player.track_id == track_id

    def is_heard(self, track_id: str) -> bool:
        """Whether this track is playing, and not merely moving on without a sound device."""
        return self.is_playing(track_id) and not self._player.silence[0]

    @property
    def played(self) -> float:
        """How much of the loaded track was played, 0 to 1."""
        duration_s = self._player.duration_s
        return self._player.position_s / duration_s if duration_s > 0 else 0.0

    def toggle(self, track_id: str) -> None:
        """Plays a track from its start, or pauses and resumes the loaded one."""
        if track_id == self._player.track_id:
            self._player.toggle()
        else:
            self.play(track_id)

    def play(self, track_id: str, start_s: float = 0.0) -> None:
        """Plays a track from some place."""
        track = self._services.library.track(track_id)
        if track is None:
            return
        if track.presence is not Presence.PRESENT:
            self._refuse(track)
            return
        if track_id == self._player.track_id:
            self._player.seek(start_s)
            self._player.play()
        else:
            self._player.load(
                track.id,
                track.path,
                start_s=start_s,
                gain_db=self._gain_db(track),
                duration_s=track.duration_s,
            )
        if track.unread:
            self._deeds.mark_heard([track.id])

    def _gain_db(self, track: Track) -> float:
        if not self._services.settings.level_match or track.loudness_lufs >= 0.0:
            return 0.0
        return max(_MOST_DOWN_DB, min(_MOST_UP_DB, MATCHED_LUFS - track.loudness_lufs))

    def _refuse(self, track: Track) -> None:
        if track.presence is Presence.AWAY:
            self.failed.emit(
                self.tr("The library folder isn’t there."),
                self.tr("Connect the drive it is on; your tracks come back by themselves."),
            )
        else:
            self.missed.emit(track)

    @Slot(str)
    def _on_state_changed(self, _state: str) -> None:
        self.changed.emit(self._track_id)

    @Slot(str)
    def _on_track_changed(self, track_id: str) -> None:
        before, self._track_id = self._track_id, track_id
        if before and before != track_id:
            self.changed.emit(before)
        if track_id:
            self.changed.emit(track_id)

    @Slot(float)
    def _on_position_changed(self, _position_s: float) -> None:
        self.progressed.emit()

    @Slot(list)
    def _on_deleted(self, ids: list[str]) -> None:
        if self._player.track_id in ids:
            self._player.stop()


def strongest_start_s(plan: MusicPlan) -> float:
    """Where the most energetic section of a plan begins; of equals the first."""
    if not plan.sections:
        return 0.0
    return max(plan.sections, key=lambda section: section.energy).start_s
