# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""ID3v2.3 tags, in MP3 files and as bytes for others.

ID3v2.3 (id3.org/id3v2.3.0) because Windows and many players still read no 2.4; chapters by the
ID3v2 Chapter Frame Addendum. Not for: the meaning of the fields (see tag_data).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musicgen_desktop.library.tag_data import Fields, Sections, TagData

if TYPE_CHECKING:
    from mutagen.id3 import ID3

_LATIN1 = 0
_UTF16 = 1
_FRAMES = {
    "TITLE": "TIT2",
    "GENRE": "TCON",
    "BPM": "TBPM",
    "KEY": "TKEY",
    "ENCODER": "TSSE",
    "COPYRIGHT": "TCOP",
    "DATE": "TYER",
}
_OWN_PREFIX = "TXXX:MGD_"
_NO_OFFSET = 0xFFFFFFFF


def read_mp3(path: Path) -> tuple[Fields, Sections, float]:
    """Texts, sections and length in seconds of an MP3 file."""
    from mutagen.mp3 import MP3

    file: Any = MP3(path)
    texts, sections = from_id3(file.tags)
    return texts, sections, float(file.info.length)


def write_mp3(path: Path, data: TagData) -> None:
    """Writes an MP3 file's tags in place; frames of others stay, ID3v1 goes."""
    from mutagen.id3 import ID3, ID3NoHeaderError

    try:
        tag = ID3(path)
    except ID3NoHeaderError:
        tag = ID3()
    into_id3(tag, data)
    tag.save(path, v1=0, v2_version=3)


def to_bytes(data: TagData) -> bytes:
    """A whole ID3v2.3 tag, for files that carry one in a chunk."""
    from mutagen.id3 import ID3

    tag = ID3()
    into_id3(tag, data)
    buffer = io.BytesIO()
    tag.save(buffer, v1=0, v2_version=3, padding=lambda _: 0)
    return buffer.getvalue()


def from_bytes(content: bytes) -> tuple[Fields, Sections]:
    """Reads a whole ID3v2 tag."""
    from mutagen.id3 import ID3

    return from_id3(ID3(io.BytesIO(content)))


def from_id3(tag: ID3 | None) -> tuple[Fields, Sections]:
    """Texts and sections of a tag; no tag is an empty one."""
    if tag is None:
        return {}, ()
    texts: Fields = {}
    for name, frame in (*_FRAMES.items(), ("DATE", "TDRC")):
        found = tag.getall(frame)
        if found and found[0].text:
            texts[name] = str(found[0].text[0])
    comments = [frame for frame in tag.getall("COMM") if frame.text]
    if comments:
        plain = [frame for frame in comments if not frame.desc]
        texts["COMMENT"] = str((plain or comments)[0].text[0])
    for frame in tag.getall("TXXX"):
        if frame.desc.startswith("MGD_") and frame.text:
            texts[frame.desc] = str(frame.text[0])
    return texts, _chapters(tag)


def into_id3(tag: ID3, data: TagData) -> None:
    """Replaces our frames in a tag."""
    from mutagen import id3

    for key in [key for key in tag if key.startswith(_OWN_PREFIX)]:
        del tag[key]
    for name in (*_FRAMES.values(), "TDRC", "CHAP", "CTOC"):
        tag.delall(name)
    for frame in [frame for frame in tag.getall("COMM") if not frame.desc]:
        del tag[frame.HashKey]
    tag.update_to_v23()
    texts = data.to_fields()
    for name, frame_id in _FRAMES.items():
        if name in texts:
            text = texts[name]
            tag.add(getattr(id3, frame_id)(encoding=_encoding(text), text=[text]))
    if "COMMENT" in texts:
        text = texts["COMMENT"]
        tag.add(id3.COMM(encoding=_encoding(text), lang="eng", desc="", text=[text]))
    for name, text in texts.items():
        if name.startswith("MGD_"):
            tag.add(id3.TXXX(encoding=_encoding(text), desc=name, text=[text]))
    _add_chapters(tag, data)


def _encoding(text: str) -> int:
    return _LATIN1 if text.isascii() else _UTF16


def _add_chapters(tag: ID3, data: TagData) -> None:
    from mutagen import id3

    if not data.sections:
        return
    starts = [round(start_s * 1000) for _, start_s in data.sections]
    ends = [*starts[1:], max(round(data.duration_s * 1000), starts[-1])]
    texts = [label.replace("_", " ").capitalize() for label, _ in data.sections]
    names = _chapter_names(texts)
    for name, text, start, end in zip(names, texts, starts, ends, strict=True):
        title = id3.TIT2(encoding=_encoding(text), text=[text])
        tag.add(
            id3.CHAP(
                element_id=name,
                start_time=start,
                end_time=max(end, start),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=[title],
            )
        )
    flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    # One byte counts the entries.
    tag.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=names[:255], sub_frames=[]))


def _chapter_names(texts: list[str]) -> list[str]:
    """Element ids that make all chapter frames equally long.

    mutagen writes frames by their length and then by their id, and not every player sorts by time.
    """
    sizes = [len(text.encode("latin-1" if text.isascii() else "utf-16")) for text in texts]
    longest = max(sizes)
    return [f"chp{n:03d}{'_' * (longest - size)}" for n, size in enumerate(sizes)]


def _chapters(tag: ID3) -> Sections:
    found = []
    for frame in tag.getall("CHAP"):
        titles = frame.sub_frames.getall("TIT2")
        label = str(titles[0].text[0]) if titles and titles[0].text else ""
        found.append((label.lower().replace(" ", "_"), frame.start_time / 1000.0))
    return tuple(sorted(found, key=lambda item: item[1]))
