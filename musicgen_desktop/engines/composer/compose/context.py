# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every writer of notes is handed: plan, form on the bar grid, harmony, seeded streams.

Each decision draws from its own named stream, so that one thing can change while the rest stays.
Not for: decisions themselves.
"""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import Key, Metre

T = TypeVar("T")


class Stream:
    """Random choices of one decision.

    Built on `random.Random.random()` alone, the one method whose sequence Python guarantees across
    versions.
    """

    def __init__(self, seed_text: str) -> None:
        digest = hashlib.sha256(seed_text.encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big"))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._random.random()

    def integer(self, low: int, high: int) -> int:
        """A whole number in low..high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random.random() < probability

    def choice(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self._random.random() * len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of the options, each as likely as its weight says."""
        mark = self._random.random() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            mark -= weight
            if mark < 0:
                return option
        return options[-1]

    def bell(self, spread: float) -> float:
        """About normal around 0 with standard deviation `spread` (a sum of uniforms)."""
        total = sum(self._random.random() for _ in range(12)) - 6.0
        return total * spread

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """The options in a random order (Fisher and Yates)."""
        order = list(options)
        for i in range(len(order) - 1, 0, -1):
            j = int(self._random.random() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return order


class Streams:
    """Seeded streams by name.

    Args:
        seed: The recipe's seed; seed // 8 is the group of takes, seed % 8 the take.
        keep: Seeds by stream name that replace the recipe's (how "More like this" keeps
            groove and palette while melody and harmony are new). A name covers its
            sub-streams: `groove` covers `groove/fill/3`; the longest name that fits counts.
    """

    def __init__(self, seed: int, keep: Mapping[str, int] | None = None) -> None:
        self._seed = seed
        self._keep = dict(keep or {})

    def _seed_of(self, name: str) -> int:
        while name not in self._keep and "/" in name:
            name = name.rpartition("/")[0]
        return self._keep.get(name, self._seed)

    def stream(self, name: str, *indices: int) -> Stream:
        """The stream of one decision, such as `stream("melody/rhythm", section.index)`."""
        path = "/".join([name, *map(str, indices)])
        return Stream(f"{self._seed_of(name)}:{path}")

    def rotate(self, name: str, options: Sequence[T]) -> T:
        """A choice in which the takes of one group differ.

        The group's seed shuffles the options; the take's number picks. Two takes of a group get
        the same option only when there are fewer options than takes.
        """
        group, take = divmod(self._seed_of(name), TAKES_PER_GROUP)
        order = Stream(f"group {group}:{name}").shuffled(options)
        return order[take % len(order)]


@dataclass(frozen=True, slots=True)
class SectionFrame:
    """A section on the bar grid.

    Attributes:
        index: Place in the form. label: as in the plan.
        start_bar: Bars before it. bars: its length.
        start: Quarter notes before it. quarters: its length.
        energy: 0–1. occurrence: 0 for the first section with this label, 1 for the second …
    """

    index: int
    label: str
    start_bar: int
    bars: int
    start: float
    quarters: float
    energy: float
    occurrence: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A note on the grid, before performance.

    Attributes:
        start: Quarter notes from the start of the piece, exactly on the grid (unswung).
        duration: Quarter notes. pitch: MIDI number. velocity: 1–127, the intended accent.
        lane: What performs alike: kick, snare, hat, perc, bass, chords, pad, arp, lead, counter,
            fx.
        glide_to: As in Note. strum: Place in a strummed or rolled chord (0 = first), else 0.
        articulation: As in Note, where the writer wants one.
    """

    start: float
    duration: float
    pitch: int
    velocity: int
    lane: str
    glide_to: int = 0
    strum: int = 0
    articulation: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """All that a writer needs.

    Attributes:
        plan: As resolved. key, metre: the plan's, as values.
        sections: The form. chords: the harmony, gapless over the form.
        streams: Seeded randomness.
        style: The genre's data (resources/cells/genres/<genre>.json).
    """

    plan: MusicPlan
    key: Key
    metre: Metre
    sections: tuple[SectionFrame, ...]
    chords: tuple[ChordSpan, ...]
    streams: Streams
    style: Mapping[str, Any] = field(default_factory=dict)

    def chord_at(self, beat: float) -> ChordSpan:
        """The chord that sounds at a position in quarter notes."""
        return self.chords[self.chord_index(beat)]

    def chord_index(self, beat: float) -> int:
        """The place in `chords` of the chord that sounds at a position."""
        return max(0, bisect_right(self.chords, beat + 1e-6, key=_beat_of) - 1)


def _beat_of(span: ChordSpan) -> float:
    return span.beat


def frame_sections(plan: MusicPlan) -> tuple[SectionFrame, ...]:
    """Puts the plan's sections on the bar grid."""
    metre = plan.theory_metre
    frames: list[SectionFrame] = []
    bar = 0
    for index, section in enumerate(plan.sections):
        frames.append(
            SectionFrame(
                index=index,
                label=section.label,
                start_bar=bar,
                bars=section.bars,
                start=bar * metre.bar_quarters,
                quarters=section.bars * metre.bar_quarters,
                energy=section.energy,
                occurrence=sum(f.label == section.label for f in frames),
            )
        )
        bar += section.bars
    return tuple(frames)
