# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures 15 to 18: repetition, note statistics, clashes and obedience, from the score.

Note statistics follow the definitions of MusPy (Dong et al. 2020). The melody is the lead part, or
the highest notes of the harmony where there is no lead. Not for: sound.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Note, Part, Score
from musicgen_desktop.music.theory import Chord, Metre
from tests.quality import obedience
from tests.quality.rows import Row, row

_STEP = 0.25
_CHROMATIC = frozenset({"jazz", "bossa_nova", "blues"})
"""Genres whose secondary dominants, passing chords and blue notes lie outside the scale."""


def score_rows(score: Score, plan: MusicPlan) -> list[Row]:
    """Measures 15 to 18."""
    return [
        *repetition_rows(score),
        *note_rows(score, plan),
        *clash_rows(score),
        *obedience.rows(score, plan),
    ]


def melody(score: Score) -> list[Note]:
    """The lead's top voice, else that of all pitched parts; one note per onset."""
    leads = [part for part in score.parts if part.role == "lead" and part.notes]
    parts = leads or [p for p in score.parts if not p.is_drums and p.role not in ("bass", "fx")]
    return skyline(note for part in parts for note in part.notes)


def skyline(notes: Iterable[Note]) -> list[Note]:
    """The highest note of each sixteenth in which one starts."""
    best: dict[int, Note] = {}
    for note in notes:
        place = round(note.start / _STEP)
        if place not in best or note.pitch > best[place].pitch:
            best[place] = note
    return [best[place] for place in sorted(best)]


def pitched(score: Score) -> list[Part]:
    """Parts whose notes are pitches."""
    return [part for part in score.parts if not part.is_drums and part.role != "fx"]


def _bars(score: Score) -> int:
    end = max((c.beat + c.duration for c in score.chords), default=0.0)
    return max(1, round(end / score.metre.bar_quarters))


def bar_contents(score: Score) -> list[frozenset[tuple[str, int, int]]]:
    """For each bar what starts in it: part, sixteenth, pitch class (or drum)."""
    length = score.metre.bar_quarters
    found: list[set[tuple[str, int, int]]] = [set() for _ in range(_bars(score))]
    for part in score.parts:
        for note in part.notes:
            place = round(note.start / _STEP) * _STEP
            bar = int(place // length)
            if bar < len(found):
                pitch = note.pitch if part.is_drums else note.pitch % 12
                found[bar].add((part.role, round((place - bar * length) / _STEP), pitch))
    return [frozenset(bar) for bar in found]


def repetition_rows(score: Score) -> list[Row]:
    """Measure 15: sections of one label are alike, more than those of different labels."""
    contents = bar_contents(score)
    length = score.metre.bar_quarters
    starts = [round(marker.beat / length) for marker in score.markers] + [len(contents)]
    stretches = [
        (marker.label, contents[begin:end])
        for marker, begin, end in zip(score.markers, starts, starts[1:], strict=False)
        if end - begin >= 4
    ]
    same: list[float] = []
    other: list[float] = []
    for (label, one), (another, two) in combinations(stretches, 2):
        value = _alike(one, two)
        (same if label == another else other).append(value)
    if not same:
        return [row(15, "repeats of a label alike", None, 0.3, note="no repeated label")]
    mean_same = sum(same) / len(same)
    margin = mean_same - sum(other) / len(other) if other else None
    return [
        row(15, "repeats of a label alike", mean_same, 0.3),
        row(15, "more than other sections by", margin, 0.0),
    ]


def _alike(
    one: Sequence[frozenset[tuple[str, int, int]]], two: Sequence[frozenset[tuple[str, int, int]]]
) -> float:
    pairs = list(zip(one, two, strict=False))
    return sum(len(a & b) / max(1, len(a | b)) for a, b in pairs) / len(pairs)


def note_rows(score: Score, plan: MusicPlan) -> list[Row]:
    """Measure 16."""
    line = melody(score) if any(part.role == "lead" for part in score.parts) else []
    moves = [abs(after.pitch - before.pitch) for before, after in pairwise(line)]
    drumless = pitched(score)
    scale = set(plan.theory_key.scale)
    if plan.theory_key.is_minor:
        scale |= {plan.theory_key.pitch_class(6, _leading(plan))}
    pitches = [note.pitch for part in drumless for note in part.notes]
    fits = sum(pitch % 12 in scale for pitch in pitches) / len(pitches) if pitches else None
    has_lead = len(line) >= 16
    few = plan.only and len(plan.instruments) <= 2
    voices = _polyphony(score) if pitches else None
    empty_most = 0.30 if plan.genre == "ambient" else 0.05
    return [
        row(16, "notes in the scale", fits, 0.8 if plan.genre in _CHROMATIC else 0.92),
        row(16, "melody pitch entropy (bit)", _entropy_of(line) if has_lead else None, 2.2, 3.0),
        row(16, "entropy within a bar (bit)", _bar_entropy(score, line), 1.2, 2.1),
        row(16, "groove similarity", _groove(score, line), 0.75, 0.95),
        row(16, "melody steps", _share(moves, 1, 2) if has_lead else None, 0.45, 0.75),
        row(16, "melody leaps", _share(moves, 5, 99) if has_lead else None, 0.03, 0.20),
        row(16, "melody range (semitones)", _span(line) if has_lead else None, 9, 22),
        row(16, "voices at a time", voices, 1.0 if few else 3.0, 9.0),
        row(16, "beats without a note", _empty_beats(score), None, empty_most),
    ]  # fmt: skip


def _leading(plan: MusicPlan) -> int:
    """Semitones from the mode's seventh degree to the leading note."""
    key = plan.theory_key
    return (key.tonic - 1 - key.pitch_class(6)) % 12


def _share(moves: Sequence[int], low: int, high: int) -> float:
    return sum(low <= move <= high for move in moves) / max(1, len(moves))


def _span(line: Sequence[Note]) -> float:
    return float(max(n.pitch for n in line) - min(n.pitch for n in line))


def entropy(counts: Iterable[int]) -> float:
    """Shannon entropy in bits."""
    values = [count for count in counts if count]
    total = sum(values)
    return -sum(v / total * math.log2(v / total) for v in values) if total else 0.0


def _entropy_of(notes: Iterable[Note]) -> float:
    return entropy(Counter(note.pitch % 12 for note in notes).values())


def _by_bar(score: Score, line: Sequence[Note]) -> dict[int, list[Note]]:
    bars: dict[int, list[Note]] = defaultdict(list)
    for note in line:
        bars[int((note.start + 0.1) // score.metre.bar_quarters)].append(note)
    return bars


def _bar_entropy(score: Score, line: Sequence[Note]) -> float | None:
    """Mean over bars with three notes or more (fewer can't reach the corpus' range)."""
    full = [_entropy_of(n) for n in _by_bar(score, line).values() if len(n) >= 3]
    return sum(full) / len(full) if len(full) >= 4 else None


def _groove(score: Score, line: Sequence[Note]) -> float | None:
    """Mean likeness of the onset patterns of the melody's neighbouring bars, on sixteenths."""
    steps = round(score.metre.bar_quarters / _STEP)
    patterns = {
        bar: {round(note.start / _STEP) % steps for note in notes}
        for bar, notes in _by_bar(score, line).items()
    }
    alike = [
        1 - len(pattern ^ patterns[bar + 1]) / steps
        for bar, pattern in patterns.items()
        if bar + 1 in patterns
    ]
    return sum(alike) / len(alike) if len(alike) >= 4 else None


def _polyphony(score: Score) -> float:
    """Mean number of pitched notes that sound, where any does, on sixteenths."""
    sounding: Counter[int] = Counter()
    for part in pitched(score):
        for note in part.notes:
            first = round(note.start / _STEP)
            last = max(first + 1, round((note.start + note.duration) / _STEP))
            for place in range(first, last):
                sounding[place] += 1
    return sum(sounding.values()) / max(1, len(sounding))


def _empty_beats(score: Score) -> float:
    """Share of pulses in which nothing sounds."""
    pulse = score.metre.pulse_quarters
    pulses = round(_bars(score) * score.metre.bar_quarters / pulse)
    filled: set[int] = set()
    for part in score.parts:
        if part.role == "fx":
            continue
        for note in part.notes:
            first = int((note.start + 0.1) / pulse)
            last = int((note.start + max(0.2, note.duration) - 0.1) / pulse)
            filled.update(range(first, last + 1))
    return 1 - len([p for p in filled if p < pulses]) / max(1, pulses)


def clash_rows(score: Score) -> list[Row]:
    """Measure 17: semitones between parts outside the chord, strong notes of the melody."""
    clashes_most = 0.05 if score.genre in _CHROMATIC else 0.02
    return [
        row(17, "clashes (share of time)", clash_share(score), None, clashes_most),
        row(17, "strong notes in chord or tension", strong_fit(score), 0.75),
        row(17, "parallel fifths and octaves", parallels(score), None, 0.3),
    ]


def clash_share(score: Score) -> float:
    """Share of time with a minor second or ninth between parts that isn't in the chord."""
    parts = pitched(score)
    grid: dict[int, list[tuple[int, int]]] = defaultdict(list)
    step = _STEP / 2
    for number, part in enumerate(parts):
        for note in part.notes:
            first = round(note.start / step)
            last = max(first + 1, round((note.start + note.duration) / step))
            for place in range(first, last):
                grid[place].append((number, note.pitch))
    chord_index = 0
    clashing = 0
    for place in sorted(grid):
        while (
            chord_index + 1 < len(score.chords)
            and score.chords[chord_index + 1].beat <= place * step + 0.06
        ):
            chord_index += 1
        tones = set(score.chords[chord_index].chord.pitch_classes)
        clashing += _clashes(grid[place], tones)
    return clashing / max(1, len(grid))


def _clashes(sounding: Sequence[tuple[int, int]], tones: set[int]) -> bool:
    for (part, pitch), (other, second) in combinations(sounding, 2):
        if part == other:
            continue
        if abs(pitch - second) in (1, 13) and not {pitch % 12, second % 12} <= tones:
            return True
    return False


def strong_fit(score: Score) -> float | None:
    """Share of the melody's notes on strong pulses that are chord tones or usual tensions."""
    chords = [(span.beat, span.chord) for span in score.chords]
    good = total = 0
    for note in melody(score):
        start = round(note.start / _STEP) * _STEP
        if not _is_strong(start % score.metre.bar_quarters, score.metre):
            continue
        chord = [c for beat, c in chords if beat <= start + 1e-6][-1]
        total += 1
        good += _in_chord_or_tension((note.pitch - chord.root) % 12, chord)
    return good / total if total >= 8 else None


def _in_chord_or_tension(interval: int, chord: Chord) -> bool:
    """Whether an interval above the root is a chord tone, a ninth, a thirteenth or the like."""
    tones = {(pitch_class - chord.root) % 12 for pitch_class in chord.pitch_classes}
    if interval in tones or interval in (2, 9):
        return True
    if interval == 5:  # an eleventh suits minor and open chords
        return 4 not in tones
    return interval in (3, 4) and not tones & {3, 4}


def _is_strong(position: float, metre: Metre) -> bool:
    return any(abs(position - start) < 1e-6 for start in metre.group_starts)


def parallels(score: Score) -> float | None:
    """Share of moves in which bass and melody move alike in fifths or octaves."""
    bass = [n for p in score.parts if p.role == "bass" for n in p.notes]
    line = melody(score)
    if len(bass) < 8 or len(line) < 8:
        return None
    under = [_sounding(bass, note.start + 0.05) for note in line]
    pairs = [(a, b) for a, b in zip(under, line, strict=True) if a is not None]
    moves = parallel = 0
    for (low, high), (low2, high2) in pairwise(pairs):
        if low.pitch == low2.pitch or high.pitch == high2.pitch:
            continue
        moves += 1
        before, after = (high.pitch - low.pitch) % 12, (high2.pitch - low2.pitch) % 12
        same_way = (low2.pitch - low.pitch) * (high2.pitch - high.pitch) > 0
        parallel += before == after and before in (0, 7) and same_way
    return parallel / max(1, moves)


def _sounding(notes: Sequence[Note], beat: float) -> Note | None:
    return next((n for n in notes if n.start <= beat < n.start + n.duration), None)
