# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisor with a real process on the other end of the wire."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicgen_desktop import files
from musicgen_desktop.engines.host import wire
from musicgen_desktop.engines.host.supervisor import WorkerHost
from musicgen_desktop.errors import Cancelled, EngineCrashed, MusicGenError

ROOT = Path(__file__).resolve().parents[4]


def never() -> bool:
    return False


def ignore(_message: wire.Message) -> None:
    pass


@pytest.fixture
def host(tmp_path: Path) -> Iterator[WorkerHost]:
    host = WorkerHost(
        [sys.executable, "-m", "tests.helpers.toy_worker"],
        {"PYTHONPATH": str(ROOT)},
        tmp_path / "worker.log",
    )
    yield host
    host.close()


def test_progress_arrives_in_order_and_done_returns_its_body(host: WorkerHost) -> None:
    seen: list[int] = []
    result = host.run(
        "job", {"do": "count", "to": 5}, lambda m: seen.append(m.body["fraction"]), never
    )
    assert seen == [0, 1, 2, 3, 4]
    assert result["total"] == 5


def test_the_worker_stays_warm_between_jobs(host: WorkerHost) -> None:
    first = host.run("a", {"do": "count", "to": 1}, ignore, never)
    second = host.run("b", {"do": "count", "to": 1}, ignore, never)
    assert first["pid"] == second["pid"] == host.pid


def test_prints_of_libraries_do_not_break_the_wire(host: WorkerHost, tmp_path: Path) -> None:
    assert host.run("job", {"do": "noise"}, ignore, never) == {}
    assert "a library prints this" in (tmp_path / "worker.log").read_text()


@pytest.mark.parametrize(("order", "reason"), [("die", "SIGKILL"), ("exit", "code 3")])
def test_a_dying_worker_is_a_crash_and_the_next_job_gets_a_new_one(
    host: WorkerHost, order: str, reason: str
) -> None:
    with pytest.raises(EngineCrashed, match=reason):
        host.run("job", {"do": order}, ignore, never)
    assert host.run("next", {"do": "count", "to": 1}, ignore, never)["total"] == 1


def test_a_failure_comes_through_as_message_and_hint(host: WorkerHost) -> None:
    with pytest.raises(MusicGenError) as caught:
        host.run("job", {"do": "fail"}, ignore, never)
    assert (caught.value.message, caught.value.hint) == ("No piano.", "Get one.")
    assert not isinstance(caught.value, EngineCrashed)


def test_cancel_ends_a_willing_worker_which_stays(host: WorkerHost) -> None:
    host.run("warm", {"do": "count", "to": 1}, ignore, never)
    before = host.pid
    with pytest.raises(Cancelled):
        host.run("job", {"do": "hang"}, ignore, lambda: True)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        host.run("job2", {"do": "hang"}, ignore, lambda: time.monotonic() > started + 0.2)
    assert host.pid == before


def test_who_waits_for_another_job_can_be_cancelled(host: WorkerHost) -> None:
    stop = threading.Event()

    def hang() -> None:
        with contextlib.suppress(Cancelled):
            host.run("long", {"do": "hang"}, ignore, stop.is_set)

    long = threading.Thread(target=hang)
    long.start()
    while not host.is_busy:
        time.sleep(0.001)
    with pytest.raises(Cancelled):
        host.run("waits", {"do": "count", "to": 1}, ignore, lambda: True)
    assert host.is_busy
    stop.set()
    long.join(10)
    assert not host.is_busy


def test_cancel_ends_a_deaf_worker_with_its_children(host: WorkerHost) -> None:
    children: list[int] = []
    with pytest.raises(Cancelled):
        host.run(
            "job",
            {"do": "deaf"},
            lambda message: children.append(message.body["fraction"]),
            lambda: bool(children),
        )
    assert host.pid is None
    deadline = time.monotonic() + 5
    while _is_running(children[0]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_running(children[0])


def test_close_leaves_no_process(host: WorkerHost) -> None:
    pid = host.run("job", {"do": "count", "to": 1}, ignore, never)["pid"]
    host.close()
    assert not files.is_alive(pid)
    with pytest.raises(EngineCrashed):
        host.run("job", {"do": "count", "to": 1}, ignore, never)


def test_a_worker_that_cannot_be_started_says_so(tmp_path: Path) -> None:
    host = WorkerHost([str(tmp_path / "missing")], {}, tmp_path / "log")
    with pytest.raises(EngineCrashed, match="can't be started"):
        host.run("job", {}, ignore, never)


def _is_running(pid: int) -> bool:
    """Whether a process runs; a zombie waiting to be reaped by init doesn't."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
