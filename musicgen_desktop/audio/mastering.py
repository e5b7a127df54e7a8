# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mastering: a raw mix becomes a finished track: tone, glue, loudness, true peak.

Three passes over the file, in blocks: measure loudness and spectral balance; equalise and compress;
gain, soft clip and limit to the wanted loudness, once more where the limiter took too much. Works
for any engine's audio. Not for: encoding (see codec).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from musicgen_desktop.audio import filters, raw
from musicgen_desktop.audio.channel import Channel, ChannelSettings
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.dynamics import LATENCY, Limiter, TruePeakMeter
from musicgen_desktop.audio.loudness import SILENCE_LUFS, LoudnessMeter
from musicgen_desktop.audio.spectrum import SpectrumMeter

_BANDS = ("sub", "low", "low_mid", "mid", "presence", "air")
_TARGETS_DB = (-10.0, -4.2, -8.5, -6.5, -13.0, -21.0)
_TOLERANCES_DB = (2.0, 1.2, 1.2, 1.2, 2.0, 4.0)
_SUB_BOOST_DB = 1.5
_GLUE_LUFS = -18.0
_WARM_UP_FRAMES = 3 * SAMPLE_RATE
_CLOSE_LU = 0.12
_TRIES = 3


@dataclass(frozen=True, slots=True)
class MasterSettings:
    """What a master should be like.

    Attributes:
        target_lufs: Integrated loudness. ceiling_dbtp: Highest true peak, before lossy coding.
        glue_ratio, glue_threshold_db: The compressor at a level of -18 LUFS.
        drive: Saturation, 0 for none. clip_db: depth of the soft clip's knee.
        correction: How much of a band's distance from the usual balance is corrected, 0–1.
        most_db: The strongest correction. brightness_db: A wish for more (or less) top.
        tone_db: Shift of the usual balance by band: sub, low, low_mid, mid, presence, air.
    """

    target_lufs: float = -14.0
    ceiling_dbtp: float = -1.5
    glue_ratio: float = 1.5
    glue_threshold_db: float = -19.0
    drive: float = 0.05
    clip_db: float = 3.0
    correction: float = 0.75
    most_db: float = 4.0
    brightness_db: float = 0.0
    tone_db: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MasterReport:
    """What a master came out like.

    Attributes:
        loudness_lufs, true_peak_dbtp, range_lu: Of the result.
        glue_db, limited_db: Strongest reductions by compressor and limiter (0 or negative).
        corrections_db: The equaliser, by band.
    """

    loudness_lufs: float
    true_peak_dbtp: float
    range_lu: float
    glue_db: float
    limited_db: float
    corrections_db: Mapping[str, float]


def corrections_db(bands_db: list[float], settings: MasterSettings) -> dict[str, float]:
    """The equaliser's gains by band for a measured balance (dB relative to the whole)."""
    result: dict[str, float] = {}
    for name, level, target, tolerance in zip(
        _BANDS, bands_db, _TARGETS_DB, _TOLERANCES_DB, strict=True
    ):
        distance = target + settings.tone_db.get(name, 0.0) - level
        beyond = max(0.0, abs(distance) - tolerance) * settings.correction
        gain = float(np.copysign(min(beyond, settings.most_db), distance))
        result[name] = min(gain, _SUB_BOOST_DB) if name == "sub" else gain
    result["presence"] += 0.6 * settings.brightness_db
    result["air"] += settings.brightness_db
    return result


def _equaliser(gains_db: Mapping[str, float]) -> tuple[filters.Biquad, ...]:
    return (
        filters.high_pass(22.0),
        filters.low_shelf(58.0, gains_db["sub"]),
        filters.peak(125.0, gains_db["low"], 0.7),
        filters.peak(355.0, gains_db["low_mid"], 0.9),
        filters.peak(1000.0, gains_db["mid"], 0.7),
        filters.peak(4000.0, gains_db["presence"], 0.7),
        filters.high_shelf(9000.0, gains_db["air"]),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """What the passes share."""

    settings: MasterSettings
    loop: bool
    report: Callable[[float], None]
    check: Callable[[], None]


def master_file(
    source: Path,
    target: Path,
    settings: MasterSettings,
    *,
    loop: bool = False,
    progress: Callable[[float], None] | None = None,
    check: Callable[[], None] | None = None,
) -> MasterReport:
    """Masters a raw file (see raw) into another of the same length.

    Args:
        source: The mix. target: The master; a working file `<target>.tone` comes and goes beside
            it.
        settings: What it should be like. loop: Whether the end continues at the start.
        progress: Told the share done, 0 to 1. check: Called often; raises to stop.

    Raises:
        Cancelled: From `check`.
    """
    work = _Work(settings, loop, progress or (lambda _: None), check or (lambda: None))
    loudness, gains_db = _measure(source, work)
    toned = target.with_name(f"{target.name}.tone")
    try:
        glue_db, toned_lufs = _tone(source, toned, gains_db, loudness, work)
        return _limit(toned, target, toned_lufs, glue_db, gains_db, work)
    finally:
        toned.unlink(missing_ok=True)


def _measure(source: Path, work: _Work) -> tuple[float, dict[str, float]]:
    meter, spectrum = LoudnessMeter(), SpectrumMeter()
    frames = max(1, raw.frames_of(source))
    done = 0
    for block in raw.read_blocks(source):
        work.check()
        meter.push(block)
        spectrum.push(block)
        done += block.shape[1]
        work.report(0.2 * done / frames)
    gains_db = corrections_db(spectrum.bands_db, work.settings)
    if meter.integrated_lufs <= SILENCE_LUFS:
        gains_db = dict.fromkeys(gains_db, 0.0)
    return meter.integrated_lufs, gains_db


def _warmed(source: Path, loop: bool) -> Iterator[tuple[Samples, bool]]:
    """The file's blocks, each with whether it counts; a loop's end comes first, to warm up."""
    if loop:
        frames = raw.frames_of(source)
        for block in raw.read_blocks(source, max(0, frames - _WARM_UP_FRAMES)):
            yield block, False
    for block in raw.read_blocks(source):
        yield block, True


def _tone(
    source: Path, target: Path, gains_db: dict[str, float], loudness: float, work: _Work
) -> tuple[float, float]:
    """Equalises and compresses; gives the compressor's strongest reduction and the loudness."""
    settings = work.settings
    gain_db = 0.0 if loudness <= SILENCE_LUFS else _GLUE_LUFS - loudness
    equaliser = _equaliser(gains_db)
    gain = 10.0 ** (gain_db / 20.0)
    b0, b1, b2, a1, a2 = equaliser[0]
    channel = Channel(
        ChannelSettings(
            equaliser=((b0 * gain, b1 * gain, b2 * gain, a1, a2), *equaliser[1:]),
            threshold_db=settings.glue_threshold_db,
            ratio=settings.glue_ratio,
            attack_ms=25.0,
            release_ms=220.0,
            drive=settings.drive,
        )
    )
    meter = LoudnessMeter()
    deepest = 0.0
    frames = max(1, raw.frames_of(source))
    with raw.RawWriter(target) as writer:
        for block, counts in _warmed(source, work.loop):
            work.check()
            ones = np.ones(block.shape[1], dtype=np.float32)
            deepest = min(deepest, channel.process(block, ones))
            if counts:
                meter.push(block)
                writer.write(block)
                work.report(0.2 + 0.3 * writer.frames / frames)
    return deepest, meter.integrated_lufs


def _limit(
    source: Path,
    target: Path,
    loudness: float,
    glue_db: float,
    gains_db: dict[str, float],
    work: _Work,
) -> MasterReport:
    """Brings the loudness to its target; again with another gain where the limiter took too
    much."""
    settings = work.settings
    silent = loudness <= SILENCE_LUFS
    gain_db = 0.0 if silent else settings.target_lufs - loudness
    share = 0.5
    while True:
        limiter = Limiter(gain_db, settings.ceiling_dbtp, settings.clip_db)
        meter, peak = _limit_once(source, target, limiter, work, share)
        miss = 0.0 if silent else settings.target_lufs - meter.integrated_lufs
        share += (1.0 - share) / 2.0
        if abs(miss) <= _CLOSE_LU or share > 1.0 - 0.5 ** (_TRIES + 1):
            break
        gain_db += 1.25 * miss
    work.report(1.0)
    return MasterReport(
        loudness_lufs=meter.integrated_lufs,
        true_peak_dbtp=peak.peak_dbtp,
        range_lu=meter.range_lu,
        glue_db=glue_db,
        limited_db=limiter.reduction_db,
        corrections_db=gains_db,
    )


def _limit_once(
    source: Path, target: Path, limiter: Limiter, work: _Work, share: float
) -> tuple[LoudnessMeter, TruePeakMeter]:
    meter, peak = LoudnessMeter(), TruePeakMeter()
    frames = raw.frames_of(source)
    late = LATENCY
    with raw.RawWriter(target) as writer:
        for block, counts in _limited(source, limiter, work):
            work.check()
            if not counts:
                continue
            skip = min(late, block.shape[1])
            late -= skip
            kept = np.ascontiguousarray(block[:, skip : skip + frames - writer.frames])
            meter.push(kept)
            peak.push(kept)
            writer.write(kept)
            work.report(share + (1.0 - share) / 2.0 * writer.frames / max(1, frames))
    return meter, peak


def _limited(source: Path, limiter: Limiter, work: _Work) -> Iterator[tuple[Samples, bool]]:
    """The limiter's output, with what is still in its delay at the end."""
    for block, counts in _warmed(source, work.loop):
        limiter.process(block)
        yield block, counts
    if work.loop:
        tail = next(raw.read_blocks(source, 0, LATENCY))
    else:
        tail = np.zeros((2, LATENCY), dtype=np.float32)
    limiter.process(tail)
    yield tail, True
