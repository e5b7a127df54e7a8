# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Knows the pairs of library and Python versions that crash, before any of them is imported.

PySide6 6.12 gives back one reference of None too many in most void calls; Pythons before 3.12,
whose None is not immortal, abort within seconds of painting. simpleaudio 1.0.4 frees memory from
its playback thread without holding the interpreter's lock; Python 3.12 and newer crash when a sound
ends.

Standard library only, so that the check itself can't meet what it checks. Not for: finding out
whether a sound device or a display is there (see playback and app).
"""

from __future__ import annotations

import sys
from importlib import metadata

_NONE_LEAKING_PYSIDE6 = (6, 12)
_IMMORTAL_NONE = (3, 12)
_UNPATCHED_SIMPLEAUDIO = (1, 0, 4)


def check() -> str | None:
    """Says why the window must not be started here.

    Returns:
        One sentence with what to do, or None when all is well.
    """
    return pyside6_problem(_installed("PySide6-Essentials"), sys.version_info[:2])


def pyside6_problem(pyside6: str | None, python: tuple[int, int]) -> str | None:
    """The sentence for one pair of versions.

    Args:
        pyside6: The version of PySide6 such as "6.12.0"; None when it isn't installed.
        python: Major and minor version of Python.

    Returns:
        One sentence with what to do, or None when the pair works.
    """
    if pyside6 is None or python >= _IMMORTAL_NONE:
        return None
    if _numbers(pyside6)[:2] < _NONE_LEAKING_PYSIDE6:
        return None
    return (
        f"PySide6 {pyside6} crashes Python {python[0]}.{python[1]}: use PySide6 6.11 "
        '(pip install "PySide6<6.12") or Python 3.12 and newer.'
    )


def simpleaudio_is_safe() -> bool:
    """Whether simpleaudio may be imported and played through in this interpreter."""
    return simpleaudio_pair_is_safe(
        _installed("simpleaudio"), _installed("simpleaudio-patched"), sys.version_info[:2]
    )


def simpleaudio_pair_is_safe(
    original: str | None, patched: str | None, python: tuple[int, int]
) -> bool:
    """Whether one set of versions works.

    Both distributions install the same import name. Where both are there, the original may have
    overwritten the patched one, so it decides.

    Args:
        original: The version of the distribution simpleaudio, or None.
        patched: The version of the distribution simpleaudio-patched, or None.
        python: Major and minor version of Python.

    Returns:
        True when playing through it can't crash the program; False also when neither is installed.
    """
    if original is None:
        return patched is not None
    return python < _IMMORTAL_NONE or _numbers(original) > _UNPATCHED_SIMPLEAUDIO


def _installed(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: "6.12.0a1" gives (6, 12, 0)."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = ""
        for character in part:
            if not character.isdigit():
                break
            digits += character
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)
