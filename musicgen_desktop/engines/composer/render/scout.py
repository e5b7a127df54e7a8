# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scout: chooses a few short excerpts of a score that together tell how the whole will sound.

Each section is heard somewhere inside; long ones more than once. How many excerpts there are
depends on the time that they take: a preview has to begin soon, and nothing that is kept depends on
it. Not for: rendering (see renderer) or what follows from it (see audio.forecast).
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.forecast import HOP_FRAMES, Excerpt
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.placement import Event, Placer
from musicgen_desktop.music.score import Score, TempoMap

EXCERPT_FRAMES = 4 * HOP_FRAMES
"""Many short excerpts foretell the whole better than a few long ones that cost as much."""
_MOST = 40
_USUAL_STRETCH_S = 1.5
BUDGET_S = 0.5
_TURNS = (slice(0, None, 2), slice(1, None, 4), slice(3, None, 4))
_RING_S = 3.0
"""How long a note is reckoned with after its end: strings and pedals ring."""
_LONGEST_S = 17.0


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the track, and the frame where its excerpt starts."""

    first: int
    last: int
    start: int

    @property
    def stop(self) -> int:
        """The frame after the excerpt."""
        return self.start + EXCERPT_FRAMES


def excerpts(
    wanted: Sequence[Window],
    played: Callable[[Sequence[Window]], list[Samples]],
    budget_s: float = BUDGET_S,
) -> list[Excerpt]:
    """Excerpts of the whole track: every other first, then those between, while there is time.

    Args:
        wanted: From `windows`.
        played: Renders excerpts.
        budget_s: No more are begun after so much time.
    """
    began = time.monotonic()
    sounds: dict[Window, Samples] = {}
    for turn in _TURNS:
        chosen = wanted[turn]
        sounds.update(zip(chosen, played(chosen), strict=True))
        if time.monotonic() - began > budget_s:
            break
    heard = sorted(sounds, key=lambda window: window.first)
    lasts = [*(window.first for window in heard[1:]), wanted[-1].last]
    return [
        Excerpt(window.first, last, window.start, sounds[window])
        for window, last in zip(heard, lasts, strict=True)
    ]


def windows(score: Score, frames: int) -> list[Window]:
    """The excerpts to be heard, in order; their stretches cover the track."""
    tempo = TempoMap(score.tempo)
    marks = [round(tempo.seconds(marker.beat) * SAMPLE_RATE) for marker in score.markers]
    edges = [0, *(mark for mark in marks if EXCERPT_FRAMES <= mark <= frames - EXCERPT_FRAMES)]
    edges = [*edges, frames]
    stretches = [pair for pair in pairwise(edges) if pair[0] < pair[1]]
    while len(stretches) > _MOST:
        stretches = _joined(stretches)
    usual = max(_USUAL_STRETCH_S, frames / SAMPLE_RATE / _MOST) * SAMPLE_RATE
    found: list[Window] = []
    for first, last in stretches:
        count = max(1, round((last - first) / usual))
        cuts = [first + (last - first) * k // count for k in range(count + 1)]
        found.extend(Window(a, b, _start(a, b, frames)) for a, b in pairwise(cuts))
    return found


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """With the shortest neighbours made one."""
    at = min(range(len(stretches) - 1), key=lambda k: stretches[k + 1][1] - stretches[k][0])
    return [*stretches[:at], (stretches[at][0], stretches[at + 1][1]), *stretches[at + 2 :]]


def _start(first: int, last: int, frames: int) -> int:
    """In the middle of the stretch."""
    middle = (first + last - EXCERPT_FRAMES) // 2
    return max(0, min(middle, frames - EXCERPT_FRAMES))


class ExcerptPlacer(Placer):
    """Plays any stretches of a part, each with what still sounds from before it.

    Args:
        events: Of the part, by frame. patch, bank: as for a Placer.
    """

    def __init__(self, events: list[Event], patch: str, bank: NoteBank) -> None:
        super().__init__(events, patch, bank)
        self._all = events
        self._frames = [event.frame for event in events]

    def play(self, block: Samples, start: int, check: Callable[[], None]) -> bool:
        """Adds all that sounds from frame `start` on to the block; says whether anything did."""
        stop = bisect_left(self._frames, start + block.shape[1])
        earliest = bisect_left(self._frames, start - round(_LONGEST_S * SAMPLE_RATE))
        inside = [
            event
            for event in self._all[earliest:stop]
            if event.frame + (event.duration_s + _RING_S) * SAMPLE_RATE > start
        ]
        return Placer(inside, self._patch, self._bank).play(block, start, check)
