# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files made for other programs stay within their size, and what is in use stays at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from musicgen_desktop.generation import handed_out
from musicgen_desktop.library.library import Library
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import add

_DAY_S = 86_400


def prepared(folder: Path, track_id: str, days_ago: float, size: int = 1000) -> Path:
    file = folder / track_id / "song.wav"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(size))
    when = time.time() - days_ago * _DAY_S
    os.utime(file.parent, (when, when))
    return file


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_longest_unused_go_first_and_only_as_many_as_needed(tmp_path: Path) -> None:
    for days, name in enumerate(("new", "old", "older", "oldest"), start=1):
        prepared(tmp_path, name, days)
    gone = handed_out.trim(tmp_path, 2500, lambda: left(tmp_path))
    assert gone == ["oldest", "older"]
    assert left(tmp_path) == {"new", "old"}


def test_what_is_in_use_elsewhere_stays_even_beyond_the_cap(tmp_path: Path) -> None:
    linked = prepared(tmp_path, "linked", 400)
    prepared(tmp_path, "free", 1)
    assert handed_out.trim(tmp_path, 0, lambda: {"free"}) == ["free"]
    assert linked.read_bytes() == bytes(1000)
    assert handed_out.trim(tmp_path, 0, lambda: {"free"}) == []


def test_a_drag_that_is_under_way_keeps_its_file(tmp_path: Path) -> None:
    prepared(tmp_path, "now", 0)
    assert handed_out.trim(tmp_path, 0, lambda: {"now"}) == []


def test_being_wanted_again_makes_young_and_leaves_the_file_alone(tmp_path: Path) -> None:
    file = prepared(tmp_path, "one", 30)
    os.utime(file, (5, 5))
    handed_out.touch(file.parent)
    assert handed_out.trim(tmp_path, 0, lambda: {"one"}) == []
    assert file.stat().st_mtime == 5


def test_within_the_cap_nobody_is_asked(tmp_path: Path) -> None:
    def never() -> set[str]:
        pytest.fail("asked")

    prepared(tmp_path, "one", 30)
    assert handed_out.trim(tmp_path, 1000, never) == []
    assert handed_out.trim(tmp_path / "none", 0, never) == []


def test_the_library_knows_what_was_never_handed_out(profile: Paths) -> None:
    library = Library(profile.default_library_dir, profile)
    for name in ("used", "free", "deleted", "deleted-used"):
        add(library, name)
    library.mark_in_use(["used", "deleted-used"])
    library.delete(["deleted", "deleted-used"])
    assert library.never_in_use() == {"free", "deleted"}
    library.close()
