# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of the part of pydub that this program uses; pydub ships none."""

from array import array
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import IO, Any

type_File = str | PathLike[str] | IO[bytes]

class AudioSegment:
    converter: str
    ffmpeg: str
    def __init__(
        self,
        data: bytes | bytearray | array[int] | memoryview | IO[bytes] | str | None = ...,
        *args: Any,
        sample_width: int = ...,
        frame_rate: int = ...,
        channels: int = ...,
        metadata: Mapping[str, int] = ...,
    ) -> None: ...
    @property
    def raw_data(self) -> bytes: ...
    @property
    def array_type(self) -> str: ...
    sample_width: int
    frame_rate: int
    frame_width: int
    channels: int
    @property
    def duration_seconds(self) -> float: ...
    @property
    def dBFS(self) -> float: ...
    @property
    def max(self) -> int: ...
    @property
    def rms(self) -> int: ...
    def __len__(self) -> int: ...
    def __add__(self, other: AudioSegment | float) -> AudioSegment: ...
    def __getitem__(self, millisecond: slice | int) -> AudioSegment: ...
    def frame_count(self, ms: float | None = ...) -> float: ...
    def get_array_of_samples(self, array_type_override: str | None = ...) -> array[int]: ...
    def set_sample_width(self, sample_width: int) -> AudioSegment: ...
    def set_frame_rate(self, frame_rate: int) -> AudioSegment: ...
    def set_channels(self, channels: int) -> AudioSegment: ...
    @classmethod
    def empty(cls) -> AudioSegment: ...
    @classmethod
    def silent(cls, duration: int = ..., frame_rate: int = ...) -> AudioSegment: ...
    @classmethod
    def from_file(
        cls,
        file: type_File,
        format: str | None = ...,
        codec: str | None = ...,
        parameters: Sequence[str] | None = ...,
        start_second: float | None = ...,
        duration: float | None = ...,
        **kwargs: Any,
    ) -> AudioSegment: ...
    def export(
        self,
        out_f: type_File | None = ...,
        format: str = ...,
        codec: str | None = ...,
        bitrate: str | None = ...,
        parameters: Sequence[str] | None = ...,
        tags: Mapping[str, str] | None = ...,
        id3v2_version: str = ...,
        cover: str | None = ...,
    ) -> IO[bytes]: ...
