# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that voices take and give.

Not for: the patches' files (see patches) or the cache (see bank).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 44100
"""Frames per second of everything that is rendered."""

Audio: TypeAlias = NDArray[np.float32]
Vector: TypeAlias = NDArray[np.float64]
Table: TypeAlias = NDArray[np.float64]
Cube: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Params:
    """Read-only access to a patch's parameters, with types and defaults."""

    values: Mapping[str, Any]

    def number(self, name: str, default: float) -> float:
        """A number."""
        return float(self.values.get(name, default))

    def numbers(self, name: str, default: tuple[float, ...] = ()) -> Vector:
        """A list of numbers."""
        return np.array(self.values.get(name, default), dtype=np.float64)

    def text(self, name: str, default: str) -> str:
        """A word."""
        return str(self.values.get(name, default))

    def group(self, name: str) -> Params:
        """A nested group of parameters; empty when it is absent."""
        return Params(self.values.get(name, {}))

    def groups(self, name: str) -> list[Params]:
        """A list of nested groups."""
        return [Params(value) for value in self.values.get(name, [])]

    def has(self, name: str) -> bool:
        """Whether the patch says anything about `name`."""
        return name in self.values


@dataclass(frozen=True, slots=True)
class NoteRequest:
    """One note to be rendered.

    Attributes:
        pitch: MIDI number (in kits: the key, which is no pitch).
        velocity: 0.0 to 1.0, the middle of its velocity layer.
        held_s: How long the key is held, at most; what a natural decay is cut to.
        length_s: Held time plus the release that the bank fades.
        seed: Where all randomness of this note comes from.
        glide_to: MIDI number that the pitch slides to, or 0.
        articulation: As in music.score.Note; empty for a plain note.
        from_pitch: Of a bound note: MIDI number of the note before, or 0.
    """

    pitch: int
    velocity: float
    held_s: float
    length_s: float
    seed: int
    glide_to: int = 0
    articulation: str = ""
    from_pitch: int = 0

    @property
    def frequency_hz(self) -> float:
        """The fundamental frequency, equally tempered, A4 = 440 Hz."""
        return hertz(self.pitch)

    @property
    def frames(self) -> int:
        """Frames to render."""
        return max(1, round(self.length_s * SAMPLE_RATE))


def hertz(pitch: float) -> float:
    """The frequency of a MIDI number."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))
