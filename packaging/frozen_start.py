# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs first in a frozen build (PyInstaller's runtime hook): sets up the environment.

Not for: anything that a checkout or a wheel needs too.
"""

from __future__ import annotations

import os
import sys


def _give_back_library_path() -> None:
    """Takes the bundle out of LD_LIBRARY_PATH, where PyInstaller's bootloader has put it.

    This process has read it already; the programs it starts (the file manager, a browser) belong to
    the system and must not load our libraries. A worker is one of ours: its bootloader is told to
    set everything up anew instead of trusting what it inherits.
    """
    bundle = str(getattr(sys, "_MEIPASS", ""))
    folders = os.environ.pop("LD_LIBRARY_PATH", "").split(os.pathsep)
    kept = [folder for folder in folders if folder not in {"", bundle}]
    if kept:
        os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(kept)
    os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


_give_back_library_path()
os.environ.setdefault(
    "NUMBA_CACHE_LOCATOR_CLASSES", "frozen_kernels.FrozenCacheLocator,UserWideCacheLocator"
)
