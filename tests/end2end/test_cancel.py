# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancelling in the real window: the row at once, the computing within a second, no process left.

Processor time is what is looked at: it doesn't depend on how busy the machine is.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest

from tests.helpers import atspi_rig, program_processes
from tests.helpers.atspi_rig import Node, ScreenReader
from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import wait_until
from tests.helpers.program_person import PATIENCE_S, TITLE, Person

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc"),
]

PROMPT = "epic cinematic trailer, 10 minutes"
_GRACE_S = 1.0
_LOOK_S = 2.0
_IDLE_CPU_S = 0.3


@pytest.fixture
def person(xvfb_desktop: Desktop, tmp_path: Path) -> Person:
    atspi_rig.prepare(xvfb_desktop)
    return Person(xvfb_desktop, tmp_path / "profile", takes=3)


def submit(person: Person, reader: ScreenReader) -> None:
    """Queues three long jobs and waits until the first one computes."""
    field = reader.wait_for("text", "What should it sound like?", timeout_s=PATIENCE_S)
    reader.write(field, PROMPT)
    reader.press(reader.wait_for("push button", "Generate"))
    wait_until(lambda: reader.find("progress bar", "Progress of Take 1"), "progress", PATIENCE_S)
    wait_until(lambda: person.jobs() == ["running", "queued", "queued"], "three jobs", PATIENCE_S)
    before = cpu_s(person)
    wait_until(lambda: cpu_s(person) > before + 0.5, "computing worker", PATIENCE_S)


def cpu_s(person: Person) -> float:
    """What the workers computed so far."""
    assert person.process is not None
    return sum(each.cpu_s for each in program_processes.below(person.process.pid))


def row(reader: ScreenReader, words: str) -> Node | None:
    """The row that says these words."""
    return next((n for n in reader.tree() if n.role == "panel" and words in n.name), None)


def cancel_first(reader: ScreenReader) -> float:
    """Cancels the job in the first row; returns after how many seconds the row says so."""
    button = reader.wait_for("push button", "Cancel")
    before = time.perf_counter()
    reader.press(button)
    wait_until(lambda: row(reader, "take 1, cancelled") or row(reader, "Take 1, cancelled"),
               "row that says cancelled", PATIENCE_S)  # fmt: skip
    return time.perf_counter() - before


def test_a_cancelled_job_stops_at_once_and_the_next_one_goes_on(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        submit(person, reader)
        took_s = cancel_first(reader)
        print(f"cancelled in the row after {took_s:.3f} s, reading the tree included")
        wait_until(lambda: person.jobs() == ["cancelled", "running", "queued"], "next job",
                   PATIENCE_S)  # fmt: skip
        assert row(reader, "Take 2, being made")
    person.quits()
    assert program_processes.with_profile(person.profile) == []
    assert list(person.library.rglob("*.mp3")) == []


def test_nothing_computes_a_second_after_the_last_cancel(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        submit(person, reader)
        for number in (3, 2, 1):  # the waiting ones first, so that none of them begins
            button = [n for n in reader.tree() if (n.role, n.name) == ("push button", "Cancel")]
            reader.press(button[-1])
            wait_until(
                partial(row, reader, f"Take {number}, cancelled"), "cancelled row", PATIENCE_S
            )
        assert person.jobs() == ["cancelled"] * 3
        time.sleep(_GRACE_S)  # the promise itself: a second, then nothing
        before = cpu_s(person)
        time.sleep(_LOOK_S)
        computed_s = cpu_s(person) - before
        print(f"computed after the cancel: {computed_s:.3f} s of processor time in {_LOOK_S} s")
        assert computed_s < _IDLE_CPU_S
    person.quits()
    assert program_processes.with_profile(person.profile) == []
