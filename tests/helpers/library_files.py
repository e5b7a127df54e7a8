# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small real sound files, finished and tagged as the worker leaves them.

Not for: making music (see the engines).
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

from musicgen_desktop import files
from musicgen_desktop.library import tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.library.track import NewTrack, Track
from tests.helpers.recipes import small_recipe

RATE = 44_100
SECONDS = 0.5
_KINDS = {
    "mp3": ("MP3", None),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "wav": ("WAV", "PCM_16"),
}


@cache
def _encoded(audio_format: str) -> bytes:
    import io

    import numpy as np
    import soundfile

    time_s = np.arange(int(SECONDS * RATE)) / RATE
    tone = 0.2 * np.sin(2 * np.pi * 440.0 * time_s)
    stereo = np.stack([tone, tone], axis=1).astype(np.float32)
    kind, subtype = _KINDS[audio_format]
    buffer = io.BytesIO()
    soundfile.write(buffer, stereo, RATE, format=kind, subtype=subtype)
    return buffer.getvalue()


def write_sound(path: Path, audio_format: str) -> Path:
    """Half a second of a tone, without tags of ours."""
    path.write_bytes(_encoded(audio_format))
    return path


def tag_data(track_id: str, title: str = "Rainy Night Rhodes", **changes: Any) -> TagData:
    """Tags as of a track from the small recipe; `prompt` and `seed` go into the recipe."""
    wish = {key: changes.pop(key) for key in ("prompt", "seed") if key in changes}
    values: dict[str, Any] = {
        "track_id": track_id,
        "title": title,
        "licence": "Made by the Composer: yours, for anything.",
        "duration_s": SECONDS,
        "group": "click-1",
        "loudness_lufs": -14.02,
        "created": 1_700_000_000.25,
    }
    return TagData.of(small_recipe(**wish), **{**values, **changes})


def finished(
    library: Library, data: TagData, audio_format: str = "mp3", peaks: bytes = b""
) -> NewTrack:
    """A finished and tagged temporary file in the library folder."""
    part = files.temporary_beside(library.folder / f"track.{audio_format}")
    write_sound(part, audio_format)
    tags.write(part, data)
    return NewTrack(part, data, audio_format, peaks)


def add(
    library: Library, track_id: str, title: str = "Rainy Night Rhodes", **changes: Any
) -> Track:
    """Adds a small track to a library."""
    audio_format = changes.pop("audio_format", "mp3")
    return library.add(finished(library, tag_data(track_id, title, **changes), audio_format))


def copy_sound(source: Path, target: Path) -> Path:
    """A copy as another program makes it."""
    shutil.copyfile(source, target)
    return target
