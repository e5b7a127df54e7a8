# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes the tags of MP3, FLAC, OGG and WAV files.

The format is told from the first bytes, never from the name, so that temporary names work and a
wrong extension does no harm. Not for: MIDI's text event (see music.midi).
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from musicgen_desktop.errors import AudioFileError
from musicgen_desktop.library import tags_id3, tags_vorbis, tags_wav
from musicgen_desktop.library.tag_data import TagData

__all__ = ["SUFFIXES", "TagData", "audio_format", "read", "write"]

SUFFIXES = {"mp3": ".mp3", "flac": ".flac", "ogg": ".ogg", "wav": ".wav"}
"""Formats of library files and their suffixes."""

_READERS = {
    "mp3": tags_id3.read_mp3,
    "flac": tags_vorbis.read_flac,
    "ogg": tags_vorbis.read_ogg,
    "wav": tags_wav.read_wav,
}
_WRITERS = {
    "mp3": tags_id3.write_mp3,
    "flac": tags_vorbis.write_flac,
    "ogg": tags_vorbis.write_ogg,
    "wav": tags_wav.write_wav,
}
_HOSTILE = (  # what the parsers of libraries raise on files made to break them
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, struct.error,
    zlib.error, RecursionError, AssertionError, NotImplementedError,
)  # fmt: skip


def audio_format(path: Path) -> str:
    """The format of a file by its first bytes.

    Raises:
        AudioFileError: None of ours, or it can't be opened.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise _unreadable(path) from error
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return "mp3"
    raise _unreadable(path)


def read(path: Path) -> TagData:
    """What a file's tags say; fields that are missing or make no sense are at their defaults.

    Raises:
        AudioFileError: The file can't be read or isn't one of the four formats.
    """
    from mutagen import MutagenError

    try:
        texts, sections, duration_s = _READERS[audio_format(path)](path)
    except (MutagenError, OSError, *_HOSTILE) as error:
        raise _unreadable(path) from error
    return TagData.from_fields(texts, sections, duration_s)


def write(path: Path, data: TagData) -> None:
    """Writes the tags into the file, in place; tags of others stay.

    For a file that somebody may be reading, write into a temporary copy and rename it over.

    Raises:
        AudioFileError: The file can't be written or isn't one of the four formats.
    """
    from mutagen import MutagenError

    try:
        _WRITERS[audio_format(path)](path, data)
    except (MutagenError, OSError, *_HOSTILE) as error:
        raise AudioFileError(
            "The tags of “{name}” can't be written.",
            "Check that the disk isn't full and the file isn't write-protected.",
            name=path.name,
        ) from error


def _unreadable(path: Path) -> AudioFileError:
    return AudioFileError(
        "“{name}” can't be read as a sound file.",
        "Choose an MP3, FLAC, OGG or WAV file.",
        name=path.name,
    )
