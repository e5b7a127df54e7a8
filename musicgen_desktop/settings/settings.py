# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting, declared once: default, label, help and what it may be.

The settings dialog and the checks at loading are made from the declarations. Not for: the state of
the window (its size, the volume), nor for reading the file (see store).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """The declaration of one setting.

    Attributes:
        name: Attribute of Settings.
        label: For people.
        help: One sentence for people.
        kind: folder, choice, integer or switch.
        choices: Of a choice: values and their labels.
        minimum: Of an integer. maximum: of an integer.
        default: Value where nothing is stored; None for a switch that was not asked yet.
    """

    name: str
    label: str
    help: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    minimum: int
    maximum: int
    default: Any

    def accepts(self, value: Any) -> bool:
        """Whether the setting can have this value."""
        if value is None:
            return self.default is None
        if self.kind == "switch":
            return isinstance(value, bool)
        if self.kind == "integer":
            return type(value) is int and self.minimum <= value <= self.maximum
        if not isinstance(value, str):
            return False
        return self.kind != "choice" or value in dict(self.choices)


def _declared(
    default: Any,
    label: str,
    help: str,  # noqa: A002 - the word that Field and the dialog use
    kind: str,
    choices: tuple[tuple[str, str], ...] = (),
    limits: tuple[int, int] = (0, 0),
) -> Any:
    metadata = {"label": label, "help": help, "kind": kind, "choices": choices, "limits": limits}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. See `declarations` for what each one means."""

    library_dir: str = _declared(
        "",
        "Library folder",
        "Where your tracks are kept. Empty means the usual place in your music folder.",
        "folder",
    )
    format: str = _declared(
        "mp3",
        "Format",
        "The kind of file new tracks are saved as.",
        "choice",
        (("mp3", "MP3"), ("flac", "FLAC"), ("ogg", "OGG Vorbis"), ("wav", "WAV")),
    )
    quality: str = _declared(
        "high",
        "Quality",
        "Higher quality makes larger files.",
        "choice",
        (("high", "High"), ("medium", "Medium"), ("small", "Small files")),
    )
    takes: int = _declared(
        1, "Takes", "How many versions a click on Generate makes.", "integer", limits=(1, 8)
    )
    autoplay: bool | None = _declared(
        None, "Play new tracks", "The first take plays by itself when it is done.", "switch"
    )
    hear_early: bool = _declared(
        True,
        "Hear it early",
        "The first bars play while the rest of the track is still being made.",
        "switch",
    )
    backend: str = _declared(
        "auto",
        "Sound output",
        "What plays the music. Automatic is right on nearly every computer.",
        "choice",
        (
            ("auto", "Automatic"),
            ("qt", "Qt Multimedia"),
            ("simpleaudio", "simpleaudio"),
            ("silent", "No sound"),
        ),
    )
    theme: str = _declared(
        "system",
        "Theme",
        "Light, dark, or as the computer is set.",
        "choice",
        (("system", "As the system"), ("light", "Light"), ("dark", "Dark")),
    )
    drag_format: str = _declared(
        "mp3",
        "Format when dragging out",
        "The kind of file that other programs get.",
        "choice",
        (("mp3", "MP3"), ("wav", "WAV")),
    )
    masters_cap_mb: int = _declared(
        4096,
        "Space for lossless masters (MB)",
        "When it is full, the oldest masters go first; your tracks stay.",
        "integer",
        limits=(0, 1_000_000),
    )
    handoff_cap_mb: int = _declared(
        4096,
        "Space for files made for dragging out (MB)",
        "When it is full, those that were never used go first; files in use elsewhere stay.",
        "integer",
        limits=(0, 1_000_000),
    )
    level_match: bool = _declared(
        True,
        "Same loudness",
        "Tracks play equally loud, so that comparing takes is fair.",
        "switch",
    )
    include_recipe: bool = _declared(
        True,
        "Keep prompt and settings in exported files",
        "Switch it off to share a file without saying how it was made.",
        "switch",
    )


def declarations() -> tuple[Field, ...]:
    """The declaration of every setting, in the order in which they are shown."""
    return tuple(_field_of(item) for item in dataclasses.fields(Settings))


def _field_of(item: dataclasses.Field[Any]) -> Field:
    meta = item.metadata
    low, high = meta["limits"]
    return Field(
        item.name,
        meta["label"],
        meta["help"],
        meta["kind"],
        meta["choices"],
        low,
        high,
        item.default,
    )
