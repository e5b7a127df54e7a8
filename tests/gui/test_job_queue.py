# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue with a real journal and real pool threads around a producer that obeys the test."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import Cancelled, EngineCrashed, MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Outcome, Producer
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.jobs.job import Job, JobState
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal
from tests.helpers.recipes import small_recipe


class FakeProducer:
    """Finishes an order when the test opens its gate, or ends it as the test says."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.gate = threading.Event()
        self.error: Exception | None = None

    def produce(
        self,
        order: Order,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
        on_audio: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        on_progress(Progress("rendering", 0.5, 3.0))
        while not is_cancelled():
            if self.gate.wait(0.01):
                break
        else:
            raise Cancelled
        if self.error is not None:
            raise self.error
        self.made.append(order.recipe.prompt)
        return Outcome(None, Path(), {})


def order_of(job: Job) -> Order:
    return Order(job.recipe, job.id, job.title)


@pytest.fixture
def producer() -> FakeProducer:
    return FakeProducer()


@pytest.fixture
def queue(qtbot: QtBot, producer: FakeProducer, tmp_path: Path) -> Iterator[JobQueue]:
    made = new_queue(producer, tmp_path)
    yield made
    producer.gate.set()
    made.close()


def new_queue(producer: FakeProducer, folder: Path) -> JobQueue:
    return JobQueue(cast(Producer, producer), Journal(folder / "queue.db"), order_of)


def states(queue: JobQueue) -> list[JobState]:
    return [job.state for job in queue.jobs()]


def test_takes_of_one_click_are_made_in_order(
    queue: JobQueue, producer: FakeProducer, qtbot: QtBot
) -> None:
    ids = queue.submit([small_recipe("one"), small_recipe("two")], "Title")
    assert states(queue) == [JobState.RUNNING, JobState.QUEUED]
    assert [(j.take, j.takes) for j in queue.jobs()] == [(1, 2), (2, 2)]
    with qtbot.waitSignals([queue.job_finished] * 2, timeout=5000):
        producer.gate.set()
    assert producer.made == ["one", "two"]
    assert [j.id for j in queue.jobs()] == ids  # finished jobs stay where they are
    assert states(queue) == [JobState.DONE, JobState.DONE]


def test_progress_reaches_the_job(queue: JobQueue, qtbot: QtBot) -> None:
    with qtbot.waitSignal(queue.job_progressed, timeout=5000):
        (job_id,) = queue.submit([small_recipe()], "T")
    job = queue.job(job_id)
    assert job is not None
    assert (job.stage, job.fraction, job.left_s) == ("rendering", 0.5, 3.0)


def test_cancel_shows_at_once_and_lets_the_next_one_run(
    queue: JobQueue, producer: FakeProducer, qtbot: QtBot
) -> None:
    first, second, third = queue.submit([small_recipe(str(n)) for n in range(3)], "T")
    queue.cancel(first)
    assert states(queue)[0] is JobState.CANCELLED
    queue.cancel(third)
    with qtbot.waitSignal(queue.job_finished, timeout=5000) as finished:
        producer.gate.set()
    assert finished.args == [second]
    assert producer.made == ["1"]
    assert states(queue) == [JobState.CANCELLED, JobState.DONE, JobState.CANCELLED]


def test_a_cancelled_job_can_be_wanted_again_at_once(
    queue: JobQueue, producer: FakeProducer, qtbot: QtBot
) -> None:
    (job_id,) = queue.submit([small_recipe("again")], "T")
    queue.cancel(job_id)
    queue.retry(job_id)
    assert states(queue) == [JobState.QUEUED]
    with qtbot.waitSignal(queue.job_progressed, timeout=5000):
        pass
    with qtbot.waitSignal(queue.job_finished, timeout=5000):
        producer.gate.set()
    assert producer.made == ["again"]


def test_a_failure_can_be_retried(queue: JobQueue, producer: FakeProducer, qtbot: QtBot) -> None:
    producer.error = MusicGenError("The disk is full.", "Make room.")
    producer.gate.set()
    with qtbot.waitSignal(queue.job_failed, timeout=5000):
        (job_id,) = queue.submit([small_recipe("again")], "T")
    job = queue.job(job_id)
    assert job is not None
    assert job.state is JobState.FAILED
    assert (job.message, job.hint) == ("The disk is full.", "Make room.")
    producer.error = None
    with qtbot.waitSignal(queue.job_finished, timeout=5000):
        queue.retry(job_id)
    assert producer.made == ["again"]


def test_a_bug_fails_the_job_and_not_the_queue(
    queue: JobQueue, producer: FakeProducer, qtbot: QtBot
) -> None:
    producer.error = ZeroDivisionError("oops")
    producer.gate.set()
    with qtbot.waitSignal(queue.job_failed, timeout=5000):
        queue.submit([small_recipe()], "T")
    producer.error = None
    with qtbot.waitSignal(queue.job_finished, timeout=5000):
        queue.submit([small_recipe()], "T")


def test_after_two_crashes_a_job_waits_for_the_user(
    queue: JobQueue, producer: FakeProducer, qtbot: QtBot
) -> None:
    producer.error = EngineCrashed("The sound engine stopped.", "Try again.")
    producer.gate.set()
    with qtbot.waitSignal(queue.job_failed, timeout=5000):
        (job_id,) = queue.submit([small_recipe()], "T")
    job = queue.job(job_id)
    assert job is not None
    assert (job.state, job.crashes) == (JobState.FAILED, 2)


def test_waiting_jobs_can_be_reordered(
    queue: JobQueue, producer: FakeProducer, qtbot: QtBot
) -> None:
    ids = queue.submit([small_recipe(name) for name in "abc"], "T")
    queue.move(ids[2], 1)
    assert [j.id for j in queue.jobs()] == [ids[0], ids[2], ids[1]]
    with qtbot.waitSignals([queue.job_finished] * 3, timeout=5000):
        producer.gate.set()
    assert producer.made == ["a", "c", "b"]


def test_discard_takes_the_row_away_and_forgets_it(
    queue: JobQueue, producer: FakeProducer, tmp_path: Path, qtbot: QtBot
) -> None:
    running, waiting = queue.submit([small_recipe("a"), small_recipe("b")], "T")
    with qtbot.waitSignal(queue.job_removed):
        queue.discard(waiting)
    queue.discard(running)
    assert queue.jobs() == ()


def test_a_clean_quit_goes_on_at_the_next_start(
    producer: FakeProducer, tmp_path: Path, qtbot: QtBot
) -> None:
    first = new_queue(producer, tmp_path)
    first.submit([small_recipe("a"), small_recipe("b")], "T")
    first.close()
    second = new_queue(producer, tmp_path)
    assert states(second) == [JobState.QUEUED, JobState.QUEUED]
    producer.gate.set()
    with qtbot.waitSignals([second.job_finished] * 2, timeout=5000):
        second.start()
    second.close()
    assert producer.made == ["a", "b"]
    third = new_queue(producer, tmp_path)
    assert third.jobs() == ()
    third.close()


def test_what_ran_when_the_program_died_is_offered(
    producer: FakeProducer, tmp_path: Path, qtbot: QtBot
) -> None:
    dying = new_queue(producer, tmp_path)
    ids = dying.submit([small_recipe("a"), small_recipe("b")], "T")
    # a second reader sees what the disk would hold if the program died now
    survivor = new_queue(producer, tmp_path)
    assert [j.id for j in survivor.interrupted()] == ids
    survivor.start()
    assert states(survivor) == [JobState.INTERRUPTED, JobState.INTERRUPTED]
    producer.gate.set()
    with qtbot.waitSignals([survivor.job_finished] * 2, timeout=5000):
        survivor.resume(ids)
    survivor.close()
    dying.close()


def test_a_journal_on_a_full_disk_stops_no_job(
    queue: JobQueue,
    producer: FakeProducer,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    told: list[str] = []
    queue.journal_failed.connect(lambda message, _hint: told.append(message))
    ids = queue.submit([small_recipe("a"), small_recipe("b"), small_recipe("c")], "T")
    locker = sqlite3.connect(tmp_path / "queue.db")
    locker.execute("DROP TABLE job")  # every further write fails
    locker.close()
    queue.cancel(ids[2])
    producer.gate.set()
    qtbot.waitUntil(lambda: states(queue)[1] is JobState.DONE)
    assert states(queue) == [JobState.DONE, JobState.DONE, JobState.CANCELLED]
    assert producer.made == ["a", "b"]
    assert told
    with pytest.raises(MusicGenError):
        queue.submit([small_recipe("d")], "T")
    assert len(queue.jobs()) == 3
