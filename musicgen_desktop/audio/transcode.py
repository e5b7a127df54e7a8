# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From one sound file to another by the bundled ffmpeg, without numpy: safe in the window process.

Lossless in, any format out. Not for: raw audio fresh from an engine (see codec).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from musicgen_desktop import files
from musicgen_desktop.audio import ffmpeg
from musicgen_desktop.errors import AudioFileError, Cancelled

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "mp3": ("-c:a", "libmp3lame", "-b:a", "320k", "-id3v2_version", "3", "-f", "mp3"),
    "wav": ("-c:a", "pcm_s24le", "-f", "wav"),
    "wav16": ("-c:a", "pcm_s16le", "-dither_method", "triangular", "-f", "wav"),
    "flac": ("-c:a", "flac", "-sample_fmt", "s32", "-f", "flac"),
    "ogg": ("-c:a", "libvorbis", "-q:a", "7", "-f", "ogg"),
}
"""ffmpeg's output options by format."""


def transcode(
    source: Path, target: Path, fmt: str, is_cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Writes `source` as `target`, all or nothing; tags are not carried over.

    Args:
        source: Any sound file.
        target: Overwritten when it is done.
        fmt: A key of `ARGUMENTS`.
        is_cancelled: Polled every 50 ms.

    Raises:
        AudioFileError: It can't be written, or the source is damaged.
        Cancelled: On the user's wish.
    """
    temporary = files.temporary_beside(target)

    def check() -> None:
        if is_cancelled():
            raise Cancelled

    arguments = [
        "-y", "-i", str(source), "-map", "0:a:0", "-map_metadata", "-1",
        *ARGUMENTS[fmt], str(temporary),
    ]  # fmt: skip
    try:
        ffmpeg.convert(arguments, check)
        files.replace_into(temporary, target)
    except OSError as error:
        raise AudioFileError(
            "{name} could not be written: {reason}.",
            "Check that the folder exists and the disk isn't full.",
            name=target.name,
            reason=error.strerror or str(error),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
