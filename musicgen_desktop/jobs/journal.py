# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: every job that isn't done, on disk, so that none is lost when the program dies.

SQLite, WAL, synchronous FULL. One journal belongs to one thread. Not for: deciding what happens to
jobs (see job_queue).
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from musicgen_desktop import log
from musicgen_desktop.errors import LibraryTooNew, MusicGenError
from musicgen_desktop.jobs.job import Job, JobState
from musicgen_desktop.music.recipe import Recipe

VERSION = 1
_LOGGER = log.topic("jobs")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, recipe TEXT NOT NULL, grp TEXT NOT NULL,
    take INTEGER NOT NULL, takes INTEGER NOT NULL, created REAL NOT NULL,
    position INTEGER NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL,
    crashes INTEGER NOT NULL
) STRICT
"""
_COLUMNS = "id, title, recipe, grp, take, takes, created, position, state, message, hint, crashes"


class Journal:
    """The jobs on disk.

    Args:
        file: The database; made if needed. A broken one is set aside.

    Raises:
        LibraryTooNew: A newer version of the program wrote it.
        MusicGenError: It is sound but can't be opened now: locked, or the disk is full.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _open(file)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise MusicGenError(
                    "The queue can't be opened: {reason}.",
                    "Close other windows of this program, and check that the disk isn't full.",
                    reason=str(error),
                ) from error
            aside = file.with_name(f"{file.name}.broken-{int(time.time())}")
            _LOGGER.exception("the journal is broken and set aside as %s", aside.name)
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
            self._connection = _open(file)

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()

    def save(self, jobs: Iterable[Job]) -> None:
        """Adds jobs or writes them anew; all or none."""
        rows = [_row(job) for job in jobs]
        with self._transaction() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO job ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows
            )

    def remove(self, ids: Iterable[str]) -> None:
        """Forgets jobs."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM job WHERE id = ?", [(i,) for i in ids])

    def load(self) -> list[Job]:
        """All jobs in their order; one whose recipe can't be read is left out and logged."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM job ORDER BY position, created")
        return [job for row in rows for job in _job(row)]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
        except sqlite3.Error as error:
            raise MusicGenError(
                "The queue can't be written: {reason}.",
                "Check that the disk isn't full and that your data folder can be written.",
                reason=str(error),
            ) from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is broken, as opposed to locked, full or write-protected."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, timeout=5.0)
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise LibraryTooNew(
                "The queue was written by a newer version of the program.",
                "Update the program, or start it with another profile.",
            )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA user_version={VERSION}")
        connection.execute("SELECT count(*) FROM job")
    except BaseException:
        connection.close()
        raise
    return connection


def _row(job: Job) -> tuple[object, ...]:
    recipe = job.recipe.dumps()
    return (
        job.id, job.title, recipe, job.group, job.take, job.takes, job.created, job.position,
        job.state.value, job.message, job.hint, job.crashes,
    )  # fmt: skip


def _job(row: tuple[object, ...]) -> Iterator[Job]:
    job_id, title, recipe, group, take, takes, created, position, *rest = row
    state, message, hint, crashes = rest
    try:
        yield Job(
            id=str(job_id),
            title=str(title),
            recipe=Recipe.loads(str(recipe)),
            group=str(group),
            take=int(str(take)),
            takes=int(str(takes)),
            created=float(str(created)),
            position=int(str(position)),
            state=JobState(str(state)),
            message=str(message),
            hint=str(hint),
            crashes=int(str(crashes)),
        )
    except (MusicGenError, ValueError):
        _LOGGER.exception("job %s in the journal can't be read", job_id)
