# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drag carries and shows. The whole way is in tests/end2end/test_drag_out.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QDrag, QPalette
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui import drag_out, spoken

FILES = [Path("/music/Rainy Night ž č - 75bpm Am.mp3"), Path("/music/雨の夜 #1.mp3")]


def test_a_drag_carries_plain_file_addresses(qapp: QCoreApplication) -> None:
    mime = drag_out.files_mime(FILES)
    assert mime.hasUrls()
    assert [url.toLocalFile() for url in mime.urls()] == [str(file) for file in FILES]
    assert mime.formats() == ["text/uri-list"]


def test_the_clipboard_carries_what_file_managers_want(qapp: QCoreApplication) -> None:
    mime = drag_out.files_mime(FILES, for_clipboard=True)
    lines = bytes(mime.data("x-special/gnome-copied-files").data()).decode("ascii").split("\n")
    assert lines[0] == "copy"
    assert lines[2].endswith("%E9%9B%A8%E3%81%AE%E5%A4%9C%20%231.mp3")


@pytest.mark.parametrize(("taken", "answer"), [("CopyAction", True), ("IgnoreAction", False)])
def test_only_copying_is_offered_and_the_answer_is_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, taken: str, answer: bool
) -> None:
    offered: list[Qt.DropAction] = []

    def drop(self: QDrag, actions: Qt.DropAction, default: Qt.DropAction) -> Qt.DropAction:
        offered.extend([actions, default])
        assert not self.pixmap().isNull()
        return Qt.DropAction[taken]

    monkeypatch.setattr(QDrag, "exec", drop)  # the only part that needs another program
    widget = QWidget()
    qtbot.addWidget(widget)
    assert drag_out.drag(widget, FILES, "Rainy Night", "MP3") is answer
    assert offered == [Qt.DropAction.CopyAction] * 2


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_picture_tells_one_from_many(qtbot: QtBot, ratio: float) -> None:
    palette = QPalette()
    one = drag_out.card("Rainy Night", 1, "MP3", palette, ratio)
    three = drag_out.card("Rainy Night", 3, "MP3", palette, ratio)
    assert one.size() == three.size()
    assert one.devicePixelRatio() == ratio
    assert one.toImage() != three.toImage()


@pytest.fixture
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("plain_locale")
def test_facts_in_few_words() -> None:
    assert [spoken.clock(s) for s in (0, 59.9, 60, 605)] == ["0:00", "0:59", "1:00", "10:05"]
    assert spoken.length(59.97) == "1:00"
    assert [spoken.tempo(b) for b in (75.0, 92.5, 0.0)] == ["75", "92.5", ""]
    assert [spoken.left(s) for s in (None, 0.4, 3.2, 240.0)] == [
        "", "almost done", "3 s left", "4 min left",
    ]  # fmt: skip
    now = datetime(2026, 3, 5, 12, 0)
    assert spoken.when(datetime(2026, 3, 5, 9, 5).timestamp(), now) == "today, 09:05"
    assert spoken.when(datetime(2026, 3, 4, 23, 0).timestamp(), now) == "yesterday"
    assert spoken.when(datetime(2026, 1, 2).timestamp(), now) == "2 Jan"
    assert spoken.when(datetime(2024, 1, 2).timestamp(), now) == "2 Jan 2024"
