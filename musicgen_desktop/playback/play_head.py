# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows what is heard of a feed: the place, the end, a device that died.

Not for: starting or stopping anything (see player).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from musicgen_desktop.playback.feed import Feed
    from musicgen_desktop.playback.outlet import Outlet
    from musicgen_desktop.playback.source import PlayableSource

RATE = 44_100
_TICK_MS = 50
_STALL_TICKS = 40
_DRAIN_TICKS = 8
"""0.4 s for what the sound server still holds when the last frame was pulled."""
_NEAR_END_S = 0.02


class PlayHead(QObject):
    """Looks about twenty times a second while something plays.

    Args:
        outlet: Where it is heard.

    Signals:
        moved(float): Seconds that are heard now.
        ended: The last frame was heard.
        broke(message, hint): The device or the file gave up.
    """

    moved = Signal(float)
    ended = Signal()
    broke = Signal(str, str)

    def __init__(self, outlet: Outlet, parent: QObject) -> None:
        super().__init__(parent)
        self._outlet = outlet
        self._feed: Feed | None = None
        self._source: PlayableSource | None = None
        self._heard_s = 0.0
        self._still_ticks = 0
        self._drain_ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def follow(self, feed: Feed, source: PlayableSource) -> None:
        """Follows a feed from now on."""
        self._feed, self._source = feed, source
        self._still_ticks = 0
        self._timer.start()

    def set_place(self, position_s: float) -> None:
        """The play head was put somewhere else."""
        self._heard_s = position_s
        self._still_ticks = 0

    def rest(self) -> None:
        """Looks no more."""
        self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        if not self._outlet.is_open or self._feed is None or self._source is None:
            self._timer.stop()
        elif self._source.error is not None:
            self.broke.emit(self._source.error.message, self._source.error.hint)
        else:
            self._look(self._feed, self._source)

    def _look(self, feed: Feed, source: PlayableSource) -> None:
        heard_s = self._outlet.heard_frame() / RATE
        moved = abs(heard_s - self._heard_s) > 1e-4
        self._heard_s = heard_s
        self._still_ticks = 0 if moved else self._still_ticks + 1
        self._drain_ticks = self._drain_ticks + 1 if feed.is_ended else 0
        is_at_end = heard_s >= source.frames / RATE - _NEAR_END_S or not moved
        is_waiting = source.ready_frames <= feed.mark().frame < source.frames
        is_stuck = self._still_ticks > _STALL_TICKS and not is_waiting
        if self._drain_ticks > _DRAIN_TICKS and is_at_end:
            self.ended.emit()
        elif not self._outlet.is_working() or is_stuck:
            self.broke.emit("The sound device stopped working.", "Check it, then press play again.")
        else:
            self.moved.emit(heard_s)
