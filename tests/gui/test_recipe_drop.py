# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files dropped onto the window give their settings to the form."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.recipe_drop import RecipeDrop, recipe_of
from musicgen_desktop.library import tags
from tests.helpers import library_files
from tests.helpers.recipes import small_recipe


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    path = tmp_path / "night.mgrecipe"
    path.write_text(small_recipe("rainy lo-fi", 16).dumps(), encoding="utf-8")
    return path


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(window: QWidget, data: QMimeData) -> bool:
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def test_a_recipe_file_is_taken(recipe_file: Path, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drops = RecipeDrop(window)
    data = mime(recipe_file)
    assert enter(window, data)
    with qtbot.waitSignal(drops.recipe_dropped) as dropped:
        drop(window, data)
    assert dropped.args == [small_recipe("rainy lo-fi", 16)]


def drop(window: QWidget, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)


def test_other_things_are_not_taken(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drops = RecipeDrop(window)
    assert drops.parent() is window
    words = QMimeData()
    words.setText("words")
    assert not enter(window, words)


def test_a_file_of_another_kind_is_told_in_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drops = RecipeDrop(window)
    assert enter(window, mime(tmp_path / "picture.png"))
    with qtbot.waitSignal(drops.failed) as failed:
        drop(window, mime(tmp_path / "picture.png"))
    message, hint = failed.args or ["", ""]
    assert message == "“picture.png” is neither a recipe nor a track of this program."
    assert ".mgrecipe" in hint


def test_several_files_are_told_in_a_sentence(recipe_file: Path, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drops = RecipeDrop(window)
    assert enter(window, mime(recipe_file, recipe_file))
    with qtbot.waitSignal(drops.failed) as failed:
        drop(window, mime(recipe_file, recipe_file))
    assert "one" in (failed.args or ["", ""])[1]


@pytest.mark.parametrize("audio_format", ["mp3", "flac", "ogg", "wav"])
def test_a_track_tells_its_recipe(tmp_path: Path, audio_format: str) -> None:
    path = library_files.write_sound(tmp_path / f"track.{audio_format}", audio_format)
    with pytest.raises(MusicGenError, match="says nothing of how"):
        recipe_of(path)
    tags.write(path, library_files.tag_data("a" * 32, prompt="calm piano", seed=24))
    recipe = recipe_of(path)
    assert (recipe.prompt, recipe.seed) == ("calm piano", 24)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"x" * 300_000, b'{"schema": 99}'])
def test_a_wrong_file_is_told(tmp_path: Path, content: bytes, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drops = RecipeDrop(window)
    path = tmp_path / "wrong.mgrecipe"
    path.write_bytes(content)
    with qtbot.waitSignal(drops.failed):
        drops.take(path)
