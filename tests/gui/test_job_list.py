# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job list around the real queue: every state, takes that stay in place, keys, Undo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QDrag
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import Cancelled, MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Outcome, Producer
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.gui.job_faces import RunningFace, TakeFace, TroubleFace, WaitingFace
from musicgen_desktop.gui.job_list import JobList
from musicgen_desktop.gui.job_row import JobRow
from musicgen_desktop.gui.take_group import TakeGroup
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.waveform_shapes import WaveformShapes
from musicgen_desktop.jobs.job import Job
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal
from musicgen_desktop.music.plan import Section
from musicgen_desktop.services import Services
from tests.helpers.accessible import nameless
from tests.helpers.quick_producer import QuickProducer
from tests.helpers.recipes import small_plan, small_recipe
from tests.helpers.track_bench import TrackBench

LEFT = Qt.MouseButton.LeftButton


class GatedProducer(QuickProducer):
    """Waits in the middle of every track until the test opens its gate."""

    def __init__(self, library: object) -> None:
        super().__init__(library)  # type: ignore[arg-type]  # a Library; kept short here
        self.gate = threading.Event()
        self.one = threading.Event()

    def produce(
        self,
        order: Order,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
        on_audio: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        on_progress(Progress("rendering", 0.63, 3.2))
        while not self.gate.wait(0.01):
            if self.one.is_set():
                self.one.clear()
                break
            if is_cancelled():
                raise Cancelled
        return super().produce(order, on_progress, is_cancelled)


class Bench(TrackBench):
    """A job list, its queue and its library."""

    def __init__(self, services: Services, qtbot: QtBot) -> None:
        super().__init__(services, qtbot)
        self.producer = GatedProducer(services.library)
        self.queue = JobQueue(
            cast(Producer, self.producer), Journal(services.paths.queue_db), _order_of
        )
        self.shapes = WaveformShapes(services.library)
        self.jobs = JobList(self.queue, services.library, self.commands, self.shapes, self.window)

    def submit(self, takes: int = 1, title: str = "Rainy Night") -> list[str]:
        return self.queue.submit([small_recipe(seed=8 + k) for k in range(takes)], title)

    def finish(self, takes: int = 1) -> list[str]:
        """Queues takes and lets them be made."""
        self.producer.gate.set()
        with self.qtbot.waitSignals([self.queue.job_finished] * takes, timeout=10_000):
            ids = self.submit(takes)
        self.settle()
        return ids

    def state(self, job_id: str) -> str:
        return self.row(job_id).job.state.value

    def row(self, job_id: str) -> JobRow:
        found = self.jobs.row(job_id)
        assert found is not None
        return found

    def press_button(self, job_id: str, name: str) -> None:
        face = self.row(job_id).face
        assert face is not None
        self.qtbot.mouseClick(face.button(name), LEFT)

    def shown(self) -> list[str]:
        """Titles of the visible rows, from top to bottom of the screen."""
        rows = [row for row in self.jobs.rows if row.isVisibleTo(self.jobs)]
        return [r.title for r in sorted(rows, key=lambda r: r.mapTo(self.jobs, QPoint()).y())]


def _order_of(job: Job) -> Order:
    return Order(job.recipe, job.id, job.title, job.group, job.take, job.takes)


@pytest.fixture
def bench(real_services: Services, theme: Theme, qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(real_services, qtbot)
    made.window.resize(1000, 900)
    made.jobs.resize(1000, 600)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    yield made
    made.producer.gate.set()
    made.queue.close()
    made.shapes.close(1000)
    made.close()


def test_the_list_is_there_only_while_there_are_jobs(bench: Bench) -> None:
    assert not bench.jobs.isVisible()
    (job_id,) = bench.submit()
    assert bench.jobs.isVisible()
    bench.queue.discard(job_id)
    assert not bench.jobs.isVisible()


def test_running_and_waiting_rows_say_how_far_they_are(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.queue.job_progressed):
        first, second = bench.submit(2)
    face = bench.row(first).face
    assert isinstance(face, RunningFace)
    assert face.note.text() == "Rendering"
    assert (face.bar.value(), face.percent.text(), face.left.text()) == (630, "63 %", "3 s left")
    assert isinstance(bench.row(second).face, WaitingFace)
    assert bench.jobs._heading.text() == "Making 2 tracks"


def test_cancel_shows_at_once_and_retry_brings_it_back(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.queue.job_progressed):
        (job_id,) = bench.submit()
    bench.press_button(job_id, "cancel")
    face = bench.row(job_id).face
    assert isinstance(face, TroubleFace)
    assert face.note.text() == "Cancelled"
    bench.press_button(job_id, "retry")
    assert isinstance(bench.row(job_id).face, WaitingFace | RunningFace)


def test_a_failure_says_what_happened_and_what_to_do(bench: Bench, qtbot: QtBot) -> None:
    bench.producer.error = MusicGenError("The disk is full.", "Make room.")
    bench.producer.gate.set()
    with qtbot.waitSignal(bench.queue.job_failed):
        (job_id,) = bench.submit()
    face = bench.row(job_id).face
    assert isinstance(face, TroubleFace)
    assert face.note.text() == "The disk is full."
    assert face.note.toolTip() == "The disk is full. Make room."
    assert "failed" in bench.row(job_id).accessibleName()
    bench.press_button(job_id, "remove")
    assert bench.queue.jobs() == ()


def test_finished_jobs_stay_where_they_are_as_takes(bench: Bench, qtbot: QtBot) -> None:
    ids = bench.submit(3)
    before = bench.shown()
    with qtbot.waitSignals([bench.queue.job_finished] * 3, timeout=10_000):
        bench.producer.gate.set()
    assert before == bench.shown() == ["Take 1", "Take 2", "Take 3"]
    assert all(isinstance(bench.row(i).face, TakeFace) for i in ids)
    assert bench.row(ids[1]).accessibleName().startswith("Rainy Night, take 2 of 3")


def test_waiting_rows_change_places(bench: Bench, qtbot: QtBot) -> None:
    ids = bench.submit(4)
    assert bench.shown() == ["Take 1", "Take 2", "Take 3", "Take 4"]
    bench.press_button(ids[3], "up")
    qtbot.waitUntil(lambda: bench.shown() == ["Take 1", "Take 2", "Take 4", "Take 3"])
    qtbot.keyClick(bench.row(ids[3]), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: bench.shown() == ["Take 1", "Take 4", "Take 2", "Take 3"])
    bench.press_button(ids[3], "up")  # the running one is not overtaken
    assert bench.queue.jobs()[0].id == ids[0]


def test_keep_and_more_like_this(bench: Bench, qtbot: QtBot) -> None:
    (job_id,) = bench.finish()
    bench.press_button(job_id, "keep")
    bench.settle()
    assert bench.track(job_id).kept
    face = bench.row(job_id).face
    assert face is not None
    assert face.button("keep").accessibleName() == "Kept"
    with qtbot.waitSignal(bench.commands.more_like_requested) as wanted:
        bench.press_button(job_id, "more_like")
    assert wanted.args == [job_id]


def test_keep_this_and_discard_the_others_is_one_action_with_undo(bench: Bench) -> None:
    ids = bench.finish(3)
    bench.press_button(ids[1], "keep_only")
    bench.settle()
    assert bench.shown() == ["Take 2"]
    assert bench.track(ids[1]).kept
    assert [i for i in ids if bench.library.track(i)] == [ids[1]]
    assert bench.messages[-1].text == "This take is kept, the other 2 discarded."
    bench.press()
    bench.settle()
    assert bench.shown() == ["Take 1", "Take 2", "Take 3"]
    assert not bench.track(ids[1]).kept
    assert bench.track(ids[0]).path.exists()


def test_keep_this_gives_up_the_takes_that_are_still_to_be_made(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.queue.job_finished, timeout=10_000):
        ids = bench.submit(3)
        bench.producer.one.set()
    bench.press_button(ids[0], "keep_only")
    qtbot.waitUntil(lambda: bench.messages != [])
    assert [bench.state(i) for i in ids] == ["done", "cancelled", "cancelled"]
    assert bench.messages[-1].text == "This take is kept, the other 2 discarded."
    bench.producer.gate.set()
    with qtbot.waitSignals([bench.queue.job_finished] * 2, timeout=10_000):
        bench.press()
    bench.settle()
    assert not bench.track(ids[0]).kept


def test_undo_leaves_a_take_kept_that_was_kept_before(bench: Bench) -> None:
    ids = bench.finish(2)
    bench.press_button(ids[0], "keep")
    bench.settle()
    bench.press_button(ids[0], "keep_only")
    bench.settle()
    bench.press()
    bench.settle()
    assert bench.track(ids[0]).kept
    assert bench.track(ids[1]).path.exists()


def test_discard_of_a_take_deletes_its_track_and_undo_brings_the_row_back(
    bench: Bench, qtbot: QtBot
) -> None:
    ids = bench.finish(2)
    bench.row(ids[0]).setFocus()
    qtbot.keyClick(bench.row(ids[0]), Qt.Key.Key_Delete)
    bench.settle()
    assert bench.shown() == ["Take 2"]
    assert bench.row(ids[1]).hasFocus()
    assert bench.library.track(ids[0]) is None
    bench.press()
    bench.settle()
    assert bench.shown() == ["Take 1", "Take 2"]


def test_a_track_deleted_in_the_library_takes_its_row_along(bench: Bench) -> None:
    (job_id,) = bench.finish()
    bench.commands.deeds.delete([job_id])
    bench.settle()
    assert not bench.jobs.isVisible()


def test_up_and_down_play_each_take_from_its_strongest_section(bench: Bench, qtbot: QtBot) -> None:
    sections = (Section("intro", 1, 0.0, 0.3), Section("a", 1, 0.2, 0.9), Section("b", 1, 0.3, 0.9))
    bench.producer.gate.set()
    plan = small_plan(sections=sections)
    recipes = [replace(small_recipe(seed=8 + k), plan=plan) for k in range(2)]
    with qtbot.waitSignals([bench.queue.job_finished] * 2, timeout=10_000):
        ids = bench.queue.submit(recipes, "Rainy Night")
    bench.row(ids[0]).setFocus()
    qtbot.keyClick(bench.row(ids[0]), Qt.Key.Key_Down)
    assert bench.player.track_id == ids[1]
    assert bench.player.position_s == pytest.approx(0.2, abs=0.06)
    assert bench.row(ids[1]).hasFocus()
    qtbot.keyClick(bench.row(ids[1]), Qt.Key.Key_Up)
    assert bench.player.track_id == ids[0]
    qtbot.keyClick(bench.row(ids[0]), Qt.Key.Key_Space)
    assert bench.player.state == "paused"


def test_a_click_on_a_takes_waveform_plays_from_there(bench: Bench, qtbot: QtBot) -> None:
    (job_id,) = bench.finish()
    face = bench.row(job_id).face
    assert isinstance(face, TakeFace)
    at = QPoint(face.wave.width() // 2, face.wave.height() // 2)
    qtbot.mouseClick(face.wave, LEFT, pos=at)
    assert bench.player.track_id == job_id
    assert bench.player.position_s == pytest.approx(0.25, abs=0.06)
    assert face.play.accessibleName() == "Pause"


def test_a_new_click_is_scrolled_to(bench: Bench, qtbot: QtBot) -> None:
    bench.jobs.resize(1000, 240)
    for number in range(6):
        bench.submit(2, f"Click {number}")
    (newest,) = bench.submit(title="Newest")
    row = bench.row(newest)
    bar = bench.jobs._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0)
    assert not row.visibleRegion().isEmpty()


def test_clearing_leaves_tracks_in_the_library(bench: Bench, qtbot: QtBot) -> None:
    ids = bench.finish(2)
    bench.producer.gate.clear()
    (running,) = bench.submit(title="Next")
    qtbot.mouseClick(bench.jobs.clear, LEFT)
    assert bench.shown() == ["Next"]
    assert all(bench.library.track(i) for i in ids)
    assert bench.queue.job(running) is not None


def test_keys_of_the_list_work_on_the_focused_take(bench: Bench, qtbot: QtBot) -> None:
    ids = bench.finish(2)
    bench.row(ids[1]).setFocus()
    qtbot.waitUntil(bench.row(ids[1]).hasFocus)
    qtbot.keySequence(bench.row(ids[1]), "5")
    bench.settle()
    assert (bench.track(ids[0]).star, bench.track(ids[1]).star) == (0, 5)
    assert [t.id for t in bench.jobs.focused_tracks()] == [ids[1]]


def test_a_takes_menu_can_discard(bench: Bench, qtbot: QtBot) -> None:
    (job_id,) = bench.finish()
    bench.press_button(job_id, "more")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    action = next(a for a in popup.actions() if a.text() == "Discard")
    action.trigger()
    popup.close()
    bench.settle()
    assert bench.library.track(job_id) is None


def test_a_take_drags_out_as_a_file(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job_id,) = bench.finish()
    dragged: list[str] = []

    def drop(self: QDrag, _actions: Qt.DropAction, _default: Qt.DropAction) -> Qt.DropAction:
        dragged.extend(url.toLocalFile() for url in self.mimeData().urls())
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", drop)  # the only part that needs another program
    row = bench.row(job_id)
    qtbot.mousePress(row, LEFT, pos=QPoint(200, 20))
    qtbot.mouseMove(row, QPoint(205, 20))
    assert dragged == []
    qtbot.mouseMove(row, QPoint(260, 20))
    bench.settle()
    assert dragged == [str(bench.track(job_id).path)]
    assert bench.track(job_id).in_use_elsewhere


def test_every_control_has_a_name_and_rows_are_sentences(bench: Bench, qtbot: QtBot) -> None:
    ids = bench.finish(2)
    bench.producer.gate.clear()
    with qtbot.waitSignal(bench.queue.job_progressed):
        bench.submit(2, "Next")
    assert nameless(bench.jobs) == []
    interface = QAccessible.queryAccessibleInterface(bench.row(ids[0]))
    name = interface.text(QAccessible.Text.Name)
    assert name == "Rainy Night, take 1 of 2, lo-fi hip hop, 0 seconds, new"


def test_the_heading_of_takes_keeps_its_distance_from_the_edge(bench: Bench, qtbot: QtBot) -> None:
    bench.submit(2)
    (group,) = bench.jobs.findChildren(TakeGroup)
    qtbot.waitUntil(lambda: group.width() > 200 and group._heading.isVisible())
    at = group._heading.mapTo(group, group._heading.contentsRect().topLeft())
    assert at.x() >= 12
    assert at.y() >= 8


def test_a_single_take_has_no_room_for_a_heading(bench: Bench, qtbot: QtBot) -> None:
    (job_id,) = bench.submit(1)
    (group,) = bench.jobs.findChildren(TakeGroup)
    qtbot.waitUntil(lambda: group.width() > 200 and bench.row(job_id).isVisible())
    assert bench.row(job_id).y() <= 1
