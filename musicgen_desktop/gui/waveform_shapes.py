# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads the waveforms of the tracks that are looked at, in the background, the latest wish first.

Not for: painting them (see waveform_painter).
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.gui.background import Background

if TYPE_CHECKING:
    from musicgen_desktop.library.library import Library

_MOST_KEPT = 600
_MOST_WANTED = 48
"""Rows that flew past while scrolling are no longer wanted."""


class WaveformShapes(QObject):
    """Waveforms by track id, small ones for rows.

    Args:
        library: Where they are stored.

    Signals:
        shape_loaded(track_id): It can be painted now.
    """

    shape_loaded = Signal(str)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._background = Background(1, self)
        self._shapes: OrderedDict[str, Waveform | None] = OrderedDict()
        self._wanted: list[str] = []
        self._loading = ""

    def shape(self, track_id: str) -> Waveform | None:
        """The shape if it is there; else it is loaded and told by `shape_loaded`."""
        if track_id in self._shapes:
            self._shapes.move_to_end(track_id)
            return self._shapes[track_id]
        if track_id != self._loading:
            if track_id in self._wanted:
                self._wanted.remove(track_id)
            self._wanted.append(track_id)
            del self._wanted[:-_MOST_WANTED]
            self._load_next()
        return None

    def forget(self, track_id: str) -> None:
        """Loads a shape again when it is next wanted: the track was made anew."""
        self._shapes.pop(track_id, None)

    def close(self, wait_ms: int) -> None:
        """Loads no more."""
        self._wanted.clear()
        self._background.close(wait_ms)

    def _load_next(self) -> None:
        if self._loading or not self._wanted:
            return
        self._loading = self._wanted.pop()
        self._background.start(partial(_load, self._library, self._loading), self._on_loaded)

    def _on_loaded(self, shape: Waveform | None) -> None:
        track_id, self._loading = self._loading, ""
        self._shapes[track_id] = shape
        if len(self._shapes) > _MOST_KEPT:
            self._shapes.popitem(last=False)
        self.shape_loaded.emit(track_id)
        self._load_next()


def _load(library: Library, track_id: str) -> Waveform | None:
    from musicgen_desktop.generation import waveforms  # not needed to open the window

    whole = waveforms.waveform(library, track_id)
    return whole.overview() if whole is not None else None
