# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices chords: which octave each chord tone sounds in, led smoothly from chord to chord.

A shortest path (Viterbi) over all close and drop-2 positions within a range, by a cost that adds
the movement of the voices, crossing the range's middle, semitone rubs and muddy low intervals.
A `shape` narrows the choice where a chord allows it: `drop2` opens four-note chords, `quartal`
stacks fourths as modal jazz does, `shell` leaves third and seventh only, `spread` is an
orchestra's: wide below (root and octave or fifth), close above.
Not for: rhythm (see accompaniment, pads).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from musicgen_desktop.music.theory import CHORDS, Chord

Voicing = tuple[int, ...]

_QUARTAL = {"m": (5, 10, 3, 7), "": (4, 9, 2, 7), "7": (10, 4, 9, 2), "sus": (0, 5, 10, 2)}
"""Stacks of fourths in semitones above the root (one third among them), by family of chord."""
_FAMILIES = {
    "m": "m", "m7": "m", "m9": "m", "m11": "m", "": "", "6": "", "69": "", "maj7": "", "maj9": "",
    "add9": "", "7": "7", "9": "7", "13": "7", "7sus4": "sus", "sus4": "sus",
}  # fmt: skip
_SHELL_VOICES = 2
_WIDE_VOICES = 4
_LONG_RUB = 0.5
MUDDY_BELOW = 48
"""Under C3 intervals smaller than a fourth sound muddy."""


def lead_voices(
    chords: Sequence[Chord],
    low: int,
    high: int,
    voices: int,
    *,
    rootless: bool = False,
    shape: str = "",
    tune: Sequence[Mapping[int, float]] = (),
) -> list[Voicing]:
    """A voicing for each chord, lowest pitch first.

    Args:
        chords: In order.
        low: Lowest allowed pitch.
        high: Highest allowed pitch.
        voices: Most notes of a voicing.
        rootless: Whether the root may be left to the bass where the chord has four notes or more.
        shape: drop2, quartal, shell or spread; empty for any position.
        tune: For each chord the pitches that sound over it, with quarter notes; none: no tune.
    """
    if not chords:
        return []
    layers = [_shaped(chord, low, high, voices, rootless, shape) for chord in chords]
    middle = (low + high) / 2
    heard_over = tune or [{}] * len(chords)
    over = [_foreign(heard, c) for heard, c in zip(heard_over, chords, strict=True)]
    costs = [_own_cost(v, middle) + _rub_cost(v, over[0]) for v in layers[0]]
    back: list[list[int]] = []
    for (before, layer), heard in zip(pairwise(layers), over[1:], strict=True):
        links, sums = [], []
        for voicing in layer:
            options = [cost + _move_cost(v, voicing) for v, cost in zip(before, costs, strict=True)]
            best = min(range(len(options)), key=options.__getitem__)
            links.append(best)
            sums.append(options[best] + _own_cost(voicing, middle) + _rub_cost(voicing, heard))
        back.append(links)
        costs = sums
    path = _walked_back(layers, back, min(range(len(costs)), key=costs.__getitem__))
    return [_spared(v, heard) for v, heard in zip(path, over, strict=True)]


def _walked_back(
    layers: Sequence[Sequence[Voicing]], back: Sequence[Sequence[int]], at: int
) -> list[Voicing]:
    """The cheapest path, from its last choice back to the first."""
    path = [layers[-1][at]]
    for links, layer in zip(reversed(back), reversed(layers[:-1]), strict=True):
        at = links[at]
        path.append(layer[at])
    return path[::-1]


def _foreign(tune: Mapping[int, float], chord: Chord) -> dict[int, float]:
    """The tune's pitches that are not the chord's."""
    return {p: length for p, length in tune.items() if p % 12 not in chord.pitch_classes}


def _rub_cost(voicing: Voicing, heard: Mapping[int, float]) -> float:
    """Semitones and minor ninths against the tune, by how long they last."""
    return sum(
        12.0 * length
        for pitch, length in heard.items()
        for tone in voicing
        if abs(tone - pitch) in (1, 13)
    )


def _spared(voicing: Voicing, heard: Mapping[int, float]) -> Voicing:
    """The voicing without a tone that rubs against the tune for long, if others are left."""
    long_ones = [pitch for pitch, length in heard.items() if length >= _LONG_RUB]
    kept = tuple(t for t in voicing if all(abs(t - p) not in (1, 13) for p in long_ones))
    return kept if len(kept) >= max(1, len(voicing) - 1) else voicing


def chord_tones(chord: Chord, voices: int, *, rootless: bool) -> tuple[int, ...]:
    """The pitch classes worth playing with so many voices, root first where it stays.

    The perfect fifth goes first, then the root where the bass has it; third, seventh and colour
    stay.
    """
    steps = list(CHORDS[chord.quality])
    if rootless and len(steps) >= 4:
        steps.remove(0)
    has_seventh = bool({10, 11} & set(steps))
    if len(steps) > voices and 7 in steps and has_seventh:
        steps.remove(7)
    while len(steps) > voices:
        steps.pop(0 if steps[0] == 0 and has_seventh else -1)
    return tuple(dict.fromkeys((chord.root + step) % 12 for step in steps))


@lru_cache(maxsize=4096)
def _shaped(
    chord: Chord, low: int, high: int, voices: int, rootless: bool, shape: str
) -> tuple[Voicing, ...]:
    """The positions of a chord in a shape; any position where the shape doesn't fit it."""
    if shape == "shell":
        return _candidates(chord, low, high, _SHELL_VOICES, True)
    if shape == "quartal" and chord.quality in _FAMILIES:
        found = _stacked(chord, low, high, voices)
        if found:
            return found
    if shape == "spread" and voices >= 3:
        found = _spread(chord, low, high, voices)
        if found:
            return found
    options = _candidates(chord, low, high, voices, rootless)
    if shape == "drop2":
        return tuple(v for v in options if len(v) >= 4 and v[-1] - v[0] > 12) or options
    return options


def _stacked(chord: Chord, low: int, high: int, voices: int) -> tuple[Voicing, ...]:
    """Stacks of fourths inside the range; for major chords they hide the root."""
    steps = _QUARTAL[_FAMILIES[chord.quality]][:voices]
    found = []
    for base in range(low, high + 1):
        if base % 12 != (chord.root + steps[0]) % 12:
            continue
        stack = [base]
        for step in steps[1:]:
            stack.append(stack[-1] + 1 + ((chord.root + step) - stack[-1] - 1) % 12)
        if stack[-1] <= high:
            found.append(tuple(stack))
    return tuple(found)


def _spread(chord: Chord, low: int, high: int, voices: int) -> tuple[Voicing, ...]:
    """As the overtones lie: wide below, close above.

    The bass note, with four voices or more its octave or fifth, and well above them the chord.
    """
    bottom = low + (chord.bass - low) % 12
    fifth = bottom + 7 if (chord.bass + 7) % 12 in chord.pitch_classes else bottom + 12
    feet = [(bottom,)] if voices < _WIDE_VOICES else [(bottom, fifth), (bottom, bottom + 12)]
    upper_voices = voices - len(feet[0])
    found = {
        (*foot, *upper)
        for foot in feet
        for upper in _candidates(chord, foot[-1] + 3, high, max(2, upper_voices), False)
        if upper[0] > foot[-1] and upper[-1] <= high
    }
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _candidates(
    chord: Chord, low: int, high: int, voices: int, rootless: bool
) -> tuple[Voicing, ...]:
    tones = sorted(chord_tones(chord, voices, rootless=rootless))
    found: set[Voicing] = set()
    for turn in range(len(tones)):
        order = tones[turn:] + tones[:turn]
        base = low + (order[0] - low) % 12
        while base + 1 < high:
            close = [base]
            for tone in order[1:]:
                close.append(close[-1] + 1 + (tone - close[-1] - 1) % 12)
            if close[-1] <= high:
                found.add(tuple(close))
                stable = (close[0] - chord.root) % 12 in (0, 7)
                if stable and 3 <= len(close) < voices and close[0] + 12 <= high:
                    found.discard(tuple(close))
                    found.add((*close, close[0] + 12))
                if len(close) >= 4 and close[-2] - 12 >= low:
                    found.add(tuple(sorted([*close[:-2], close[-2] - 12, close[-1]])))
            base += 12
    return tuple(sorted(found)) or (_squeezed(tones, low, high),)


def _squeezed(tones: Sequence[int], low: int, high: int) -> Voicing:
    pitches = sorted(low + (tone - low) % 12 for tone in tones)
    return tuple(p for p in pitches if p <= high) or (pitches[0],)


@lru_cache(maxsize=65536)
def _own_cost(voicing: Voicing, middle: float) -> float:
    cost = 0.35 * abs(sum(voicing) / len(voicing) - middle)
    for below, above in pairwise(voicing):
        gap = above - below
        cost += 2.5 if gap == 1 else 0.8 if gap == 2 else 0.0
        cost += 6.0 if below < MUDDY_BELOW and gap < 5 else 0.0
    gaps = [above - below for below, above in pairwise(voicing)]
    cost += sum(5.0 for one, two in pairwise(gaps) if one <= 2 and two <= 2)
    if len(voicing) > 2 and voicing[-1] - voicing[-2] == 1:
        cost += 4.0
    return cost


@lru_cache(maxsize=65536)
def _move_cost(before: Voicing, after: Voicing) -> float:
    if len(before) == len(after):
        moves = [abs(a - b) for a, b in zip(before, after, strict=True)]
    else:
        moves = [min(abs(a - b) for b in before) for a in after]
    top = abs(after[-1] - before[-1])
    return sum(moves) + max(0, top - 4) * 1.5 - 0.5 * len(set(before) & set(after))
