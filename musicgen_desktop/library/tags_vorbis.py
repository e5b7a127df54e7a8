# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vorbis comments, in FLAC and OGG files.

Names as players know them: xiph.org/vorbis/doc/v-comment.html; INITIALKEY, BPM and CHAPTERnnn by
custom. Not for: the meaning of the fields (see tag_data).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from musicgen_desktop.library.tag_data import Fields, Sections, TagData

_RENAMED = {"KEY": "INITIALKEY"}
_STANDARD = ("TITLE", "GENRE", "BPM", "KEY", "COMMENT", "ENCODER", "COPYRIGHT", "DATE")
_CHAPTER = re.compile(r"CHAPTER(\d{3})(NAME)?")
_MAX_CHAPTERS = 999


def read_flac(path: Path) -> tuple[Fields, Sections, float]:
    """Texts, sections and length in seconds of a FLAC file."""
    from mutagen.flac import FLAC

    file: Any = FLAC(path)
    return *_read(file.tags), float(file.info.length)


def read_ogg(path: Path) -> tuple[Fields, Sections, float]:
    """Texts, sections and length in seconds of an OGG Vorbis file."""
    from mutagen.oggvorbis import OggVorbis

    file: Any = OggVorbis(path)
    return *_read(file.tags), float(file.info.length)


def write_flac(path: Path, data: TagData) -> None:
    """Writes a FLAC file's comments in place; comments of others stay."""
    from mutagen.flac import FLAC

    file = FLAC(path)
    if file.tags is None:
        file.add_tags()
    _write(file.tags, data)
    file.save()


def write_ogg(path: Path, data: TagData) -> None:
    """Writes an OGG Vorbis file's comments in place; comments of others stay."""
    from mutagen.oggvorbis import OggVorbis

    file = OggVorbis(path)
    _write(file.tags, data)
    file.save()


def _read(comments: Any) -> tuple[Fields, Sections]:
    texts: Fields = {}
    starts: dict[str, float] = {}
    labels: dict[str, str] = {}
    pairs: Iterable[tuple[str, str]] = comments or ()
    for given, text in pairs:
        name = given.upper()
        chapter = _CHAPTER.fullmatch(name)
        if chapter is None:
            texts.setdefault(name, text)
        elif chapter[2]:
            labels[chapter[1]] = text
        else:
            starts[chapter[1]] = _seconds(text)
    for name, custom in _RENAMED.items():
        if custom in texts:
            texts[name] = texts.pop(custom)
    sections = [(labels.get(n, "").lower().replace(" ", "_"), start) for n, start in starts.items()]
    return texts, tuple(sorted(sections, key=lambda item: item[1]))


def _write(comments: Any, data: TagData) -> None:
    ours = {_RENAMED.get(name, name) for name in _STANDARD}
    for name in {key.upper() for key in comments.keys()}:  # noqa: SIM118  iterating gives pairs
        if name in ours or name.startswith("MGD_") or _CHAPTER.fullmatch(name):
            del comments[name]
    for name, text in data.to_fields().items():
        comments[_RENAMED.get(name, name)] = text
    for number, (label, start_s) in enumerate(data.sections[:_MAX_CHAPTERS], start=1):
        comments[f"CHAPTER{number:03d}"] = _clock(start_s)
        comments[f"CHAPTER{number:03d}NAME"] = label.replace("_", " ").capitalize()


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest / 1000:06.3f}"


def _seconds(clock: str) -> float:
    match = re.fullmatch(r"(\d{1,3}):(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)", clock.strip())
    if match is None:
        return 0.0
    return int(match[1]) * 3600.0 + int(match[2]) * 60.0 + float(match[3])
