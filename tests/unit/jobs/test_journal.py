# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal on a real file."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop.errors import LibraryTooNew, MusicGenError
from musicgen_desktop.jobs.job import Job, JobState
from musicgen_desktop.jobs.journal import Journal
from tests.helpers.recipes import small_recipe


def job(job_id: str, position: int, state: JobState = JobState.QUEUED) -> Job:
    return Job(job_id, "Ρυθμός 日本", small_recipe(), "g", 1, 2, 1.5, position, state)


def test_jobs_come_back_in_their_order_and_whole(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "queue.db")
    failed = replace(job("c", 2, JobState.FAILED), message="no", crashes=1)
    jobs = [job("a", 3), job("b", 1), failed]
    journal.save(jobs)
    journal.remove(["nothing"])
    journal.close()
    again = Journal(tmp_path / "queue.db")
    assert again.load() == [jobs[1], jobs[2], jobs[0]]
    again.remove(["b"])
    assert [j.id for j in again.load()] == ["c", "a"]
    again.close()


def test_a_broken_journal_is_set_aside_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "queue.db"
    file.write_bytes(b"this is no database" * 100)
    journal = Journal(file)
    assert journal.load() == []
    journal.save([job("a", 1)])
    journal.close()
    (aside,) = tmp_path.glob("queue.db.broken-*")
    assert aside.read_bytes().startswith(b"this is no database")


def test_a_newer_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "queue.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(LibraryTooNew):
        Journal(file)
    assert file.read_bytes() == before


def test_one_unreadable_job_does_not_take_the_others_along(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "queue.db")
    journal.save([job("a", 1), job("b", 2)])
    journal.close()
    with sqlite3.connect(tmp_path / "queue.db") as connection:
        connection.execute("UPDATE job SET recipe='{}' WHERE id='a'")
    connection.close()
    again = Journal(tmp_path / "queue.db")
    assert [j.id for j in again.load()] == ["b"]
    again.close()


def test_a_journal_that_cannot_be_opened_now_is_not_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "queue.db"
    journal = Journal(file)
    journal.save([job("a", 1)])
    journal.close()
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **kw: connect(path, **{**kw, "timeout": 0})
    )
    locker = connect(file)
    locker.execute("PRAGMA locking_mode=EXCLUSIVE")
    locker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(MusicGenError, match="locked"):
        Journal(file)
    locker.close()
    assert list(tmp_path.glob("*.broken-*")) == []
    again = Journal(file)
    assert [j.id for j in again.load()] == ["a"]
    again.close()
