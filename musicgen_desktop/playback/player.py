# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Player: play, pause, seek, volume, loop, for one track at a time.

Lives on the GUI thread. numpy, QtMultimedia and simpleaudio are imported at the first play, not at
the start. Not for: devices (see outlet), or showing anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.playback.outlet import Outlet
from musicgen_desktop.playback.play_head import RATE, PlayHead
from musicgen_desktop.playback.recent_sources import RecentSources

if TYPE_CHECKING:
    from musicgen_desktop.playback.feed import Feed
    from musicgen_desktop.playback.growing import GrowingSource
    from musicgen_desktop.playback.source import PlayableSource


class Player(QObject):
    """Plays one track at a time.

    Args:
        backend: auto, or one of `output.BACKENDS`.

    Signals:
        state_changed(str): stopped, playing or paused.
        position_changed(float): Seconds that are heard now, about twenty times a second.
        duration_changed(float): Seconds.
        track_changed(str): Another track was loaded; "" for none.
        track_finished(str): It played to its end.
        playback_failed(str, str): What happened, and what to do.
        backend_changed(str): Which backend is heard.
        silence_changed(str, str): Why nothing can be heard, and what to do; empty once it can.
    """

    state_changed = Signal(str)
    position_changed = Signal(float)
    duration_changed = Signal(float)
    track_changed = Signal(str)
    track_finished = Signal(str)
    playback_failed = Signal(str, str)
    backend_changed = Signal(str)
    silence_changed = Signal(str, str)

    def __init__(self, backend: str = "auto", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outlet = Outlet(backend, self)
        self._head = PlayHead(self._outlet, self)
        self._head.moved.connect(self._on_moved)
        self._head.ended.connect(self._on_ended)
        self._head.broke.connect(self._on_broke)
        self._sources = RecentSources()
        self._feed: Feed | None = None
        self._source: PlayableSource | None = None
        self._growing: GrowingSource | None = None
        self._track_id = ""
        self._duration_s = 0.0
        self._position_s = 0.0
        self._state = "stopped"
        self._volume = 0.8
        self._gain_db = 0.0
        self._is_looping = False
        self._silence = ("", "")

    # -- asking ------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """stopped, playing or paused."""
        return self._state

    @property
    def track_id(self) -> str:
        """The loaded track, or ""."""
        return self._track_id

    @property
    def position_s(self) -> float:
        """Seconds heard."""
        return self._position_s

    @property
    def duration_s(self) -> float:
        """Length of the loaded track."""
        return self._duration_s

    @property
    def volume(self) -> float:
        """0 to 1, as the slider has it."""
        return self._volume

    @property
    def is_looping(self) -> bool:
        """Whether the track repeats."""
        return self._is_looping

    @property
    def backend(self) -> str:
        """Name of the backend in use, or "" before the first play."""
        return self._outlet.name

    @property
    def silence(self) -> tuple[str, str]:
        """Why nothing can be heard, and what to do; empty texts where sound comes out."""
        return self._silence

    # -- doing -------------------------------------------------------------------------------

    def load(
        self,
        track_id: str,
        path: Path,
        *,
        start_s: float = 0.0,
        play: bool = True,
        gain_db: float = 0.0,
        duration_s: float = 0.0,
    ) -> None:
        """Loads a track, and plays it.

        Args:
            track_id: Names it in the signals.
            path: Its file.
            start_s: Where to begin.
            play: Whether to start at once.
            gain_db: Added to the volume, for equally loud takes.
            duration_s: Its length as far as known.
        """
        self._close_backend()
        self._growing = None
        self._take(track_id, self._sources.get(path, duration_s), start_s, gain_db, duration_s)
        if play:
            self.play()

    def load_growing(
        self, track_id: str, duration_s: float, *, gain_db: float = 0.0
    ) -> GrowingSource:
        """Loads a track that is being made, and plays it as far as it is there.

        Args:
            track_id: Names it in the signals.
            duration_s: Its length.
            gain_db: Added to the volume.

        Returns:
            What its pieces are appended to as they come.
        """
        from musicgen_desktop.playback.growing import GrowingSource

        self._close_backend()
        source = self._growing = GrowingSource(duration_s)
        self._take(track_id, source, 0.0, gain_db, duration_s)
        self.play()
        return source

    def take_over(self, track_id: str, path: Path, duration_s: float) -> bool:
        """Goes over from what is being made to its finished file, at the same place, by a ramp.

        Returns:
            Whether it did; another track may be loaded.
        """
        if self._growing is None or track_id != self._track_id:
            return False
        self._growing.take_over(self._sources.get(path, duration_s))
        self._growing = None
        self.track_changed.emit(track_id)
        return True

    def _take(
        self,
        track_id: str,
        source: PlayableSource,
        start_s: float,
        gain_db: float,
        duration_s: float,
    ) -> None:
        from musicgen_desktop.playback.feed import Feed

        self._gain_db = gain_db
        self._source = source
        self._feed = Feed(source, int(start_s * RATE), self._level())
        self._feed.set_looping(self._is_looping)
        self._track_id = track_id
        self._set_duration(duration_s or source.frames / RATE)
        self._head.set_place(start_s)
        self._set_position(start_s)
        self.track_changed.emit(track_id)
        self._set_state("paused")

    @Slot()
    def play(self) -> None:
        """Plays on, or from the start where the track had ended."""
        if self._feed is None or self._source is None or self._state == "playing":
            return
        if self._feed.is_ended:
            self._feed.seek(0)
        if not self._open_backend(self._feed):
            return
        self._feed.set_playing(True)
        self._outlet.feed_changed()
        self._head.follow(self._feed, self._source)
        self._set_state("playing")

    @Slot()
    def pause(self) -> None:
        """Stands still."""
        if self._feed is not None and self._state == "playing":
            self._feed.set_playing(False)
            self._outlet.feed_changed()
            self._head.rest()
            self._set_state("paused")

    @Slot()
    def toggle(self) -> None:
        """Plays or pauses."""
        if self._state == "playing":
            self.pause()
        else:
            self.play()

    @Slot()
    def stop(self) -> None:
        """Ends, and lets go of the device and the track."""
        self._close_backend()
        self._feed, self._source, self._growing = None, None, None
        had_track, self._track_id = bool(self._track_id), ""
        self._set_position(0.0)
        self._set_state("stopped")
        if had_track:
            self.track_changed.emit("")

    def seek(self, position_s: float) -> None:
        """Goes to a place in the track."""
        if self._feed is None:
            return
        position_s = max(0.0, min(position_s, self._duration_s))
        self._feed.seek(int(position_s * RATE))
        self._outlet.feed_changed()
        self._head.set_place(position_s)
        self._set_position(position_s)

    def set_volume(self, volume: float) -> None:
        """Sets the volume, 0 to 1; 0.5 sounds about half as loud as 1."""
        self._volume = max(0.0, min(1.0, volume))
        if self._feed is not None:
            self._feed.set_level(self._level())
            self._outlet.feed_changed()

    def set_loop(self, is_looping: bool) -> None:
        """Whether the track repeats, without a gap."""
        self._is_looping = is_looping
        if self._feed is not None:
            self._feed.set_looping(is_looping)
            self._outlet.feed_changed()

    def release_file(self, path: Path) -> None:
        """Lets go of a file before it is renamed or deleted; playing goes on from memory."""
        self._sources.release(path)

    def choose_backend(self, name: str) -> None:
        """Changes the backend at once: auto, or one of `output.BACKENDS`."""
        was_playing = self._state == "playing"
        if self._feed is not None and self._outlet.is_open:
            self._feed.seek(self._outlet.heard_frame())
        self._outlet.choose(name)
        self._close_backend()
        if was_playing:
            self._set_state("paused")
            self.play()

    def shut_down(self) -> None:
        """Lets go of everything; for the end of the program."""
        self.stop()
        self._sources.release_all()

    # -- inside ------------------------------------------------------------------------------

    def _level(self) -> float:
        """Gain of the volume slider: cubic, which is close to how loudness is felt."""
        return float(self._volume**3 * 10.0 ** (self._gain_db / 20.0))

    def _open_backend(self, feed: Feed) -> bool:
        was_open = self._outlet.name
        is_open = self._outlet.open(feed)
        problem = self._outlet.problem
        self._tell_silence(("", "") if problem is None else (problem.message, problem.hint))
        if not is_open and problem is not None:
            self.playback_failed.emit(problem.message, problem.hint)
        if is_open and self._outlet.name != was_open:
            self.backend_changed.emit(self._outlet.name)
        return is_open

    def _tell_silence(self, silence: tuple[str, str]) -> None:
        if silence != self._silence:
            self._silence = silence
            self.silence_changed.emit(*silence)

    def _close_backend(self) -> None:
        self._outlet.close()
        self._head.rest()

    @Slot(float)
    def _on_moved(self, heard_s: float) -> None:
        if self._state != "playing" or self._source is None:
            return
        length_s = self._source.frames / RATE
        if length_s != self._duration_s and self._source.ready_frames == self._source.frames:
            self._set_duration(length_s)
        self._set_position(min(heard_s, self._duration_s))

    @Slot()
    def _on_ended(self) -> None:
        if self._feed is None or self._state != "playing":
            return
        self._set_position(self._duration_s)
        self._feed.set_playing(False)
        self._set_state("paused")
        self._close_backend()
        self.track_finished.emit(self._track_id)

    @Slot(str, str)
    def _on_broke(self, message: str, hint: str) -> None:
        if self._feed is not None:
            self._feed.set_playing(False)
            self._feed.seek(int(self._position_s * RATE))
        self._close_backend()
        self._set_state("paused")
        self.playback_failed.emit(message, hint)

    def _set_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _set_position(self, position_s: float) -> None:
        self._position_s = position_s
        self.position_changed.emit(position_s)

    def _set_duration(self, duration_s: float) -> None:
        if duration_s != self._duration_s:
            self._duration_s = duration_s
            self.duration_changed.emit(duration_s)
