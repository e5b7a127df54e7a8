# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""user.db: durable through damage, migrations, other versions and a full stop at any point."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from musicgen_desktop import files
from musicgen_desktop.errors import LibraryTooNew
from musicgen_desktop.library import user_data
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.user_data import UserData
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import add

_FOLDER = Path("/music")


def opened(profile: Paths) -> UserData:
    return UserData(profile.user_db, profile.data_dir / "backups")


def backups(profile: Paths) -> list[Path]:
    return sorted((profile.data_dir / "backups").glob("user-*.db"))


def filled(profile: Paths) -> None:
    """A file with one starred track and a backup of it."""
    data = opened(profile)
    data.remember("one", _FOLDER, {"file": "a.mp3"}, "recipe")
    data.mark(["one"], "star", 5)
    data.back_up()
    data.close()


def star(profile: Paths) -> int | None:
    connection = sqlite3.connect(profile.user_db)
    try:
        row = connection.execute("SELECT star FROM track WHERE id='one'").fetchone()
    finally:
        connection.close()
    return None if row is None else int(row[0])


def test_is_durable_by_its_settings(profile: Paths) -> None:
    data = opened(profile)
    with data._database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    data.close()


def test_an_empty_recipe_does_not_replace_a_known_one(profile: Paths) -> None:
    data = opened(profile)
    data.remember("one", _FOLDER, {"file": "a.mp3"}, "the recipe")
    data.remember("one", _FOLDER, {"file": "b.mp3"}, "")
    assert data.recipe("one") == "the recipe"
    known = data.one("one")
    assert known is not None
    assert known.record == {"file": "b.mp3"}
    assert data.recipe("unknown") == ""
    assert data.one("unknown") is None
    data.close()


def test_unknown_marks_are_refused(profile: Paths) -> None:
    data = opened(profile)
    with pytest.raises(ValueError, match="record"):
        data.mark(["one"], "record", 1)
    data.close()


def test_backup_when_the_last_one_is_older_than_a_day(profile: Paths) -> None:
    opened(profile).close()
    assert backups(profile) == []  # nothing to lose yet
    filled(profile)
    assert len(backups(profile)) == 1
    opened(profile).close()
    assert len(backups(profile)) == 1
    day_before_yesterday = time.time() - 2 * 86_400
    os.utime(backups(profile)[0], (day_before_yesterday, day_before_yesterday))
    opened(profile).close()
    assert len(backups(profile)) == 2


def test_only_the_newest_backups_are_kept(profile: Paths) -> None:
    filled(profile)
    data = opened(profile)
    newest = [data.back_up() for _ in range(user_data.BACKUPS + 2)]
    data.close()
    assert backups(profile) == sorted(newest)[-user_data.BACKUPS :]


@pytest.mark.parametrize("damage", ["text", "header", "middle", "short"])
def test_damage_is_repaired_from_the_newest_backup_and_told(profile: Paths, damage: str) -> None:
    filled(profile)
    content = bytearray(profile.user_db.read_bytes())
    if damage == "text":
        content = bytearray(b"this is not a database at all" * 300)
    elif damage == "header":
        content[:40] = bytes(40)
    elif damage == "middle":
        content[4096:] = random.Random(1).randbytes(len(content) - 4096)
    else:
        del content[5000:]
    profile.user_db.write_bytes(bytes(content))
    data = opened(profile)
    assert len(data.notices) == 1
    assert "copy" in data.notices[0]
    data.close()
    assert star(profile) == 5
    assert len(list(profile.data_dir.glob("user.db.damaged-*"))) >= 1


def test_damage_without_a_backup_starts_anew_and_keeps_the_tracks(profile: Paths) -> None:
    library = Library(profile.default_library_dir, profile)
    add(library, "one")
    library.close()
    profile.user_db.write_bytes(b"x" * 5000)
    library = Library(profile.default_library_dir, profile)
    assert len(library.notices) == 1
    library.rescan()
    assert library.search() == ["one"]
    library.close()


def test_a_damaged_backup_is_passed_over(profile: Paths) -> None:
    filled(profile)
    data = opened(profile)
    newest = data.back_up()
    data.close()
    newest.write_bytes(b"broken")
    profile.user_db.write_bytes(b"broken too")
    data = opened(profile)
    data.close()
    assert star(profile) == 5


def test_a_newer_major_version_is_refused_politely_and_left_alone(profile: Paths) -> None:
    filled(profile)
    connection = sqlite3.connect(profile.user_db)
    connection.execute(f"PRAGMA user_version={(user_data.MAJOR + 1) << 16}")
    connection.close()
    before = profile.user_db.read_bytes()
    with pytest.raises(LibraryTooNew) as refused:
        Library(profile.default_library_dir, profile)
    assert "newer" in refused.value.message
    assert "Update" in refused.value.hint
    assert profile.user_db.read_bytes() == before


def test_a_newer_minor_version_is_used(profile: Paths) -> None:
    filled(profile)
    connection = sqlite3.connect(profile.user_db)
    connection.execute("ALTER TABLE track ADD COLUMN colour TEXT")
    connection.execute(f"PRAGMA user_version={user_data.MAJOR << 16 | user_data.MINOR + 1}")
    connection.close()
    data = opened(profile)
    data.mark(["one"], "star", 2)
    data.close()
    connection = sqlite3.connect(profile.user_db)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    assert version == user_data.MAJOR << 16 | user_data.MINOR + 1
    assert star(profile) == 2


def test_a_migration_backs_up_first_and_runs_once(
    profile: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(profile)
    old = (user_data.MAJOR, user_data.MINOR)
    monkeypatch.setattr(user_data, "MINOR", user_data.MINOR + 2)
    steps = {
        old: "ALTER TABLE track ADD COLUMN colour TEXT",
        (old[0], old[1] + 1): "UPDATE track SET colour='blue'; UPDATE track SET star=star-1",
    }
    monkeypatch.setattr(user_data, "_MIGRATIONS", steps)
    before = len(backups(profile))
    for _ in range(2):
        opened(profile).close()
    assert star(profile) == 4
    assert len(backups(profile)) == before + 1


def test_a_failing_migration_changes_nothing(
    profile: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(profile)
    monkeypatch.setattr(user_data, "MINOR", user_data.MINOR + 1)
    steps = {(user_data.MAJOR, user_data.MINOR - 1): "UPDATE track SET star=1; SELECT nonsense(("}
    monkeypatch.setattr(user_data, "_MIGRATIONS", steps)
    with pytest.raises(Exception, match=r"user\.db"):
        opened(profile)
    assert star(profile) == 5


def test_a_backup_that_was_cut_short_is_removed_at_the_next_start(profile: Paths) -> None:
    filled(profile)
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    folder = profile.data_dir / "backups"
    dead = folder / f".mgd-{int(ended.stdout)}-x.db.part"
    dead.write_bytes(b"half")
    opened(profile).close()
    assert [path.name for path in folder.iterdir()] == [path.name for path in backups(profile)]


def test_a_backup_that_fails_leaves_nothing(
    profile: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = opened(profile)
    data.remember("one", _FOLDER, {"file": "a.mp3"}, "recipe")

    def full(_temporary: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace_into", full)
    with pytest.raises(OSError, match="No space"):
        data.back_up()
    data.close()
    assert list((profile.data_dir / "backups").iterdir()) == []
