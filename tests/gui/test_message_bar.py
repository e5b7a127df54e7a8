# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message line: one sentence, an advice, buttons, announced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.message_bar import Message, MessageBar
from musicgen_desktop.gui.theme import Theme
from tests.helpers.accessible import nameless


@pytest.fixture
def bar(theme: Theme, qtbot: QtBot) -> Iterator[MessageBar]:
    window = QWidget()
    made = MessageBar(window)
    qtbot.addWidget(window)
    window.resize(800, 120)
    window.show()
    yield made
    window.close()


def test_a_message_is_shown_and_announced(bar: MessageBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.announcer.announced) as said:
        bar.say("Saved.", "It is in the folder.")
    assert said.args == ["Saved. It is in the folder."]
    assert bar.isVisible()


def test_a_button_does_its_thing_once_and_closes(bar: MessageBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.post(Message("Deleted.", actions=(("Undo", lambda: done.append("undo")),)))
    button = bar.buttons[0]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["undo"]
    assert not bar.isVisible()
    assert bar.message is None


def test_a_question_is_not_pushed_away(bar: MessageBar) -> None:
    bar.post(Message("Go on?", kind="question", actions=(("Yes", lambda: None),)))
    bar.say("By the way.")
    assert bar.message is not None
    assert bar.message.text == "Go on?"
    bar.close_message()
    assert bar.message is not None
    assert bar.message.text == "By the way."
    bar.close_message()
    assert not bar.isVisible()


def test_plain_messages_go_by_themselves_and_errors_stay(bar: MessageBar) -> None:
    bar.say("Done.")
    assert bar._timer.isActive()
    bar.say("It failed.", "Try again.", "error")
    assert not bar._timer.isActive()


def test_it_has_names(bar: MessageBar) -> None:
    bar.post(Message("Deleted.", actions=(("Undo", lambda: None),)))
    assert nameless(bar) == []


def test_an_error_has_its_own_colour_and_typographic_words(bar: MessageBar, theme: Theme) -> None:
    bar.say("It isn't there.", f"Look in {Path.home()}/Music.", "error")
    shown = [label.text() for label in bar.findChildren(QLabel)]
    assert "It isn’t there." in shown
    assert "Look in ~/Music." in shown
    icon = next(x for x in bar.findChildren(QLabel) if not x.pixmap().isNull())
    image = icon.pixmap().toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert theme.tokens.error in colours
    assert theme.tokens.accent not in colours
