# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SQLite file used by several threads: a pool of connections, one writer at a time.

Readers never wait for a writer (write-ahead log), so that a search in the window isn't held up by a
track that is being added. Not for: what is in the file (see index and user_data).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from musicgen_desktop.errors import LibraryError

_BUSY_MS = 15_000
_COMPANIONS = ("-wal", "-shm", "-journal")


class Damaged(LibraryError):
    """SQLite found damage in a file that was sound when it was opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "The file “{path}” is damaged.",
            "Start the program again: it is repaired then.",
            path=path,
        )


class Database:
    """A SQLite file.

    Args:
        path: The file; made if needed, its folder too.
        synchronous: FULL for what must survive a power cut, NORMAL for what can be made again.
        attached: Other files by the name under which statements see them.

    Raises:
        sqlite3.DatabaseError: The file isn't a database (any more).
        LibraryError: The file can't be opened at all; Damaged: later, on reading.
    """

    def __init__(
        self, path: Path, synchronous: str, attached: dict[str, Path] | None = None
    ) -> None:
        self.path = path
        self._synchronous = synchronous
        self._attached = attached or {}
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._writer = threading.RLock()
        self._closed = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self._idle.append(self._connect())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for queries; the caller changes nothing with it."""
        connection = self._take()
        try:
            yield connection
        except sqlite3.OperationalError as error:
            raise cannot_open(self.path) from error
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:  # the others are mistakes of ours
                raise Damaged(self.path) from error
            raise
        finally:
            self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction: committed at the end, rolled back on an error."""
        with self._writer, self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise

    def close(self) -> None:
        """Closes all connections; one that is still in use closes when it is given back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise LibraryError("The library is closed.", "Start the program again.")
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        try:
            # Each connection serves one thread at a time: the pool sees to that.
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise cannot_open(self.path) from error
        try:
            for name, path in self._attached.items():
                connection.execute(f"ATTACH ? AS {name}", (str(path),))
            connection.execute(f"PRAGMA main.synchronous={self._synchronous}")
            if connection.execute("PRAGMA main.journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA main.journal_mode=WAL")
        except sqlite3.OperationalError as error:
            connection.close()
            raise cannot_open(self.path) from error
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection


def version(connection: sqlite3.Connection) -> tuple[int, int]:
    """The schema's version, as major and minor; a new major one can't be read by older programs."""
    packed = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return packed >> 16, packed & 0xFFFF


def set_version(connection: sqlite3.Connection, major: int, minor: int) -> None:
    """Stores the schema's version, as part of the transaction."""
    connection.execute(f"PRAGMA user_version={major << 16 | minor}")


def is_sound(connection: sqlite3.Connection) -> bool:
    """Whether SQLite finds no damage in the file."""
    try:
        answer = connection.execute("PRAGMA main.quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(answer) and answer[0] == "ok"


def remove_files(path: Path) -> None:
    """Removes a database with its companions."""
    for suffix in ("", *_COMPANIONS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def rename_files(path: Path, target: Path) -> None:
    """Renames a database with its companions."""
    for suffix in (*_COMPANIONS, ""):
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.replace(target.with_name(target.name + suffix))


def cannot_open(path: Path) -> LibraryError:
    """The error for a file that can't be opened or written."""
    return LibraryError(
        "The file “{path}” can't be opened.",
        "Check that its folder can be written to and the disk isn't full.",
        path=path,
    )
