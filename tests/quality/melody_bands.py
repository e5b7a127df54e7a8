# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Melodies against figures of real tunes, the hook's return, and how different many seeds are.

    python -m tests.quality.melody_bands --genres all --seeds 10 --duration 60
    python -m tests.quality.melody_bands --variety pop --seeds 50

The bands were measured on about 2 800 folk and fiddle tunes (Essen, O'Neill, Ryan, Aird): the range
of the collections' medians, or the 10th to 90th percentile of single tunes where that is known. For
pop and dance music repetition may be higher. A genre's median over its seeds is held against them.
Not for: energy and events (see energy).
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import Note, Score
from musicgen_desktop.prompt import planner
from tests.quality.score_measures import entropy, melody
from tests.quality.scorecard import PROMPTS
from tests.quality.test_takes import portrait

BANDS: dict[str, tuple[float, float]] = {
    "steps": (0.27, 0.71), "unisons": (0.06, 0.22), "thirds": (0.16, 0.26), "leaps": (0.02, 0.28),
    "range": (9, 25), "reversal": (0.67, 0.82), "in key": (0.75, 1.0), "ends on tonic": (0.71, 1.0),
    "entropy": (2.5, 2.7), "bar entropy": (1.35, 1.85), "rhythm again": (0.36, 0.69),
    "bar again": (0.11, 0.28), "likeness": (0.76, 0.93), "peak at": (0.35, 0.54),
}  # fmt: skip
POP_BANDS = {**BANDS, "range": (7, 25), "rhythm again": (0.60, 0.85), "bar again": (0.28, 0.60)}
"""Pop and dance hooks lie closer together and repeat more."""
FOLK_LIKE = frozenset(
    {"ambient", "cinematic", "solo_piano", "jazz", "bossa_nova", "folk", "celtic", "classical",
     "baroque", "lullaby", "orchestral", "blues", "country"}
)  # fmt: skip
HOME_LABELS = ("chorus", "drop", "hook", "climax", "theme", "a")
LEAST_RETURN = 0.9
VERSE_CHANGE = (0.15, 0.30)
MOST_ALIKE = 0.8
_STEP = 0.25


@dataclass(frozen=True, slots=True)
class Return:
    """How a label's later sections compare with its first: shares of notes that are alike."""

    label: str
    alike: tuple[float, ...]


def figures(score: Score) -> dict[str, float]:
    """The statistics of one piece's melody; empty where it has hardly any."""
    line = melody(score) if any(part.role == "lead" for part in score.parts) else []
    if len(line) < 16:
        return {}
    moves = [after.pitch - before.pitch for before, after in pairwise(line)]
    sizes = [abs(move) for move in moves]
    bars = _bars(score, line)
    rhythms = [_rhythm(score, bar) for bar in bars.values()]
    exact = [(r, tuple(n.pitch for n in b)) for r, b in zip(rhythms, bars.values(), strict=True)]
    tonic = score.chords[-1].chord.root
    top = max(line, key=lambda note: note.pitch)
    scale = _scale(score)
    return {
        "steps": _share(sizes, 1, 2),
        "unisons": _share(sizes, 0, 0),
        "thirds": _share(sizes, 3, 4),
        "leaps": _share(sizes, 5, 99),
        "range": float(max(n.pitch for n in line) - min(n.pitch for n in line)),
        "reversal": _reversal(moves),
        "in key": sum(n.pitch % 12 in scale for n in line) / len(line),
        "ends on tonic": float(line[-1].pitch % 12 == tonic),
        "entropy": entropy(Counter(n.pitch % 12 for n in line).values()),
        "bar entropy": _bar_entropy(bars),
        "rhythm again": _again(rhythms),
        "bar again": _again(exact),
        "likeness": _likeness(score, bars),
        "peak at": top.start / line[-1].start,
    }


def _share(sizes: Sequence[int], low: int, high: int) -> float:
    return sum(low <= size <= high for size in sizes) / max(1, len(sizes))


def _scale(score: Score) -> frozenset[int]:
    from musicgen_desktop.music.theory import parse_key

    key = parse_key(score.key_name)
    return frozenset(key.scale) | frozenset(key.melody_scale)


def _reversal(moves: Sequence[int]) -> float:
    after_leaps = [(a, b) for a, b in pairwise(moves) if abs(a) >= 5]
    return sum(a * b < 0 for a, b in after_leaps) / len(after_leaps) if after_leaps else 0.75


def _bars(score: Score, line: Sequence[Note]) -> dict[int, list[Note]]:
    bars: dict[int, list[Note]] = defaultdict(list)
    for note in line:
        bars[int((note.start + 0.1) // score.metre.bar_quarters)].append(note)
    return bars


def _rhythm(score: Score, bar: Sequence[Note]) -> tuple[int, ...]:
    length = score.metre.bar_quarters
    return tuple(round((n.start + 0.1) % length / _STEP - 0.4) for n in bar)


def _again(values: Sequence[object]) -> float:
    """Share of the values that were there before."""
    return 1 - len(set(values)) / len(values)


def _bar_entropy(bars: dict[int, list[Note]]) -> float:
    found = [
        entropy(Counter(n.pitch % 12 for n in bar).values())
        for bar in bars.values()
        if len(bar) > 2
    ]
    return sum(found) / len(found) if found else 1.5


def _likeness(score: Score, bars: dict[int, list[Note]]) -> float:
    steps = round(score.metre.bar_quarters / _STEP)
    sets = {bar: set(_rhythm(score, notes)) for bar, notes in bars.items()}
    found = [1 - len(s ^ sets[b + 1]) / steps for b, s in sets.items() if b + 1 in sets]
    return sum(found) / len(found) if found else 0.85


def returns(score: Score) -> list[Return]:
    """For each label that comes back, how much of its first melody is heard again."""
    line = melody(score) if any(part.role == "lead" for part in score.parts) else []
    ends = [m.beat for m in score.markers[1:]] + [score.markers[-1].beat + 1e9]
    by_label: dict[str, list[list[tuple[int, int]]]] = defaultdict(list)
    for marker, end in zip(score.markers, ends, strict=True):
        notes = [n for n in line if marker.beat - 0.3 <= n.start < end - 0.3]
        if len(notes) >= 6:
            by_label[marker.label].append(_shape(notes, marker.beat))
    found = []
    for label, shapes in by_label.items():
        if len(shapes) > 1:
            alike = tuple(_alike(shapes[0], shape) for shape in shapes[1:])
            found.append(Return(label, alike))
    return found


def _shape(notes: Sequence[Note], start: float) -> list[tuple[int, int]]:
    """Rhythm and contour: for each note its sixteenth and whether it rises, stays or falls."""
    moves = [0, *(after.pitch - before.pitch for before, after in pairwise(notes))]
    return [
        (round((n.start - start) / _STEP - 0.15), (move > 0) - (move < 0))
        for n, move in zip(notes, moves, strict=True)
    ]


def _alike(one: Sequence[tuple[int, int]], two: Sequence[tuple[int, int]]) -> float:
    """Share of the notes in common, over the time that both last."""
    reach = min(one[-1][0], two[-1][0])
    first, second = ([n for n in shape if n[0] <= reach] for shape in (one, two))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def hook_label(score: Score) -> str:
    """The label whose melody is the hook."""
    there = {marker.label for marker in score.markers}
    return next((label for label in HOME_LABELS if label in there), "")


def variety(prompt: str, seeds: Sequence[int], duration_s: float) -> dict[str, float]:
    """How many different pieces one prompt gives."""
    portraits = [
        portrait(compose(planner.plan(prompt, seed=seed, duration_s=duration_s).plan))
        for seed in seeds
    ]
    closest = max(
        SequenceMatcher(None, a.hook, b.hook, autojunk=False).ratio()
        for a, b in combinations([p for p in portraits if p.hook], 2)
    )
    return {
        "closest melodies": closest,
        "progressions": len({p.progression for p in portraits}),
        "grooves": len({p.groove for p in portraits}),
        "forms": len({p.form for p in portraits}),
    }


def bands_of(genre: str) -> dict[str, tuple[float, float]]:
    """The bands for a genre."""
    return BANDS if genre in FOLK_LIKE else POP_BANDS


def report(genre: str, seeds: Sequence[int], duration_s: float) -> str:
    """A line per figure outside its band, and one for the returns."""
    scores = [
        compose(planner.plan(PROMPTS[genre], seed=s, duration_s=duration_s).plan) for s in seeds
    ]
    found = [f for score in scores if (f := figures(score))]
    lines = [f"{genre} ({len(found)} melodies)"]
    for name, (low, high) in bands_of(genre).items() if found else ():
        values = [one[name] for one in found]
        value = statistics.mean(values) if name == "ends on tonic" else statistics.median(values)
        if not low <= value <= high:
            lines.append(f"    {name:14} {value:6.2f}   band {low:g} to {high:g}")
    hooks = [a for s in scores for r in returns(s) if r.label == hook_label(s) for a in r.alike]
    verses = [a for s in scores for r in returns(s) if r.label == "verse" for a in r.alike]
    for name, shares in (("hook again", hooks), ("verse again", verses)):
        if shares:
            lines.append(
                f"    {name:14} least {min(shares):.2f} mean {statistics.mean(shares):.2f}"
            )
    return "\n".join(lines)


def main() -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genres", default="all")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--duration", type=float, default=60.0)
    parser.add_argument("--variety", default="", help="a genre; tells how different its seeds are")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    if options.variety:
        for genre in list(PROMPTS) if options.variety == "all" else options.variety.split(","):
            print(genre, variety(PROMPTS[genre], seeds, options.duration), flush=True)
        return
    for genre in list(PROMPTS) if options.genres == "all" else options.genres.split(","):
        print(report(genre, seeds, options.duration), flush=True)


if __name__ == "__main__":
    main()
