# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the folder of files for other programs within its size.

Such files are made ahead, so most of them never leave the program; these go first, the one that
waited longest before the others. What was dragged or copied out stays for ever: a project in
another program may point to it, and would fall silent without it. Not for: making the files (see
export).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path

from musicgen_desktop import log

RECENT_S = 3600.0
"""A drag or a paste that is under way now must find its file."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """The files of one track: their size, and when they were last wanted."""

    path: Path
    size: int
    wanted: float


def trim(folder: Path, cap_bytes: int, may_go: Callable[[], Set[str]]) -> list[str]:
    """Removes files that nobody uses, until the folder fits its cap or only used ones are left.

    Args:
        folder: With one folder per track id.
        cap_bytes: How much it may hold.
        may_go: The ids of the tracks that are known never to have been handed out; asked only
            where something has to go.

    Returns:
        The ids whose files went.
    """
    found = _folders(folder)
    total = sum(each.size for each in found)
    if total <= cap_bytes:
        return []
    removable = may_go()
    latest = time.time() - RECENT_S
    gone: list[str] = []
    for each in sorted(found, key=lambda item: item.wanted):
        if total <= cap_bytes or each.wanted > latest:
            break
        if each.path.name not in removable:
            continue
        shutil.rmtree(each.path, ignore_errors=True)
        if not each.path.exists():
            total -= each.size
            gone.append(each.path.name)
    log.topic("engine").info("removed prepared files of %d tracks; %d bytes left", len(gone), total)
    return gone


def touch(folder: Path) -> None:
    """Notes that the files of a track are wanted now; the files themselves stay untouched."""
    with contextlib.suppress(OSError):
        os.utime(folder)


def _folders(folder: Path) -> list[_Folder]:
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    size = sum(file.stat().st_size for file in path.iterdir())
                    found.append(_Folder(path, size, path.stat().st_mtime))
    return found
