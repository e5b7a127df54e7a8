# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long run goes on where it stopped, and starts afresh when a file changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dev_checks import journal_name

from tests.helpers.processes import wait_until

_TESTS = """
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(4))
def test_number(number):
    assert number != 2 or Path("mended").exists()
"""
_CONFTEST = """
from pathlib import Path
from tests_helpers import LongJournal

def pytest_configure(config):
    config.pluginmanager.register(LongJournal(Path(".cache/run.jsonl"), Path.cwd()), "journal")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A small test suite with a journal; one of its four tests fails until `mended` exists."""
    helper = Path(__file__).resolve().parents[1] / "helpers" / "long_journal.py"
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(_TESTS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    (tmp_path / "tests_helpers.py").write_text(helper.read_text("utf-8"), encoding="utf-8")
    return tmp_path


# Starts the tests as dev.py does, tells the process id of pytest, and waits to be killed.
_KILLED = """
import pathlib, sys
import dev_checks
dev_checks.test(pathlib.Path.cwd(), pathlib.Path(sys.executable), ["test_endless.py"], "")
"""
_ENDLESS = """
import os, pathlib, time

def test_endless():
    pathlib.Path("pid.part").write_text(str(os.getpid()))
    pathlib.Path("pid.part").rename("pid")
    time.sleep(600)
"""


def _closing_line(suite: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-p", "no:xvfb", "-p", "no:pytest-qt"],
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip().splitlines()[-1]


def test_only_what_did_not_pass_runs_again(suite: Path) -> None:
    assert "1 failed, 3 passed" in _closing_line(suite)
    assert "1 failed, 3 deselected" in _closing_line(suite)
    (suite / "mended").touch()
    assert "1 passed, 3 deselected" in _closing_line(suite)
    assert "4 passed" in _closing_line(suite)


def test_a_changed_file_starts_afresh(suite: Path) -> None:
    assert "1 failed, 3 passed" in _closing_line(suite)
    with (suite / "tests" / "test_it.py").open("a", encoding="utf-8") as stream:
        stream.write("\n# changed\n")
    assert "1 failed, 3 passed" in _closing_line(suite)


def test_a_line_cut_off_by_a_kill_is_forgotten(suite: Path) -> None:
    _closing_line(suite)
    journal = suite / ".cache" / "run.jsonl"
    journal.write_bytes(journal.read_bytes()[:-4])
    assert "1 failed, 1 passed, 2 deselected" in _closing_line(suite)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
def test_killing_the_command_ends_its_tests(tmp_path: Path) -> None:
    (tmp_path / "test_endless.py").write_text(_ENDLESS, encoding="utf-8")
    packaging = Path(__file__).resolve().parents[2] / "packaging"
    command = subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(packaging), "PYTEST_ADDOPTS": "-p no:pytest-qt"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with command:
        wait_until(lambda: (tmp_path / "pid").exists(), "start of the tests", timeout_s=120.0)
        tests = int((tmp_path / "pid").read_text("utf-8"))
        command.kill()
    wait_until(lambda: not _lives(tests), "end of the tests", timeout_s=60.0)


def _lives(process_id: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about doesn't."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_passing_some_tests_does_not_forget_the_run_of_all() -> None:
    names = {journal_name(chosen) for chosen in ([], ["tests/unit"], ["tests/gui"])}
    assert len(names) == 3
    assert journal_name([]) == "long-run.jsonl"
