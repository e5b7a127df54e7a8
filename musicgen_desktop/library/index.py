# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""index.db: the tracks of one library folder, for searching, sorting and showing. Disposable.

All of it comes from tags and from user.db and can be made again at any time: an index that is
damaged, of another version or of another folder is simply replaced. Not for: anything that must
last.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from musicgen_desktop import log
from musicgen_desktop.library import database, query
from musicgen_desktop.library.database import Database
from musicgen_desktop.library.entry import Entry
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.library.track import Presence, Track

VERSION = (1, 2)
_BATCH = 400

_SCHEMA = """
CREATE TABLE about (folder TEXT NOT NULL);
CREATE TABLE track (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    missing INTEGER NOT NULL, damaged INTEGER NOT NULL,
    title TEXT NOT NULL, prompt TEXT NOT NULL, genre TEXT NOT NULL, moods TEXT NOT NULL,
    bpm REAL NOT NULL, key TEXT NOT NULL, metre TEXT NOT NULL, duration_s REAL NOT NULL,
    created REAL NOT NULL, engine TEXT NOT NULL, engine_version TEXT NOT NULL,
    licence TEXT NOT NULL, seed INTEGER NOT NULL,
    group_id TEXT NOT NULL, take INTEGER NOT NULL, takes INTEGER NOT NULL,
    parent TEXT NOT NULL, loudness_lufs REAL NOT NULL, sections TEXT NOT NULL,
    sort_title TEXT NOT NULL, sort_key TEXT NOT NULL,
    star INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,
    heard INTEGER NOT NULL DEFAULT 0, in_use INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX by_created ON track (created);
CREATE INDEX by_title ON track (sort_title);
CREATE INDEX by_file ON track (file);
CREATE TABLE other (file TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    title, prompt, facts, tokenize="unicode61 remove_diacritics 2", prefix='2 3'
);
"""
_STORED = (
    "id", "file", "format", "size", "mtime_ns", "missing", "damaged", "title", "prompt", "genre",
    "moods", "bpm", "key", "metre", "duration_s", "created", "engine", "engine_version", "licence",
    "seed", "group_id", "take", "takes", "parent", "loudness_lufs", "sections", "sort_title",
    "sort_key",
)  # fmt: skip
_SHOWN = (
    "id", "file", "title", "prompt", "genre", "moods", "bpm", "key", "metre", "duration_s",
    "created", "engine", "engine_version", "licence", "seed", "group_id", "take", "takes", "parent",
    "loudness_lufs", "format", "star", "kept", "heard", "in_use", "missing", "damaged", "sections",
)  # fmt: skip
_SHOWN_COLUMNS = ", ".join(_SHOWN)
_INSERT = (
    f"INSERT INTO track ({', '.join(_STORED)}) VALUES ({', '.join('?' * len(_STORED))})"
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c}=excluded.{c}' for c in _STORED[1:])}"
    " RETURNING row"
)
_COPY_MARKS = """
UPDATE track SET star=u.star, kept=u.kept, heard=u.heard, in_use=u.in_use
FROM user.track AS u WHERE u.id=track.id
AND (u.star, u.kept, u.heard, u.in_use) != (track.star, track.kept, track.heard, track.in_use)
"""
_COPY_MARKS_OF_ONE = _COPY_MARKS + "AND track.id=?"


class Index:
    """The searchable list of tracks.

    Args:
        path: index.db.
        user_db: user.db, from which marks are copied; it exists already.
        folder: The library folder the index is of.

    Attributes:
        is_fresh: Whether it was made just now and is empty.
    """

    def __init__(self, path: Path, user_db: Path, folder: Path) -> None:
        self._path = path
        self._user_db = user_db
        self._folder = folder
        self.is_fresh = False
        self._database = self._open()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def put(self, entries: Iterable[Entry]) -> None:
        """Adds entries, or replaces those with the same track id; marks follow from user.db."""
        with self._database.writing() as connection:
            for entry in entries:
                row = connection.execute(_INSERT, _values(entry)).fetchone()[0]
                connection.execute("DELETE FROM words WHERE rowid=?", (row,))
                connection.execute(
                    "INSERT INTO words (rowid, title, prompt, facts) VALUES (?, ?, ?, ?)",
                    (row, *_words(entry)),
                )
                connection.execute(_COPY_MARKS_OF_ONE, (entry.tags.track_id,))

    def remove(self, ids: Sequence[str]) -> None:
        """Removes tracks from the list."""
        with self._database.writing() as connection:
            for track_id in ids:
                connection.execute(
                    "DELETE FROM words WHERE rowid=(SELECT row FROM track WHERE id=?)", (track_id,)
                )
                connection.execute("DELETE FROM track WHERE id=?", (track_id,))

    def copy_marks(self, ids: Sequence[str] | None = None) -> None:
        """Takes over stars and marks from user.db, of some tracks or of all."""
        with self._database.writing() as connection:
            if ids is None:
                connection.execute(_COPY_MARKS)
            else:
                connection.executemany(_COPY_MARKS_OF_ONE, [(track_id,) for track_id in ids])

    def set_missing(self, ids: Sequence[str], missing: bool) -> None:
        """Notes whether files are gone."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE track SET missing=? WHERE id=?", [(int(missing), i) for i in ids]
            )

    def damaged(self) -> list[str]:
        """Ids of the tracks whose file is there and whose sound is broken."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id FROM track WHERE damaged AND NOT missing")
            return [row[0] for row in rows]

    def set_damaged(self, ids: Sequence[str], damaged: bool) -> None:
        """Notes whether the sound of files is broken."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE track SET damaged=? WHERE id=?", [(int(damaged), i) for i in ids]
            )

    def is_empty(self) -> bool:
        """Whether there are no tracks."""
        with self._database.reading() as connection:
            return connection.execute("SELECT 1 FROM track LIMIT 1").fetchone() is None

    def search(self, text: str, order: str, descending: bool, min_star: int) -> list[str]:
        """Ids of the tracks that have all the words; see Library.search."""
        column = query.ORDERS[order]
        direction = "DESC" if descending else "ASC"
        conditions, values = ["star >= ?"], [min_star] if min_star > 0 else []
        if not values:
            conditions = []
        found = query.match(text)
        if found:
            conditions.append("row IN (SELECT rowid FROM words WHERE words MATCH ?)")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        statement = f"SELECT id FROM track {where} ORDER BY {column} {direction}, row {direction}"
        with self._database.reading() as connection:
            rows = connection.execute(statement, [*values, *([found] if found else [])]).fetchall()
        return [row[0] for row in rows]

    def tracks(self, ids: Sequence[str], folder: Path, away: bool) -> list[Track]:
        """The tracks in the order of the ids; unknown ids are left out."""
        found: dict[str, Track] = {}
        with self._database.reading() as connection:
            for start in range(0, len(ids), _BATCH):
                batch = ids[start : start + _BATCH]
                marks = ",".join("?" * len(batch))
                rows = connection.execute(
                    f"SELECT {_SHOWN_COLUMNS} FROM track WHERE id IN ({marks})", batch
                )
                found.update((row[0], _track(row, folder, away)) for row in rows)
        return [found[track_id] for track_id in ids if track_id in found]

    def files(self) -> dict[str, tuple[str, int, int, bool]]:
        """File, size, time of change and missing, by track id."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id, file, size, mtime_ns, missing FROM track")
            return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in rows}

    def others(self) -> dict[str, tuple[int, int]]:
        """Sound files that aren't tracks of ours, with size and time of change."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT file, size, mtime_ns FROM other")
            return {row[0]: (row[1], row[2]) for row in rows}

    def put_others(self, others: dict[str, tuple[int, int]]) -> None:
        """Remembers sound files that aren't ours, so that they aren't read again and again."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM other")
            connection.executemany(
                "INSERT INTO other VALUES (?, ?, ?)",
                [(file, *state) for file, state in others.items()],
            )

    def _open(self) -> Database:
        try:
            opened = self._checked()
        except (sqlite3.DatabaseError, database.Damaged, _Unusable) as error:
            log.topic("library").info("the index is made anew: %s", error)
            database.remove_files(self._path)
            self.is_fresh = True
            opened = self._checked()
        return opened

    def _checked(self) -> Database:
        """Opens the file, making the schema in an empty one.

        Raises:
            _Unusable: It is of another version or another folder, or damaged.
        """
        opened = Database(self._path, "NORMAL", {"user": self._user_db})
        try:
            with opened.reading() as connection:
                is_new = not connection.execute(
                    "SELECT count(*) FROM main.sqlite_master"
                ).fetchone()[0]
                if is_new:
                    self.is_fresh = True
                    _create(connection, self._folder)
                elif not _is_usable(connection, self._folder):
                    raise _Unusable("another version or folder, or damaged")
        except BaseException:
            opened.close()
            raise
        return opened


class _Unusable(Exception):
    """The file is a database, but not one to go on with."""


def _create(connection: sqlite3.Connection, folder: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA.split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute("INSERT INTO about VALUES (?)", (str(folder),))
    database.set_version(connection, *VERSION)
    connection.execute("COMMIT")


def _is_usable(connection: sqlite3.Connection, folder: Path) -> bool:
    if database.version(connection) != VERSION:
        return False
    if connection.execute("SELECT folder FROM about").fetchone() != (str(folder),):
        return False
    return database.is_sound(connection)


def _values(entry: Entry) -> tuple[Any, ...]:
    tags = entry.tags
    return (
        tags.track_id, entry.file, entry.format, entry.size, entry.mtime_ns, int(entry.missing),
        int(entry.damaged), tags.title, tags.prompt, tags.genre, json.dumps(tags.moods),
        tags.bpm, tags.key, tags.metre, tags.duration_s, tags.created, tags.engine,
        tags.engine_version, tags.licence, tags.seed, tags.group, tags.take, tags.takes,
        tags.parent, tags.loudness_lufs,
        json.dumps(tags.sections), query.sort_title(f"{tags.title} {tags.take}"),
        query.sort_key(tags.key),
    )  # fmt: skip


def _words(entry: Entry) -> tuple[str, str, str]:
    tags: TagData = entry.tags
    genre = tags.genre.replace("_", " ")
    spoken = genre.replace("lofi", "lo fi").replace("hiphop", "hip hop")
    facts = f"{genre} {spoken} {' '.join(tags.moods)}"
    facts = (
        f"{facts.replace('_', ' ')} {tags.bpm:.0f}bpm {tags.bpm:.0f} bpm {tags.key} {tags.metre}"
    )
    return (
        query.searchable(tags.title),
        query.searchable(tags.prompt),
        query.searchable(f"{facts} {tags.engine} {entry.format}"),
    )


def _track(row: tuple[Any, ...], folder: Path, away: bool) -> Track:
    values = dict(zip(_SHOWN, row, strict=True))
    presence = Presence.DAMAGED if values.pop("damaged") else Presence.PRESENT
    presence = Presence.MISSING if values.pop("missing") else presence
    values.update(
        path=folder / values.pop("file"),
        moods=tuple(json.loads(values["moods"])),
        sections=tuple((label, start_s) for label, start_s in json.loads(values["sections"])),
        kept=bool(values["kept"]),
        in_use_elsewhere=bool(values.pop("in_use")),
        group=values.pop("group_id"),
        unread=not values.pop("heard"),
        presence=Presence.AWAY if away else presence,
    )
    return Track(**values)
