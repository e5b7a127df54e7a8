# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin for computers on which Qt can't be loaded: runs the tests that don't need it.

It stands in for pytest-qt, which can't even be imported there, and skips what Qt's absence takes
along. Not for: computers that have Qt's system libraries (see `dev.py test`, which chooses).
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

_FIXTURES = frozenset({"qapp", "qtbot", "qtmodeltester", "qtlog"})
_REASON = "Qt can't be loaded here"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Knows the settings of pytest-qt, so that the project's configuration stays valid."""
    for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(name, help="a setting of pytest-qt, which is left out", type="args")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Skips a file whose import ends at one of Qt's system libraries."""
    report = yield
    if report.outcome == "failed" and ".so" in str(report.longrepr):
        report.outcome = "skipped"
        report.longrepr = (str(collector.path), 1, f"Skipped: {_REASON}")
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the tests that use a fixture of pytest-qt."""
    for item in items:
        if _FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason=_REASON))
