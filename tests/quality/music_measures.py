# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures 8, 9, 13 and 14: tempo, key, pulse and form as they can be heard in a finished file.

Not for: level and spectrum (see sound_measures) or notes (see score_measures).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.theory import MODES, bar_seconds
from tests.quality.rows import PULSELESS_GENRES, RHYTHMIC_GENRES, Row, row
from tests.quality.sound_measures import Sound

Array = npt.NDArray[np.float64]
_RATE = 22_050
_HOP = 256
_CHROMA_HOP = 2048
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""Key profiles of Krumhansl and Kessler (1982)."""


class Analysis:
    """What several measures share: the sound at 22 050 Hz, onsets, chroma, timbre."""

    def __init__(self, sound: Sound) -> None:
        import librosa  # heavy: only where it is used

        self._librosa: Any = librosa
        mono = sound.mono.astype(np.float32)
        self.y = librosa.resample(mono, orig_sr=sound.rate, target_sr=_RATE, res_type="soxr_hq")
        self.onsets: Array = librosa.onset.onset_strength(
            y=self.y, sr=_RATE, hop_length=_HOP, aggregate=np.median
        )
        self.chroma: Array = librosa.feature.chroma_stft(
            y=self.y, sr=_RATE, n_fft=8192, hop_length=_CHROMA_HOP, tuning=0.0
        )

    def beats(self, bpm: float) -> Array:
        """Frames of beats near a tempo, to a fraction of a frame; weak ones left out."""
        _, frames = self._librosa.beat.beat_track(
            onset_envelope=self.onsets, sr=_RATE, hop_length=_HOP, bpm=bpm, tightness=400
        )
        floor = 0.1 * np.percentile(self.onsets, 99)
        found = [_refined(self.onsets, int(frame)) for frame in frames]
        return np.array([place for place, height in found if height > floor])

    def timbre(self) -> Array:
        """Mel-frequency cepstrum (without its level) on the chroma's frames."""
        mfcc: Array = self._librosa.feature.mfcc(
            y=self.y, sr=_RATE, n_mfcc=14, hop_length=_CHROMA_HOP
        )
        return mfcc[1:]


def _refined(envelope: Array, frame: int, reach: int = 4) -> tuple[float, float]:
    """The nearest peak of the envelope, by a parabola through three points, and its height."""
    low = max(1, frame - reach)
    high = min(len(envelope) - 1, frame + reach + 1)
    if high <= low:
        return float(frame), 0.0
    peak = low + int(np.argmax(envelope[low:high]))
    if peak >= len(envelope) - 1:
        return float(peak), float(envelope[peak])
    left, middle, right = (float(v) for v in envelope[peak - 1 : peak + 2])
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if abs(bend) > 1e-9 else 0.0
    return peak + max(-0.5, min(0.5, shift)), middle


def tempo_rows(analysis: Analysis, plan: MusicPlan) -> list[Row]:
    """Measure 8: a straight line through the beats; its slope is the tempo.

    The beats are looked for near the planned tempo (so no octave has to be folded); music in
    another tempo shows as an error or, farther away, as a deviation.
    """
    frames = analysis.beats(plan.bpm)
    if len(frames) < 8 or plan.genre in PULSELESS_GENRES:
        return [
            row(8, "tempo error (%)", None, genre=plan.genre, note="no steady onsets"),
            row(8, "pulse deviation (ms)", None, genre=plan.genre, note="no steady onsets"),
        ]
    times = frames * _HOP / _RATE
    parts = 3 if plan.theory_metre.is_compound else 2
    part, deviation = _line_through(times, parts)
    period = part * parts
    error = 100 * abs(60.0 / period / plan.bpm - 1)
    return [
        row(8, "tempo error (%)", error, None, 0.5, genre=plan.genre),
        row(8, "pulse deviation (ms)", 1000 * float(deviation.std()), None, 15.0, genre=plan.genre),
    ]


def _line_through(times: Array, parts: int) -> tuple[float, Array]:
    """The steady pulse behind beat times.

    Beats are counted in parts of a beat, so that a tracker that changes to the off-beat stays in
    step; a tenth of them (rolls, breaks, missed beats) may lie anywhere. The length is searched
    within 4 % of the median as the one whose phases agree best, then refined by regression.

    Returns:
        Length of a part in seconds; how far the beats lie from the line, in seconds.
    """
    rough = float(np.median(np.diff(times))) / parts
    lengths = rough * np.linspace(0.96, 1.04, 801)
    phases = np.exp(2j * np.pi * times[np.newaxis, :] / lengths[:, np.newaxis])
    part = float(lengths[np.argmax(np.abs(phases.mean(axis=1)))])
    start = float(np.angle(np.exp(2j * np.pi * times / part).mean())) / (2 * np.pi) * part
    numbers = np.round((times - start) / part)
    inside = np.ones(len(times), dtype=bool)
    for _ in range(3):
        slope, start = np.polyfit(numbers[inside], times[inside], 1)
        misfit = np.abs(times - (slope * numbers + start))
        inside = misfit <= np.percentile(misfit, 90)
    deviation: Array = times[inside] - (slope * numbers[inside] + start)
    return float(slope), deviation


def key_rows(analysis: Analysis, plan: MusicPlan) -> list[Row]:
    """Measure 9: the key profile that fits the mean chroma best (Krumhansl and Kessler)."""
    mean = analysis.chroma.mean(axis=1)
    fits = sorted(
        (
            (float(np.corrcoef(np.roll(profile, tonic), mean)[0, 1]), tonic, is_minor)
            for profile, is_minor in ((_MAJOR, False), (_MINOR, True))
            for tonic in range(12)
        ),
        reverse=True,
    )
    best, tonic, is_minor = fits[0]
    names = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    heard = f"heard {names[tonic]}{'m' if is_minor else ''}, planned {plan.theory_key.short}"
    if plan.genre == "ambient" or _has_no_chords(plan):
        return [row(9, "key found", None, note=heard), row(9, "key fit", None)]
    right = (tonic, is_minor) in near_keys(plan)
    return [
        row(9, "key found", float(right), 1.0, note=heard),
        row(9, "key fit", best, 0.6),
    ]


def near_keys(plan: MusicPlan) -> set[tuple[int, bool]]:
    """Keys (tonic, is minor) that count as right: the plan's, its relative, its dominant.

    The profiles know major and minor only, so that a mode's tonic is heard as one of these; its
    relatives are both that of the mode's scale and that of its tonic's chord.
    """
    key = plan.theory_key
    found = {(key.tonic, key.is_minor), ((key.tonic + 7) % 12, key.is_minor)}
    found.add(((key.tonic + 7) % 12, False))
    major = set(MODES["major"])
    for offset in range(12):
        if {(step + offset) % 12 for step in MODES[key.mode]} == major:
            parent = (key.tonic - offset) % 12
            found |= {(parent, False), ((parent + 9) % 12, True)}
    relative = key.tonic + 3 if key.is_minor else key.tonic - 3
    found.add((relative % 12, not key.is_minor))
    return found


def _has_no_chords(plan: MusicPlan) -> bool:
    """Whether only drums, or drums and a bass, are wanted: no chords, no key to hear."""
    foundation = {
        "drums", "drum_machine", "percussion", "bass", "bass_guitar", "synth_bass", "sub_bass",
        "double_bass", "808",
    }  # fmt: skip
    return plan.only and bool(plan.instruments) and set(plan.instruments) <= foundation


def pulse_rows(analysis: Analysis, plan: MusicPlan) -> list[Row]:
    """Measure 13: how well the onsets repeat after a pulse (a starting range)."""
    centred = analysis.onsets - analysis.onsets.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    correlation = np.fft.irfft(spectrum * np.conj(spectrum), size)
    pulse_frames = 60.0 / plan.bpm * _RATE / _HOP
    longest = min(len(centred) - 1, round(4.2 * pulse_frames))
    clarity = float(correlation[round(0.4 * pulse_frames) : longest].max() / correlation[0])
    low = 0.5 if plan.genre in RHYTHMIC_GENRES else None
    return [row(13, "pulse clarity", clarity, low)]


def structure_rows(analysis: Analysis, plan: MusicPlan) -> list[Row]:
    """Measure 14: planned boundaries that show as peaks of novelty (Foote 2000)."""
    bar_s = bar_seconds(plan.theory_metre, plan.bpm)
    boundaries = [
        after.start_s
        for before, after in zip(plan.sections, plan.sections[1:], strict=False)
        if before.bars >= 8 and after.bars >= 8
    ]
    novelty, frame_s = _novelty(analysis)
    if len(boundaries) < 2 or len(novelty) < 16:
        return [row(14, "boundaries heard (share)", None, 0.7, note="too short")]
    peaks = [
        number * frame_s
        for number in range(1, len(novelty) - 1)
        if novelty[number] >= max(novelty[number - 1], novelty[number + 1])
        and novelty[number] > np.median(novelty)
    ]
    reach = max(bar_s, 1.0)
    heard = sum(any(abs(peak - edge) <= reach for peak in peaks) for edge in boundaries)
    return [row(14, "boundaries heard (share)", heard / len(boundaries), 0.7)]


def _novelty(analysis: Analysis) -> tuple[Array, float]:
    """Checkerboard novelty of chroma and timbre, kernel 8 s, in half seconds."""
    chroma, timbre = analysis.chroma, analysis.timbre()
    frames = min(chroma.shape[1], timbre.shape[1])
    features = np.vstack(
        [
            chroma[:, :frames] / (chroma.std() + 1e-9),
            timbre[:, :frames] / (timbre.std(axis=1, keepdims=True) + 1e-9),
        ]
    )
    per_half = _RATE / _CHROMA_HOP / 2
    count = int(frames / per_half)
    steps = [
        features[:, int(i * per_half) : int((i + 1) * per_half) + 1].mean(1) for i in range(count)
    ]
    x = np.stack(steps, axis=1)
    x = (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + 1e-9)
    x /= np.linalg.norm(x, axis=0) + 1e-9
    similarity = x.T @ x
    half = 8
    sign = np.repeat([-1.0, 1.0], half)
    taper = np.exp(-0.5 * (np.linspace(-1, 1, 2 * half) / 0.5) ** 2)
    kernel = np.outer(sign * taper, sign * taper)
    padded = np.pad(similarity, half, mode="edge")
    novelty = [
        float((padded[i : i + 2 * half, i : i + 2 * half] * kernel).sum()) for i in range(count)
    ]
    return np.array(novelty), 0.5
