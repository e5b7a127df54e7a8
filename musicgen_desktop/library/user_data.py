# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""user.db: stars and marks by track id, and a record of every track and its recipe. Durable.

The record makes a track known even where its file is gone and the index was rebuilt, so that it can
be made again. Opening takes care of the file: backed up when the last backup is older than a day
and before a migration, restored from the newest backup when damaged, refused politely when it is
of a newer program. Not for: queries of the library (see index).
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musicgen_desktop import files, log
from musicgen_desktop.errors import LibraryTooNew
from musicgen_desktop.library import database
from musicgen_desktop.library.database import Database

MAJOR, MINOR = 1, 0
BACKUPS = 5
_DAY_S = 86_400.0
_MAX_UNPACKED = 2_000_000

_SCHEMA = """
CREATE TABLE track (
    id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    star INTEGER NOT NULL DEFAULT 0,
    kept INTEGER NOT NULL DEFAULT 0,
    heard INTEGER NOT NULL DEFAULT 0,
    in_use INTEGER NOT NULL DEFAULT 0,
    title TEXT,
    trashed TEXT,
    record BLOB NOT NULL,
    recipe BLOB NOT NULL
) WITHOUT ROWID;
"""
# title: a new title of a track whose file must stay as it is.
# trashed: where a deleted track's file lies.

_MIGRATIONS: dict[tuple[int, int], str] = {}
"""Statements that lead from a version to the next one, by the version they start from."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one track without its file.

    Attributes:
        id: Of the track.
        title: New title that the file doesn't have, or None.
        trashed: Place in the trash, relative to the folder; None when not deleted.
        record: As it was given to `remember`.
    """

    id: str
    title: str | None
    trashed: str | None
    record: dict[str, Any]


class UserData:
    """The durable part of the library.

    Args:
        path: user.db.
        backup_dir: Where its backups go.

    Raises:
        LibraryTooNew: Written by a newer version of the program.
        LibraryError: It can't be opened.
    """

    def __init__(self, path: Path, backup_dir: Path) -> None:
        self.notices: list[str] = []
        self._path = path
        self._backup_dir = backup_dir
        files.remove_orphans(backup_dir)
        self._database = self._open()
        self._migrate()
        self._back_up_daily()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def remember(self, track_id: str, folder: Path, record: dict[str, Any], recipe: str) -> None:
        """Stores the record of a track that is in the folder; marks it may have stay.

        Args:
            track_id: Whose.
            folder: The library folder.
            record: JSON values.
            recipe: The recipe's text; an empty one doesn't replace a known one.
        """
        self.remember_all([(track_id, record, recipe)], folder)

    def remember_all(self, items: Sequence[tuple[str, dict[str, Any], str]], folder: Path) -> None:
        """Like `remember`, for several tracks in one transaction."""
        rows = [(i, str(folder), _packed(json.dumps(r)), _packed(recipe)) for i, r, recipe in items]
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO track (id, folder, record, recipe) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET folder=excluded.folder, record=excluded.record,"
                " trashed=NULL,"
                " recipe=CASE WHEN length(excluded.recipe) THEN excluded.recipe ELSE recipe END",
                rows,
            )

    def mark(self, ids: Sequence[str], column: str, value: int | str | None) -> None:
        """Sets one mark (star, kept, heard, in_use, title, trashed) of some tracks."""
        if column not in {"star", "kept", "heard", "in_use", "title", "trashed"}:
            raise ValueError(column)
        with self._database.writing() as connection:
            connection.executemany(
                f"UPDATE track SET {column}=? WHERE id=?", [(value, track_id) for track_id in ids]
            )

    def never_in_use(self) -> frozenset[str]:
        """Ids of the tracks, of any folder, that aren't marked as in use elsewhere."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id FROM track WHERE in_use=0").fetchall()
        return frozenset(row[0] for row in rows)

    def known(self, folder: Path) -> list[Known]:
        """The tracks that were last seen in the folder, deleted ones included."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, title, trashed, record FROM track WHERE folder=?", (str(folder),)
            ).fetchall()
        return [_known(row) for row in rows]

    def one(self, track_id: str) -> Known | None:
        """What is known of one track, wherever it was seen."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, title, trashed, record FROM track WHERE id=?", (track_id,)
            ).fetchone()
        return None if row is None else _known(row)

    def has_any(self, folder: Path) -> bool:
        """Whether any track was last seen in the folder (deleted ones don't count)."""
        with self._database.reading() as connection:
            return (
                connection.execute(
                    "SELECT 1 FROM track WHERE folder=? AND trashed IS NULL LIMIT 1", (str(folder),)
                ).fetchone()
                is not None
            )

    def recipe(self, track_id: str) -> str:
        """The text of a track's recipe; "" when there is none."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT recipe FROM track WHERE id=?", (track_id,)).fetchone()
        return "" if row is None else _unpacked(row[0])

    def back_up(self) -> Path:
        """Copies the file into the backups, of which the newest few are kept.

        Returns:
            The backup.
        """
        self._backup_dir.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        target = self._backup_dir / f"user-{stamp}-{time.time_ns() % 10**9:09d}.db"
        part = files.temporary_beside(target)
        try:
            copy = sqlite3.connect(part)
            try:
                with self._database.reading() as connection:
                    connection.backup(copy)
            finally:
                copy.close()
            files.replace_into(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                database.remove_files(part)
            raise
        for old in _backups(self._backup_dir)[BACKUPS:]:
            old.unlink(missing_ok=True)
        return target

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage in the file."""
        with self._database.reading() as connection:
            return database.is_sound(connection)

    def _open(self) -> Database:
        try:
            opened = Database(self._path, "FULL")
        except sqlite3.DatabaseError:
            return self._restore()
        with opened.reading() as connection:
            sound = database.is_sound(connection)
        if sound:
            return opened
        opened.close()
        return self._restore()

    def _restore(self) -> Database:
        """Sets the damaged file aside and goes on with the newest backup that is sound."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        aside = self._path.with_name(f"{self._path.name}.damaged-{stamp}")
        database.rename_files(self._path, aside)
        log.topic("library").error("user.db is damaged; set aside as %s", aside.name)
        for backup in _backups(self._backup_dir):
            if _copy_if_sound(backup, self._path):
                when = time.strftime("%Y-%m-%d", time.localtime(backup.stat().st_mtime))
                self.notices.append(
                    f"Your stars and marks were damaged; the copy of {when} is in use again."
                    f" The damaged file is kept as “{aside.name}”."
                )
                return Database(self._path, "FULL")
        self.notices.append(
            "Your stars and marks were damaged and there was no copy; your tracks are all there."
            f" The damaged file is kept as “{aside.name}”."
        )
        return Database(self._path, "FULL")

    def _migrate(self) -> None:
        with self._database.reading() as connection:
            found = database.version(connection)
            is_new = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if found[0] > MAJOR:
            self.close()
            raise LibraryTooNew(
                "Your library was last used with a newer version of the program.",
                "Update the program to open it; nothing was changed.",
            )
        if not is_new and found < (MAJOR, MINOR):
            self.back_up()
        with self._database.writing() as connection:
            found = database.version(connection)  # another process may have been faster
            if found == (0, 0):
                _run(connection, _SCHEMA)
                found = (MAJOR, MINOR)
            while found < (MAJOR, MINOR):
                _run(connection, _MIGRATIONS[found])
                found = min(v for v in (*_MIGRATIONS, (MAJOR, MINOR)) if v > found)
            database.set_version(connection, *found)

    def _back_up_daily(self) -> None:
        with self._database.reading() as connection:
            if connection.execute("SELECT 1 FROM track LIMIT 1").fetchone() is None:
                return
        newest = _backups(self._backup_dir)[:1]
        if newest and time.time() - newest[0].stat().st_mtime < _DAY_S:
            return
        try:
            self.back_up()
        except (OSError, sqlite3.Error):
            # The library itself is fine: a full disk must not lock anybody out of it.
            log.topic("library").exception("no backup of user.db")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Runs statements inside the open transaction, which `executescript` would end."""
    for statement in script.split(";"):
        if statement.strip():
            connection.execute(statement)


def _backups(folder: Path) -> list[Path]:
    """Newest first."""
    return sorted(folder.glob("user-*.db"), reverse=True)


def _copy_if_sound(backup: Path, target: Path) -> bool:
    part = files.temporary_beside(target)
    part.write_bytes(backup.read_bytes())
    try:
        connection = sqlite3.connect(part)
        try:
            sound = database.is_sound(connection)
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        database.remove_files(part)
        return False
    files.replace_into(part, target)
    return True


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "replace"), 6) if text else b""


def _unpacked(content: bytes) -> str:
    if not content:
        return ""
    try:
        return zlib.decompressobj().decompress(content, _MAX_UNPACKED).decode("utf-8", "replace")
    except zlib.error:
        return ""


def _known(row: tuple[str, str | None, str | None, bytes]) -> Known:
    try:
        record = json.loads(_unpacked(row[3]) or "{}")
    except ValueError:
        record = {}
    return Known(row[0], row[1], row[2], record if isinstance(record, dict) else {})
