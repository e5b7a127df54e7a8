# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mastering: a raw mix becomes a finished track: tone, glue, loudness, true peak.

Three passes over the file, in blocks: measure loudness and spectral balance; equalise and compress;
gain, soft clip and limit to the wanted loudness, once more where the limiter took too much. Works
for any engine's audio. Not for: encoding (see codec).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio import balance, raw
from musicgen_desktop.audio.ahead import ahead
from musicgen_desktop.audio.channel import Channel, ChannelSettings
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.dynamics import LATENCY, Limiter, TruePeakMeter
from musicgen_desktop.audio.loudness import SILENCE_LUFS, LoudnessMeter, range_of
from musicgen_desktop.audio.spectrum import SpectrumMeter

Numbers = npt.NDArray[np.float64]

_GLUE_LUFS = -18.0
_WARM_UP_FRAMES = 3 * SAMPLE_RATE
_CLOSE_LU = 0.12
_RIDE_HOPS = 41
_RIDE_REACH_DB = 10.0
_RIDE_MOST_DB = 4.5
_TRIES = 3


@dataclass(frozen=True, slots=True)
class MasterSettings:
    """What a master should be like.

    Attributes:
        target_lufs: Integrated loudness. ceiling_dbtp: Highest true peak, before lossy coding.
        least_range_lu, most_range_lu: The loudness range that a slow ride of the level aims at.
        glue_ratio, glue_threshold_db: The compressor at a level of -18 LUFS.
        drive: Saturation, 0 for none. clip_db: depth of the soft clip's knee.
        correction: How much of a band's distance from the usual balance is corrected, 0–1.
        most_db: The strongest correction. brightness_db: A wish for more (or less) top.
        tone_db: Shift of the usual balance by band: sub, low, low_mid, mid, presence, air.
    """

    target_lufs: float = -14.0
    ceiling_dbtp: float = -1.8
    least_range_lu: float = 0.0
    most_range_lu: float = 20.0
    glue_ratio: float = 1.5
    glue_threshold_db: float = -19.0
    drive: float = 0.05
    clip_db: float = 3.0
    correction: float = 0.9
    most_db: float = 4.5
    brightness_db: float = 0.0
    tone_db: Mapping[str, float] = field(default_factory=dict)

    @property
    def wanted_balance(self) -> balance.BalanceSettings:
        """The part that the equaliser needs."""
        return balance.BalanceSettings(
            self.correction, self.most_db, self.brightness_db, self.tone_db
        )


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


class LevelRide:
    """A slow ride of the level that brings the loudness range to where it is wanted.

    The short-term loudness is drawn towards its mean, or away from it, by the same share
    everywhere; the gain moves over seconds, as an engineer's hand on a fader does.

    Args:
        measured: The mix's loudness.
        settings: The wanted range.
        flat: Whether to leave the level alone (music that loops).
    """

    def __init__(self, measured: LoudnessMeter, settings: MasterSettings, *, flat: bool) -> None:
        self._gain_db = np.zeros(1)
        levels = np.array(measured.short_term_lufs)
        if flat or len(levels) < _RIDE_HOPS:
            return
        away = np.clip(levels - measured.integrated_lufs, -_RIDE_REACH_DB, _RIDE_REACH_DB)
        window = np.hanning(_RIDE_HOPS + 2)[1:-1]
        padded = np.pad(away, _RIDE_HOPS // 2, mode="edge")
        smooth = np.convolve(padded, window / window.sum(), mode="valid")
        self._gain_db = _best_ride(measured.hops, smooth, settings)

    def gain(self, start: int, frames: int) -> Samples:
        """The gain of the frames from `start` on."""
        if len(self._gain_db) == 1:
            return np.ones(frames, dtype=np.float32)
        hop = SAMPLE_RATE / 10.0
        centres = (np.arange(len(self._gain_db)) + 15.0) * hop
        knots = np.arange(start, start + frames + 512, 512)
        coarse = np.power(10.0, np.interp(knots, centres, self._gain_db) / 20.0)
        at = np.arange(start, start + frames)
        return np.interp(at, knots, coarse).astype(np.float32)


def _best_ride(hops: Numbers, away: Numbers, settings: MasterSettings) -> Numbers:
    """The gentlest ride whose result lies in the wanted range, or comes nearest to it."""
    centres = np.arange(len(away)) + 15.0
    best, least_miss = np.zeros(1), 1e9
    for share in sorted(np.arange(-14, 41) * 0.05, key=abs):
        gain_db = np.clip(share * away, -_RIDE_MOST_DB, _RIDE_MOST_DB)
        ridden = np.interp(np.arange(len(hops)) + 0.5, centres, gain_db)
        spread = range_of(hops * 10.0 ** (ridden / 10.0))
        miss = max(settings.least_range_lu - spread, spread - settings.most_range_lu, 0.0)
        if miss < least_miss - 1e-9:
            best, least_miss = gain_db, miss
        if miss == 0.0:
            break
    return best


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
        source: The mix.
        target: The master; a working file `<target>.tone` comes and goes beside it.
        settings: What it should be like.
        loop: Whether the end continues at the start.
        progress: Told the share done, 0 to 1.
        check: Called often; raises to stop.

    Raises:
        Cancelled: From `check`.
    """
    work = _Work(settings, loop, progress or (lambda _: None), check or (lambda: None))
    meter, gains_db = _measure(source, work)
    toned = target.with_name(f"{target.name}.tone")
    try:
        glue_db, toned_lufs = _tone(source, toned, gains_db, meter, work)
        return _limit(toned, target, toned_lufs, glue_db, gains_db, work)
    finally:
        toned.unlink(missing_ok=True)


def _measure(source: Path, work: _Work) -> tuple[LoudnessMeter, dict[str, float]]:
    meter, spectrum = LoudnessMeter(), SpectrumMeter()
    frames = max(1, raw.frames_of(source))
    done = 0

    def weighed() -> Iterator[Samples]:
        for block in raw.read_blocks(source):
            spectrum.push(block)
            yield block

    with closing(ahead(weighed())) as blocks:
        for block in blocks:
            work.check()
            meter.push(block)
            done += block.shape[1]
            work.report(0.2 * done / frames)
    gains_db = balance.corrections_db(spectrum, work.settings.wanted_balance)
    if meter.integrated_lufs <= SILENCE_LUFS:
        gains_db = dict.fromkeys(gains_db, 0.0)
    return meter, gains_db


def _warmed(source: Path, loop: bool) -> Iterator[tuple[Samples, bool]]:
    """The file's blocks, each with whether it counts; a loop's end comes first, to warm up."""
    if loop:
        frames = raw.frames_of(source)
        for block in raw.read_blocks(source, max(0, frames - _WARM_UP_FRAMES)):
            yield block, False
    for block in raw.read_blocks(source):
        yield block, True


def glue_channel(
    gains_db: Mapping[str, float], loudness_lufs: float, settings: MasterSettings
) -> Channel:
    """The master's equaliser, compressor and saturation, for a mix of this loudness."""
    gain_db = 0.0 if loudness_lufs <= SILENCE_LUFS else _GLUE_LUFS - loudness_lufs
    equaliser = balance.equaliser(gains_db)
    gain = 10.0 ** (gain_db / 20.0)
    b0, b1, b2, a1, a2 = equaliser[0]
    return Channel(
        ChannelSettings(
            equaliser=((b0 * gain, b1 * gain, b2 * gain, a1, a2), *equaliser[1:]),
            threshold_db=settings.glue_threshold_db,
            ratio=settings.glue_ratio,
            attack_ms=25.0,
            release_ms=220.0,
            drive=settings.drive,
        )
    )


def _tone(
    source: Path, target: Path, gains_db: dict[str, float], measured: LoudnessMeter, work: _Work
) -> tuple[float, float]:
    """Equalises and compresses; gives the compressor's strongest reduction and the loudness."""
    settings = work.settings
    ride = LevelRide(measured, settings, flat=work.loop)
    channel = glue_channel(gains_db, measured.integrated_lufs, settings)
    toned = _Toned(channel, ride)
    meter = LoudnessMeter()
    frames = max(1, raw.frames_of(source))
    toning = closing(ahead(toned.blocks(source, work.loop)))
    with raw.RawWriter(target) as writer, toning as blocks:
        for block, counts in blocks:
            work.check()
            if counts:
                meter.push(block)
                writer.write(block)
                work.report(0.2 + 0.3 * writer.frames / frames)
    return toned.deepest_db, meter.integrated_lufs


class _Toned:
    """A file's blocks through the ride and the channel.

    Attributes:
        deepest_db: The compressor's strongest reduction so far (0 or negative).
    """

    def __init__(self, channel: Channel, ride: LevelRide) -> None:
        self.deepest_db = 0.0
        self._channel = channel
        self._ride = ride

    def blocks(self, source: Path, loop: bool) -> Iterator[tuple[Samples, bool]]:
        """The blocks, each with whether it counts (see `_warmed`)."""
        at = 0
        for block, counts in _warmed(source, loop):
            frames = block.shape[1]
            block *= self._ride.gain(at, frames)
            reduction_db = self._channel.process(block, np.ones(frames, dtype=np.float32))
            self.deepest_db = min(self.deepest_db, reduction_db)
            at += frames if counts else 0
            yield block, counts


def _limit(
    source: Path,
    target: Path,
    loudness: float,
    glue_db: float,
    gains_db: dict[str, float],
    work: _Work,
) -> MasterReport:
    """Brings the loudness to its target; again where the limiter took too much."""
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
    limiting = closing(ahead(_limited(source, limiter, work)))
    with raw.RawWriter(target) as writer, limiting as blocks:
        for block, counts in blocks:
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
