# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trash inside the library folder: what is in it, and emptying it for good.

Not for: moving tracks into it or out again (see library).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from musicgen_desktop.errors import LibraryError
from musicgen_desktop.library.shelf import Shelf
from musicgen_desktop.library.user_data import UserData


@dataclass(frozen=True, slots=True)
class TrashContents:
    """How many files lie in the trash, and how many bytes they take."""

    count: int
    size_bytes: int


class Trash:
    """The trash of one library folder.

    Args:
        shelf: The folder.
        user_data: Knows which tracks were deleted.
        guard: Held by everybody who moves files of the library.
        byproducts: Folders in which deleted tracks have files named after their ids: lossless
            masters, waveforms.
    """

    def __init__(
        self,
        shelf: Shelf,
        user_data: UserData,
        guard: threading.RLock,
        byproducts: Sequence[Path],
    ) -> None:
        self._shelf = shelf
        self._user_data = user_data
        self._guard = guard
        self._byproducts = byproducts

    def contents(self) -> TrashContents:
        """What is in the trash; nothing where the folder is away."""
        sizes = [size for _, size in self._shelf.trashed_files()]
        return TrashContents(len(sizes), sum(sizes))

    def empty(self) -> TrashContents:
        """Removes the files in the trash for good, with the masters of the tracks they were.

        What is known of the tracks stays: their recipes can make them again.

        Returns:
            What was removed.

        Raises:
            LibraryError: The folder is away, or a file can't be removed; the others are removed.
        """
        removed: list[int] = []
        stuck: OSError | None = None
        with self._guard:
            self._shelf.require()
            for path, size in self._shelf.trashed_files():
                try:
                    path.unlink(missing_ok=True)
                    removed.append(size)
                except OSError as error:
                    stuck = error
            self._remove_byproducts()
        if stuck is not None:
            raise LibraryError(
                "Not everything in the trash could be removed ({reason}).",
                "Close other programs that use these files, then try again.",
                reason=stuck.strerror or type(stuck).__name__,
            ) from stuck
        return TrashContents(len(removed), sum(removed))

    def _remove_byproducts(self) -> None:
        for known in self._user_data.known(self._shelf.folder):
            if known.trashed is None or (self._shelf.folder / (known.trashed or ".gone")).exists():
                continue
            for folder in self._byproducts:
                for path in folder.glob(f"{known.id}.*"):
                    with contextlib.suppress(OSError):
                        path.unlink(missing_ok=True)
