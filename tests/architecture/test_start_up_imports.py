# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is imported at start-up: the window without numpy and engines, the command line without Qt.

A child process imports the module, so that what this test process imported doesn't count.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

_HEAVY = {
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
    "pydub",
    "mutagen",
    "soundfile",
    "librosa",
    "torch",
}
_WINDOW_ONLY = {"PySide6", "shiboken6", "simpleaudio"}


def _imported_by(module: str) -> set[str]:
    program = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def _exists(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("musicgen_desktop.gui.main_window", _HEAVY),
        ("musicgen_desktop.app", _HEAVY),
        ("musicgen_desktop.__main__", _HEAVY | _WINDOW_ONLY),
        ("musicgen_desktop.cli", _HEAVY | _WINDOW_ONLY),
        ("musicgen_desktop.generation.produce", _HEAVY | _WINDOW_ONLY),
        ("musicgen_desktop.engines.base", _HEAVY | _WINDOW_ONLY),
        ("musicgen_desktop.music.recipe", _HEAVY | _WINDOW_ONLY),
        ("musicgen_desktop.startup_guard", _HEAVY | _WINDOW_ONLY | {"platformdirs"}),
    ],
)
def test_start_up_imports_nothing_heavy(module: str, forbidden: set[str]) -> None:
    if not _exists(module):
        pytest.skip(f"{module} is not there yet")
    assert _imported_by(module) & forbidden == set()
