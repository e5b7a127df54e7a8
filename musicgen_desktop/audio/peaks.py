# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waveforms for drawing: their format, and reading it without numpy.

A waveform is `BINS` bins of equal length over the whole track. As bytes:

    4 bytes   b"MGW1"
    uint32    number of bins (little-endian)
    float32   duration in seconds
    3 bytes   per bin: lowest and highest sample (int8), root mean square (uint8)

Full scale is ±127 for samples, and 255 for the root mean square. Not for: measuring (see
peak_meter).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

BINS = 2000
OVERVIEW_BINS = 160
_MAGIC = b"MGW1"
_HEADER = struct.Struct("<4sIf")


@dataclass(frozen=True, slots=True)
class Waveform:
    """A track's shape.

    Attributes:
        duration_s: Of the track.
        low, high: Lowest and highest sample of each bin, -1.0 to 1.0.
        rms: Root mean square of each bin, 0.0 to 1.0.
    """

    duration_s: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    rms: tuple[float, ...]

    @property
    def bins(self) -> int:
        """Number of bins."""
        return len(self.rms)

    def overview(self, bins: int = OVERVIEW_BINS) -> Waveform:
        """The same shape in fewer bins (a list's thumbnail); itself where it has no more."""
        if bins >= self.bins:
            return self
        edges = [self.bins * k // bins for k in range(bins + 1)]
        spans = [slice(a, b) for a, b in pairwise(edges)]
        return Waveform(
            self.duration_s,
            tuple(min(self.low[s]) for s in spans),
            tuple(max(self.high[s]) for s in spans),
            tuple((sum(v * v for v in self.rms[s]) / (s.stop - s.start)) ** 0.5 for s in spans),
        )

    def to_bytes(self) -> bytes:
        """The stored form."""
        body = bytearray()
        for low, high, rms in zip(self.low, self.high, self.rms, strict=True):
            body += struct.pack(
                "<bbB", _limited(low * 127, -127, 127), _limited(high * 127, -127, 127),
                _limited(rms * 255, 0, 255),
            )  # fmt: skip
        return _HEADER.pack(_MAGIC, self.bins, self.duration_s) + bytes(body)

    @classmethod
    def from_bytes(cls, data: bytes) -> Waveform | None:
        """The reverse of `to_bytes`; None where the bytes aren't a waveform."""
        if len(data) < _HEADER.size:
            return None
        magic, bins, duration_s = _HEADER.unpack_from(data)
        body = data[_HEADER.size :]
        if magic != _MAGIC or bins == 0 or len(body) != 3 * bins:
            return None
        low = struct.unpack(f"<{bins}b", body[0::3])
        high = struct.unpack(f"<{bins}b", body[1::3])
        return cls(
            duration_s,
            tuple(v / 127 for v in low),
            tuple(v / 127 for v in high),
            tuple(v / 255 for v in body[2::3]),
        )


def _limited(value: float, least: int, most: int) -> int:
    return max(least, min(most, round(value)))
