# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for other programs: ready before they are asked for, in the format of the switch.

File managers ask for the data while a drag hovers over them, so nothing is rendered during a drag:
what isn't ready is made beforehand, in the background. Not for: the drag itself (see drag_out) or
saving where the user wants (see exporting).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from musicgen_desktop.gui.background import Background

if TYPE_CHECKING:
    from musicgen_desktop.errors import MusicGenError
    from musicgen_desktop.generation.export import Exporter
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.services import Services

FORMATS = ("mp3", "wav")
_MOST_AHEAD = 16
_CLOSE_WAIT_MS = 1000


class Handoff(QObject):
    """Makes and knows the files that are handed to other programs.

    Args:
        services: Their settings name the format.
        exporter: Makes files.

    Signals:
        prepared(track_id): The file of this track is ready.
        failed(message, hint): It can't be made.
    """

    prepared = Signal(str)
    failed = Signal(str, str)

    def __init__(
        self, services: Services, exporter: Exporter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._exporter = exporter
        self._background = Background(1, self)
        self._is_off = threading.Event()
        self._waiting: set[tuple[str, str]] = set()

    @property
    def format(self) -> str:
        """The format of the switch."""
        return self._services.settings.drag_format

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being made."""
        return not self._waiting

    def close(self) -> None:
        """Makes nothing more."""
        self._is_off.set()
        self._background.close(_CLOSE_WAIT_MS)

    def files(self, tracks: Sequence[Track]) -> list[Path] | None:
        """The files to hand over, in order; None while one of them isn't ready."""
        found = [self._exporter.ready_file(track, self.format) for track in tracks]
        ready = [file for file in found if file is not None]
        return ready if len(ready) == len(found) else None

    def prepare_ahead(self, tracks: Sequence[Track]) -> None:
        """Makes files that may be wanted soon, where that is quick."""
        for track in tracks[:_MOST_AHEAD]:
            if self._exporter.is_lossless_kept(track):
                self._prepare(track, lambda _: None)

    def deliver(self, tracks: Sequence[Track], done: Callable[[list[Path]], None]) -> None:
        """Makes what isn't ready and hands all files over."""
        missing = [t for t in tracks if self._exporter.ready_file(t, self.format) is None]

        def go_on(_: object) -> None:
            if (files := self.files(tracks)) is not None:
                done(files)

        if not missing:
            go_on(None)
        for track in missing:
            self._prepare(track, go_on, again=True)

    def _prepare(
        self, track: Track, done: Callable[[object], None], *, again: bool = False
    ) -> None:
        key = (track.id, self.format)
        if self._exporter.ready_file(track, self.format) is not None:
            return
        if key in self._waiting and not again:
            return
        self._waiting.add(key)
        self._background.start(
            partial(self._exporter.prepare, track, self.format, self._is_off.is_set),
            partial(self._on_prepared, key, done),
            partial(self._on_failed, key),
        )

    def _on_prepared(
        self, key: tuple[str, str], done: Callable[[object], None], file: Path
    ) -> None:
        self._waiting.discard(key)
        done(file)
        self.prepared.emit(key[0])

    def _on_failed(self, key: tuple[str, str], error: MusicGenError) -> None:
        self._waiting.discard(key)
        self.failed.emit(error.message, error.hint)
