# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures 1 to 7 and 10 to 12: level, edges, spectrum and stereo of a finished file.

Loudness follows ITU-R BS.1770 (pyloudnorm), loudness range EBU Tech 3342, true peak four times
oversampled. Not for: rhythm, key and form (see music_measures) or notes (see score_measures).
"""

from __future__ import annotations

import math
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
import pyloudnorm
from scipy import signal

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.theory import bar_seconds
from tests.quality.rows import QUIET_GENRES, Row, row

Array = npt.NDArray[np.float64]
_SILENCE_DBFS = -60.0
_FULL_SONG_S = 90.0
_NO_LOWS_DB = -30.0
"""Below this share of the whole there are no lows, only what leaks through the filter."""
_LRA = {
    "house": (4.0, 8.0), "synthwave": (4.0, 8.0), "pop": (4.0, 8.0), "lofi_hiphop": (3.0, 8.0),
    "trap": (3.0, 8.0), "ambient": (8.0, 16.0), "cinematic": (8.0, 16.0),
    "solo_piano": (6.0, 16.0), "orchestral": (8.0, 16.0), "epic": (8.0, 16.0),
}  # fmt: skip
_BANDS = (
    ("sub", 20, 60, -14, -7), ("low", 60, 250, -7, -2), ("low-mid", 250, 500, -11, -6),
    ("mid", 500, 2000, -9, -4), ("presence", 2000, 8000, -17, -9), ("air", 8000, 20000, -32, -14),
)  # fmt: skip
_BANDS_OF: dict[str, dict[str, tuple[float | None, float | None]]] = {
    "solo_piano": {
        "sub": (None, -14), "low": (-9, -2), "low-mid": (-11, -3), "mid": (-9, -2),
        "presence": (-26, -9), "air": (None, -20),
    },
    "ambient": {
        "sub": (-30, -6), "low": (-8, -1.5), "low-mid": (-11, -4), "presence": (-26, -10),
        "air": (-60, -20),
    },
    "lofi_hiphop": {
        "low": (-7, -1.5), "low-mid": (-11, -4), "mid": (-11, -4), "presence": (-22, -9),
        "air": (-48, -16),
    },
    "cinematic": {"sub": (-20, -6), "low-mid": (-11, -4), "presence": (-20, -9)},
    "orchestral": {"sub": (-20, -6), "low-mid": (-11, -4), "presence": (-20, -9)},
    "epic": {"sub": (-20, -6), "low-mid": (-11, -4), "presence": (-20, -9)},
    "baroque": {"sub": (None, -14), "low-mid": (-11, -3)},
    "classical": {
        "sub": (None, -14), "low": (-9, -2), "low-mid": (-11, -3), "mid": (-9, -2),
        "presence": (-26, -9), "air": (None, -20),
    },
    "lullaby": {
        "sub": (None, -14), "low": (-9, -2), "low-mid": (-11, -3), "mid": (-9, -2),
        "presence": (-26, -9), "air": (None, -20),
    },
    "house": {"sub": (-14, -4)},
    "trap": {"sub": (-12, -3), "low": (-8, -2), "low-mid": (-14, -6), "mid": (-12, -4)},
}  # fmt: skip
"""Ranges that differ from those above, which are made for full bands and called starting points:
a piano and a chamber group have no sub, lo-fi is low-passed on purpose, house and trap live on
their kick and 808."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Decoded audio: samples of shape (frames, 2), full scale ±1; rate in frames per second."""

    samples: Array
    rate: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @property
    def mono(self) -> Array:
        """The mean of the channels."""
        mixed: Array = self.samples.mean(axis=1)
        return mixed


def read(path: Path, rate: int = 44_100) -> Sound:
    """Decodes any file with the bundled ffmpeg, as a listener's player would."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "2",
        "-ar", str(rate), "-",
    ]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True)
    data = np.frombuffer(done.stdout, dtype="<f4").reshape(-1, 2).astype(np.float64)
    return Sound(data, rate)


def db(power: float) -> float:
    """Decibels of a power ratio."""
    return 10 * math.log10(power + 1e-15)


def true_peak_db(sound: Sound) -> float:
    """Largest absolute value after four-times oversampling, in dBTP."""
    x = sound.samples
    envelope = np.abs(x).max(axis=1)
    block = 4096
    blocks = np.unique(np.flatnonzero(envelope > 0.6 * envelope.max()) // block)
    peak = 1e-9
    for number in blocks:
        start = max(0, number * block - 64)
        part = x[start : (number + 1) * block + 64]
        finer = np.abs(signal.resample_poly(part, 4, 1, axis=0))
        inner = finer[4 * 32 * (start > 0) : len(finer) - 4 * 32]  # a cut rings at its edges
        peak = max(peak, float(inner.max()))
    return 20 * math.log10(peak)


def loudness_range(sound: Sound) -> float:
    """Loudness range in LU: 3-s windows each second, gated at -70 LUFS and -20 LU (EBU 3342)."""
    meter = pyloudnorm.Meter(sound.rate)
    weighted = sound.samples.copy()
    filters: Any = meter._filters
    for stage in filters.values():
        for channel in (0, 1):
            weighted[:, channel] = stage.apply_filter(weighted[:, channel])
    power = np.concatenate([[0.0], np.cumsum((weighted**2).sum(axis=1))])
    window = 3 * sound.rate
    starts = np.arange(0, len(power) - 1 - window, sound.rate)
    if len(starts) < 2:
        return 0.0
    short = -0.691 + 10 * np.log10((power[starts + window] - power[starts]) / window + 1e-12)
    short = short[short > -70]
    gate = 10 * np.log10(np.mean(10 ** (short / 10))) - 20
    kept = short[short > gate]
    return float(np.percentile(kept, 95) - np.percentile(kept, 10))


def level_rows(sound: Sound, plan: MusicPlan) -> list[Row]:
    """Measures 1 to 5."""
    target = -16.0 if plan.genre in QUIET_GENRES else -14.0
    loudness = float(pyloudnorm.Meter(sound.rate).integrated_loudness(sound.samples))
    peak = true_peak_db(sound)
    low, high = _LRA.get(plan.genre, (3.0, 12.0))
    if sound.duration_s < _FULL_SONG_S:  # a short piece has fewer sections to differ
        low = 2.0
    clipped = float((np.abs(sound.samples) >= 0.9999).sum())
    offset = float(np.abs(sound.samples.mean(axis=0)).max())
    return [
        row(1, "loudness (LUFS)", loudness, target - 0.5, target + 0.5),
        row(2, "true peak (dBTP)", peak, None, -1.0),
        row(3, "peak to loudness (dB)", peak - loudness, 8.0, 15.0 if target < -15 else 13.5),
        row(4, "loudness range (LU)", loudness_range(sound), low, high),
        row(5, "clipped samples", clipped, None, 0.0),
        row(5, "DC offset", offset, None, 1e-3),
    ]


def edge_rows(sound: Sound, plan: MusicPlan) -> list[Row]:
    """Measures 6 and 7."""
    hop = round(0.05 * sound.rate)
    count = len(sound.samples) // hop
    frames = sound.mono[: count * hop].reshape(count, hop)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-15)
    loud = np.flatnonzero(level > _SILENCE_DBFS)
    lead_in = float(loud[0] * 0.05) if len(loud) else sound.duration_s
    gap = float((np.diff(loud).max() - 1) * 0.05) if len(loud) > 1 else 0.0
    tail_samples = sound.mono[-hop:]
    tail = db(float((tail_samples**2).mean()))
    ends = float(max(np.abs(sound.samples[0]).max(), np.abs(sound.samples[-1]).max()))
    error = abs(sound.duration_s - plan.duration_s)
    bar_s = bar_seconds(plan.theory_metre, plan.bpm)
    return [
        row(6, "silence at the start (s)", lead_in, None, 0.3),
        row(6, "longest inner silence (s)", gap, None, bar_s),
        row(6, "tail (dBFS)", None if plan.loop else tail, None, _SILENCE_DBFS),
        row(6, "first and last sample", None if plan.loop else ends, None, 0.02),
        row(7, "duration error (s)", error, None, 0.05),
    ]


def spectrum_rows(sound: Sound, plan: MusicPlan) -> list[Row]:
    """Measures 10 and 11, on the long-term average spectrum in third octaves."""
    frequencies, power = signal.welch(sound.mono, sound.rate, nperseg=16384)
    centres = 1000 * 2 ** (np.arange(-10, 10) / 3)
    centres = centres[(centres >= 100) & (centres <= 8000)]
    edge = 2 ** (1 / 6)
    inside = [(frequencies >= centre / edge) & (frequencies < centre * edge) for centre in centres]
    thirds = np.array([db(float(power[band].sum())) for band in inside])
    octaves = np.log2(centres)
    slope = float(np.polyfit(octaves, thirds, 1)[0])
    bumps = float(np.std(thirds - np.polyval(np.polyfit(octaves, thirds, 2), octaves)))
    total = db(float(power.sum()))
    rows = [
        row(10, "spectral slope (dB per octave)", slope, -4.0, -1.0),
        row(11, "bumps (dB)", bumps, None, 3.5),
    ]
    own = _BANDS_OF.get(plan.genre, {})
    for name, low, high, usual_least, usual_most in _BANDS:
        least, most = own.get(name, (float(usual_least), float(usual_most)))
        part = float(power[(frequencies >= low) & (frequencies < high)].sum())
        rows.append(row(11, f"{name} band (dB)", db(part) - total, least, most))
    return rows


def stereo_rows(sound: Sound) -> list[Row]:
    """Measure 12."""
    left, right = sound.samples[:, 0], sound.samples[:, 1]
    middle, side = (left + right) / 2, (left - right) / 2
    lows = signal.sosfilt(signal.butter(4, 120, fs=sound.rate, output="sos"), sound.samples, axis=0)
    stereo_power = float((left**2).mean() + (right**2).mean()) / 2
    lows_alike = _correlation(lows[:, 0], lows[:, 1])
    has_lows = db(float((lows**2).mean())) - db(stereo_power) > _NO_LOWS_DB
    loss = db(stereo_power) - db(float((middle**2).mean()))
    balance = db(float((side**2).mean())) - db(float((middle**2).mean()))
    return [
        row(12, "correlation", _correlation(left, right), 0.2, 0.95),
        row(12, "side to mid (dB)", balance, -20.0, -4.0),
        row(12, "correlation below 120 Hz", lows_alike if has_lows else None, 0.9),
        row(12, "loss when mixed to mono (dB)", loss, None, 3.0),
    ]


def likeness(one: Sound, two: Sound) -> float:
    """How alike two sounds are whatever filters, limiters and phase did: 1 is the same music.

    Correlation of the levels (dB) of eight octave bands in tenths of a second, above -60 dBFS.
    """
    levels = []
    for sound in (one, two):
        hop = sound.rate // 10
        _, _, bins = signal.stft(sound.mono, sound.rate, nperseg=2 * hop, noverlap=hop)
        power = np.abs(bins) ** 2
        edges = [round(60 * 2**octave * 2 * hop / sound.rate) for octave in range(9)]
        bands = [power[a:b].sum(axis=0) for a, b in pairwise(edges)]
        levels.append(np.maximum(10 * np.log10(np.array(bands) + 1e-12), -60.0).ravel())
    return _correlation(levels[0], levels[1])


def _correlation(a: Array, b: Array) -> float:
    if a.std() < 1e-9 or b.std() < 1e-9:
        return 1.0
    return float(np.corrcoef(a, b)[0, 1])
