# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets numba keep compiled kernels in NUMBA_CACHE_DIR in a frozen build.

numba's own locator wants the source file of a kernel, which lies inside the executable there, and
would fall back on a folder that depends on the working directory. Named to numba by
NUMBA_CACHE_LOCATOR_CLASSES (see frozen_start). Not for: a checkout or a wheel.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import UserProvidedCacheLocator


class FrozenCacheLocator(UserProvidedCacheLocator):
    """Finds the cache of a function that has no source file; stale when the program changes."""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        """The locator, or None where it has no folder to write into (numba's interface)."""
        if not os.environ.get("NUMBA_CACHE_DIR"):
            return None
        bundle = str(getattr(sys, "_MEIPASS", ""))  # not the working directory
        found: Any = cls(py_func, str(Path(bundle) / py_file))
        try:
            found.ensure_cache_path()
        except OSError:
            return None
        return found
