# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw sound files: how engines hand over audio.

Little-endian float32, interleaved stereo, no header. In memory a block is (2, frames),
C-contiguous, which is what the kernels take. Not for: formats that other programs read (see codec).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from musicgen_desktop.audio.clip import Samples

FRAME_BYTES = 8
BLOCK_FRAMES = 65_536


def frames_of(path: Path) -> int:
    """Number of stereo frames in a raw file."""
    return path.stat().st_size // FRAME_BYTES


def read_blocks(
    path: Path, start: int = 0, stop: int | None = None, block_frames: int = BLOCK_FRAMES
) -> Iterator[Samples]:
    """The file's frames from `start` to `stop`, as blocks (2, at most block_frames)."""
    end = frames_of(path) if stop is None else stop
    with path.open("rb") as file:
        file.seek(start * FRAME_BYTES)
        at = start
        while at < end:
            data = file.read(min(block_frames, end - at) * FRAME_BYTES)
            count = len(data) // FRAME_BYTES
            if count == 0:
                return
            interleaved = np.frombuffer(data, dtype="<f4", count=2 * count).reshape(count, 2)
            yield np.ascontiguousarray(interleaved.T, dtype=np.float32)
            at += count


class RawWriter:
    """Writes blocks to a raw file; a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.frames = 0
        self._file = path.open("wb")

    def write(self, block: Samples) -> None:
        """Appends a block (2, frames)."""
        self._file.write(np.ascontiguousarray(block.T, dtype="<f4").data)
        self.frames += block.shape[1]

    def close(self) -> None:
        """Finishes the file; again is harmless."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
