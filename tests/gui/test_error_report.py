# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bugs are told and logged, expected errors become messages, and the program lives on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.error_report import BugCatcher, ErrorReport, details_of
from musicgen_desktop.gui.theme import Theme
from tests.helpers.accessible import nameless


@pytest.fixture
def catcher() -> Iterator[BugCatcher]:
    before = (sys.excepthook, threading.excepthook)
    made = BugCatcher()
    made.install()
    yield made
    sys.excepthook, threading.excepthook = before


def test_a_bug_in_a_thread_is_told_on_the_gui_thread(catcher: BugCatcher, qtbot: QtBot) -> None:
    thread = threading.Thread(target=lambda: 1 // 0)
    with qtbot.waitSignal(catcher.bug_found) as found:
        thread.start()
    thread.join()
    assert found.args is not None
    assert "ZeroDivisionError" in found.args[0]


def test_a_bug_in_the_event_loop_is_told(catcher: BugCatcher, qtbot: QtBot) -> None:
    try:
        raise KeyError("lost")
    except KeyError as error:
        with qtbot.waitSignal(catcher.bug_found):
            sys.excepthook(KeyError, error, error.__traceback__)


def test_an_expected_error_is_a_message(catcher: BugCatcher, qtbot: QtBot) -> None:
    with qtbot.waitSignal(catcher.error_found) as found:
        catcher.report(MusicGenError("The disk is {state}.", "Make room.", state="full"))
    assert found.args == ["The disk is full.", "Make room."]


def test_the_report_leaves_the_home_folder_out() -> None:
    try:
        raise RuntimeError(f"in {Path.home() / 'secret'}")
    except RuntimeError as error:
        details = details_of(error)
    assert str(Path.home()) not in details
    assert "secret" in details


def test_the_details_can_be_copied(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ErrorReport("what happened", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.copy_details()
    assert QGuiApplication.clipboard().text() == "what happened"
    assert nameless(dialog) == []
