# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a long test run resumable: what passed with the same files is not run again.

Every passed test is appended to a journal at once. The next run leaves those out and goes on with
the rest: what failed, and what was never reached. The journal starts afresh when any file of the
program, its data, its tests or its locks changed, and when the last run passed as a whole.

Not for: choosing what is long (see the marker `long`).
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

_WATCHED = ("musicgen_desktop", "resources", "tests", "packaging", "typings")
_WATCHED_FILES = ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "dev.py")


class LongJournal:
    """A pytest plugin that keeps the names of passed tests in a file."""

    def __init__(self, journal_file: Path, repository: Path) -> None:
        self._file = journal_file
        self._fingerprint = fingerprint(repository)
        self._passed = self._read()
        self._failed: set[str] = set()

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leaves out what passed before."""
        done = [item for item in items if item.nodeid in self._passed]
        if done:
            config.hook.pytest_deselected(items=done)
            items[:] = [item for item in items if item.nodeid not in self._passed]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes a test that passed, or was skipped, with its tear-down."""
        if report.failed:
            self._failed.add(report.nodeid)
        elif report.when == "teardown" and report.nodeid not in self._failed:
            self._append(report.nodeid)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Forgets the journal once everything has passed."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            self._file.unlink(missing_ok=True)

    def pytest_report_header(self) -> str:
        """Says how much is left out."""
        return f"long run: {len(self._passed)} tests passed in earlier runs and are left out"

    def _read(self) -> frozenset[str]:
        if not self._file.exists():
            return frozenset()
        lines = self._file.read_text(encoding="utf-8").splitlines()
        if not lines or lines[0] != self._fingerprint:
            self._file.unlink()
            return frozenset()
        return frozenset(_names(lines[1:]))

    def _append(self, nodeid: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = not self._file.exists()
        with self._file.open("a", encoding="utf-8") as stream:
            if new:
                stream.write(self._fingerprint + "\n")
            stream.write(json.dumps(nodeid) + "\n")
            stream.flush()
            os.fsync(stream.fileno())


def fingerprint(repository: Path) -> str:
    """A hash over all files that a test result depends on."""
    digest = hashlib.sha256()
    found = [repository / name for name in _WATCHED_FILES if (repository / name).is_file()]
    for folder in _WATCHED:
        found += [path for path in (repository / folder).rglob("*") if path.is_file()]
    for path in sorted(found):
        if path.suffix != ".pyc":
            digest.update(path.relative_to(repository).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _names(lines: list[str]) -> list[str]:
    """The complete lines; the last one may have been cut off by a kill."""
    names = []
    for line in lines:
        try:
            names.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return names
