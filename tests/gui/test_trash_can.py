# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Emptying the trash: asked once, with count and size; then the files are gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.message_bar import MessageBar
from musicgen_desktop.gui.trash_can import TrashCan
from musicgen_desktop.services import Services
from tests.helpers.track_bench import TrackBench


@pytest.fixture
def bench(real_services: Services, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    yield made
    made.close()


@pytest.fixture
def bar(bench: TrackBench) -> MessageBar:
    return MessageBar(bench.window)


@pytest.fixture
def can(bench: TrackBench, bar: MessageBar) -> Iterator[TrashCan]:
    made = TrashCan(bench.library.trash, bar)
    yield made
    made.close()


def text(bar: MessageBar) -> str:
    return "" if bar.message is None else bar.message.text


def test_an_empty_trash_is_said_to_be_empty(can: TrashCan, bar: MessageBar, qtbot: QtBot) -> None:
    can.ask()
    qtbot.waitUntil(lambda: text(bar) == "The trash is empty.")


def test_it_asks_with_count_and_size_and_removes(
    can: TrashCan, bar: MessageBar, bench: TrackBench, qtbot: QtBot
) -> None:
    bench.library.delete(["t0", "t1"])
    can.ask()
    qtbot.waitUntil(lambda: text(bar).startswith("Remove the 2 files in the trash for good ("))
    assert bench.library.trash.contents().count == 2
    bar.buttons[1].click()
    assert bar.message is None
    assert bench.library.trash.contents().count == 2
    can.ask()
    qtbot.waitUntil(lambda: bar.message is not None)
    bar.buttons[0].click()
    qtbot.waitUntil(lambda: "free again" in text(bar))
    assert bench.library.trash.contents().count == 0
    assert bench.library.search() == ["t2", "t3"]
