# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves the files of tracks into another library folder, one by one, losing none.

Not for: the list (a rescan finds the moved files by their tags) or choosing the folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from musicgen_desktop import files
from musicgen_desktop.errors import LibraryError
from musicgen_desktop.library import naming
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import Presence


def movable(library: Library) -> tuple[Path, ...]:
    """The files that may be moved: those that are there and that no other program may be using."""
    return tuple(
        track.path
        for track in library.tracks(library.search())
        if track.presence is Presence.PRESENT and not track.in_use_elsewhere
    )


def move_files(sources: Sequence[Path], folder: Path) -> int:
    """Moves files into a folder under free names; returns how many.

    A file that is gone is passed over. A copy is complete before its original is removed.

    Raises:
        LibraryError: A file can't be written or removed; those before it are moved.
    """
    count = 0
    for source in sources:
        if not source.is_file():
            continue
        target = naming.free_path(folder, source.stem, source.suffix)
        try:
            _move(source, target)
        except OSError as error:
            raise LibraryError(
                "“{name}” can’t be moved ({reason}).",
                "The files that aren’t moved are still in the old folder, whole.",
                name=source.name,
                reason=error.strerror or type(error).__name__,
            ) from error
        count += 1
    return count


def _move(source: Path, target: Path) -> None:
    temporary = files.temporary_beside(target)
    try:
        shutil.copy2(source, temporary)
        files.replace_into(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    source.unlink()
