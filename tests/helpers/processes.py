# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, waiting for and surely ending the helper processes of a test.

Not for: the program's own workers (those have their own supervisor).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

_T = TypeVar("_T")


def require_programs(names: Iterable[str]) -> None:
    """Skips the test, saying why, where one of these programs is not installed."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")


def wait_until(answer: Callable[[], _T | None], what: str, timeout_s: float = 15.0) -> _T:
    """Asks again and again until there is an answer that is neither None nor False.

    Args:
        answer: Called every 30 ms.
        what: What is waited for, for the message of the failure.
        timeout_s: After this long the test fails.

    Returns:
        The answer.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        found = answer()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"no {what} within {timeout_s:g} s")
        time.sleep(0.03)


def end_process_group(process: subprocess.Popen[bytes], grace_s: float = 2.0) -> None:
    """Ends a process started in its own session, and all its children."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
            if number == signal.SIGTERM and not _group_lives(process.pid):
                break
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
