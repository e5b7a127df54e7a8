# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trash: its size is told, and emptying it is for good."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicgen_desktop.errors import LibraryError
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import Presence
from musicgen_desktop.library.trash import TrashContents
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import add


@pytest.fixture
def library(profile: Paths) -> Iterator[Library]:
    opened = Library(profile.default_library_dir, profile)
    yield opened
    opened.close()


def master(profile: Paths, track_id: str) -> Path:
    profile.masters_dir.mkdir(exist_ok=True)
    path = profile.masters_dir / f"{track_id}.flac"
    path.write_bytes(b"master")
    return path


def test_count_and_size(library: Library) -> None:
    assert library.trash.contents() == TrashContents(0, 0)
    sizes = [add(library, name).path.stat().st_size for name in ("one", "two", "three")]
    library.delete(["one", "two"])
    assert library.trash.contents() == TrashContents(2, sizes[0] + sizes[1])


def test_emptying_is_for_good_and_touches_nothing_else(library: Library, profile: Paths) -> None:
    add(library, "one")
    stays = add(library, "two")
    kept, gone = master(profile, "two"), master(profile, "one")
    library.save_peaks("one", b"peaks")
    deletion = library.delete(["one"])
    before = library.trash.contents()
    assert library.trash.empty() == before
    assert library.trash.contents() == TrashContents(0, 0)
    assert library.trash.empty() == TrashContents(0, 0)
    assert (stays.path.exists(), kept.exists(), gone.exists()) == (True, True, False)
    assert library.peaks("one") is None
    assert library.search() == ["two"]
    assert library.recipe("one").prompt == "rainy night lo-fi"  # it can be made again
    assert library.undo(deletion) == ["one"]
    assert library.tracks(["one"])[0].presence is Presence.MISSING


def test_a_track_that_came_back_keeps_its_master(library: Library, profile: Paths) -> None:
    add(library, "one")
    kept = master(profile, "one")
    library.undo(library.delete(["one"]))
    library.trash.empty()
    assert kept.exists()


def test_links_and_folders_in_the_trash_are_left_alone(library: Library, tmp_path: Path) -> None:
    add(library, "one")
    library.delete(["one"])
    outside = tmp_path / "outside.mp3"
    outside.write_bytes(b"mine")
    bin_dir = library.folder / ".trash"
    (bin_dir / "link.mp3").symlink_to(outside)
    (bin_dir / "folder").mkdir()
    assert library.trash.empty().count == 1
    assert outside.read_bytes() == b"mine"
    assert (bin_dir / "folder").is_dir()


def test_a_folder_that_is_away_is_told(library: Library) -> None:
    add(library, "one")
    library.delete(["one"])
    shutil.move(library.folder, library.folder.with_name("elsewhere"))
    assert library.trash.contents() == TrashContents(0, 0)
    with pytest.raises(LibraryError, match="isn’t there"):
        library.trash.empty()
