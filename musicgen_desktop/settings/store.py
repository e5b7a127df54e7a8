# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes the settings file (JSON).

Keys that this version doesn't know survive; a value that can't be is replaced by its default; a
file that can't be read is set aside, never overwritten. Not for: what the settings mean.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from pathlib import Path
from typing import Any

from musicgen_desktop import files, log
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.paths import Paths
from musicgen_desktop.settings.settings import Settings, declarations

_MAX_BYTES = 1_000_000


class SettingsStore:
    """The settings file of one profile.

    Attributes:
        notices: Sentences for the user about what was wrong with the file.
    """

    def __init__(self, paths: Paths) -> None:
        self.notices: list[str] = []
        self._file = paths.settings_file
        self._guard = threading.Lock()

    def load(self) -> Settings:
        """The stored settings, with the default for what is missing or can't be."""
        with self._guard:
            stored = self._read()
        values: dict[str, Any] = {}
        for field in declarations():
            if field.name not in stored:
                continue
            if field.accepts(stored[field.name]):
                values[field.name] = stored[field.name]
            else:
                self.notices.append(
                    f"The setting “{field.label}” was wrong; the usual value is used."
                )
        return Settings(**values)

    def save(self, settings: Settings) -> None:
        """Writes the settings; the file is replaced whole.

        Raises:
            MusicGenError: It can't be written.
        """
        with self._guard:
            data = {**self._read(), **dataclasses.asdict(settings)}
            text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            try:
                files.write_atomically(self._file, text.encode("utf-8", "replace"))
            except OSError as error:
                raise MusicGenError(
                    "The settings can’t be saved ({reason}).",
                    "Check that “{folder}” can be written to and the disk isn’t full.",
                    reason=error.strerror or type(error).__name__,
                    folder=self._file.parent,
                ) from error

    def _read(self) -> dict[str, Any]:
        try:
            with self._file.open("rb") as file:
                content = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            log.topic("app").warning("settings can't be read: %s", error)
            self.notices.append("The settings can’t be read; the usual ones are used.")
            return {}
        try:
            data = json.loads(content.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            return data
        self._set_aside()
        return {}

    def _set_aside(self) -> None:
        number = 1
        while (aside := self._aside(number)).exists():
            number += 1
        try:
            self._file.replace(aside)
        except OSError as error:
            log.topic("app").warning("broken settings can't be set aside: %s", error)
            return
        self.notices.append(
            f"The settings file was broken and is kept as “{aside.name}”; the usual ones are used."
        )

    def _aside(self, number: int) -> Path:
        return self._file.with_name(f"{self._file.stem}.broken-{number}{self._file.suffix}")
