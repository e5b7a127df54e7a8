# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures 21 and 22: what makes sound ugly: a buried or mistuned tune, mud, resonance, roughness.

Each measure is a function of sounds and, where it has to know what was meant, of the score. Not
for: loudness and spectrum (see sound_measures), or notes (see craft).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Note, Part, Score, TempoMap
from tests.quality import sound_measures, spectra
from tests.quality.chords_heard import chords_heard
from tests.quality.rows import Row, row
from tests.quality.sound_measures import Array, Sound
from tests.quality.spectra import RATE

Flags = npt.NDArray[np.bool_]
MOST_CENTS = 10.0
"""Twice the just noticeable difference of frequency in tones of 0.2 s and more (about 5 cents from
500 Hz up; Zwicker and Fastl, Psychoacoustics, 7.2)."""
LEAST_UNMASKED = 0.8
LEAST_CHORDS = 0.75
MOST_BULGE_DB = 8.0
_LEAD_RANGE_DB = 30.0
_MASKER_OFFSET_DB = 5.5
"""How far below a noise-like masker in the same critical band a sound just disappears (Zwicker)."""
_AUDIBLE_BANDS = 2
_RESONANCE_DB = 8.0
_RESONANCE_S = 0.3
_TRANSIENTS = 0.05
_QUIET_DB = 40.0
_STROKE_S = 0.35


def ugly_rows(sound: Sound, plan: MusicPlan, score: Score, stems: Mapping[str, Array]) -> list[Row]:
    """All figures; those that need stems are left out where there are none."""
    mono = spectra.at_22k(sound)
    rows = [
        row(22, "planned chords heard", chords_heard(mono, score), LEAST_CHORDS),
        row(22, "unplayed resonances (a minute)", resonances(mono, score), None, 0.0),
        row(22, "roughness, 95 % (Vassilakis)", roughness(mono), None, 8.0, note="starting range"),
        row(22, "sharpness, 95 % (acum)", sharpness(mono), None, 3.0, note="starting range"),
        row(22, "spectral bulge (dB)", bulge_db(sound), None, MOST_BULGE_DB, note="starting range"),
        row(22, "band balance off (dB)", balance_off_db(sound, plan), None, 3.5),
        row(22, "crest of 3 s (dB)", crest_db(sound), 9.0, note="starting range"),
        row(22, "flat tops (share)", flat_tops(sound), None, 0.01, note="starting range"),
    ]
    if not stems:
        return rows
    return [
        row(21, "lead over backing (dB)", lead_over_backing_db(score, stems), -12.0),
        row(21, "lead unmasked (share)", lead_unmasked(score, stems), LEAST_UNMASKED),
        row(21, "mistuning of a part (cents)", mistuning_cents(score, stems), None, MOST_CENTS),
        *rows,
    ]


# -- lead and backing --------------------------------------------------------------------------


def _lead_and_backing(score: Score, stems: Mapping[str, Array]) -> tuple[Array, Array] | None:
    """Bark-band powers (frames, bands) of the lead and of all else, in frames where it plays."""
    leads = [p.id for p in score.parts if p.role == "lead" and p.notes and p.id in stems]
    others = [p.id for p in score.parts if p.role != "lead" and p.id in stems]
    if not leads or not others:
        return None
    lead = spectra.bark_powers(np.sum([stems[name] for name in leads], axis=0))
    backing = spectra.bark_powers(np.sum([stems[name] for name in others], axis=0))
    level = 10 * np.log10(lead.sum(axis=1) + 1e-12)
    plays = level > np.percentile(level, 95) - _LEAD_RANGE_DB
    return lead[plays], backing[plays]


def lead_over_backing_db(score: Score, stems: Mapping[str, Array]) -> float | None:
    """Median level of the lead over the backing, in the lead's strongest three critical bands."""
    both = _lead_and_backing(score, stems)
    if both is None:
        return None
    lead, backing = both
    strongest = np.argsort(lead, axis=1)[:, -3:]
    own = np.take_along_axis(lead, strongest, axis=1).sum(axis=1)
    under = np.take_along_axis(backing, strongest, axis=1).sum(axis=1)
    return float(np.median(10 * np.log10((own + 1e-12) / (under + 1e-12))))


def lead_unmasked(score: Score, stems: Mapping[str, Array]) -> float | None:
    """Share of the lead's frames in which it is heard over the masking of the backing.

    The backing's power in critical bands spreads with 27 dB per Bark downwards and 12 dB upwards;
    the lead is heard where two bands of it lie above that, less the offset.
    """
    both = _lead_and_backing(score, stems)
    if both is None:
        return None
    lead, backing = both
    threshold = spectra.spread(backing) * 10 ** (-_MASKER_OFFSET_DB / 10)
    floor = lead.max(axis=1, keepdims=True) * 10 ** (-_LEAD_RANGE_DB / 10)
    heard = ((lead > threshold) & (lead > floor)).sum(axis=1) >= _AUDIBLE_BANDS
    return float(heard.mean())


# -- tuning --------------------------------------------------------------------------------------


def mistuning_cents(score: Score, stems: Mapping[str, Array]) -> float | None:
    """How far the worst part lies from where all are: cents between the medians of the parts."""
    clock = TempoMap(score.tempo)
    medians = []
    for part in score.parts:
        if part.is_drums or part.role == "fx" or part.id not in stems:
            continue
        found = _deviations(part, stems[part.id], clock)
        if len(found) >= 8:
            medians.append(float(np.median(found)))
    if not medians:
        return None
    return max(abs(value) for value in medians)


def _deviations(part: Part, stem: Array, clock: TempoMap) -> list[float]:
    """Cents of the first and second partial from equal temperament, for a part's longer notes."""
    window = np.hanning(8192)
    found = []
    for note in part.notes[:400]:
        start_s = clock.seconds(note.start)
        held_s = clock.seconds(note.start + note.duration) - start_s
        at = round((start_s + _TRANSIENTS) * RATE)
        if held_s < 0.2 or note.glide_to or at + 8192 > len(stem):
            continue
        power = np.abs(np.fft.rfft(stem[at : at + 8192] * window, 32768)) ** 2
        found += [
            cents
            for partial in (1, 2)
            if (cents := _peak_cents(power, partial * 440 * 2 ** ((note.pitch - 69) / 12)))
            is not None
        ]
    return found


def _peak_cents(power: Array, frequency: float) -> float | None:
    """Where the strongest peak within 60 cents lies; None without one that stands out."""
    if not 150 < frequency < 4000:
        return None
    width = RATE / 32768
    low, high = (round(frequency * 2 ** (c / 1200) / width) for c in (-60, 60))
    peak = low + int(np.argmax(power[low : high + 1]))
    if peak in (low, high) or power[peak] < 1e-4 * power.max() or power[peak] < 1e-9:
        return None
    left, middle, right = np.log(power[peak - 1 : peak + 2] + 1e-20)
    place = peak + 0.5 * (left - right) / (left - 2 * middle + right)
    return float(1200 * np.log2(place * width / frequency))


# -- resonance -----------------------------------------------------------------------------------


def resonances(mono: Array, score: Score) -> float:
    """Unplayed resonances a minute: narrow peaks over 8 dB for 0.3 s that no note explains.

    Looked for between 150 and 2000 Hz. Notes explain their first sixteen partials and the usual
    modes of bars and bells, for two seconds after their end; a drum explains everything for 0.35 s
    and what is below 400 Hz for longer; effects everything while they last.
    """
    powers, times = spectra.powers(mono, 4096, 1024)
    width = RATE / 4096
    first, last = round(150 / width), round(2000 / width)
    level = 10 * np.log10(powers[:, : last + 40] + 1e-12)
    strongest = level[:, first:last].max(axis=1, keepdims=True)
    audible = strongest > np.percentile(strongest, 95) - _QUIET_DB
    candidates = spectra.peaks(level) & (level > strongest - _LEAD_RANGE_DB) & audible
    candidates &= level - spectra.running_median(level, 15) > _RESONANCE_DB
    candidates[:, :first] = candidates[:, last:] = False
    candidates &= ~_explained(score, times, level.shape[1], width)
    needed = round(_RESONANCE_S * RATE / 1024)
    count = 0
    near = candidates[:, :-1] | candidates[:, 1:]  # a peak may wander by a bin
    for column in np.flatnonzero(near.sum(axis=0) >= needed)[::2]:
        count += _runs(near[:, column], needed)
    return count / (len(mono) / RATE / 60)


_MODES_OF_BARS = (2.0, 2.76, 3.93, 4.0, 5.4, 8.93, 9.2, 10.0)


def _explained(score: Score, times: Array, bins: int, width: float) -> Flags:
    """Which bins of which frames lie on a partial of a note that sounds, or just has."""
    clock = TempoMap(score.tempo)
    found = np.zeros((len(times), bins), dtype=bool)
    for part in score.parts:
        for note in part.notes:
            begin, end = _span(note, clock)
            a, b = np.searchsorted(times, [begin - 0.2, end + 2.0])
            if part.is_drums or part.role == "fx":
                stroke = np.searchsorted(times, (end if part.role == "fx" else begin) + _STROKE_S)
                found[a:stroke] = True
                found[a:b, : round(400 / width)] = True
                continue
            base = 440 * 2 ** ((note.pitch - 69) / 12)
            for ratio in (*range(1, 17), *_MODES_OF_BARS, 0.5):
                place = base * ratio / width
                reach = max(2, round(0.03 * place))
                low = max(0, round(place) - reach)
                found[a:b, low : min(bins, round(place) + reach + 1)] = True
    return found


def _span(note: Note, clock: TempoMap) -> tuple[float, float]:
    return clock.seconds(note.start), clock.seconds(note.start + note.duration)


def _runs(column: Flags, needed: int) -> int:
    """How many stretches of at least `needed` true values there are."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], column.astype(int), [0]])))
    lengths = edges[1::2] - edges[::2]
    return int((lengths >= needed).sum())


# -- roughness, sharpness, balance, dynamics -------------------------------------------------------


def roughness(mono: Array) -> float:
    """95th percentile over frames of the roughness of the strongest 20 partials.

    After P. Vassilakis (2001): per pair (A1 A2)^0.1 · 0.5 (2 Amin / (A1 + A2))^3.11 ·
    (exp(-3.5 s df) - exp(-5.75 s df)), s = 0.24 / (0.0207 f_min + 18.96); amplitudes re the frame's
    strongest.
    """
    powers, _ = spectra.powers(mono, 4096, 5512)
    level = powers.sum(axis=1)
    frames = powers[level > np.percentile(level, 95) * 1e-3]
    return float(np.percentile([_roughness_of(frame) for frame in frames], 95))


def _roughness_of(power: Array) -> float:
    peaks = np.flatnonzero(spectra.peaks(power[np.newaxis, :])[0])
    strongest = peaks[np.argsort(power[peaks])[-20:]]
    amplitudes = np.sqrt(power[strongest] / (power[strongest].max() + 1e-20))
    frequencies = strongest * RATE / 4096
    one, other = np.triu_indices(len(strongest), 1)
    a, b = amplitudes[one], amplitudes[other]
    low = np.minimum(frequencies[one], frequencies[other])
    apart = 0.24 / (0.0207 * low + 18.96) * np.abs(frequencies[one] - frequencies[other])
    beating = np.exp(-3.5 * apart) - np.exp(-5.75 * apart)
    depth = 0.5 * (2 * np.minimum(a, b) / (a + b + 1e-12)) ** 3.11
    return float(((a * b) ** 0.1 * depth * beating).sum())


def sharpness(mono: Array) -> float:
    """95th percentile of sharpness after DIN 45692, with specific loudness as E^0.23."""
    powers = spectra.bark_powers(mono)
    level = powers.sum(axis=1)
    kept = powers[level > np.percentile(level, 95) * 1e-3]
    specific = (spectra.spread(kept) + 1e-12) ** 0.23
    z = np.arange(kept.shape[1]) + 0.5
    weight = np.where(z <= 15.8, 1.0, 0.15 * np.exp(0.42 * (z - 15.8)) + 0.85)
    values = 0.11 * (specific * weight * z).sum(axis=1) / specific.sum(axis=1)
    return float(np.percentile(values, 95))


def balance_off_db(sound: Sound, plan: MusicPlan) -> float:
    """How far six bands lie from the middle of their usual ranges (measure 11), root mean square.

    The ranges have outer bounds of 5 to 18 dB; their middles are a finer yardstick, and 3.5 dB the
    spread that measure 11 allows third octaves.
    """
    rows = [r for r in sound_measures.spectrum_rows(sound, plan) if r.name.endswith("band (dB)")]
    misses = [
        r.value - (r.low + r.high) / 2
        for r in rows
        if r.value is not None and r.low is not None and r.high is not None
    ]
    return float(np.sqrt(np.mean(np.square(misses))))


def bulge_db(sound: Sound) -> float:
    """How far the most prominent octave between 160 Hz and 6.3 kHz stands over its neighbours."""
    thirds = spectra.third_octaves(sound)
    found = []
    for i in range(5, len(thirds) - 5):
        around = np.concatenate([thirds[i - 5 : i - 2], thirds[i + 3 : i + 6]])
        found.append(float(thirds[i - 1 : i + 2].mean() - around.mean()))
    return max(found)


def crest_db(sound: Sound) -> float:
    """Median over 3-s windows of peak to root mean square, louder channel."""
    window = 3 * sound.rate
    found = []
    for start in range(0, len(sound.samples) - window + 1, window // 2):
        part = sound.samples[start : start + window]
        power = float((part**2).mean(axis=0).max())
        if power > 1e-6:
            found.append(20 * np.log10(np.abs(part).max()) - 10 * np.log10(power))
    return float(np.median(found)) if found else 0.0


def flat_tops(sound: Sound) -> float:
    """Share of samples within 1 dB of the highest peak: what a limiter leaves when pushed."""
    largest = np.abs(sound.samples).max()
    return float((np.abs(sound.samples).max(axis=1) > largest * 10 ** (-1 / 20)).mean())
