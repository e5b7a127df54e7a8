# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoiled twins: what a good piece can lose, one thing at a time, in its notes or its sound.

A measure that can't tell a piece from its twin says nothing about music (see earn). Spoilings of
notes take a score and give another; those of sound are done to the finished master (see pairs).
Not for: rendering (see pairs) or judging (see earn).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import ChordSpan, Note, Part, Score, TempoMap

JITTER_S = 0.030
DETUNED_CENTS = 30.0
LEAD_DOWN_DB = 12.0
BUMP_DB = 8.0
OVERDRIVE_DB = 9.0
_TUNES = ("lead", "counter")
_WALK_STEPS = (-2, -1, 1, 2)
_WALK_REACH = 9
_MOVES = (-3, -2, -1, 1, 2, 3)

ScoreSpoiling = Callable[[Score, MusicPlan, random.Random], Score | None]


@dataclass(frozen=True, slots=True)
class Spoiling:
    """One way to spoil a piece.

    Attributes:
        what: For people.
        of_score: Makes the twin's score, or None where the piece has nothing to spoil this way;
            None itself for spoilings of sound.
    """

    what: str
    of_score: ScoreSpoiling | None = None


def _with_notes(part: Part, notes: Sequence[Note]) -> Part:
    return replace(part, notes=tuple(sorted(notes)))


def _is_pitched(part: Part) -> bool:
    return not part.is_drums and part.role != "fx"


def last_bar(score: Score) -> int:
    """Number of whole bars before the ending, which every twin keeps."""
    end = score.chords[-1].beat + score.chords[-1].duration
    ending = next((m.beat for m in score.markers if m.label == "ending"), end)
    return max(1, round(ending / score.metre.bar_quarters))


def _rearranged(score: Score, order: Sequence[int]) -> Score:
    """The score whose bar `i` is the original's bar `order[i]`; what comes after stays."""
    length = score.metre.bar_quarters
    end = len(order) * length
    parts = []
    for part in score.parts:
        bars: dict[int, list[Note]] = {}
        for note in part.notes:
            bars.setdefault(int((note.start + 0.1) // length), []).append(note)
        notes = [note for bar, found in bars.items() if bar >= len(order) for note in found]
        for to, source in enumerate(order):
            shift = (to - source) * length
            for note in bars.get(source, ()):
                held = min(note.duration, max(0.1, end - note.start - shift))
                notes.append(replace(note, start=max(0.0, note.start + shift), duration=held))
        parts.append(_with_notes(part, notes))
    chords = [span for span in _by_bar(score) if span.beat >= end - 1e-6]
    for to, source in enumerate(order):
        begin = source * length
        chords += [
            replace(span, beat=span.beat + (to - source) * length)
            for span in _by_bar(score)
            if begin - 1e-6 <= span.beat < begin + length - 1e-6
        ]
    chords.sort(key=lambda span: span.beat)
    return replace(score, parts=tuple(parts), chords=tuple(chords))


def _by_bar(score: Score) -> list[ChordSpan]:
    """The harmony, cut at the bar lines."""
    length = score.metre.bar_quarters
    pieces = []
    for span in score.chords:
        beat, end = span.beat, span.beat + span.duration
        while beat < end - 1e-6:
            line = (int((beat + 1e-6) / length) + 1) * length
            pieces.append(replace(span, beat=beat, duration=min(end, line) - beat))
            beat = min(end, line)
    return pieces


def bars_shuffled(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """All bars before the ending in a random order."""
    del plan
    order = list(range(last_bar(score)))
    rng.shuffle(order)
    return _rearranged(score, order)


def one_bar_looped(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """The fullest bar instead of every bar before the ending."""
    del plan, rng
    length, bars = score.metre.bar_quarters, last_bar(score)
    counts = [0] * bars
    for part in score.parts:
        for note in part.notes:
            if note.start + 0.1 < bars * length:
                counts[int((note.start + 0.1) // length)] += 1
    return _rearranged(score, [counts.index(max(counts))] * bars)


def pitches_moved(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """Every pitched note one to three degrees of the scale away."""
    scale = plan.theory_key.scale
    return _mapped(
        score,
        _is_pitched,
        lambda note: replace(note, pitch=_moved(note.pitch, rng.choice(_MOVES), scale), glide_to=0),
    )


def _moved(pitch: int, degrees: int, scale: Sequence[int]) -> int:
    """The pitch so many notes of the scale away."""
    step = 1 if degrees > 0 else -1
    for _ in range(abs(degrees)):
        pitch += step
        while pitch % 12 not in scale:
            pitch += step
    return pitch


def _mapped(score: Score, which: Callable[[Part], bool], change: Callable[[Note], Note]) -> Score:
    parts = [
        _with_notes(part, [change(note) for note in part.notes]) if which(part) else part
        for part in score.parts
    ]
    return replace(score, parts=tuple(parts))


def tune_of(score: Score) -> Part | None:
    """The part that has the tune: the lead with the most notes."""
    leads = [part for part in score.parts if part.role == "lead" and len(part.notes) >= 8]
    return max(leads, key=lambda part: len(part.notes), default=None)


def melody_walk(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """The tune's rhythm with a random walk on the scale, in the tune's own register."""
    if tune_of(score) is None:
        return None
    scale = plan.theory_key.scale

    def walked(part: Part) -> Part:
        middle = sorted(note.pitch for note in part.notes)[len(part.notes) // 2]
        pitch, last, notes = _moved(middle, 1, scale), -1.0, []
        for note in part.notes:
            if note.start - last < 0.12:  # a chord's other notes: a walk has one voice
                continue
            step = rng.choice(_WALK_STEPS)
            if abs(_moved(pitch, step, scale) - middle) > _WALK_REACH:
                step = -step
            pitch, last = _moved(pitch, step, scale), note.start
            notes.append(replace(note, pitch=pitch, glide_to=0))
        return _with_notes(part, notes)

    parts = [walked(p) if p.role == "lead" and p.notes else p for p in score.parts]
    return replace(score, parts=tuple(parts))


def flat_velocities(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """Every note of a part as loud as its mean."""
    del plan, rng
    parts = []
    for part in score.parts:
        mean = round(sum(n.velocity for n in part.notes) / max(1, len(part.notes)))
        parts.append(_with_notes(part, [replace(n, velocity=mean) for n in part.notes]))
    return replace(score, parts=tuple(parts))


def jittered(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """Every note early or late by chance, standard deviation 30 ms."""
    del plan
    quarter_s = score.tempo[0].quarter_s

    def late(note: Note) -> Note:
        return replace(note, start=max(0.0, note.start + rng.gauss(0.0, JITTER_S) / quarter_s))

    return _mapped(score, lambda part: part.role != "fx", late)


def bass_up(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """The bass a semitone higher."""
    del plan, rng
    if not any(part.role == "bass" and part.notes for part in score.parts):
        return None

    def raised(note: Note) -> Note:
        return replace(
            note, pitch=note.pitch + 1, glide_to=note.glide_to + 1 if note.glide_to else 0
        )

    return _mapped(score, lambda part: part.role == "bass", raised)


def chords_shuffled(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """The chords in a random order, bass and accompaniment with them, under the same tune."""
    del plan
    pieces = [span for span in _by_bar(score) if span.beat < last_bar(score) * _bar(score) - 1e-6]
    order = _other_order(pieces, rng)
    if order is None or tune_of(score) is None:
        return None
    parts = [
        part
        if part.is_drums or part.role in (*_TUNES, "fx")
        else _with_notes(part, _follow(part.notes, pieces, order))
        for part in score.parts
    ]
    rest = [span for span in _by_bar(score) if span.beat >= last_bar(score) * _bar(score) - 1e-6]
    moved = [
        replace(place, chord=pieces[source].chord)
        for place, source in zip(pieces, order, strict=True)
    ]
    return replace(score, parts=tuple(parts), chords=(*moved, *rest))


def _bar(score: Score) -> float:
    return score.metre.bar_quarters


def _other_order(pieces: Sequence[ChordSpan], rng: random.Random) -> list[int] | None:
    """A permutation among pieces of one length; None where that changes next to nothing."""
    order = list(range(len(pieces)))
    for length in sorted({round(span.duration, 3) for span in pieces}):
        same = [i for i, span in enumerate(pieces) if round(span.duration, 3) == length]
        mixed = list(same)
        rng.shuffle(mixed)
        for place, source in zip(same, mixed, strict=True):
            order[place] = source
    changed = sum(pieces[i].chord != pieces[j].chord for i, j in enumerate(order))
    return order if changed >= 0.4 * len(pieces) else None


def _follow(notes: Sequence[Note], pieces: Sequence[ChordSpan], order: Sequence[int]) -> list[Note]:
    """The notes of each chord at that chord's new place; held ones end with it."""
    last = pieces[-1].beat + pieces[-1].duration
    kept = [note for note in notes if note.start + 0.1 >= last]
    for place, source in zip(pieces, order, strict=True):
        span = pieces[source]
        for note in notes:
            at = max(note.start, span.beat - 0.1)
            left = min(note.start + note.duration, span.beat + span.duration) - at
            starts = span.beat - 0.1 <= note.start < span.beat + span.duration - 0.1
            if starts or (note.start < at and left > 0.2):
                start = max(0.0, at + place.beat - span.beat)
                kept.append(replace(note, start=start, duration=max(0.1, left)))
    return kept


def lead_down(score: Score, plan: MusicPlan, rng: random.Random) -> Score | None:
    """The tune 12 dB softer."""
    del plan, rng
    if tune_of(score) is None:
        return None
    parts = [
        replace(p, gain_db=p.gain_db - LEAD_DOWN_DB) if p.role == "lead" else p for p in score.parts
    ]
    return replace(score, parts=tuple(parts))


def detuned_patch(score: Score) -> str | None:
    """The patch of the one part that a twin plays 30 cents off: the tune, or what sounds most."""
    voices = [part for part in score.parts if _is_pitched(part) and part.role != "bass"]
    tune = tune_of(score)
    busiest = max(voices, key=lambda p: sum(n.duration for n in p.notes), default=None)
    chosen = tune or busiest
    return chosen.patch if chosen is not None else None


def seconds_of(score: Score) -> Callable[[float], float]:
    """The clock of a score: quarter notes to seconds."""
    return TempoMap(score.tempo).seconds


SPOILINGS: Mapping[str, Spoiling] = MappingProxyType(
    {
        "bars_shuffled": Spoiling("bars in a random order", bars_shuffled),
        "pitches_moved": Spoiling("pitches moved within the scale", pitches_moved),
        "melody_walk": Spoiling("melody as a random walk", melody_walk),
        "one_bar_looped": Spoiling("one bar looped", one_bar_looped),
        "flat_velocities": Spoiling("flat velocities", flat_velocities),
        "jitter": Spoiling("30 ms random jitter", jittered),
        "bass_up": Spoiling("bass a semitone up", bass_up),
        "chords_shuffled": Spoiling("chords shuffled", chords_shuffled),
        "detuned": Spoiling("one part 30 cents off"),
        "lead_down": Spoiling("lead 12 dB down", lead_down),
        "bump_250": Spoiling("+8 dB at 250 Hz"),
        "bump_3k": Spoiling("+8 dB at 3 kHz"),
        "over_limited": Spoiling("over-limited"),
    }
)
"""The spoilings by name: twelve, the bump in two places."""
