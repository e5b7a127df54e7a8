# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tracks decoded last, kept so that going back and forth between takes needs no waiting.

Not for: decoding (see source).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musicgen_desktop.playback.source import TrackSource

_KEPT = 3


class RecentSources:
    """A few sources by file; the one unused longest goes first."""

    def __init__(self) -> None:
        self._sources: dict[Path, TrackSource] = {}

    def get(self, path: Path, duration_s: float) -> TrackSource:
        """The source of a file, kept or new; one that failed is read anew."""
        from musicgen_desktop.playback.source import TrackSource

        source = self._sources.pop(path, None)
        if source is None or source.error is not None:
            source = TrackSource(path, duration_s)
        self._sources[path] = source
        while len(self._sources) > _KEPT:
            self._sources.pop(next(iter(self._sources))).release()
        return source

    def release(self, path: Path) -> None:
        """Lets go of one file."""
        source = self._sources.pop(path, None)
        if source is not None:
            source.release()

    def release_all(self) -> None:
        """Lets go of everything."""
        for path in list(self._sources):
            self.release(path)
