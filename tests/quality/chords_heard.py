# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the planned chords can be recovered from the finished mix, by chroma templates.

Families are told apart as in the usual evaluation of chord recognition (MIREX: major and minor
with their sevenths). Not for: reading unknown music.
"""

from __future__ import annotations

import numpy as np

from musicgen_desktop.music.score import Score, TempoMap
from musicgen_desktop.music.theory import CHORDS, Chord
from tests.quality import spectra
from tests.quality.sound_measures import Array
from tests.quality.spectra import RATE

_TEMPLATES = ("", "m", "7", "maj7", "m7", "dim", "sus4", "5")
_PARTIAL = 0.6
_SIZE, _HOP = 8192, 2048
_BASS_SHARE = 0.25


def chords_heard(mono: Array, score: Score) -> float | None:
    """Share of the harmony's time whose chord is the best of all templates.

    Right is the same root and family (major, minor; for open and diminished chords the root), or
    a template that consists of the planned chord's upper notes only (Em in Cmaj9).

    Args:
        mono: The mix at 22 050 Hz.
        score: With the planned chords.
    """
    chroma, bass, times = chromas(mono)
    clock = TempoMap(score.tempo)
    templates = {(root, q): _template(root, q) for root in range(12) for q in _TEMPLATES}
    heard = total = 0.0
    for span in score.chords:
        begin, end = clock.seconds(span.beat), clock.seconds(span.beat + span.duration)
        inside = (times >= begin + 0.05) & (times < min(end, begin + 8.0))
        if inside.sum() < 2 or chroma[:, inside].sum() < 1e-9:
            continue
        both = chroma[:, inside].mean(axis=1), bass[:, inside].mean(axis=1)
        best = max(templates, key=lambda key: _likeness(key, templates[key], *both))
        total += end - begin
        heard += (end - begin) * _is_right(best, span.chord)
    return heard / total if total else None


def chromas(mono: Array) -> tuple[Array, Array, Array]:
    """Chroma (12, frames) of 130 to 2000 Hz, of 40 to 200 Hz, and the frames' times.

    Only peaks count, by the root of their amplitude, and what rises above the median of its
    surroundings: drums and noise have no pitch.
    """
    powers, times = spectra.powers(mono, _SIZE, _HOP)
    level = np.sqrt(np.sqrt(powers[:, : round(2100 * _SIZE / RATE)]))
    peaks = spectra.peaks(level)
    level = np.maximum(0.0, level - spectra.running_median(level, 12)) * peaks
    frequencies = np.arange(level.shape[1]) * RATE / _SIZE
    return (
        _folded(level, frequencies, 130, 2000),
        _folded(level, frequencies, 40, 200),
        times,
    )


def _folded(level: Array, frequencies: Array, low: float, high: float) -> Array:
    inside = np.flatnonzero((frequencies >= low) & (frequencies < high))
    pitch = 69 + 12 * np.log2(frequencies[inside] / 440)
    nearest = np.round(pitch).astype(int)
    weight = np.cos(np.pi * (pitch - nearest)) ** 2
    found = np.zeros((12, len(level)))
    for pitch_class in range(12):
        own = nearest % 12 == pitch_class
        found[pitch_class] = level[:, inside[own]] @ weight[own]
    return found


def _template(root: int, quality: str) -> Array:
    """The chroma of a chord whose notes have four partials each."""
    template = np.zeros(12)
    for step in CHORDS[quality]:
        for partial, interval in ((0, 0), (1, 12), (2, 19), (3, 24), (4, 28)):
            template[(root + step + interval) % 12] += _PARTIAL**partial
    normal: Array = template / np.linalg.norm(template)
    return normal


def _likeness(key: tuple[int, str], template: Array, chroma: Array, bass: Array) -> float:
    fit = float(template @ chroma / (np.linalg.norm(chroma) + 1e-9))
    foot = float(bass[key[0]] / (bass.max() + 1e-9))
    return fit + _BASS_SHARE * foot


def _is_right(best: tuple[int, str], planned: Chord) -> bool:
    root, quality = best
    steps = {step % 12 for step in CHORDS[planned.quality]}
    tones = {(root + step) % 12 for step in CHORDS[quality]}
    if root == planned.root:
        third = {step for step in CHORDS[quality] if step in (3, 4)}
        return not third or not steps & {3, 4} or third <= steps
    return len(tones) >= 3 and tones <= set(planned.pitch_classes)
