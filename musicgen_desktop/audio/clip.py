# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clip: sound as numbers.

Not for: files (see codec) or music.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
SAMPLE_RATE = 44_100


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of sound.

    Attributes:
        samples: float32, shape (frames, channels), full scale ±1.0.
        rate: Frames per second.
    """

    samples: Samples
    rate: int = SAMPLE_RATE

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate
