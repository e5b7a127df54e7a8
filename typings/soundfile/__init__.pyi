# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of the part of soundfile that this program uses; soundfile ships none."""

from collections.abc import Iterator
from os import PathLike
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

__libsndfile_version__: str

type_File = str | PathLike[str] | int | IO[bytes]

class SoundFileError(Exception): ...
class SoundFileRuntimeError(SoundFileError, RuntimeError): ...

class LibsndfileError(SoundFileRuntimeError):
    code: int
    @property
    def error_string(self) -> str: ...

class SoundFile:
    def __init__(
        self,
        file: type_File,
        mode: str | None = ...,
        samplerate: int | None = ...,
        channels: int | None = ...,
        subtype: str | None = ...,
        endian: str | None = ...,
        format: str | None = ...,
        closefd: bool = ...,
        compression_level: float | None = ...,
        bitrate_mode: str | None = ...,
    ) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def samplerate(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def subtype(self) -> str: ...
    @property
    def closed(self) -> bool: ...
    title: str
    artist: str
    comment: str
    software: str
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def __len__(self) -> int: ...
    def seek(self, frames: int, whence: int = ...) -> int: ...
    def tell(self) -> int: ...
    def read(
        self,
        frames: int = ...,
        dtype: str = ...,
        always_2d: bool = ...,
        fill_value: float | None = ...,
        out: NDArray[Any] | None = ...,
    ) -> NDArray[Any]: ...
    def write(self, data: NDArray[Any]) -> None: ...
    def blocks(
        self,
        blocksize: int | None = ...,
        overlap: int = ...,
        frames: int = ...,
        dtype: str = ...,
        always_2d: bool = ...,
        fill_value: float | None = ...,
    ) -> Iterator[NDArray[Any]]: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...

class _SoundFileInfo:
    name: str
    samplerate: int
    channels: int
    frames: int
    duration: float
    format: str
    subtype: str

def read(
    file: type_File,
    frames: int = ...,
    start: int = ...,
    stop: int | None = ...,
    dtype: str = ...,
    always_2d: bool = ...,
    fill_value: float | None = ...,
    out: NDArray[Any] | None = ...,
) -> tuple[NDArray[Any], int]: ...
def write(
    file: type_File,
    data: NDArray[np.floating[Any]] | NDArray[np.integer[Any]],
    samplerate: int,
    subtype: str | None = ...,
    endian: str | None = ...,
    format: str | None = ...,
    closefd: bool = ...,
    compression_level: float | None = ...,
    bitrate_mode: str | None = ...,
) -> None: ...
def info(file: type_File, verbose: bool = ...) -> _SoundFileInfo: ...
def available_formats() -> dict[str, str]: ...
def available_subtypes(format: str | None = ...) -> dict[str, str]: ...
def check_format(format: str, subtype: str | None = ..., endian: str | None = ...) -> bool: ...
