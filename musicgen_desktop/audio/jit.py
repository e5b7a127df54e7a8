# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles inner loops to machine code (numba), typed.

A kernel is compiled at its first call and cached on disk; it releases the interpreter's lock, keeps
IEEE arithmetic in the order written (so that the same input gives the same bits), and divides
without checks for zero. Not for: anything that NumPy does well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The compiled form of a function of arrays and numbers."""
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast("Callable[P, R]", compiled)
