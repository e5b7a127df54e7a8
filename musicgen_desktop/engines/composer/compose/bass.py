# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the bass: roots where the chords change, the rest from cells that agree with the kick.

A bass cell is tokens `step:steps:degree`, bars divided by `|`. Degrees: `R` root, `3 5 7` of the
chord, `8` the octave, `L` the fifth below, `a` a step towards the next bar's root; `-` after it
plays softly, `!` with accent, `~8` slides to that degree. A cell with `lock` adds a root on each
kick that it leaves free.
Not for: the choice of the chords (see harmony).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musicgen_desktop.engines.composer.compose import cells
from musicgen_desktop.engines.composer.compose.context import Context, Draft
from musicgen_desktop.engines.composer.compose.groove import Groove, kick_starts
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.theory import Chord

_ACCENTS = {"": 0, "-": -22, "!": 12}


@dataclass(frozen=True, slots=True)
class Token:
    """One note of a bass cell, in quarter notes from the bar line."""

    start: float
    duration: float
    degree: str
    accent: int
    glide: str


def write_bass(
    context: Context, seat: Seat, groove: Groove | None, levels: Sequence[float]
) -> list[Draft]:
    """The bass line of the whole piece but the ending."""
    return list(_Line(context, seat, groove).drafts(levels))


class _Line:
    """Walks through the bars with one cell per kind of section."""

    def __init__(self, context: Context, seat: Seat, groove: Groove | None) -> None:
        self._context = context
        self._groove = groove
        self._low, self._high = seat.low, seat.high
        self._last = 0
        self._root_pitch = context.key.tonic

    def drafts(self, levels: Sequence[float]) -> Iterator[Draft]:
        """The notes."""
        quarters = self._context.metre.bar_quarters
        for frame in self._context.sections:
            if frame.label == "ending":
                continue
            cell = self._cell(frame.label)
            for bar in range(frame.bars):
                level = levels[frame.start_bar + bar]
                if level > 0:
                    start = frame.start + bar * quarters
                    yield from self._bar(cell, start, bar, level, frame.start + frame.quarters)

    def _cell(self, label: str) -> Mapping[str, Any]:
        genre = self._context.plan.genre
        options = cells.pool("bass", genre, "cells", self._context.metre)
        slot = self._context.style["slots"].get(label, self._context.style["slots"]["default"])
        stream = self._context.streams.stream(f"bass/{slot}")
        return stream.weighted(options, [0.15 + self._agreement(cell) ** 2 for cell in options])

    def _agreement(self, cell: Mapping[str, Any]) -> float:
        """Share of the kicks (in a full bar) on which the cell has a note."""
        if self._groove is None or cell.get("lock"):
            return 0.8
        kicks = kick_starts(self._groove, self._context, 0, 0.8)
        starts = {t.start for t in self._tokens(cells.variant(cell, 0.8), 0)}
        return sum(k in starts for k in kicks) / max(1, len(kicks))

    def _tokens(self, text: str, bar: int) -> list[Token]:
        bars = text.split("|")
        return [token for part in bars[bar % len(bars)].split() if (token := self._token(part))]

    def _token(self, text: str) -> Token | None:
        step, steps, degree = text.split(":")
        start, end = int(step) * cells.STEP, (int(step) + int(steps)) * cells.STEP
        limit = self._context.metre.bar_quarters
        if start >= limit:
            return None
        degree, _, glide = degree.partition("~")
        accent = degree[1:]
        return Token(start, min(end, limit) - start, degree[0], _ACCENTS[accent], glide)

    def _bar(
        self, cell: Mapping[str, Any], start: float, bar: int, level: float, section_end: float
    ) -> Iterator[Draft]:
        tokens = self._tokens(cells.variant(cell, level), bar)
        if cell.get("lock"):
            tokens = self._locked(tokens, bar, level)
        tokens = self._with_changes(tokens, start)
        for token, following in zip(tokens, [*tokens[1:], None], strict=True):
            duration = token.duration
            if following is not None:
                duration = min(duration, following.start - token.start)
            yield self._note(token, start, duration, level)

    def _locked(self, tokens: list[Token], bar: int, level: float) -> list[Token]:
        if self._groove is None:
            return tokens
        taken = {t.start for t in tokens}
        kicks = [k for k in kick_starts(self._groove, self._context, bar, level) if k not in taken]
        limit = self._context.metre.bar_quarters
        added = [Token(k, min(2.0, limit - k), "R", -6, "") for k in kicks if k % 0.25 == 0]
        return sorted([*tokens, *added], key=lambda t: t.start)

    def _with_changes(self, tokens: list[Token], start: float) -> list[Token]:
        """A chord that comes inside the bar brings its root in."""
        limit = self._context.metre.bar_quarters
        inside = [
            s.beat - start for s in self._context.chords if start < s.beat < start + limit - 0.01
        ]
        for change in inside:
            if all(abs(t.start - change) > 0.01 for t in tokens):
                tokens = [*tokens, Token(change, min(1.0, limit - change), "R", 0, "")]
        return sorted(tokens, key=lambda t: t.start)

    def _note(self, token: Token, bar_start: float, duration: float, level: float) -> Draft:
        start = bar_start + token.start
        pitch = self._pitch(token.degree, start, bar_start)
        glide = self._pitch(token.glide, start, bar_start) if token.glide else 0
        velocity = round(82 + 22 * level + token.accent)
        self._last = pitch
        return Draft(start, duration, pitch, max(20, min(124, velocity)), "bass", glide_to=glide)

    def _pitch(self, degree: str, start: float, bar_start: float) -> int:
        span = self._context.chord_at(start)
        root = self._root(span.chord)
        chord = span.chord
        if degree == "a":
            return self._approach(start, bar_start, root)
        if degree == "8":
            return root + 12 if root + 12 <= self._high + 5 else root
        if degree == "L":
            fifth = root - 12 + _interval(chord, 7)
            return fifth if fifth >= self._low - 3 else fifth + 12
        if degree in "357":
            return root + _interval(chord, {"3": 4, "5": 7, "7": 10}[degree])
        return root

    def _root(self, chord: Chord) -> int:
        """The bass note's octave: in range, near the last one."""
        pitch = self._low + (chord.bass - self._low) % 12
        other = pitch + 12
        if (
            self._last
            and other <= self._high - 5
            and abs(other - self._last) + 2 < abs(pitch - self._last)
        ):
            pitch = other
        return pitch

    def _approach(self, start: float, bar_start: float, root: int) -> int:
        """A scale step towards the root of the next bar (the fifth where the root stays)."""
        following = self._context.chord_at(bar_start + self._context.metre.bar_quarters)
        current = self._context.chord_at(start)
        if following.chord.bass == current.chord.bass:
            return root + _interval(current.chord, 7)
        target = self._root(following.chord)
        scale = self._context.key.scale
        below = next(p for p in range(target - 1, target - 4, -1) if p % 12 in scale)
        above = next(p for p in range(target + 1, target + 4) if p % 12 in scale)
        return below if abs(below - root) <= abs(above - root) else above


def _interval(chord: Chord, wanted: int) -> int:
    """Semitones from the bass note up to the chord tone nearest to a wanted distance."""
    steps = {(tone - chord.bass) % 12 for tone in chord.pitch_classes} - {0}
    nearest = min(steps, key=lambda step: (abs(step - wanted), step))
    return nearest if abs(nearest - wanted) <= 2 else 0
