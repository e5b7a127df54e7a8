# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A library with small real tracks, and everything that acts on them, for tests of widgets.

Not for: the whole window (see tests/gui/test_main_window.py).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.generation.export import Exporter
from musicgen_desktop.gui.message_bar import Message
from musicgen_desktop.gui.track_commands import TrackCommands
from musicgen_desktop.library.track import Track
from musicgen_desktop.playback.player import Player
from musicgen_desktop.services import Services
from tests.helpers import library_files

TITLES = ("Rainy Night", "Late Club", "Slow Tide", "雨の夜")


def shape(bins: int = 400, duration_s: float = 0.5) -> Waveform:
    """A waveform that swells and falls."""
    highs = tuple(0.2 + 0.7 * math.sin(math.pi * k / bins) for k in range(bins))
    return Waveform(
        duration_s, tuple(-high for high in highs), highs, tuple(high * 0.4 for high in highs)
    )


class TrackBench:
    """The bench.

    Attributes:
        messages: What was posted, in order.
    """

    def __init__(self, services: Services, qtbot: QtBot) -> None:
        self.services = services
        self.library = services.library
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.player = Player("silent")
        exporter = Exporter(services.library, services.producer, services.paths)
        self.commands = TrackCommands(services, self.player, exporter, self.window)
        self.messages: list[Message] = []
        self.commands.message_posted.connect(self.messages.append)

    def add(self, track_id: str, title: str = "Rainy Night", **changes: Any) -> Track:
        """Adds a track with a waveform; `changes` are fields of TagData."""
        data = replace(library_files.tag_data(track_id, title), **changes)
        new = library_files.finished(self.library, data, "mp3", shape().to_bytes())
        return self.library.add(new)

    def fill(self) -> list[str]:
        """Four tracks, the first one the newest; returns their ids."""
        for number, title in enumerate(TITLES):
            self.add(f"t{number}", title, created=2e9 - number, group=f"g{number}")
        return [f"t{number}" for number in range(len(TITLES))]

    def add_master(self, track_id: str) -> None:
        """Keeps a lossless master of a track."""
        folder = self.services.paths.masters_dir
        folder.mkdir(parents=True, exist_ok=True)
        library_files.write_sound(folder / f"{track_id}.flac", "flac")

    def track(self, track_id: str) -> Track:
        """A track as the library has it now."""
        found = self.library.track(track_id)
        assert found is not None
        return found

    def settle(self) -> None:
        """Waits until everything that was asked for is written."""
        commands = self.commands
        self.qtbot.waitUntil(
            lambda: (
                commands.deeds.is_idle and commands.handoff.is_idle and commands.exporting.is_idle
            )
        )

    def press(self, number: int = -1, action: int = 0) -> None:
        """Presses a button of a posted message."""
        self.messages[number].actions[action][1]()

    def close(self) -> None:
        """Ends what runs."""
        self.player.shut_down()
        self.commands.close()
