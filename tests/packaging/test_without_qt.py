# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Qt can't be loaded, the tests that don't need it still run, and the others say why not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dev_checks import _WITHOUT_QT

_ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = """
[tool.pytest.ini_options]
addopts = ["--strict-config"]
qt_api = "pyside6"
qt_log_level_fail = "WARNING"
qt_log_ignore = ["of no importance"]
"""
_TESTS = {
    "test_music.py": "def test_note(): pass",
    "test_window.py": "raise ImportError('libGL.so.1: cannot open shared object file')",
    "test_widget.py": "def test_widget(qtbot): pass",
    "test_broken.py": "import a_module_that_is_nowhere",
    "gui/conftest.py": "raise ImportError('libGL.so.1: cannot open shared object file')",
    "gui/test_form.py": "def test_form(): pass",
}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Tests of each kind, and the plugin."""
    (tmp_path / "pyproject.toml").write_text(_SETTINGS, encoding="utf-8")
    helpers = tmp_path / "tests" / "helpers"
    helpers.mkdir(parents=True)
    shutil.copy(_ROOT / "tests" / "helpers" / "without_qt.py", helpers)
    for name, text in _TESTS.items():
        (tmp_path / "tests" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "tests" / name).write_text(text, encoding="utf-8")
    return tmp_path


def _closing_line(suite: Path) -> str:
    command = [sys.executable, "-m", "pytest", "tests", "-q", *_WITHOUT_QT, "-p", "no:xvfb"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=suite, capture_output=True, text=True, check=False
    )
    return done.stdout.strip().splitlines()[-1]


def test_what_needs_no_qt_runs_and_the_rest_is_skipped(suite: Path) -> None:
    (suite / "tests" / "test_broken.py").unlink()
    assert "1 passed, 2 skipped" in _closing_line(suite)


def test_other_import_errors_stay_errors(suite: Path) -> None:
    assert "1 error" in _closing_line(suite)
