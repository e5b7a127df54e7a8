# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets: settings under a name, with or without words, kept from start to start.

Not for: the popup that shows them (see preset_popup).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from musicgen_desktop import files, log
from musicgen_desktop.errors import MusicGenError

_MOST_NAME = 80
_LOGGER = log.topic("gui")


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings under a name.

    Attributes:
        name: Unique, case aside.
        prompt: The words, or "" for settings only.
        overrides: What was set by hand.
        duration_s: The chosen length, or None.
    """

    name: str
    prompt: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    duration_s: float | None = None


class PresetStore:
    """The presets of a profile.

    Args:
        file: Where they are kept. A broken one is set aside, not overwritten.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._presets = {preset.name.casefold(): preset for preset in _read(file)}

    def presets(self) -> tuple[Preset, ...]:
        """All of them by name."""
        return tuple(self._presets[key] for key in sorted(self._presets))

    def save(self, preset: Preset) -> None:
        """Keeps a preset; one of the same name is replaced.

        Raises:
            MusicGenError: No name, or the file can't be written.
        """
        if not preset.name.strip():
            raise MusicGenError("A preset needs a name.", "Type one and save again.")
        self._presets[preset.name.casefold()] = preset
        self._write()

    def delete(self, name: str) -> Preset | None:
        """Takes a preset away and returns it, so that it can be brought back."""
        preset = self._presets.pop(name.casefold(), None)
        if preset is not None:
            self._write()
        return preset

    def _write(self) -> None:
        data = {"version": 1, "presets": [asdict(preset) for preset in self.presets()]}
        try:
            files.write_atomically(
                self._file,
                json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace"),
            )
        except OSError as error:
            raise MusicGenError(
                "The presets can’t be saved ({reason}).",
                "Check that “{folder}” can be written to and the disk isn’t full.",
                reason=error.strerror or type(error).__name__,
                folder=self._file.parent,
            ) from error


def clean_name(text: str) -> str:
    """A name as it may be kept: one line, not too long."""
    return " ".join(text.split())[:_MOST_NAME]


def _read(file: Path) -> list[Preset]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["presets"]
        return [_preset(row) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _LOGGER.warning("the presets can't be read and are set aside: %s", error)
        try:
            file.replace(file.with_name(f"{file.name}.broken"))
        except OSError:
            _LOGGER.exception("the broken presets stay where they are")
        return []


def _preset(row: Mapping[str, Any]) -> Preset:
    duration = row.get("duration_s")
    return Preset(
        clean_name(str(row["name"])),
        str(row.get("prompt", "")),
        dict(row.get("overrides") or {}),
        float(duration) if duration is not None else None,
    )
