# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of WAV files: an `id3 ` chunk with everything, and LIST INFO for simple programs.

RIFF (Microsoft, Multimedia Programming Interface 1.0, 1991): chunks of a four-character id, a
32-bit length and content padded to an even length. Not for: the meaning of the fields (see
tag_data).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from musicgen_desktop.library import tags_id3
from musicgen_desktop.library.tag_data import Fields, Sections, TagData

_INFO_NAMES = {
    "TITLE": "INAM",
    "GENRE": "IGNR",
    "COMMENT": "ICMT",
    "ENCODER": "ISFT",
    "COPYRIGHT": "ICOP",
    "DATE": "ICRD",
}
_MAX_TAG_BYTES = 16 * 1024 * 1024
_MAX_INFO_TEXT = 4000
_MAX_CHUNKS = 10_000
_LIMIT = 2**32 - 1


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Where a chunk lies: `start` is the offset of its content, `length` without padding."""

    name: bytes
    start: int
    length: int


def read_wav(path: Path) -> tuple[Fields, Sections, float]:
    """Texts, sections and length in seconds of a WAV file."""
    texts: Fields = {}
    sections: Sections = ()
    with path.open("rb") as file:
        chunks = _chunks(file)
        for chunk in chunks:
            if chunk.length > _MAX_TAG_BYTES:
                continue
            if chunk.name.lower() == b"id3 ":
                found, sections = tags_id3.from_bytes(_content(file, chunk))
                texts.update(found)
            elif chunk.name == b"LIST":
                texts = {**_info(_content(file, chunk)), **texts}
        return texts, sections, _duration_s(file, chunks)


def write_wav(path: Path, data: TagData) -> None:
    """Replaces the two tag chunks of a WAV file, at its end."""
    with path.open("r+b") as file:
        kept = [chunk for chunk in _chunks(file) if not _is_tag(file, chunk)]
        end = _close_gaps(file, kept)
        added = _chunk(b"LIST", _info_content(data)) + _chunk(b"id3 ", tags_id3.to_bytes(data))
        if end + len(added) - 8 > _LIMIT:
            raise ValueError("a WAV file holds 4 GB at most")
        file.seek(end)
        file.write(added)
        file.truncate()
        file.seek(4)
        file.write(struct.pack("<I", end + len(added) - 8))


def _chunks(file: BinaryIO) -> list[_Chunk]:
    """The chunks of a file; a length beyond the end (a stream's) is cut to what is there."""
    file.seek(0, 2)
    size = file.tell()
    chunks: list[_Chunk] = []
    position = 12
    while position + 8 <= size and len(chunks) < _MAX_CHUNKS:
        file.seek(position)
        name, length = struct.unpack("<4sI", file.read(8))
        length = min(length, size - position - 8)
        chunks.append(_Chunk(name, position + 8, length))
        position += 8 + length + length % 2
    return chunks


def _content(file: BinaryIO, chunk: _Chunk) -> bytes:
    file.seek(chunk.start)
    return file.read(chunk.length)


def _is_tag(file: BinaryIO, chunk: _Chunk) -> bool:
    if chunk.name.lower() == b"id3 ":
        return True
    file.seek(chunk.start)
    return chunk.name == b"LIST" and file.read(4) == b"INFO"


def _close_gaps(file: BinaryIO, kept: list[_Chunk]) -> int:
    """Moves the kept chunks together and gives them true lengths.

    Returns:
        The offset behind the last one.
    """
    position = 12
    for chunk in kept:
        if chunk.start - 8 != position:
            _move(file, chunk.start, position + 8, chunk.length)
        file.seek(position)
        file.write(struct.pack("<4sI", chunk.name, chunk.length))
        position += 8 + chunk.length
        if chunk.length % 2:
            file.seek(position)
            file.write(b"\0")
            position += 1
    return position


def _move(file: BinaryIO, source: int, target: int, length: int) -> None:
    """Moves bytes towards the start of the file, in blocks."""
    block = 1 << 20
    for offset in range(0, length, block):
        file.seek(source + offset)
        content = file.read(min(block, length - offset))
        file.seek(target + offset)
        file.write(content)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def _info_content(data: TagData) -> bytes:
    texts = data.to_fields()
    content = b"INFO"
    for name, info_name in _INFO_NAMES.items():
        if name in texts:
            content += _chunk(info_name.encode(), texts[name][:_MAX_INFO_TEXT].encode() + b"\0")
    return content


def _info(content: bytes) -> Fields:
    texts: Fields = {}
    names = {info_name.encode(): name for name, info_name in _INFO_NAMES.items()}
    position = 4
    while content[:4] == b"INFO" and position + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, position)
        if name in names:
            text = content[position + 8 : position + 8 + length].split(b"\0")[0]
            texts[names[name]] = text.decode("utf-8", "replace")
        position += 8 + length + length % 2
    return texts


def _duration_s(file: BinaryIO, chunks: list[_Chunk]) -> float:
    by_name = {chunk.name: chunk for chunk in reversed(chunks)}
    if b"fmt " not in by_name or b"data" not in by_name:
        raise ValueError("no sound in the file")
    file.seek(by_name[b"fmt "].start)
    bytes_per_second = struct.unpack_from("<I", file.read(16), 8)[0]
    if not bytes_per_second:
        raise ValueError("no sound in the file")
    return float(by_name[b"data"].length / bytes_per_second)
