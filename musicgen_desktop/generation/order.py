# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders: what the program asks of generation, and what it asks of the worker.

Not for: doing it (see produce and worker).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from musicgen_desktop.music.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Order:
    """One track to be made.

    Attributes:
        recipe: What to make.
        track_id: Fixed when the job was submitted.
        title: What it is to be called.
        group: Id of the click that it belongs to.
        take: 1-based number in that group. takes: size of the group.
        format: mp3, wav, flac or ogg.
        quality: A quality of `audio.codec`.
        in_library: Whether it goes into the library.
        out: A file to be written as well (or instead, without library), or None.
        stems_dir: Folder for the stems as WAV files, or None.
        midi: File for the score, or None.
        with_recipe: Whether the tags carry prompt and recipe.
        hear_early: Whether the first bars are handed on while the rest is made.
    """

    recipe: Recipe
    track_id: str
    title: str
    group: str = ""
    take: int = 1
    takes: int = 1
    format: str = "mp3"
    quality: str = "high"
    in_library: bool = True
    out: Path | None = None
    stems_dir: Path | None = None
    midi: Path | None = None
    with_recipe: bool = True
    hear_early: bool = False


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What the worker is told; goes over the wire as JSON, paths as text.

    Attributes:
        recipe: The recipe's canonical text.
        title, track_id, group, take, takes, created: For the tags.
        format, quality: How to encode.
        target: The finished, tagged, still temporarily named file. "" makes none.
        work_dir: Scratch folder, removed by the program.
        master: Where the lossless master (24-bit FLAC) goes, "" for none.
        peaks: Where the waveform peaks go, "" for none.
        midi: Where the score goes, "" for none.
        stems_dir: Where stems go as 24-bit WAV, "" for none.
        with_recipe: Whether the tags carry prompt and recipe.
        preview: Where the first bars go while the rest is made (a raw file), "" for none.
    """

    recipe: str
    title: str
    track_id: str
    group: str
    take: int
    takes: int
    created: float
    format: str
    quality: str
    target: str
    work_dir: str
    master: str
    peaks: str
    midi: str
    stems_dir: str
    with_recipe: bool
    preview: str = ""

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> WorkOrder:
        """The reverse of `to_json`."""
        return cls(**data)
