# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window is killed while it makes tracks; the next start offers them, and makes them."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from musicgen_desktop import files
from musicgen_desktop.audio import codec
from tests.helpers import atspi_rig, program_processes
from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import wait_until
from tests.helpers.program_person import PATIENCE_S, TITLE, Person

pytestmark = [
    pytest.mark.end2end,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc"),
]

JOBS = 3
LONGEST_S = 5.0


def kill(person: Person) -> None:
    """Ends the window as a power cut would, and waits until its worker has noticed."""
    assert person.process is not None
    person.process.kill()
    person.process.wait()
    wait_until(
        lambda: not program_processes.with_profile(person.profile), "end of the worker", PATIENCE_S
    )


@pytest.mark.parametrize(
    "number", [0, 1, 2, *(pytest.param(n, marks=pytest.mark.long) for n in range(3, 20))]
)
def test_killed_window_offers_and_resumes(
    xvfb_desktop: Desktop, tmp_path: Path, number: int
) -> None:
    atspi_rig.prepare(xvfb_desktop)
    xvfb_desktop.environment["MGD_TEST_PROFILE"] = str(tmp_path)
    person = Person(xvfb_desktop, tmp_path / "profile", takes=JOBS)
    person.start()
    person.types("calm piano, 12 seconds")
    person.hits("ctrl+Return")
    wait_until(lambda: len(person.jobs()) == JOBS, "jobs in the journal", PATIENCE_S)
    time.sleep(random.Random(number).uniform(0.0, LONGEST_S))  # the random moment itself
    kill(person)
    finished = {track: track.read_bytes() for track in person.tracks()}

    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        if len(finished) < JOBS:
            resume = reader.wait_for("push button", "Resume", timeout_s=PATIENCE_S)
            said = [node.name for node in reader.tree() if node.role == "label"]
            assert any("being made when the program closed" in each for each in said), said
            reader.press(resume)
        person.wait_for_tracks(JOBS)
        wait_until(lambda: set(person.jobs()) <= {"done"}, "end of all jobs", PATIENCE_S)
    person.quits()

    made = person.tracks()
    assert len(made) == JOBS
    assert {track: track.read_bytes() for track in finished} == finished
    assert all(abs(codec.decode(track).duration_s - 12.0) < 0.05 for track in made)
    assert [p for p in person.library.rglob("*") if files.is_temporary(p)] == []
