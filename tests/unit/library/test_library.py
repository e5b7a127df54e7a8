# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library as its users see it: add, find, rename, mark, delete, undo, from any thread."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from musicgen_desktop.errors import LibraryError
from musicgen_desktop.library import tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.shelf import Shelf
from musicgen_desktop.library.track import Presence
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import add, finished, tag_data
from tests.helpers.recipes import small_recipe


@pytest.fixture
def library(profile: Paths) -> Iterator[Library]:
    opened = Library(profile.default_library_dir, profile)
    yield opened
    opened.close()


def reopened(library: Library, profile: Paths) -> Library:
    library.close()
    return Library(profile.default_library_dir, profile)


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir() if not item.name.startswith("."))


def test_added_track_has_a_readable_name_and_all_its_facts(library: Library) -> None:
    new = finished(library, tag_data("one", take=2, takes=4), peaks=b"\1\2\3")
    track = library.add(new)
    assert track.path == library.folder / "Rainy Night Rhodes 2 - 75bpm Am.mp3"
    assert track.path.is_file()
    assert not new.part.exists()
    assert (track.title, track.take, track.takes, track.key, track.bpm) == (
        "Rainy Night Rhodes", 2, 4, "Am", 75.0,
    )  # fmt: skip
    assert track.unread
    assert not track.kept
    assert track.presence is Presence.PRESENT
    assert track.sections == (("intro", 0.0), ("a", 6.4), ("ending", 12.8))
    assert track.loudness_lufs == pytest.approx(-14.02)
    assert library.peaks("one") == b"\1\2\3"
    assert library.recipe("one") == small_recipe()
    assert library.track("one") == track


def test_same_id_twice_changes_nothing(library: Library) -> None:
    first = add(library, "one")
    again = finished(library, tag_data("one", "Another Title"))
    assert library.add(again) == first
    assert not again.part.exists()
    assert names(library.folder) == [first.path.name]


def test_same_title_gets_a_free_name(library: Library) -> None:
    add(library, "one")
    second = add(library, "two")
    assert second.path.name == "Rainy Night Rhodes - 75bpm Am (2).mp3"
    assert library.track("one") is not None


@pytest.mark.parametrize("audio_format", ["mp3", "flac", "ogg", "wav"])
def test_every_format_is_taken(library: Library, audio_format: str) -> None:
    track = add(library, "one", audio_format=audio_format)
    assert track.format == audio_format
    assert track.path.suffix == f".{audio_format}"
    assert tags.read(track.path).track_id == "one"


def test_search_finds_beginnings_of_words_in_any_script(library: Library) -> None:
    add(library, "rain", "Žluť Rain", prompt="rainy night lo-fi, mellow rhodes")
    add(library, "night", "雨の夜", prompt="静かなピアノ")
    add(library, "greek", "Νύχτα", prompt="αργό πιάνο")
    assert library.search("zlu") == ["rain"]
    assert library.search("RAINY mel") == ["rain"]
    assert library.search("rainy trumpet") == []
    assert library.search("夜") == ["night"]
    assert library.search("雨の") == ["night"]
    assert library.search("ピアノ") == ["night"]
    assert library.search("νυχ") == ["greek"]
    assert set(library.search("75bpm am lo-fi")) == {"rain", "night", "greek"}
    assert len(library.search("")) == 3


@pytest.mark.parametrize(
    "text",
    ['"', "'", "*", "a* OR b", "NEAR(", "title:x", "-", "AND", "\0", "🎹", "^", "(", "%", '"a" "'],
)
def test_search_takes_anything_that_is_typed(library: Library, text: str) -> None:
    add(library, "one")
    assert isinstance(library.search(text), list)


def test_orders(library: Library) -> None:
    add(library, "old", "track 10", created=1.0)
    add(library, "new", "Éclair", created=2.0)
    add(library, "mid", "Track 9", created=1.5)
    library.set_star(["mid"], 4)
    assert library.search() == ["new", "mid", "old"]
    assert library.search(order="created", descending=False) == ["old", "mid", "new"]
    assert library.search(order="title", descending=False) == ["new", "mid", "old"]
    assert library.search(order="star")[0] == "mid"
    assert library.search(min_star=3) == ["mid"]
    for order in ("duration", "bpm", "key"):
        assert len(library.search(order=order)) == 3
    with pytest.raises(ValueError, match="order"):
        library.search(order="colour")


def test_marks_survive_a_restart_and_a_lost_index(library: Library, profile: Paths) -> None:
    add(library, "one")
    library.set_star(["one"], 5)
    library.set_kept(["one"], True)
    library.mark_heard(["one"])
    library.mark_in_use(["one"])
    library = reopened(library, profile)
    before = library.track("one")
    assert before is not None
    assert (before.star, before.kept, before.unread, before.in_use_elsewhere) == (
        5,
        True,
        False,
        True,
    )
    library.close()
    profile.index_db.unlink()
    library = Library(profile.default_library_dir, profile)
    assert library.track("one") == before
    library.close()


def test_rename_changes_title_tags_and_file(library: Library) -> None:
    track = add(library, "one", take=2, takes=4)
    renamed = library.rename("one", "  Late / Club\n")
    assert renamed.title == "Late / Club"
    assert renamed.path.name == "Late Club 2 - 75bpm Am.mp3"
    assert not track.path.exists()
    assert tags.read(renamed.path).title == "Late / Club"
    assert tags.read(renamed.path).recipe == small_recipe().dumps()
    assert library.search("late") == ["one"]
    assert library.search("rhodes") == []
    assert library.rescan().changed == ()


def test_rename_to_the_same_title_keeps_the_name(library: Library) -> None:
    track = add(library, "one")
    assert library.rename("one", track.title).path == track.path


def test_a_read_only_folder_is_told_as_what_it_is(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = add(library, "one")

    def refuse(*_arguments: object, **_names: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("shutil.copyfile", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)  # even a file that isn't there
    with pytest.raises(LibraryError, match="Read-only file system"):
        library.rename("one", "Other")
    monkeypatch.undo()
    assert library.track("one") == track


def test_an_emptied_file_is_missing_and_can_be_made_again(library: Library) -> None:
    first = add(library, "one")
    first.path.write_bytes(b"")
    assert library.rescan().missing == ("one",)
    assert library.tracks(["one"])[0].presence is Presence.MISSING
    again = library.add(finished(library, tag_data("one")))
    assert (again.presence, again.id) == (Presence.PRESENT, "one")
    assert again.path.stat().st_size > 0


def test_rename_needs_a_title(library: Library) -> None:
    add(library, "one")
    with pytest.raises(LibraryError):
        library.rename("one", " \n ")


def test_a_file_in_use_elsewhere_keeps_name_and_bytes(library: Library, profile: Paths) -> None:
    track = add(library, "one")
    library.mark_in_use(["one"])
    content = track.path.read_bytes()
    renamed = library.rename("one", "Other")
    assert renamed.title == "Other"
    assert renamed.path == track.path
    assert track.path.read_bytes() == content
    assert library.search("other") == ["one"]
    os.utime(track.path)  # the scanner reads the file again, which still has the old title
    library.rescan()
    library = reopened(library, profile)
    after = library.track("one")
    assert after is not None
    assert after.title == "Other"
    library.close()


def test_delete_and_undo(library: Library) -> None:
    track = add(library, "one")
    library.set_star(["one"], 3)
    before = library.track("one")
    deletion = library.delete(["one", "unknown"])
    assert deletion.ids == ("one",)
    assert not deletion.in_use
    assert library.search() == []
    assert names(library.folder) == []
    assert [p.name for p in (library.folder / ".trash").iterdir()] == [track.path.name]
    assert library.rescan().total == 0
    assert library.undo(deletion) == ["one"]
    assert library.track("one") == before
    assert library.undo(deletion) == []


def test_deleted_tracks_stay_deleted_when_the_index_is_lost(
    library: Library, profile: Paths
) -> None:
    add(library, "one")
    deletion = library.delete(["one"])
    library.close()
    profile.index_db.unlink()
    library = Library(profile.default_library_dir, profile)
    assert library.search() == []
    assert library.undo(deletion) == ["one"]
    library.close()


def test_undo_does_not_overwrite(library: Library) -> None:
    add(library, "one")
    deletion = library.delete(["one"])
    other = add(library, "two")
    library.undo(deletion)
    back = library.track("one")
    assert back is not None
    assert back.path.name == "Rainy Night Rhodes - 75bpm Am (2).mp3"
    assert tags.read(other.path).track_id == "two"


def test_deleting_a_file_in_use_elsewhere_is_told(library: Library) -> None:
    add(library, "one")
    library.mark_in_use(["one"])
    assert library.delete(["one"]).in_use


def test_a_missing_file_keeps_its_row_and_recipe(library: Library, profile: Paths) -> None:
    track = add(library, "one")
    track.path.unlink()
    gone = library.track("one")
    assert gone is not None
    assert gone.presence is Presence.MISSING
    assert library.rescan().missing == ("one",)
    assert library.tracks(["one"])[0].presence is Presence.MISSING
    library.close()
    profile.index_db.unlink()
    library = Library(profile.default_library_dir, profile)
    assert library.tracks(["one"])[0].presence is Presence.MISSING
    assert library.recipe("one") == small_recipe()
    made_again = add(library, "one")
    assert made_again.presence is Presence.PRESENT
    assert made_again.path.is_file()
    library.close()


def test_delete_and_undo_of_a_missing_track(library: Library) -> None:
    add(library, "one").path.unlink()
    library.rescan()
    deletion = library.delete(["one"])
    assert library.search() == []
    assert library.undo(deletion) == ["one"]
    assert library.tracks(["one"])[0].presence is Presence.MISSING


def test_a_folder_that_is_away_comes_back_whole(library: Library, profile: Paths) -> None:
    before = add(library, "one")
    library.set_star(["one"], 2)
    away = profile.default_library_dir.with_name("unplugged")
    profile.default_library_dir.rename(away)
    assert library.is_away()
    assert library.rescan().away
    assert library.tracks(["one"])[0].presence is Presence.AWAY
    with pytest.raises(LibraryError):
        library.delete(["one"])
    library = reopened(library, profile)
    assert library.is_away()
    assert not profile.default_library_dir.exists()
    assert library.search() == ["one"]
    away.rename(profile.default_library_dir)
    assert not library.is_away()
    assert library.rescan().missing == ()
    after = library.track("one")
    assert after is not None
    assert (after.path, after.star, after.presence) == (before.path, 2, Presence.PRESENT)
    library.close()


def test_an_empty_mount_point_counts_as_away(library: Library, profile: Paths) -> None:
    add(library, "one")
    away = profile.default_library_dir.with_name("unplugged")
    profile.default_library_dir.rename(away)
    profile.default_library_dir.mkdir()
    assert library.tracks(["one"])[0].presence is Presence.AWAY
    assert library.rescan().away
    with pytest.raises(LibraryError, match="isn’t there"):
        library.delete(["one"])  # a marker in the mount point would make every track missing
    assert list(profile.default_library_dir.iterdir()) == []
    profile.default_library_dir.rmdir()
    away.rename(profile.default_library_dir)
    assert library.tracks(["one"])[0].presence is Presence.PRESENT


def test_a_lost_index_with_an_away_folder_still_knows_the_tracks(
    library: Library, profile: Paths
) -> None:
    add(library, "one")
    library.close()
    profile.index_db.unlink()
    profile.default_library_dir.rename(profile.default_library_dir.with_name("unplugged"))
    library = Library(profile.default_library_dir, profile)
    assert library.tracks(library.search())[0].presence is Presence.AWAY
    library.close()


def test_temporaries_of_dead_processes_are_removed_at_opening(profile: Paths) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    folder = profile.default_library_dir
    folder.mkdir()
    dead = folder / f".mgd-{int(ended.stdout)}-x.mp3.part"
    living = folder / f".mgd-{os.getpid()}-x.mp3.part"
    dead.write_bytes(b"x")
    living.write_bytes(b"x")
    library = Library(folder, profile)
    assert not dead.exists()
    assert living.exists()
    assert library.rescan().total == 0
    library.close()


def test_threads_add_search_and_mark_at_once(library: Library) -> None:
    def work(number: int) -> None:
        for turn in range(6):
            track_id = f"t{number}-{turn}"
            add(library, track_id, "Same Title")
            assert track_id in library.search("same")
            library.set_star([track_id], turn % 6)
            if turn % 3 == 2:
                library.undo(library.delete([track_id]))
            if turn % 3 == 1:
                library.rescan()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, number) for number in range(4)]:
            done.result()
    found = library.tracks(library.search())
    assert len(found) == 24
    assert len({track.path for track in found}) == 24
    assert all(track.path.is_file() for track in found)
    assert library.check() == []


def test_two_programs_share_a_profile(library: Library, profile: Paths) -> None:
    other = Library(profile.default_library_dir, profile)
    add(library, "one")
    add(other, "two")
    assert set(library.search()) == set(other.search()) == {"one", "two"}
    other.set_star(["one"], 4)
    assert library.tracks(["one"])[0].star == 4
    other.close()
    assert library.search()


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    with pytest.raises(LibraryError):
        library.search()


def test_a_folder_that_cannot_be_made_is_away(profile: Paths, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    library = Library(tmp_path / "file" / "music", profile)
    assert library.is_away()
    library.close()


def test_check_names_what_is_wrong(library: Library) -> None:
    kept = add(library, "one")
    gone = add(library, "two", "Gone")
    gone.path.unlink()
    (library.folder / "copy.mp3").write_bytes(kept.path.read_bytes())
    (library.folder / "broken.mp3").write_bytes(b"not a sound")
    problems = library.check()
    assert len(problems) == 3
    assert any("Gone" in sentence for sentence in problems)
    assert any("copy.mp3" in sentence for sentence in problems)
    assert any("broken.mp3" in sentence for sentence in problems)


def test_a_track_without_recipe_says_so(library: Library) -> None:
    data = tag_data("one").without_recipe()
    library.add(finished(library, data))
    with pytest.raises(LibraryError):
        library.recipe("one")


def test_a_delete_that_fails_half_way_brings_all_back(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = [add(library, name, name) for name in ("one", "two", "three")]
    really = Shelf.trash

    def fails_on_the_second(shelf: Shelf, path: Path, place: str) -> None:
        if path == tracks[1].path:
            raise LibraryError("This file is in use.", "Close the other program.")
        really(shelf, path, place)

    monkeypatch.setattr(Shelf, "trash", fails_on_the_second)
    with pytest.raises(LibraryError):
        library.delete(["one", "two", "three"])
    assert [library.track(track.id) for track in tracks] == tracks


def test_an_index_damaged_while_open_is_told_and_repaired_at_the_next_start(
    library: Library, profile: Paths
) -> None:
    for number in range(30):
        add(library, f"t{number}", "Song")
    library.close()
    library = Library(profile.default_library_dir, profile)
    content = bytearray(profile.index_db.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    profile.index_db.write_bytes(bytes(content))
    # the connection that is taken here makes the search read the file through another one
    with library._index._database.reading(), pytest.raises(LibraryError):
        library.search("song")
    library = reopened(library, profile)
    assert len(library.search("song")) == 30
    library.close()


def test_a_file_system_without_hard_links_will_do(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_paths: object, **_options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    first, second = add(library, "one"), add(library, "two")
    assert first.path != second.path
    assert library.undo(library.delete(["one"])) == ["one"]
    assert library.rename("two", "New Name").path.name == "New Name - 75bpm Am.mp3"
    assert library.check() == []


def test_a_full_disk_while_renaming_leaves_the_old_file(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = add(library, "one")
    content = track.path.read_bytes()

    def full(*_paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(LibraryError, match="No space left"):
        library.rename("one", "Other")
    assert track.path.read_bytes() == content
    assert library.track("one") == track
    assert [p.name for p in library.folder.iterdir() if p.name.endswith(".part")] == []
