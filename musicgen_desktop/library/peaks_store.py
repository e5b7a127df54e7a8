# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the waveforms for drawing, one small file per track. Disposable.

Not for: making or understanding them (see audio.peaks).
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from musicgen_desktop import files
from musicgen_desktop.library.tag_data import is_track_id

_MAX_BYTES = 4_000_000


class PeaksStore:
    """Waveforms by track id.

    Args:
        folder: Made when the first one is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, track_id: str) -> bytes | None:
        """The stored bytes; None when there are none."""
        try:
            with self._path(track_id).open("rb") as file:
                content = file.read(_MAX_BYTES)
        except OSError:
            return None
        return content or None

    def save(self, track_id: str, content: bytes) -> None:
        """Stores the bytes.

        Does nothing where they can't be stored, since they can be made again.
        """
        with contextlib.suppress(OSError):
            files.write_atomically(self._path(track_id), content)

    def _path(self, track_id: str) -> Path:
        if not is_track_id(track_id):
            raise ValueError(f"not a track id: {track_id!r}")
        return self._folder / f"{track_id}.peaks"
