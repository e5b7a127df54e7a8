# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that plays a file through the real Player and prints what it signals.

    python -m tests.helpers.play_track BACKEND FILE DURATION_S [COMMAND ...]

A command is `at:what[=value]`, `at` in seconds after the start: `1.0:pause`, `2.0:play`,
`3.0:seek=7.5`, `1.0:volume=0.5`, `0:loop`, `5:quit`. Without `quit` it ends with the track.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from musicgen_desktop.playback.player import Player


class Script(QObject):
    """Carries out the commands and prints every signal."""

    def __init__(self, player: Player, commands: list[str]) -> None:
        super().__init__()
        self._player = player
        self._commands = commands
        self._is_scripted_end = any(command.endswith("quit") for command in commands)
        player.state_changed.connect(self.on_state_changed)
        player.playback_failed.connect(self.on_playback_failed)
        player.silence_changed.connect(self.on_silence_changed)
        player.track_finished.connect(self.on_track_finished)
        player.backend_changed.connect(self.on_backend_changed)
        player.position_changed.connect(self.on_position_changed)

    def begin(self) -> None:
        """Starts the clock of the commands."""
        for command in self._commands:
            at_s, _, what = command.partition(":")
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.setObjectName(what)
            timer.timeout.connect(self.on_timeout)
            timer.start(int(float(at_s) * 1000))

    @Slot()
    def on_timeout(self) -> None:
        what, _, value = self.sender().objectName().partition("=")
        print(f"COMMAND {what} at {self._player.position_s:.3f}", flush=True)
        match what:
            case "seek":
                self._player.seek(float(value))
            case "volume":
                self._player.set_volume(float(value))
            case "loop":
                self._player.set_loop(True)
            case "backend":
                self._player.choose_backend(value)
            case "quit":
                self._player.shut_down()
                QCoreApplication.quit()
            case _:
                getattr(self._player, what)()

    @Slot(str)
    def on_state_changed(self, state: str) -> None:
        print(f"STATE {state} at {self._player.position_s:.3f}", flush=True)

    @Slot(str)
    def on_backend_changed(self, name: str) -> None:
        print(f"BACKEND {name}", flush=True)

    @Slot(float)
    def on_position_changed(self, position_s: float) -> None:
        print(f"POSITION {position_s:.3f}", flush=True)

    @Slot(str, str)
    def on_playback_failed(self, message: str, hint: str) -> None:
        print(f"FAILED {message} | {hint}", flush=True)

    @Slot(str, str)
    def on_silence_changed(self, message: str, hint: str) -> None:
        print(f"SILENCE {message} | {hint}", flush=True)

    @Slot(str)
    def on_track_finished(self, track_id: str) -> None:
        print(f"FINISHED {track_id} at {self._player.position_s:.3f}", flush=True)
        if not self._is_scripted_end:
            self._player.shut_down()
            QCoreApplication.quit()


def main() -> int:
    """See the module."""
    backend, file, duration_s, *commands = sys.argv[1:]
    application = QCoreApplication(sys.argv[:1])
    player = Player(backend)
    player.set_volume(1.0)
    script = Script(player, commands)
    player.load("track", Path(file), duration_s=float(duration_s))
    script.begin()
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main())
