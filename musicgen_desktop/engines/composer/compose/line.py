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
        degrees = sorted(key.scale)
        self._place = [0.0] * 128
        for pitch in range(128):
            below = [d for d in degrees if d <= pitch % 12]
            exact = pitch % 12 in degrees
            self._place[pitch] = pitch // 12 * 7 + len(below) - (1.0 if exact else 0.5)

    def place(self, pitch: int) -> float:
        """The place of a pitch: whole numbers in the scale, halves between."""
        return self._place[pitch]

    def pitch(self, place: float) -> int:
        """The pitch nearest to a place."""
        return min(range(24, 110), key=lambda pitch: abs(self._place[pitch] - place))


@dataclass(frozen=True, slots=True)
class _State:
    cost: float
    pitch: int
    delta: int
    back: int
    is_tone: bool


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
        self._field = field
        self._weights = weights
        self._pentatonic = pentatonic
        degrees = (0, 2, 3, 4, 6) if key.is_minor else (0, 1, 2, 4, 5)
        self._five = frozenset(key.scale[degree] for degree in degrees)
        w = weights
        third, fourth, sixth, seventh = w["third"], w["fourth"], w["sixth"], w["seventh"]
        self._interval_cost = (
            w["unison"], 0.0, 0.0, third, third, fourth, w["tritone"], fourth, sixth, sixth,
            seventh, seventh, w["octave"],
        )  # fmt: skip

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
        beam = [_State(0.0, before, 0, -1, True)]
        root = -1
        for slot in slots:
            shares = self._field.under_note(slot.start, slot.duration)
            beam = self._step(slot, beam, shares, (low, high), root, stream)
            layers.append(beam)
            root = shares[0][0].chord.root
        return _trace(layers)

    def _step(
        self,
        slot: Slot,
        beam: list[_State],
        shares: tuple[tuple[Colour, float], ...],
        limits: tuple[int, int],
        root_before: int,
        stream: Stream | None,
    ) -> list[_State]:
        hue = shares[0][0]
        taste = [stream.uniform() for _ in range(12)] if stream is not None else [0.0] * 12
        noise = self._weights["noise"]
        moved = hue.chord.root - root_before if root_before >= 0 else 0
        best: dict[tuple[int, int], _State] = {}
        for pitch in range(limits[0], limits[1] + 1):
            if pitch % 12 not in hue.scale:
                continue
            own = self._own_cost(slot, pitch, shares) + noise * taste[pitch % 12]
            is_tone = pitch % 12 in hue.tones
            is_bare = (pitch - hue.chord.root) % 12 in (0, 7)
            for index, state in enumerate(beam):
                delta = pitch - state.pitch if state.pitch else 0
                cost = state.cost + own + self._move_cost(slot, state, pitch, delta, is_tone)
                if is_bare and delta and moved and (delta - moved) % 12 == 0:
                    cost += _PARALLEL_COST
                group = (pitch, _kind(delta))
                if group not in best or cost < best[group].cost:
                    best[group] = _State(cost, pitch, delta, index, is_tone)
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
        if pitch_class in hue.avoid:
            return (w["strong_misfit"] + w["avoid"] if heavy else w["avoid"] * 0.6) * share
        cost = w["tension"] if heavy else w["weak_misfit"]
        if pitch_class in hue.under and heavy:
            cost += w["avoid"] * 0.6
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
            cost += 0.25 * w if wants_tonic and tonic in hue.tones else 0.1 * w
        return cost

    def _move_cost(self, slot: Slot, state: _State, pitch: int, delta: int, is_tone: bool) -> float:
        if not state.pitch:
            return 0.0
        size = abs(delta)
        if size > _WIDEST:
            return 25.0 + size
        w = self._weights
        ease = 0.55 if slot.breath else 1.0
        cost = self._interval_cost[size] * ease
        if size > 2:
            cost += w["unresolved"] * ease * ((not state.is_tone) + 0.4 * (not is_tone))
        if not slot.breath:
            cost += self._habit_cost(state.delta, delta)
        if slot.interval is not None:
            steps = self.ladder.place(pitch) - self.ladder.place(state.pitch)
            cost += w["motif"] * min(4.0, abs(steps - slot.interval))
        return cost

    def _habit_cost(self, before: int, delta: int) -> float:
        """What a move costs after the one before: standing still, wobbling, not recovering."""
        cost = 0.0
        if delta == 0 and before == 0:
            cost += self._weights["unison"]
        if delta == -before and 0 < abs(delta) <= 4:
            cost += self._weights["wobble"]
        if abs(before) >= 5:
            cost += self._recovery_cost(before, delta)
        return cost

    def _recovery_cost(self, leap: int, delta: int) -> float:
        """A leap wants to turn back, best by step."""
        w = self._weights["leap_reversal"]
        if leap * delta > 0:
            return 1.5 * w if abs(delta) > 2 else w
        return 0.0 if 0 < abs(delta) <= 4 else 0.5 * w


def _kind(delta: int) -> int:
    """Class of the last move, as far as the next one cares: leap or smaller, up or down, unison."""
    return max(-5, min(5, delta))


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
