# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells whether a sound file is whole: at a glance, or by decoding all of it.

Good tags say nothing of the sound behind them: a disk that fails or a copy that was cut short
leaves the tags and ruins the rest. The glance goes to a few stretches spread over the file, and its
end. Sound without any structure (the numbers in a WAV file) can't be judged at all. Without numpy.
Not for: decoding for use (see codec).

Sources: ISO/IEC 11172-3 (MP3 frames) and the Xing/LAME header, RFC 9639 (FLAC), RFC 3533 (Ogg),
Microsoft's RIFF specification.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from musicgen_desktop.audio import ffmpeg
from musicgen_desktop.errors import AudioFileError, Cancelled

_STRETCHES = 24
_MOST_MISSING = 0.02
_LEAST_MISSING_S = 0.2
_EXACT_S = 0.01
_TRIAL_RATE = 8_000

_MP3_WINDOW = 6_000
_MP3_CHAIN = 3
_ID3V1_BYTES = 128
_LONGEST_MP3_FRAME = 1_441
_MPEG1_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG1_RATES = (44_100, 48_000, 32_000)

_FLAC_BLOCK_EXTRA = {6: 1, 7: 2}
_FLAC_RATE_EXTRA = {12: 1, 13: 2, 14: 2}

_LONGEST_OGG_PAGE = 65_307
_OGG_LAST = 4
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A file's bytes, read a stretch at a time."""

    path: Path
    size: int

    def at(self, start: int, count: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(count)

    def stretches(self, start: int, stop: int, count: int) -> Iterator[bytes]:
        """Stretches of `count` bytes, spread evenly from start to stop; the last one ends there."""
        room = max(0, stop - start - count)
        starts = {start + room * k // (_STRETCHES - 1) for k in range(_STRETCHES)}
        for each in sorted(starts):
            yield self.at(each, min(count, stop - each))


def is_damaged(path: Path, file_format: str) -> bool:
    """Whether a file's sound is plainly broken or cut short.

    Args:
        path: The file.
        file_format: mp3, flac, ogg or wav.

    Returns:
        False as well where the file can't be looked at.
    """
    check = _CHECKS.get(file_format)
    if check is None:
        return False
    try:
        return not check(_Bytes(path, path.stat().st_size))
    except OSError:
        return False
    except (struct.error, IndexError, ValueError):
        return True  # it ends where a structure should be


def is_damaged_inside(
    path: Path,
    duration_s: float,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Whether a file can't be decoded from beginning to end.

    Args:
        path: The file.
        duration_s: How long it should be; 0 where that isn't known.
        is_cancelled: Asked again and again.

    Raises:
        Cancelled: On the user's wish.
        AudioFileError: ffmpeg is missing.
    """
    ffmpeg.find()  # a missing program is no fault of the file's
    try:
        return is_short(_heard_s(path, is_cancelled), duration_s)
    except AudioFileError:
        return True


def is_flac_damaged_inside(path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Whether anything of a FLAC file, which tells its own exact length, can't be decoded.

    Raises:
        As `is_damaged_inside`.
    """
    ffmpeg.find()
    try:
        file = _Bytes(path, path.stat().st_size)
        rate, total = _flac_length(_flac_header(file)[0])
        return total / rate - _heard_s(path, is_cancelled) > _EXACT_S
    except (AudioFileError, OSError, IndexError, ZeroDivisionError):
        return True


def _heard_s(path: Path, is_cancelled: Callable[[], bool]) -> float:
    """How many seconds of a file can be decoded."""

    def check() -> None:
        if is_cancelled():
            raise Cancelled

    plain = ["-ac", "1", "-ar", str(_TRIAL_RATE), "-f", "s16le", "pipe:1"]
    chunks = ffmpeg.fetch(["-i", str(path), "-map", "0:a:0", *plain], check)
    return sum(map(len, chunks)) / (2 * _TRIAL_RATE)


def is_short(heard_s: float, expected_s: float) -> bool:
    """Whether so much of the sound is missing that the file must be damaged."""
    return expected_s - heard_s > max(_LEAST_MISSING_S, _MOST_MISSING * expected_s)


# -- MP3 -------------------------------------------------------------------------------------


def _is_mp3_whole(file: _Bytes) -> bool:
    start = _after_id3(file)
    first = file.at(start, _MP3_WINDOW)
    if not _has_mp3_frames(first):
        return False
    stop = start + (_xing_bytes(first) or file.size - start)
    if stop > file.size + _ID3V1_BYTES:
        return False
    stop = min(stop, file.size)
    return all(map(_has_mp3_frames, file.stretches(start, stop, _MP3_WINDOW)))


def _after_id3(file: _Bytes) -> int:
    """Where the sound begins, behind an ID3v2 tag."""
    head = file.at(0, 10)
    if head[:3] != b"ID3":
        return 0
    size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _xing_bytes(first: bytes) -> int:
    """The number of bytes of sound that a file's first frame tells; 0 where it tells none."""
    for name in (b"Xing", b"Info"):
        at = first.find(name, 0, 300)
        if at >= 0:
            flags = int(struct.unpack_from(">I", first, at + 4)[0])
            field = at + 8 + (4 if flags & 1 else 0)
            return int(struct.unpack_from(">I", first, field)[0]) if flags & 2 else 0
    return 0


def _has_mp3_frames(stretch: bytes) -> bool:
    """Whether frames follow each other in a stretch that may begin inside of one."""
    limit = min(len(stretch) - 3, _LONGEST_MP3_FRAME + 4)
    return any(_is_mp3_chain(stretch, at) for at in range(limit) if stretch[at] == 0xFF)


def _is_mp3_chain(stretch: bytes, at: int) -> bool:
    for _ in range(_MP3_CHAIN):
        if at + 4 > len(stretch):
            return True  # the end of the stretch: what could be seen fits
        length = _mp3_frame_bytes(stretch, at)
        if length == 0:
            return False
        at += length
    return True


def _mp3_frame_bytes(data: bytes, at: int) -> int:
    """Length of the frame whose header is at a place; 0 where there is none."""
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    kbps, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    is_header = data[at] == 0xFF and data[at + 1] >= 0xE0 and layer == 1
    if not is_header or version == 1 or kbps in (0, 15) or rate == 3:
        return 0
    padding = data[at + 2] >> 1 & 1
    if version == 3:
        return 144_000 * _MPEG1_KBPS[kbps] // _MPEG1_RATES[rate] + padding
    halved = 2 if version == 2 else 4
    return 72_000 * _MPEG2_KBPS[kbps] // (_MPEG1_RATES[rate] // halved) + padding


# -- FLAC ------------------------------------------------------------------------------------


def _is_flac_whole(file: _Bytes) -> bool:
    info, start = _flac_header(file)
    block, _, longest = struct.unpack(">HH3x3s", info[:10])
    _, total = _flac_length(info)
    window = 2 * (int.from_bytes(longest, "big") or 64_000) + 32
    is_fixed, number = True, -1
    for stretch in file.stretches(start, file.size, window):
        found = list(_flac_frames(stretch))
        if not found:
            return False
        is_fixed, number = found[-1]
    return not is_fixed or total == 0 or (number + 1) * block >= total


def _flac_header(file: _Bytes) -> tuple[bytes, int]:
    """The stream's info, and where the frames begin."""
    at, info = 4, b""
    while True:
        head = file.at(at, 4)
        size = int.from_bytes(head[1:4], "big")
        if head[0] & 0x7F == 0:
            info = file.at(at + 4, size)
        at += 4 + size
        if head[0] & 0x80:
            return info, at


def _flac_length(info: bytes) -> tuple[int, int]:
    """Frames per second and number of frames that a stream's info tells."""
    packed = int.from_bytes(info[10:18], "big")
    return packed >> 44, packed & 0xF_FFFF_FFFF


def _flac_frames(stretch: bytes) -> Iterator[tuple[bool, int]]:
    """The frames that begin in a stretch: whether blocks are of one size, and the number."""
    at = stretch.find(b"\xff")
    while 0 <= at < len(stretch) - 16:
        if stretch[at + 1] & 0xFE == 0xF8:
            number, length = _flac_number(stretch, at + 4)
            block, rate = stretch[at + 2] >> 4, stretch[at + 2] & 15
            end = at + 4 + length + _FLAC_BLOCK_EXTRA.get(block, 0) + _FLAC_RATE_EXTRA.get(rate, 0)
            if length and block and rate != 15 and _crc8(stretch[at:end]) == stretch[end]:
                yield stretch[at + 1] == 0xF8, number
        at = stretch.find(b"\xff", at + 1)


def _flac_number(data: bytes, at: int) -> tuple[int, int]:
    """A number coded as UTF-8 codes letters, and its length in bytes; length 0 for none."""
    first = data[at]
    if first < 0x80:
        return first, 1
    length = 8 - (first ^ 0xFF).bit_length()
    following = data[at + 1 : at + length]
    if not 2 <= length <= 7 or any(byte & 0xC0 != 0x80 for byte in following):
        return 0, 0
    number = first & (0x7F >> length)
    for byte in following:
        number = number << 6 | byte & 0x3F
    return number, length


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ (0x07 if value & 0x80 else 0)) & 0xFF
    return value


# -- OGG -------------------------------------------------------------------------------------


def _is_ogg_whole(file: _Bytes) -> bool:
    flags = 0
    for stretch in file.stretches(0, file.size, 2 * _LONGEST_OGG_PAGE):
        pages = list(_ogg_pages(stretch))
        if not pages or not all(is_sound for is_sound, _ in pages):
            return False
        flags = pages[-1][1]
    return bool(flags & _OGG_LAST)


def _ogg_pages(stretch: bytes) -> Iterator[tuple[bool, int]]:
    """The pages that lie wholly in a stretch: whether its checksum fits, and the page's flags."""
    at = stretch.find(b"OggS")
    while at >= 0 and at + 27 <= len(stretch):
        segments = stretch[at + 26]
        end = at + 27 + segments + sum(stretch[at + 27 : at + 27 + segments])
        if end > len(stretch):
            return
        page = stretch[at:end]
        yield _ogg_crc(page) == page[22:26], page[5]
        at = stretch.find(b"OggS", end)


def _ogg_crc(page: bytes) -> bytes:
    """A page's checksum, by zlib's: the same polynomial with its bits in the other order."""
    blank = page[:22] + bytes(4) + page[26:]
    mirrored = zlib.crc32(blank.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return mirrored.to_bytes(4, "big").translate(_MIRRORED)


# -- WAV -------------------------------------------------------------------------------------


def _is_wav_whole(file: _Bytes) -> bool:
    at = 12
    while at + 8 <= file.size:
        name, size = struct.unpack("<4sI", file.at(at, 8))
        if name == b"data":
            return bool(size == 0xFFFFFFFF or 0 < size <= file.size - at - 8)
        at += 8 + size + size % 2
    return False


_CHECKS: dict[str, Callable[[_Bytes], bool]] = {
    "mp3": _is_mp3_whole,
    "flac": _is_flac_whole,
    "ogg": _is_ogg_whole,
    "wav": _is_wav_whole,
}
