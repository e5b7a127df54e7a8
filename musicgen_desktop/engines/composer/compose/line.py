# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds pitches for a rhythm: a beam search that weighs harmony, intervals, contour and motif.

The costs follow what is common to tonal melodies (steps prevail, leaps turn back, strong notes fit
the chord, dissonances resolve by step); their sizes are data per genre (melody_styles.json).
Not for: rhythm and form (see phrase).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from musicgen_desktop.engines.composer.compose.context import Stream
from musicgen_desktop.engines.composer.compose.harmony_field import Colour, HarmonyField
from musicgen_desktop.music.theory import Key

BEAM = 14
_WIDEST = 12
_FARTHEST = 64
_LEAP = 5
_LONGEST_RUB = 2.0  # quarters beyond one in which a rub keeps growing worse
_BREATH_EASE = 0.55  # a move after a rest counts less
_PARALLEL_COST = 1.6  # of a fifth or octave with the root moving in parallel


@dataclass(frozen=True, slots=True)
class Slot:
    """A note whose pitch is wanted.

    Attributes:
        start: Quarters from the start of the piece. duration: quarters.
        strong: Whether it falls on a strong beat.
        contour: The pitch that the phrase's curve has here (MIDI number, with fraction).
        breath: Whether a rest or a phrase start comes before it.
        interval: Wanted interval to the note before, in steps of the ladder, or None.
        target: Wanted pitch, or None. pull: how much the target counts (1 = usual).
        cadence: "" inside a phrase, `half`, `full` or `end` on a phrase's last note.
        bar: Name of the bar it belongs to (a, b, d …), for finding motifs again.
    """

    start: float
    duration: float
    strong: bool
    contour: float
    breath: bool = False
    interval: float | None = None
    target: float | None = None
    pull: float = 1.0
    cadence: str = ""
    bar: str = ""

    def free(self) -> Slot:
        """The same without any wish about its pitch."""
        return replace(self, interval=None, target=None)


class Ladder:
    """Places of pitches on a key's scale, so that intervals can be counted in steps."""

    def __init__(self, key: Key) -> None:
        degrees = sorted(key.melody_scale)
        self._place = [0.0] * 128
        for pitch in range(128):
            below = [d for d in degrees if d <= pitch % 12]
            exact = pitch % 12 in degrees
            self._place[pitch] = pitch // 12 * len(degrees) + len(below) - (1.0 if exact else 0.5)

    def place(self, pitch: int) -> float:
        """The place of a pitch: whole numbers in the scale, halves between."""
        return self._place[pitch]

    def pitch(self, place: float) -> int:
        """The pitch nearest to a place."""
        return min(range(24, 110), key=lambda pitch: abs(self._place[pitch] - place))


@dataclass(frozen=True, slots=True)
class _State:
    """An end of a line in the beam: its cost, last pitch, last move's kind, where it came from."""

    cost: float
    pitch: int
    kind: int
    back: int
    is_tone: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """What the search knows about one slot: the chords, and what holds for every pitch there."""

    slot: Slot
    shares: tuple[tuple[Colour, float], ...]
    taste: tuple[float, ...]
    moved: int


def _five(key: Key) -> frozenset[int]:
    """The pentatonic core of a scale; a scale that has no seven notes is its own."""
    scale = key.melody_scale
    if len(scale) < 7:
        return frozenset(scale)
    degrees = (0, 2, 3, 4, 6) if key.is_minor else (0, 1, 2, 4, 5)
    return frozenset(scale[degree] for degree in degrees)


class LineFinder:
    """Finds lines in one key and one style.

    Args:
        key: The key. field: the harmony along the piece.
        weights: Costs by name, as in melody_styles.json.
        pentatonic: Extra cost of scale notes outside the key's pentatonic scale.
    """

    def __init__(
        self, key: Key, field: HarmonyField, weights: Mapping[str, float], pentatonic: float
    ) -> None:
        self.ladder = Ladder(key)
        self._key = key
        self.field = field
        self._weights = weights
        self._pentatonic = pentatonic
        self._five = _five(key)
        self._moves = {ease: self._move_table(ease) for ease in (False, True)}

    def _move_table(self, after_breath: bool) -> list[list[float]]:
        """Cost of each move (index: semitones + 64) after each kind of move (index: kind + 5)."""
        w = self._weights
        third, fourth, sixth, seventh = w["third"], w["fourth"], w["sixth"], w["seventh"]
        sizes = (
            w["unison"], 0.0, 0.0, third, third, fourth, w["tritone"], fourth, sixth, sixth,
            seventh, seventh, w["octave"],
        )  # fmt: skip
        ease = _BREATH_EASE if after_breath else 1.0
        table = []
        for kind in range(-_LEAP, _LEAP + 1):
            costs = []
            for delta in range(-_FARTHEST, _FARTHEST + 1):
                size = abs(delta)
                cost = sizes[size] * ease if size <= _WIDEST else 25.0 + size
                costs.append(cost if after_breath else cost + self._habit_cost(kind, delta))
            table.append(costs)
        return table

    def find(
        self, slots: Sequence[Slot], low: int, high: int, stream: Stream | None, before: int = 0
    ) -> list[int]:
        """Pitches for the slots.

        Args:
            slots: In order of time.
            low: Lowest pitch.
            high: Highest pitch, at least an octave above.
            stream: Gives each call a taste of its own; None decides by cost alone.
            before: The pitch that sounded before, or 0.
        """
        layers: list[list[_State]] = []
        beam = [_State(0.0, before, 2, -1, True)]
        root = -1
        for slot in slots:
            shares = self.field.under_note(slot.start, slot.duration)
            new_root = shares[0][0].chord.root
            taste = tuple(stream.uniform() if stream else 0.0 for _ in range(12))
            place = _Place(slot, shares, taste, new_root - root if root >= 0 else 0)
            beam = self._step(place, beam, range(low, high + 1))
            layers.append(beam)
            root = new_root
        return _trace(layers)

    def _step(self, place: _Place, beam: list[_State], pitches: range) -> list[_State]:
        hue = place.shares[0][0]
        best: dict[tuple[int, int], _State] = {}
        for pitch in pitches:
            if pitch % 12 not in hue.scale:
                continue
            own = self._own_cost(place.slot, pitch, place.shares)
            own += self._weights["noise"] * place.taste[pitch % 12]
            is_tone = pitch % 12 in hue.tones
            for index, state in enumerate(beam):
                delta = pitch - state.pitch if state.pitch else 0
                cost = state.cost + own
                if state.pitch:
                    cost += self._move_cost(place, state, pitch, is_tone)
                kind = max(-_LEAP, min(_LEAP, delta))
                known = best.get((pitch, kind))
                if known is None or cost < known.cost:
                    best[pitch, kind] = _State(cost, pitch, kind, index, is_tone)
        return sorted(best.values(), key=lambda state: (state.cost, state.pitch))[:BEAM]

    def _own_cost(self, slot: Slot, pitch: int, shares: tuple[tuple[Colour, float], ...]) -> float:
        w = self._weights
        cost = sum(self._fit_cost(slot, pitch % 12, hue, share) for hue, share in shares)
        cost += w["contour"] * abs(pitch - slot.contour)
        if pitch % 12 not in self._five and pitch % 12 not in shares[0][0].tones:
            cost += self._pentatonic
        if slot.target is not None and pitch != slot.target:
            cost += slot.pull * w["target"] * min(4.0, 0.6 + 0.25 * abs(pitch - slot.target))
        if slot.cadence:
            cost += self._cadence_cost(slot.cadence, pitch % 12, shares[0][0])
        return cost

    def _fit_cost(self, slot: Slot, pitch_class: int, hue: Colour, share: float) -> float:
        if pitch_class in hue.tones:
            return 0.0
        w = self._weights
        heavy = slot.strong or slot.duration >= 1.0
        if pitch_class not in hue.scale:
            return w["strong_misfit"] * 1.5 * share
        held = min(_LONGEST_RUB, max(0.0, slot.duration - 1.0))
        if pitch_class in hue.avoid:
            rub = w["strong_misfit"] + w["avoid"] * (1.0 + held) if heavy else w["avoid"] * 0.6
            return rub * share
        cost = w["tension"] if heavy else w["weak_misfit"]
        if pitch_class in hue.under and heavy:
            cost += w["avoid"] * (0.6 + held)
        return cost * share

    def _cadence_cost(self, cadence: str, pitch_class: int, hue: Colour) -> float:
        w = self._weights["cadence"]
        tonic = self._key.tonic
        if pitch_class not in hue.tones:
            return w
        if cadence == "end":
            return 0.0 if pitch_class == tonic else 0.6 * w
        settled = hue.chord.pitch_classes[:3]
        cost = 0.0 if pitch_class in settled else 0.25 * w
        wants_tonic = cadence == "full"
        if (pitch_class == tonic) != wants_tonic:
            cost += 0.5 * w if wants_tonic and tonic in hue.tones else 0.1 * w
        return cost

    def _move_cost(self, place: _Place, state: _State, pitch: int, is_tone: bool) -> float:
        slot = place.slot
        delta = max(-_FARTHEST, min(_FARTHEST, pitch - state.pitch))
        cost = self._moves[slot.breath][state.kind + _LEAP][delta + _FARTHEST]
        if not -3 < delta < 3 and not (is_tone and state.is_tone):
            ease = _BREATH_EASE if slot.breath else 1.0
            rough = ease * (not state.is_tone) + 0.4 * (not is_tone)
            cost += self._weights["unresolved"] * rough
        if slot.interval is not None:
            steps = self.ladder.place(pitch) - self.ladder.place(state.pitch)
            cost += self._weights["motif"] * min(4.0, abs(steps - slot.interval))
        if place.moved and delta and (delta - place.moved) % 12 == 0:
            root = place.shares[0][0].chord.root
            cost += _PARALLEL_COST if (pitch - root) % 12 in (0, 7) else 0.0
        return cost

    def _habit_cost(self, before: int, delta: int) -> float:
        """What a move costs after the one before: standing still, wobbling, not recovering."""
        cost = 0.0
        if delta == 0 and before == 0:
            cost += self._weights["unison"]
        if delta == -before and 0 < abs(delta) <= 4:
            cost += self._weights["wobble"]
        if abs(before) >= _LEAP:
            cost += self._recovery_cost(before, delta)
        return cost

    def _recovery_cost(self, leap: int, delta: int) -> float:
        """A leap wants to turn back, best by step."""
        w = self._weights["leap_reversal"]
        if leap * delta > 0:
            return 1.5 * w if abs(delta) > 2 else w
        return 0.0 if 0 < abs(delta) <= 4 else 0.5 * w


def _trace(layers: list[list[_State]]) -> list[int]:
    """The pitches of the cheapest path through the layers."""
    if not layers:
        return []
    index = 0
    pitches: list[int] = []
    for layer in reversed(layers):
        state = layer[index]
        pitches.append(state.pitch)
        index = state.back
    return pitches[::-1]
