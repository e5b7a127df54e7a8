# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a reader never sees half-written, and what dead processes left behind.

Temporaries are named `.mgd-<pid>-<name>.part` and lie in the folder of the file they become.
Not for: what is in the files.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import uuid
from pathlib import Path

_TEMPORARY = re.compile(r"\.mgd-(\d+)-.*\.part")


def temporary_beside(target: Path) -> Path:
    """A fresh temporary name in the folder of `target`; its suffix tells the kind of file."""
    return target.parent / f".mgd-{os.getpid()}-{uuid.uuid4().hex[:12]}{target.suffix}.part"


def is_temporary(path: Path) -> bool:
    """Whether the name is that of a temporary."""
    return _TEMPORARY.fullmatch(path.name) is not None


def sync_to_disk(path: Path) -> None:
    """Flushes a file's bytes to the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def replace_into(temporary: Path, target: Path) -> None:
    """Flushes a temporary to disk, then renames it over the target.

    Raises:
        OSError: The disk is full or the folder can't be written.
    """
    sync_to_disk(temporary)
    temporary.replace(target)


def write_atomically(target: Path, content: bytes) -> None:
    """Writes a whole file, or leaves the old one as it was.

    Raises:
        OSError: The disk is full or the folder can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(target)
    try:
        temporary.write_bytes(content)
        replace_into(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists (it may be another program's by now)."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def remove_orphans(folder: Path) -> int:
    """Removes the temporaries of dead processes from a folder; returns how many.

    An unreadable folder has none.
    """
    count = 0
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            match = _TEMPORARY.fullmatch(path.name)
            if match is None or is_alive(int(match[1])):
                continue
            with contextlib.suppress(OSError):
                path.unlink()
                count += 1
    return count


def _is_alive_on_windows(pid: int) -> bool:
    import ctypes

    query_limited_information = 0x1000
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the attribute is Windows' alone
    handle = kernel.OpenProcess(query_limited_information, False, pid)
    if handle:
        kernel.CloseHandle(handle)
    return bool(handle)
