# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs first in a frozen build (PyInstaller's runtime hook): sets up the environment.

Not for: anything that a checkout or a wheel needs too.
"""

from __future__ import annotations

import os


def _give_back_library_path() -> None:
    """Undoes the bootloader's LD_LIBRARY_PATH.

    This process has read it already; the programs it starts (the file manager, a browser) belong to
    the system and must not load our libraries. A worker's own bootloader sets it again.
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


_give_back_library_path()
os.environ.setdefault(
    "NUMBA_CACHE_LOCATOR_CLASSES", "frozen_kernels.FrozenCacheLocator,UserWideCacheLocator"
)
