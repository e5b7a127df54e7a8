# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The composition root: opening, closing, another library folder, a profile that can't be used."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from musicgen_desktop import app, paths
from musicgen_desktop.gui import library_move
from musicgen_desktop.gui.error_report import BugCatcher, ErrorReport
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import Presence
from tests.helpers import library_files
from tests.helpers.recipes import small_recipe


@pytest.fixture
def program(qapp: QApplication, profile: paths.Paths, qtbot: QtBot) -> Iterator[app.Program]:
    library = Library(profile.default_library_dir, profile)
    library_files.add(library, "a" * 32, "Night")
    library.close()
    made = app.Program(qapp, profile, BugCatcher())
    made.open()
    yield made
    made.close()
    made.window.deleteLater()
    qapp.setQuitOnLastWindowClosed(True)


def test_the_window_opens_on_the_library_and_becomes_ready(
    program: app.Program, qtbot: QtBot
) -> None:
    assert program.window.isVisible()
    assert program.window.pages.currentWidget() is program.window.library_view
    program.window.form.edit.set_text("calm piano")
    qtbot.waitUntil(lambda: program.wish.result is not None)


def test_another_library_folder_is_opened_and_tracks_can_come_along(
    program: app.Program, profile: paths.Paths, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    program.keeper.apply(replace(program.services.settings, library_dir=str(other)))
    assert program.services.library.folder == other
    assert program.services.library.search() == []
    program.window.messages.buttons[0].click()
    qtbot.waitUntil(lambda: program.services.library.search() == ["a" * 32])
    assert list(profile.default_library_dir.glob("*.mp3")) == []
    assert len(list(other.glob("*.mp3"))) == 1


def test_a_folder_that_cannot_be_used_leaves_everything_as_it_was(
    program: app.Program, profile: paths.Paths, tmp_path: Path
) -> None:
    profile.user_db.parent.joinpath("backups").mkdir(exist_ok=True)
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("not a folder")
    program.keeper.apply(replace(program.services.settings, library_dir=str(in_the_way)))
    assert program.window.isVisible()
    assert in_the_way.read_text() == "not a folder"


def test_a_bug_opens_a_report_and_the_window_stays(program: app.Program, qtbot: QtBot) -> None:
    program._catcher.report(ZeroDivisionError("a bug"))
    program._catcher.report(ZeroDivisionError("the same again"))
    (report,) = program.window.findChildren(ErrorReport)
    assert "ZeroDivisionError" in report.details
    report.accept()
    assert program.window.isVisible()


def test_files_are_moved_under_free_names_and_never_over_others(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (old / "a.mp3").write_bytes(b"mine")
    (new / "a.mp3").write_bytes(b"yours")
    count = library_move.move_files([old / "a.mp3", old / "gone.mp3"], new)
    assert count == 1
    assert sorted(path.read_bytes() for path in new.iterdir()) == [b"mine", b"yours"]
    assert list(old.iterdir()) == []


def test_the_window_starts_without_heavy_libraries(repository: Path) -> None:
    code = (
        "import sys, musicgen_desktop.app; "
        "heavy = {'numpy', 'scipy', 'numba', 'pydub', 'mutagen', 'soundfile'} & set(sys.modules); "
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_folder_that_goes_away_is_told_and_comes_back_by_itself(
    program: app.Program, profile: paths.Paths, qtbot: QtBot
) -> None:
    folder, drawer = profile.default_library_dir, profile.default_library_dir.with_name("drawer")
    model = program.window.library_view.model
    qtbot.waitUntil(lambda: program.watch.is_watching)
    folder.rename(drawer)
    program.watch.look()
    qtbot.waitUntil(lambda: _presence(program) is Presence.AWAY)
    assert program.window.messages.message is not None
    assert "isn’t there" in program.window.messages.message.text
    drawer.rename(folder)
    program.watch.look()
    qtbot.waitUntil(lambda: _presence(program) is Presence.PRESENT)
    assert list(model.ids) == ["a" * 32]


def test_a_file_that_another_program_took_shows_as_missing(
    program: app.Program, profile: paths.Paths, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: program.watch.is_watching)
    (file,) = profile.default_library_dir.glob("*.mp3")
    file.unlink()
    program.watch.look_closely()  # as when the user comes back to the window
    qtbot.waitUntil(lambda: _presence(program) is Presence.MISSING)


def _presence(program: app.Program) -> Presence | None:
    track = program.window.library_view.model.track_at(0)
    return None if track is None else track.presence


def test_a_file_the_program_was_started_with_fills_the_form(
    program: app.Program, profile: paths.Paths, tmp_path: Path, qtbot: QtBot
) -> None:
    recipe = tmp_path / "夜.mgrecipe"
    recipe.write_text(small_recipe("slow bossa nova").dumps(), encoding="utf-8")
    program.take_files([recipe])
    qtbot.waitUntil(lambda: program.window.form.edit.text() == "slow bossa nova")
    program.take_files(list(profile.default_library_dir.glob("*.mp3")))
    qtbot.waitUntil(lambda: program.window.form.edit.text() != "slow bossa nova")
    program.take_files([tmp_path / "gone.mgrecipe"])
    messages = program.window.messages
    qtbot.waitUntil(lambda: messages.message is not None and messages.message.kind == "error")
    assert messages.message is not None
    assert "can’t be read" in messages.message.text
