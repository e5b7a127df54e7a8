# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets numba keep compiled kernels in NUMBA_CACHE_DIR in a frozen build.

numba's own locator wants the source file of a kernel, which lies inside the executable there, and
would fall back on a folder that depends on the working directory. Named to numba by
NUMBA_CACHE_LOCATOR_CLASSES (see frozen_start). Not for: a checkout or a wheel.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core import config
from numba.core.caching import UserProvidedCacheLocator, UserWideCacheLocator


class FrozenCacheLocator(UserProvidedCacheLocator):  # type: ignore[misc] # numba ships no types
    """Finds the cache of a function that has no source file; stale when the program changes."""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        """The locator, or None where the folder can't be written (numba's interface)."""
        # relative to the bundle, not to the working directory
        place = str(Path(sys._MEIPASS) / py_file)  # type: ignore[attr-defined] # PyInstaller's
        if not config.CACHE_DIR:
            return UserWideCacheLocator.from_function(py_func, place)
        found = cls(py_func, place)
        try:
            found.ensure_cache_path()
        except OSError:
            return None
        return found
