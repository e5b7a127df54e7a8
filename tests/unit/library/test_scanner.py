# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scanner: what happens to files outside the program, and to a lost or damaged index."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicgen_desktop.errors import Cancelled
from musicgen_desktop.library import tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import Presence
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import add, copy_sound, tag_data, write_sound


@pytest.fixture
def library(profile: Paths) -> Iterator[Library]:
    opened = Library(profile.default_library_dir, profile)
    yield opened
    opened.close()


def test_nothing_changed_reads_nothing(library: Library) -> None:
    add(library, "one")
    steps: list[tuple[int, int]] = []
    report = library.rescan(lambda done, total: steps.append((done, total)))
    assert report.total == 1
    assert steps == []


def test_a_renamed_file_is_found_by_its_id(library: Library) -> None:
    track = add(library, "one")
    library.set_star(["one"], 4)
    moved = library.folder / "best of" / "my favourite.mp3"
    moved.parent.mkdir()
    track.path.rename(moved)
    report = library.rescan()
    assert report.relinked == ("one",)
    assert report.missing == ()
    after = library.track("one")
    assert after is not None
    assert (after.path, after.star, after.presence) == (moved, 4, Presence.PRESENT)


def test_a_file_that_comes_back_is_present_again(library: Library) -> None:
    track = add(library, "one")
    elsewhere = library.folder.parent / "elsewhere.mp3"
    track.path.rename(elsewhere)
    assert library.rescan().missing == ("one",)
    assert library.rescan().missing == ("one",)
    elsewhere.rename(track.path)
    assert library.rescan().missing == ()
    assert library.tracks(["one"])[0].presence is Presence.PRESENT


def test_new_files_of_ours_are_added_others_are_counted(library: Library) -> None:
    write_sound(library.folder / "song of mine.mp3", "mp3")
    ours = write_sound(library.folder / "from another computer.flac", "flac")
    tags.write(ours, tag_data("two", "Far Away"))
    (library.folder / "notes.txt").write_text("x")
    (library.folder / ".mgd-1-x.mp3.part").write_bytes(b"half")
    (library.folder / "broken.ogg").write_bytes(b"OggS nonsense")
    report = library.rescan()
    assert report.added == ("two",)
    assert report.foreign == 1
    assert report.unreadable == ("broken.ogg",)
    assert library.search("far away") == ["two"]
    assert library.recipe("two").prompt == "rainy night lo-fi"


def test_a_copy_of_a_track_is_a_duplicate_until_the_original_goes(library: Library) -> None:
    track = add(library, "one")
    copy = copy_sound(track.path, library.folder / "A copy.mp3")
    report = library.rescan()
    assert report.duplicates == ("A copy.mp3",)
    assert library.tracks(["one"])[0].path == track.path
    track.path.unlink()
    assert library.rescan().relinked == ("one",)
    assert library.tracks(["one"])[0].path == copy


def test_changed_tags_are_taken_over(library: Library) -> None:
    from mutagen.id3 import ID3, TIT2

    track = add(library, "one")
    tag = ID3(track.path)
    tag.add(TIT2(encoding=3, text=["Edited Elsewhere"]))
    tag.save(track.path)
    os.utime(track.path, ns=(0, 12345))
    assert library.rescan().changed == ("one",)
    assert library.search("edited") == ["one"]


@pytest.mark.parametrize("damage", ["gone", "text", "middle", "version", "folder"])
def test_an_unusable_index_is_rebuilt_silently(
    library: Library, profile: Paths, damage: str
) -> None:
    for name in ("one", "two", "three"):
        add(library, name)
    library.set_star(["two"], 3)
    before = library.tracks(sorted(library.search()))
    library.close()
    if damage == "gone":
        profile.index_db.unlink()
    elif damage == "text":
        profile.index_db.write_bytes(b"nonsense" * 1000)
    elif damage == "middle":
        content = bytearray(profile.index_db.read_bytes())
        content[8192:] = b"\xa5" * (len(content) - 8192)
        profile.index_db.write_bytes(bytes(content))
    else:
        connection = sqlite3.connect(profile.index_db)
        statement = (
            "PRAGMA user_version=99999999"
            if damage == "version"
            else "UPDATE about SET folder='/x'"
        )
        connection.execute(statement)
        connection.commit()
        connection.close()
    library = Library(profile.default_library_dir, profile)
    assert library.notices == ()
    assert library.tracks(sorted(library.search())) == before
    assert library.search("rhodes", min_star=3) == ["two"]
    library.close()


def test_everything_but_the_files_can_be_lost(library: Library, profile: Paths) -> None:
    add(library, "one", "雨の夜", take=3, takes=4, prompt="静かな夜")
    before = library.track("one")
    library.close()
    profile.index_db.unlink()
    profile.user_db.unlink()
    library = Library(profile.default_library_dir, profile)
    assert library.track("one") == before
    library.close()


def test_a_library_moved_to_another_folder_keeps_its_marks(
    library: Library, profile: Paths, tmp_path: Path
) -> None:
    add(library, "one")
    library.set_star(["one"], 5)
    library.close()
    moved = tmp_path / "new place"
    profile.default_library_dir.rename(moved)
    library = Library(moved, profile)
    library.rescan()
    track = library.track("one")
    assert track is not None
    assert track.path.parent == moved
    assert track.star == 5
    library.close()


def test_a_thousand_tracks(library: Library) -> None:
    template = write_sound(library.folder / "template.mp3", "mp3")
    tags.write(template, tag_data("t-0000", "Numbered"))
    content = template.read_bytes()
    for number in range(1, 1000):
        mine = content.replace(b"t-0000", f"t-{number:04d}".encode())
        (library.folder / f"track {number}.mp3").write_bytes(mine)
    steps: list[tuple[int, int]] = []
    report = library.rescan(lambda done, total: steps.append((done, total)))
    assert len(report.added) == report.total == 1000
    assert steps[-1] == (1000, 1000)
    assert len(library.search("numb")) == 1000
    ids = library.search(order="title", descending=False)
    assert len(library.tracks(ids)) == 1000
    again = library.rescan()
    assert (again.total, again.added, again.missing) == (1000, (), ())


def test_sound_files_of_others_are_read_once(library: Library) -> None:
    song = write_sound(library.folder / "song.mp3", "mp3")
    assert library.rescan().foreign == 1
    steps: list[tuple[int, int]] = []
    assert library.rescan(lambda done, total: steps.append((done, total))).foreign == 1
    assert steps == []
    tags.write(song, tag_data("now-ours"))
    assert library.rescan().added == ("now-ours",)
    assert library.rescan().foreign == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_are_left_alone(library: Library) -> None:
    add(library, "one")
    os.mkfifo(library.folder / "pipe.mp3")
    (library.folder / "endless.wav").symlink_to("/dev/zero")
    (library.folder / "nowhere.mp3").symlink_to("/nowhere/at/all")
    report = library.rescan()
    assert (report.total, report.unreadable, report.foreign) == (1, (), 0)


def damage(path: Path) -> None:
    """What a failing disk leaves: good tags, and noise where the sound was."""
    content = path.read_bytes()
    path.write_bytes(content[:-2_500] + b"\x5a" * 2_500)


def test_good_tags_on_broken_sound_are_not_taken_for_a_track_that_plays(library: Library) -> None:
    track, other = add(library, "one"), add(library, "two")
    damage(track.path)
    report = library.rescan()
    assert (report.damaged, report.total) == (("one",), 2)
    assert library.rescan().damaged == ("one",)  # remembered: it isn't read again
    for found in (library.track("one"), library.tracks(["one"])[0]):
        assert found is not None
        assert found.presence is Presence.DAMAGED
        assert "sound damaged" in found.sentence()
    assert library.tracks(["two"])[0].presence is Presence.PRESENT
    problems = library.check()
    assert problems == [f"The sound of “Rainy Night Rhodes” is damaged ({track.path.name})."]
    assert other.path.exists()


def test_a_file_that_is_nothing_but_noise_any_more_is_a_damaged_track(library: Library) -> None:
    track = add(library, "one")
    track.path.write_bytes(b"\x5a" * 9_000)
    report = library.rescan()
    assert report.damaged == ("one",)
    assert report.unreadable == (track.path.name,)
    assert library.tracks(["one"])[0].presence is Presence.DAMAGED
    assert add(library, "one").presence is Presence.PRESENT
    assert library.check() == []


def test_a_damaged_track_made_again_is_whole_under_its_old_name(library: Library) -> None:
    track = add(library, "one")
    library.set_star(["one"], 4)
    damage(track.path)
    library.rescan()
    again = add(library, "one")
    assert (again.path, again.presence, again.star) == (track.path, Presence.PRESENT, 4)
    assert library.rescan().damaged == ()
    assert library.check() == []


def test_a_damaged_track_that_is_put_back_from_a_copy_is_whole_again(library: Library) -> None:
    track = add(library, "one")
    copy = copy_sound(track.path, library.folder.parent / "copy.mp3")
    damage(track.path)
    assert library.rescan().damaged == ("one",)
    copy_sound(copy, track.path)
    assert library.rescan().damaged == ()
    assert library.tracks(["one"])[0].presence is Presence.PRESENT


def test_a_check_hears_what_a_glance_does_not_see(library: Library) -> None:
    track = add(library, "one", audio_format="ogg")
    content = track.path.read_bytes()
    stamp = track.path.stat()
    track.path.write_bytes(content[:-1_500] + bytes(1_500))
    os.utime(track.path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # unchanged for a scan
    assert library.rescan().damaged == ()
    steps: list[tuple[int, int]] = []
    assert "is damaged" in library.check(lambda done, total: steps.append((done, total)))[0]
    assert steps == [(1, 1)]
    assert library.tracks(["one"])[0].presence is Presence.DAMAGED


def test_a_check_can_be_stopped(library: Library) -> None:
    add(library, "one")
    with pytest.raises(Cancelled):
        library.check(is_cancelled=lambda: True)
