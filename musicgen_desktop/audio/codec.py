# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files: writes MP3, WAV, FLAC and OGG from raw sound or clips, and reads any of them.

Everything streams in blocks, can be stopped within 0.1 s, and leaves nothing half-written behind:
on any failure the target is gone. WAV, FLAC and OGG go through libsndfile, so they never depend on
ffmpeg; MP3 goes through ffmpeg's LAME with its gapless tag, so the decoded length is exact. What
libsndfile can't read (AAC, WMA …) is decoded by pydub over the same ffmpeg. Not for: file to file
without numpy (see transcode), tags (see library), temporary names (the caller's).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from musicgen_desktop.audio import ffmpeg, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Clip, Samples
from musicgen_desktop.audio.dynamics import TruePeakMeter
from musicgen_desktop.audio.mp3_peak import PeakFollower
from musicgen_desktop.errors import AudioFileError

QUALITIES: dict[str, tuple[str, ...]] = {
    "mp3": ("320", "256", "192", "v0", "v2"),
    "wav": ("24", "16", "32f"),
    "flac": ("24", "16"),
    "ogg": ("0.8", "0.6", "0.4"),
}
"""Qualities by format, the usual one first."""

NAMED_QUALITIES: dict[str, dict[str, str]] = {
    "high": {"mp3": "320", "wav": "24", "flac": "24", "ogg": "0.8"},
    "medium": {"mp3": "v0", "wav": "16", "flac": "16", "ogg": "0.6"},
    "small": {"mp3": "192", "wav": "16", "flac": "16", "ogg": "0.4"},
}
"""What the settings' words mean."""

_BLOCK = 65_536
_SUBTYPES = {"16": "PCM_16", "24": "PCM_24", "32f": "FLOAT"}
_PYDUB_CODECS = {".m4a": "aac", ".mp4": "aac", ".aac": "aac", ".opus": "opus", ".wma": "wmav2"}
_MARGIN_DB = 0.05
_TRIES = 4
_FULL_16_BIT = 32_767.0

Source = Path | Clip
Check = Callable[[], None]
Progress = Callable[[float], None]


def _nothing() -> None:
    """The check that never stops anything."""


def _ignore(_share: float) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a file came out like: its decoded true peak, and the gain that it took."""

    peak_dbtp: float
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class _Stream:
    """What is to be written: blocks (frames, channels), their rate, and the number of channels."""

    blocks: Iterable[Samples]
    rate: int
    channels: int


def quality_of(file_format: str, quality: str) -> str:
    """The exact quality for a word such as `high`, an exact one, or "" (the usual one).

    Raises:
        AudioFileError: There is no such format or quality.
    """
    known = QUALITIES.get(file_format, ())
    chosen = NAMED_QUALITIES.get(quality, {}).get(file_format, quality) or (*known, "")[0]
    if chosen not in known:
        raise AudioFileError(
            "There is no sound format “{file_format} {quality}”.",
            "Choose MP3, WAV, FLAC or OGG.",
            file_format=file_format,
            quality=quality,
        )
    return chosen


def encode(
    source: Source,
    target: Path,
    file_format: str,
    quality: str = "",
    *,
    rate: int = SAMPLE_RATE,
    gain_db: float = 0.0,
    progress: Progress = _ignore,
    check: Check = _nothing,
) -> None:
    """Writes a sound file.

    Args:
        source: A raw file (see raw), or a clip.
        target: Written in place; the caller gives a temporary name.
        file_format: A key of QUALITIES.
        quality: See `quality_of`.
        rate: Of a raw file.
        gain_db: Applied on the way.
        progress: Told the share done.
        check: Called at least every 0.1 s; raises to stop.

    Raises:
        AudioFileError: It can't be written, or there is no such format or quality.
    """
    chosen = quality_of(file_format, quality)
    blocks = _blocks(source, 10.0 ** (gain_db / 20.0), progress, check)
    if isinstance(source, Clip):
        stream = _Stream(blocks, source.rate, source.channels)
    else:
        stream = _Stream(blocks, rate, 2)
    try:
        if file_format == "mp3":
            _write_mp3(stream, target, chosen, check)
        else:
            _write_sndfile(stream, target, file_format, chosen)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def encode_below(
    source: Source,
    target: Path,
    file_format: str,
    quality: str = "",
    *,
    ceiling_dbtp: float = -1.0,
    rate: int = SAMPLE_RATE,
    progress: Progress = _ignore,
    check: Check = _nothing,
) -> Encoded:
    """Like `encode`, but makes sure of the true peak that the file has once it is decoded.

    A lossy coder moves peaks. Where one ends up above the ceiling, the file is written again, that
    much quieter.

    Raises:
        AudioFileError: As `encode`.
    """
    gain_db = 0.0
    for _ in range(_TRIES):
        write = partial(
            encode, source, target, file_format, quality,
            rate=rate, gain_db=gain_db, progress=lambda share: progress(0.85 * share), check=check,
        )  # fmt: skip
        encoded = Encoded(_peak_of_written(write, target, file_format, check), gain_db)
        above_db = encoded.peak_dbtp - ceiling_dbtp
        if above_db <= 0.0:
            break
        gain_db -= above_db + _MARGIN_DB
    progress(1.0)
    return encoded


def _peak_of_written(
    write: Callable[[], None], target: Path, file_format: str, check: Check
) -> float:
    """The true peak of what is written; of the slow MP3 measured while it is."""
    if file_format != "mp3":
        write()
        return _true_peak(target, check)
    with PeakFollower(target, check) as follower:
        write()
    return follower.peak_dbtp()


def _true_peak(path: Path, check: Check) -> float:
    meter = TruePeakMeter()
    for block in decode_blocks(path, check=check):
        check()
        meter.push(np.ascontiguousarray(_stereo(block).T))
    return meter.peak_dbtp


def _stereo(block: Samples) -> Samples:
    return block if block.shape[1] == 2 else np.repeat(block[:, :1], 2, axis=1)


def _blocks(source: Source, gain: float, progress: Progress, check: Check) -> Iterator[Samples]:
    """The source as blocks (frames, channels)."""
    frames = source.frames if isinstance(source, Clip) else raw.frames_of(source)
    done = 0
    for block in _plain_blocks(source):
        check()
        yield block if gain == 1.0 else block * np.float32(gain)
        done += len(block)
        progress(done / frames)


def _plain_blocks(source: Source) -> Iterator[Samples]:
    if isinstance(source, Clip):
        for at in range(0, source.frames, _BLOCK):
            yield source.samples[at : at + _BLOCK]
    else:
        for block in raw.read_blocks(source, block_frames=_BLOCK):
            yield block.T


def _write_mp3(stream: _Stream, target: Path, quality: str, check: Check) -> None:
    size = ["-q:a", quality[1:]] if quality.startswith("v") else ["-b:a", f"{quality}k"]
    arguments = [
        "-f", "f32le", "-ar", str(stream.rate), "-ac", str(stream.channels), "-i", "pipe:0",
        "-c:a", "libmp3lame", *size, "-compression_level", "5", "-map_metadata", "-1",
        "-write_id3v1", "0", "-write_xing", "1", "-f", "mp3", "-y", str(target),
    ]  # fmt: skip
    chunks = (np.ascontiguousarray(block, dtype="<f4").tobytes() for block in stream.blocks)
    ffmpeg.feed(arguments, chunks, check)


def _write_sndfile(stream: _Stream, target: Path, file_format: str, quality: str) -> None:
    # blocks stay small: one long Vorbis write crashes libsndfile
    subtype = "VORBIS" if file_format == "ogg" else _SUBTYPES[quality]
    level = 1.0 - float(quality) if file_format == "ogg" else None  # libsndfile: 0 best, 1 smallest
    try:
        with soundfile.SoundFile(
            target, "w", stream.rate, stream.channels, subtype,
            format=file_format.upper(), compression_level=level,
        ) as file:  # fmt: skip
            dither = np.random.Generator(np.random.PCG64(1))
            for block in stream.blocks:
                file.write(_quantised(block, quality, dither))
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioFileError(
            "The sound file {name} couldn't be written.",
            "Check that there is space on the disk and that the folder can be written to.",
            name=target.name,
        ) from error


def _quantised(block: Samples, quality: str, dither: np.random.Generator) -> Samples:
    """Within full scale, with triangular dither for 16 bits; floating point stays as it is."""
    if quality == "32f":
        return block
    if quality == "16":
        noise = dither.random(block.shape, dtype=np.float32) - dither.random(
            block.shape, dtype=np.float32
        )
        block = block + noise / np.float32(_FULL_16_BIT)
    limited: Samples = np.clip(block, -1.0, 1.0)
    return limited


def decode_blocks(
    path: Path, *, block_frames: int = _BLOCK, check: Check = _nothing
) -> Iterator[Samples]:
    """The sound of a file as blocks (frames, channels), float32, peaks above full scale included.

    Raises:
        AudioFileError: It isn't a sound file, or it's broken.
    """
    if path.suffix.lower() == ".mp3" or _is_mp3(path):
        # by ffmpeg: gapless, and without libsndfile's clipping
        yield from _ffmpeg_blocks(path, block_frames, check)
        return
    try:
        with soundfile.SoundFile(path) as file:
            while True:
                check()
                block = file.read(block_frames, dtype="float32", always_2d=True)
                if len(block) == 0:
                    return
                yield block
    except (soundfile.SoundFileError, OSError) as error:
        raise _unreadable(path) from error


def _is_mp3(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(3)
    except OSError as error:
        raise _unreadable(path) from error
    return start == b"ID3" or (len(start) > 1 and start[0] == 0xFF and start[1] & 0xE6 == 0xE2)


def _ffmpeg_blocks(path: Path, block_frames: int, check: Check) -> Iterator[Samples]:
    """An MP3's sound, always as stereo."""
    size = block_frames * raw.FRAME_BYTES
    rest = b""
    arguments = ["-i", str(path), "-map", "0:a:0", "-ac", "2", "-f", "f32le", "pipe:1"]
    for chunk in _fetched(path, arguments, check):
        rest += chunk
        while len(rest) >= size:
            yield np.frombuffer(rest[:size], dtype="<f4").reshape(-1, 2)
            rest = rest[size:]
    if rest:
        yield np.frombuffer(rest, dtype="<f4").reshape(-1, 2)


def _fetched(path: Path, arguments: list[str], check: Check) -> Iterator[bytes]:
    ffmpeg.find()  # a missing program is no fault of the file's
    try:
        yield from ffmpeg.fetch(arguments, check)
    except AudioFileError as error:
        raise damaged(path) from error


def rate_of(path: Path) -> int:
    """The sampling rate of a file that libsndfile can read.

    Raises:
        AudioFileError: It isn't a sound file, or it's broken.
    """
    try:
        return int(soundfile.info(path).samplerate)
    except (soundfile.SoundFileError, OSError) as error:
        raise _unreadable(path) from error


def decode(path: Path, *, check: Check = _nothing) -> Clip:
    """The whole sound of a file.

    Raises:
        AudioFileError: It isn't a sound file, or it's broken.
    """
    codec = _PYDUB_CODECS.get(path.suffix.lower())
    if codec is not None:
        return _decode_by_pydub(path, codec)
    rate = rate_of(path)
    blocks = list(decode_blocks(path, check=check))
    if not blocks:
        return Clip(np.zeros((0, 2), dtype=np.float32), rate)
    return Clip(np.concatenate(blocks), rate)


def _decode_by_pydub(path: Path, codec: str) -> Clip:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub looks for programs that it isn't going to need
        from pydub import AudioSegment
        from pydub.exceptions import CouldntDecodeError

    AudioSegment.converter = ffmpeg.find()
    try:
        # naming the codec spares pydub the asking of ffprobe, which isn't brought along
        segment = AudioSegment.from_file(str(path), codec=codec)
    except (CouldntDecodeError, OSError, IndexError) as error:
        raise _unreadable(path) from error
    scale = float(1 << (8 * segment.sample_width - 1))
    numbers = np.array(segment.get_array_of_samples(), dtype=np.float32) / np.float32(scale)
    return Clip(numbers.reshape(-1, segment.channels), segment.frame_rate)


def damaged(path: Path) -> AudioFileError:
    """The error for a file whose sound is broken."""
    return AudioFileError(
        "The sound in “{name}” is damaged.",
        "Make the track again from its settings, or bring the file back from a copy.",
        name=path.name,
    )


def _unreadable(path: Path) -> AudioFileError:
    return AudioFileError(
        "{name} can't be read as sound.", "Choose another sound file.", name=path.name
    )
