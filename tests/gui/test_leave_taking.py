# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing the window while a track is being saved: it is saved, or the user decides otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from musicgen_desktop import services
from musicgen_desktop.gui.leave_taking import LeaveTaking
from musicgen_desktop.gui.message_bar import Message, MessageBar
from musicgen_desktop.services import Services
from tests.helpers.track_bench import TrackBench


@pytest.fixture
def bench(real_services: Services, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    made.add_master("t0")
    yield made
    made.close()


@pytest.fixture
def bar(bench: TrackBench) -> MessageBar:
    made = MessageBar(bench.window)
    bench.commands.message_posted.connect(made.post)
    return made


def save(bench: TrackBench, target: Path) -> None:
    bench.commands.exporting.save([bench.track("t0")], [target], "wav")


def test_the_window_closes_when_the_file_is_there(
    bench: TrackBench, bar: MessageBar, tmp_path: Path, qtbot: QtBot
) -> None:
    leaving = LeaveTaking(bench.commands.exporting, bar)
    assert leaving.may_leave()
    with qtbot.waitSignal(leaving.close_wanted):
        save(bench, tmp_path / "x.wav")
        assert not leaving.may_leave()
        assert bar.message is not None
        assert "x.wav" in bar.message.text
    assert (tmp_path / "x.wav").read_bytes().startswith(b"RIFF")
    assert leaving.may_leave()


def test_closing_at_once_leaves_nothing_behind(
    bench: TrackBench, bar: MessageBar, tmp_path: Path, qtbot: QtBot
) -> None:
    leaving = LeaveTaking(bench.commands.exporting, bar)
    folder = tmp_path / "out"
    folder.mkdir()
    save(bench, folder / "x.wav")
    assert not leaving.may_leave()
    with qtbot.waitSignal(leaving.close_wanted):
        bar.buttons[0].click()
    bench.commands.exporting.close()
    assert not [file for file in folder.iterdir() if file.suffix == ".part"]


def test_who_stays_is_not_closed_afterwards(
    bench: TrackBench, bar: MessageBar, tmp_path: Path, qtbot: QtBot
) -> None:
    leaving = LeaveTaking(bench.commands.exporting, bar)
    save(bench, tmp_path / "x.wav")
    assert not leaving.may_leave()
    bar.buttons[1].click()
    with qtbot.assertNotEmitted(leaving.close_wanted):
        bench.settle()


def test_a_failure_keeps_the_window_and_tells(
    bench: TrackBench, bar: MessageBar, tmp_path: Path, qtbot: QtBot
) -> None:
    leaving = LeaveTaking(bench.commands.exporting, bar)
    save(bench, tmp_path / "no folder" / "x.wav")
    assert not leaving.may_leave()
    with qtbot.assertNotEmitted(leaving.close_wanted):
        bench.settle()
    assert bar.message is not None
    assert bar.message.kind == "error"


def test_an_open_question_comes_back_after_it(
    bench: TrackBench, bar: MessageBar, tmp_path: Path
) -> None:
    leaving = LeaveTaking(bench.commands.exporting, bar)
    bar.post(Message("Shall it play?", kind="question"))
    save(bench, tmp_path / "x.wav")
    assert not leaving.may_leave()
    assert bar.message is not None
    assert "x.wav" in bar.message.text
    bar.buttons[1].click()
    assert bar.message.text == "Shall it play?"
    bench.settle()


def test_a_track_without_a_master_waits_visibly_for_the_worker(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    told: list[str] = []
    bench.commands.exporting.progressed.connect(lambda text, _: told.append(text))
    current = services.recipe_for("calm piano", seed=1, duration_s=5.0)
    bench.add("t9", "Calm Piano", recipe=current.dumps(), engine_version=current.engine_version)
    with bench.services.host._run_lock:  # what a track that is being made holds
        assert bench.services.host.is_busy
        bench.commands.exporting.save([bench.track("t9")], [tmp_path / "stems"], "stems")
        qtbot.waitUntil(lambda: any("after the track" in text for text in told))
        bench.commands.exporting.cancel()
    bench.commands.exporting.close()
    assert list(tmp_path.glob("*.part")) == []
    assert bench.messages[-1].text == "Saving was cancelled."
