# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Showing a file: where no file manager answers, its folder is opened."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.reveal import Reveal


class Opener(QObject):
    """Stands for the desktop: takes what would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the desktop over D-Bus")
def test_the_folder_is_opened_where_no_file_manager_answers(qtbot: QtBot, tmp_path: Path) -> None:
    opener = Opener()
    # the stub wants bytes, but only a str works
    QDesktopServices.setUrlHandler("file", opener, "take")  # type: ignore[arg-type]
    try:
        reveal = Reveal()
        reveal.show(tmp_path / "song.mp3")
        qtbot.waitUntil(lambda: opener.opened == [str(tmp_path)], timeout=5000)
    finally:
        QDesktopServices.unsetUrlHandler("file")
