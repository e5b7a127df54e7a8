# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether genres can be told apart by plain features of their notes.

    python -m tests.quality.genre_classifier --seeds 12 --duration 60 [--write]

composes pieces of every playable genre, learns from every other seed and names the genre of the
rest; prints the share that is right and which genres are taken for which. Features are what a
listener with a notebook could count: tempo, swing, where the drums and parts fall in the bar, how
high and how long notes are, chord qualities and root motion. Names of instruments and genres'
own data aren't used. The classifier is Fisher's linear discriminant with a shrunken covariance
(J. Friedman 1989). Not for: sound.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import ChordSpan, Note, Part, Score
from musicgen_desktop.music.theory import CHORDS, parse_key
from musicgen_desktop.prompt import planner
from tests.quality import craft, report
from tests.quality.scorecard import PROMPTS
from tests.quality.sound_measures import Array

LEAST_RIGHT = 0.85
_PLACES = 16
_SHRINKAGE = 0.5
_LANES: Mapping[str, frozenset[int]] = {
    "kick": frozenset({35, 36}),
    "snare": frozenset({38, 40}),
    "clap": frozenset({39}),
    "rim": frozenset({37}),
    "closed hat": frozenset({42, 44}),
    "open hat": frozenset({46}),
    "ride": frozenset({51, 53, 59}),
    "crash": frozenset({49, 52, 55, 57}),
    "tom": frozenset({41, 43, 45, 47, 48, 50}),
}
_ROLES = ("bass", "chords", "pad", "arp", "lead", "counter")


def features(score: Score) -> dict[str, float]:
    """The plain features of a piece, by name."""
    found = {
        "tempo": float(np.log2(60 / score.tempo[0].quarter_s)) * 4,
        "bar": score.metre.bar_quarters,
        "timing": craft.timing_spread_ms(score) or 0.0,
        "accents": craft.accents(score) or 0.0,
    }
    found |= _swing(score) | _drums(score) | _harmony(score)
    for role in _ROLES:
        parts = [part for part in score.parts if part.role == role and part.notes]
        found |= _playing(role, parts, score)
    return found


def _bars(score: Score) -> float:
    return max(1.0, (score.chords[-1].beat + score.chords[-1].duration) / score.metre.bar_quarters)


def _places(name: str, notes: Iterable[Note], score: Score) -> dict[str, float]:
    """How often notes begin in each sixteenth part of the bar, a bar."""
    counts = [0.0] * _PLACES
    for note in notes:
        share = (note.start / score.metre.bar_quarters) % 1.0
        counts[round(share * _PLACES) % _PLACES] += 1 / _bars(score)
    found = {f"{name} at {place}": min(count, 3.0) for place, count in enumerate(counts)}
    found[f"{name} density"] = float(np.log1p(sum(counts))) * 2
    return found


def _swing(score: Score) -> dict[str, float]:
    """Where the off-beats lie within the eighth and the sixteenth: 0.5 is straight."""
    found = {}
    for name, unit in (("eighth", 1.0), ("sixteenth", 0.5)):
        inside = [
            (note.start % unit) / unit
            for part in score.parts
            for note in part.notes
            if part.role != "fx" and 0.4 < (note.start % unit) / unit < 0.75
        ]
        found[f"swing of {name}s"] = 10 * float(np.mean(inside)) if len(inside) > 8 else 5.0
    return found


def _drums(score: Score) -> dict[str, float]:
    found: dict[str, float] = {}
    drums = [part for part in score.parts if part.is_drums]
    known = frozenset().union(*_LANES.values())
    for name, keys in _LANES.items():
        found |= _places(name, (n for p in drums for n in p.notes if n.pitch in keys), score)
    others = (n for p in drums for n in p.notes if n.pitch not in known)
    return found | _places("percussion", others, score)


def _playing(role: str, parts: Sequence[Part], score: Score) -> dict[str, float]:
    """How the players of a role play: where, how high, how long, how loud, how many at once."""
    notes = [note for part in parts for note in part.notes]
    found = _places(role, notes, score) | {f"{role} players": float(len(parts))}
    if not notes:
        zero = ("pitch", "pitch spread", "length", "velocity", "velocity spread", "voices", "steps")
        return found | {f"{role} {name}": 0.0 for name in zero}
    pitches = np.array([note.pitch for note in notes])
    velocities = np.array([note.velocity for note in notes])
    lengths = np.log2(np.array([max(note.duration, 0.05) for note in notes]))
    onsets = len({round(note.start * 8) for note in notes})
    moves = [abs(b.pitch - a.pitch) for part in parts for a, b in pairwise(part.notes)]
    return found | {
        f"{role} pitch": float(pitches.mean()) / 6,
        f"{role} pitch spread": float(pitches.std()) / 3,
        f"{role} length": float(lengths.mean()),
        f"{role} velocity": float(velocities.mean()) / 10,
        f"{role} velocity spread": float(velocities.std()) / 5,
        f"{role} voices": len(notes) / max(1, onsets),
        f"{role} steps": sum(1 <= move <= 2 for move in moves) / max(1, len(moves)),
    }


def _harmony(score: Score) -> dict[str, float]:
    key = parse_key(score.key_name)
    spans = _joined(score.chords)
    total = sum(span.duration for span in spans)
    found: dict[str, float] = defaultdict(float)
    for quality in CHORDS:
        found[f"quality {quality}"] = 0.0
    for step in range(12):
        found[f"degree {step}"] = found[f"motion {step}"] = 0.0
    for span in spans:
        found[f"quality {span.chord.quality}"] += 3 * span.duration / total
        found[f"degree {(span.chord.root - key.tonic) % 12}"] += 3 * span.duration / total
    motions = Counter((b.chord.root - a.chord.root) % 12 for a, b in pairwise(spans))
    for step, count in motions.items():
        found[f"motion {step}"] = 3 * count / max(1, len(spans) - 1)
    found["minor"] = float(key.is_minor)
    for name in ("major", "minor", "dorian", "mixolydian", "phrygian", "harmonic_minor"):
        found[f"mode {name}"] = float(key.mode == name)
    found["chord length"] = float(np.log2(total / len(spans) / score.metre.bar_quarters))
    found["chords known"] = float(np.log2(len({span.chord for span in spans})))
    return dict(found)


def _joined(chords: Sequence[ChordSpan]) -> list[ChordSpan]:
    """The harmony with equal neighbours put together."""
    found: list[ChordSpan] = []
    for span in chords:
        if found and found[-1].chord == span.chord:
            last = found.pop()
            span = ChordSpan(last.beat, last.duration + span.duration, last.chord)
        found.append(span)
    return found


@dataclass(frozen=True, slots=True)
class Classifier:
    """A linear discriminant: the classes' means in whitened space."""

    labels: tuple[str, ...]
    middle: Array
    scale: Array
    whitening: Array
    means: Array

    @classmethod
    def learn(cls, x: Array, labels: Sequence[str]) -> Classifier:
        """Learns from rows of features and their labels."""
        middle, scale = x.mean(axis=0), x.std(axis=0) + 0.15
        z = (x - middle) / scale
        names = tuple(sorted(set(labels)))
        own = np.array([names.index(label) for label in labels])
        means = np.stack([z[own == i].mean(axis=0) for i in range(len(names))])
        within = z - means[own]
        covariance = within.T @ within / max(1, len(z) - len(names))
        even = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
        values, vectors = np.linalg.eigh((1 - _SHRINKAGE) * covariance + _SHRINKAGE * even)
        whitening = vectors / np.sqrt(values)
        return cls(names, middle, scale, whitening, means @ whitening)

    def name(self, x: Array) -> list[str]:
        """The labels of rows of features."""
        z = (x - self.middle) / self.scale @ self.whitening
        distance = ((z[:, np.newaxis, :] - self.means[np.newaxis, :, :]) ** 2).sum(axis=2)
        return [self.labels[i] for i in distance.argmin(axis=1)]


def table_of(
    genres: Sequence[str], seeds: Sequence[int], duration_s: float
) -> tuple[Array, list[str]]:
    """Features of every genre and seed, genre by genre, and the genres."""
    rows, labels = [], []
    for genre in genres:
        for seed in seeds:
            plan = planner.plan(PROMPTS[genre], seed=seed, duration_s=duration_s).plan
            rows.append(features(compose(plan)))
            labels.append(genre)
    names = sorted(rows[0])
    return np.array([[row[name] for name in names] for row in rows]), labels


@dataclass(frozen=True, slots=True)
class Result:
    """Share of the unknown pieces named rightly; how often each genre was taken for another."""

    right: float
    taken_for: Mapping[str, Counter[str]]


def judge(x: Array, labels: Sequence[str], seeds: int) -> Result:
    """Learns from the even seeds and names the odd ones, and the other way round."""
    place = np.arange(len(labels)) % seeds
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for half in (0, 1):
        known = place % 2 == half
        learnt = Classifier.learn(x[known], [g for g, k in zip(labels, known, strict=True) if k])
        for truth, name in zip(
            (g for g, k in zip(labels, known, strict=True) if not k),
            learnt.name(x[~known]),
            strict=True,
        ):
            taken[truth][name] += 1
    right = sum(names[genre] for genre, names in taken.items()) / len(labels)
    return Result(right, taken)


def as_markdown(result: Result) -> str:
    """How often each genre was named rightly, and what it was taken for."""
    lines = []
    for genre, names in result.taken_for.items():
        wrong = ", ".join(f"{o} {n}" for o, n in names.most_common() if o != genre)
        lines.append([genre, f"{names[genre]}/{sum(names.values())}", wrong or "–"])
    lines.append(["**all**", f"**{100 * result.right:.1f} %**", ""])
    return report.markdown(["genre", "named rightly", "taken for"], lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module's text. Exit code 1 below the aim."""
    parser = argparse.ArgumentParser(prog="tests.quality.genre_classifier", description=__doc__)
    parser.add_argument("--genres", default="all", help="comma list, or all")
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--first-seed", type=int, default=400)
    parser.add_argument("--duration", type=float, default=60.0)
    parser.add_argument("--write", action="store_true", help="into docs/measures.md")
    chosen = parser.parse_args(arguments)
    genres = list(PROMPTS) if chosen.genres == "all" else chosen.genres.split(",")
    seeds = [chosen.first_seed + 8 * number for number in range(chosen.seeds)]
    x, labels = table_of(genres, seeds, chosen.duration)
    result = judge(x, labels, len(seeds))
    text = as_markdown(result)
    print(text)
    if chosen.write:
        report.put("genres", text)
    return 0 if result.right >= LEAST_RIGHT else 1


if __name__ == "__main__":
    sys.exit(main())
