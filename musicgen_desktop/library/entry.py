# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry: what the index stores of one track, which is its tags and its file.

Not for: the marks of the user (see user_data).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musicgen_desktop.audio import wholeness
from musicgen_desktop.library.tag_data import TagData, clean


@dataclass(frozen=True, slots=True)
class Entry:
    """One track as the index stores it.

    Attributes:
        tags: What its tags say.
        file: Path relative to the library folder, with forward slashes.
        format: mp3, flac, ogg or wav.
        size: Bytes. mtime_ns: time of the last change; 0 when not looked at yet.
        missing: Whether the file is gone. damaged: whether its sound is broken.
    """

    tags: TagData
    file: str
    format: str
    size: int = 0
    mtime_ns: int = 0
    missing: bool = False
    damaged: bool = False

    def to_record(self) -> dict[str, Any]:
        """JSON values for the record in user.db; the recipe is stored beside it."""
        tags = {k: v for k, v in self.tags.to_json().items() if k != "recipe"}
        return {"tags": tags, "file": self.file, "format": self.format}

    @classmethod
    def from_record(cls, track_id: str, record: dict[str, Any]) -> Entry:
        """The reverse of `to_record`, with file size and time still unknown."""
        tags = TagData.from_json({**_dictionary(record.get("tags")), "track_id": track_id})
        return cls(tags, clean(record.get("file")), clean(record.get("format"), 8))


def relative(path: Path, folder: Path) -> str:
    """The path as stored, relative to the library folder."""
    return path.relative_to(folder).as_posix()


def of_file(tags: TagData, path: Path, folder: Path, audio_format: str) -> Entry:
    """The entry of an existing file.

    Raises:
        OSError: The file can't be looked at.
    """
    stat = path.stat()
    return Entry(
        tags,
        relative(path, folder),
        audio_format,
        stat.st_size,
        stat.st_mtime_ns,
        damaged=wholeness.is_damaged(path, audio_format),
    )


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
