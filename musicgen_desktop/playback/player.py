# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Player: play, pause, seek, volume, loop, for one track at a time.

Lives on the GUI thread. numpy, QtMultimedia and simpleaudio are imported at the first play, not at
the start. Not for: knowing the library or showing anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musicgen_desktop.playback import output

if TYPE_CHECKING:
    from musicgen_desktop.playback.backend import Backend
    from musicgen_desktop.playback.feed import Feed
    from musicgen_desktop.playback.source import TrackSource

RATE = 44_100
_TICK_MS = 50
_STALL_TICKS = 40
_DRAIN_TICKS = 8
"""0.4 s for what the sound server still holds when the last frame was pulled."""
_KEPT_SOURCES = 3


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
    """

    state_changed = Signal(str)
    position_changed = Signal(float)
    duration_changed = Signal(float)
    track_changed = Signal(str)
    track_finished = Signal(str)
    playback_failed = Signal(str, str)
    backend_changed = Signal(str)

    def __init__(self, backend: str = "auto", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = backend
        self._backend: Backend | None = None
        self._feed: Feed | None = None
        self._sources: dict[Path, TrackSource] = {}
        self._track_id = ""
        self._duration_s = 0.0
        self._position_s = 0.0
        self._state = "stopped"
        self._volume = 0.8
        self._gain_db = 0.0
        self._is_looping = False
        self._still_ticks = 0
        self._drain_ticks = 0
        self._has_told_silence = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)

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
        return "" if self._backend is None else self._backend.name

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
        from musicgen_desktop.playback.feed import Feed

        self._close_backend()
        source = self._source(path, duration_s)
        self._gain_db = gain_db
        self._feed = Feed(source, int(start_s * RATE), self._level())
        self._feed.set_looping(self._is_looping)
        self._track_id = track_id
        self._set_duration(duration_s or source.frames / RATE)
        self._set_position(start_s)
        self.track_changed.emit(track_id)
        self._set_state("paused")
        if play:
            self.play()

    @Slot()
    def play(self) -> None:
        """Plays on, or from the start where the track had ended."""
        if self._feed is None or self._state == "playing":
            return
        if self._feed.is_ended:
            self._feed.seek(0)
        if not self._open_backend():
            return
        self._feed.set_playing(True)
        self._tell_backend()
        self._still_ticks = 0
        self._timer.start()
        self._set_state("playing")

    @Slot()
    def pause(self) -> None:
        """Stands still."""
        if self._feed is not None and self._state == "playing":
            self._feed.set_playing(False)
            self._tell_backend()
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
        self._feed = None
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
        self._tell_backend()
        self._still_ticks = 0
        self._set_position(position_s)

    def set_volume(self, volume: float) -> None:
        """Sets the volume, 0 to 1; 0.5 sounds about half as loud as 1."""
        self._volume = max(0.0, min(1.0, volume))
        if self._feed is not None:
            self._feed.set_level(self._level())
            self._tell_backend()

    def set_loop(self, is_looping: bool) -> None:
        """Whether the track repeats, without a gap."""
        self._is_looping = is_looping
        if self._feed is not None:
            self._feed.set_looping(is_looping)
            self._tell_backend()

    def release_file(self, path: Path) -> None:
        """Lets go of a file before it is renamed or deleted; playing goes on from memory."""
        source = self._sources.pop(path, None)
        if source is not None:
            source.release()

    def choose_backend(self, name: str) -> None:
        """Changes the backend at once: auto, or one of `output.BACKENDS`."""
        self._choice = name
        self._has_told_silence = False
        was_playing = self._state == "playing"
        if self._feed is not None and self._backend is not None:
            self._feed.seek(self._backend.heard_frame())
        self._close_backend()
        if was_playing:
            self._set_state("paused")
            self.play()

    def shut_down(self) -> None:
        """Lets go of everything; for the end of the program."""
        self.stop()
        for source in self._sources.values():
            source.release()
        self._sources.clear()

    # -- inside ------------------------------------------------------------------------------

    def _level(self) -> float:
        """Gain of the volume slider: cubic, which is close to how loudness is felt."""
        return float(self._volume**3 * 10.0 ** (self._gain_db / 20.0))

    def _source(self, path: Path, duration_s: float) -> TrackSource:
        from musicgen_desktop.playback.source import TrackSource

        source = self._sources.pop(path, None)
        if source is None or source.error is not None:
            source = TrackSource(path, duration_s)
        self._sources[path] = source
        while len(self._sources) > _KEPT_SOURCES:
            self._sources.pop(next(iter(self._sources))).release()
        return source

    def _open_backend(self) -> bool:
        if self._backend is not None:
            return True
        assert self._feed is not None
        self._backend, problem = output.open_first(self._choice, self._feed, self)
        if problem is not None and not (self._backend is not None and self._has_told_silence):
            self._has_told_silence = self._backend is not None
            self.playback_failed.emit(problem.message, problem.hint)
        if self._backend is not None:
            self.backend_changed.emit(self._backend.name)
        return self._backend is not None

    def _close_backend(self) -> None:
        if self._backend is not None:
            self._backend.stop()
            self._backend = None
        self._timer.stop()

    def _tell_backend(self) -> None:
        if self._backend is not None:
            self._backend.feed_changed()

    @Slot()
    def _on_tick(self) -> None:
        if self._backend is None or self._feed is None:
            self._timer.stop()
            return
        source = self._sources.get(next(reversed(self._sources), Path()))
        if source is not None and source.error is not None and source is self._feed.source:
            self._fail(source.error.message, source.error.hint)
        elif self._state == "playing":
            self._follow()

    def _follow(self) -> None:
        """Reports the place that is heard; notices the end and a dead device."""
        assert self._backend is not None
        assert self._feed is not None
        heard_s = self._backend.heard_frame() / RATE
        frames = self._feed.source.frames
        self._drain_ticks = self._drain_ticks + 1 if self._feed.is_ended else 0
        moved = abs(heard_s - self._position_s) > 1e-4
        self._still_ticks = 0 if moved else self._still_ticks + 1
        is_waiting = self._feed.source.ready_frames <= self._feed.mark().frame < frames
        if self._drain_ticks > _DRAIN_TICKS and (heard_s >= frames / RATE - 0.02 or not moved):
            self._finish()
        elif not self._backend.is_working() or (
            self._still_ticks > _STALL_TICKS and not is_waiting
        ):
            self._fail("The sound device stopped working.", "Check it, then press play again.")
        else:
            if frames / RATE != self._duration_s and self._feed.source.ready_frames == frames:
                self._set_duration(frames / RATE)
            self._set_position(min(heard_s, self._duration_s))

    def _finish(self) -> None:
        assert self._feed is not None
        self._set_position(self._duration_s)
        self._feed.set_playing(False)
        self._set_state("paused")
        self._close_backend()
        self.track_finished.emit(self._track_id)

    def _fail(self, message: str, hint: str) -> None:
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
