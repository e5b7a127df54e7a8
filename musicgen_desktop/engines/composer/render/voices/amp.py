# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guitar amplifier: gain stages that clip, and the cabinet's filter.

Not for: the string before it (see electric) or gentle warmth (see dsp.soften).
"""

from __future__ import annotations

import math

import numpy as np

from musicgen_desktop.engines.composer.render.voices.dsp import equalise
from musicgen_desktop.engines.composer.render.voices.types import Audio, Params


def amplify(audio: Audio, params: Params, velocity: float) -> Audio:
    """Sends (2, frames) through an amplifier.

    Params: stages: list of {eq (filters before it), drive, bias, velocity (share of the drive
    that the stroke governs)}; cabinet: list of filters.
    """
    for stage in params.groups("stages"):
        equalise(audio, stage.groups("eq"))
        depth = stage.number("velocity", 0.5)
        drive = stage.number("drive", 1.0) * (1 - depth + depth * velocity)
        audio = clip(audio, drive, stage.number("bias", 0.0))
    equalise(audio, params.groups("cabinet"))
    return audio


def clip(audio: Audio, drive: float, bias: float = 0.0) -> Audio:
    """Clips softly by x / sqrt(1 + x²), to a peak of 1; `bias` adds even harmonics.

    At twice the rate and by the antiderivative, so that little folds back; after J. Parker,
    V. Zavalishin and E. Le Bivic, "Reducing the aliasing of nonlinear waveshaping using
    continuous-time convolution" (DAFx 2016). For this curve the difference quotient has no pole.

    Args:
        audio: (channels, frames).
        drive: Gain into the curve.
        bias: Offset on the curve.
    """
    frames = audio.shape[1]
    dense = np.empty((audio.shape[0], 2 * frames + 1), np.float32)
    np.multiply(audio, np.float32(drive), out=dense[:, 1::2])
    dense[:, 0] = 0.0
    dense[:, 2:-1:2] = (dense[:, 1:-2:2] + dense[:, 3::2]) * np.float32(0.5)
    dense[:, -1] = dense[:, -2]
    dense += np.float32(bias)
    root = np.sqrt(dense * dense + np.float32(1.0))
    slope = (dense[:, 1:] + dense[:, :-1]) / (root[:, 1:] + root[:, :-1])
    shaped = (slope[:, 0::2] + slope[:, 1::2]) * np.float32(0.5)
    return np.asarray(shaped - np.float32(bias / math.sqrt(1 + bias * bias)), dtype=np.float32)
