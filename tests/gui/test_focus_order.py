# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of Tab through the whole window, and what it must not change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.services import Services
from tests.gui.test_main_window import Bench
from tests.helpers import library_files

_MOST_TABS = 80


@pytest.fixture
def bench(
    real_services: Services, theme: Theme, wish: LiveWish, terms: Terms, qtbot: QtBot
) -> Iterator[Bench]:
    for number, title in enumerate(("Rainy Night", "Late Club")):
        library_files.add(real_services.library, f"t{number}", title, created=2e9 - number)
    made = Bench(real_services, theme, wish)
    made.window.set_terms(terms)
    made.window.resize(1100, 760)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    qtbot.waitUntil(made.window.form.edit.hasFocus)
    yield made
    made.close()


def is_checked(widget: QWidget) -> bool:
    return isinstance(widget, QAbstractButton) and widget.isChecked()


def visited(bench: Bench, qtbot: QtBot) -> list[QWidget]:
    """What Tab stops at, from the words until it is back there."""
    found: list[QWidget] = []
    while len(found) < _MOST_TABS:
        focused = QApplication.focusWidget()
        assert focused is not None
        parent = focused.parentWidget()
        stop = (
            parent if isinstance(focused, QLineEdit) and isinstance(parent, QComboBox) else focused
        )
        if found and stop is found[0]:
            return found
        found.append(stop)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError("the focus never came back")


def test_tab_goes_the_way_the_window_is_read(bench: Bench, qtbot: QtBot) -> None:
    bench.window.form.edit.set_text("calm piano, 75 bpm")
    bench.window.wish.read_now()
    window = bench.window
    wanted = [stop for stop in window.form.stops if stop.isVisibleTo(window) and stop.isEnabled()]
    wanted += window.tools.values()
    # of the two formats the checked one is the stop; the arrow keys go to the other
    formats = set(window.library_view.bar.formats.buttons())
    stops = window.library_view.stops
    wanted += [stop for stop in stops if stop not in formats or is_checked(stop)]
    got = visited(bench, qtbot)
    assert [each for each in got if each in wanted] == wanted
    assert got.index(window.library_view.table) < got.index(window.player_bar.next)


def test_tab_reaches_takes_before_the_library(bench: Bench, qtbot: QtBot) -> None:
    bench.window.wish.set_takes(2)
    bench.window.wish.replace_prompt("calm piano")
    with qtbot.waitSignals([bench.queue.job_finished] * 2, timeout=10_000):
        bench.window.form.submit()
    bench.window.messages.close_message()
    bench.window.form.edit.setFocus()
    got = visited(bench, qtbot)
    rows = [got.index(row) for row in bench.window.job_list.rows]
    assert rows == sorted(rows)
    assert got.index(bench.window.tools["menu"]) < rows[0]
    assert rows[-1] < got.index(bench.window.library_view.bar.search)


def test_going_past_the_length_chooses_nothing(bench: Bench, qtbot: QtBot) -> None:
    bench.window.form.edit.set_text("calm piano, 15 seconds")
    bench.window.wish.read_now()
    visited(bench, qtbot)
    assert bench.window.wish.wish.duration_s is None


def test_the_list_selects_something_when_the_focus_comes(bench: Bench, qtbot: QtBot) -> None:
    table = bench.window.library_view.table
    assert table.selected_tracks() == []
    table.setFocus(Qt.FocusReason.OtherFocusReason)
    assert [track.id for track in table.selected_tracks()] == ["t0"]
    qtbot.keySequence(table, "3")
    qtbot.waitUntil(lambda: bench.services.library.tracks(["t0"])[0].star == 3)


def test_a_press_on_the_menu_button_opens_the_menu(bench: Bench, qtbot: QtBot) -> None:
    bench.window.tools["menu"].click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    menu.close()
