# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the bass: roots where the chords change, the rest from cells that agree with the kick.

A bass cell is tokens `step:steps:degree`, bars divided by `|`. Degrees: `R` root, `3 5 7` of the
chord, `6` its sixth, `8` the octave, `L` the fifth below, `a` a step and `c` a semitone towards the
next bar's root, `w` walks (see walking), `p` the pitch before once more; `-` after it plays softly,
`!` with accent, `~8` slides to that degree. A cell with `lock` adds a root on each kick that it
leaves free.
Not for: the choice of the chords (see harmony).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from musicgen_desktop.engines.composer.compose import cells
from musicgen_desktop.engines.composer.compose.context import Context, Draft
from musicgen_desktop.engines.composer.compose.groove import Groove, kick_starts
from musicgen_desktop.engines.composer.compose.harmony_field import colour
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.engines.composer.compose.walking import Stride, walked
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


def _parsed(text: str, limit: float) -> list[Token]:
    """The tokens of a bar of `limit` quarters."""
    found = []
    for part in text.split():
        step, steps, degree = part.split(":")
        start, end = int(step) * cells.STEP, (int(step) + int(steps)) * cells.STEP
        degree, _, glide = degree.partition("~")
        if start < limit:
            length = min(end, limit) - start
            found.append(Token(start, length, degree[0], _ACCENTS[degree[1:]], glide))
    return found


def _joined_up(tokens: Sequence[Token], limit: float) -> list[Token]:
    """Tokens of a bar that was put together: a root on the downbeat, and none beyond the end."""
    if not tokens or tokens[0].start > 1.0:
        tokens = [Token(0.0, tokens[0].start if tokens else limit, "R", 0, ""), *tokens]
    return [replace(token, duration=min(token.duration, limit - token.start)) for token in tokens]


def write_bass(
    context: Context, seat: Seat, groove: Groove | None, levels: Sequence[float]
) -> list[Draft]:
    """The bass line of the whole piece but the ending."""
    return list(_Line(context, seat, groove).drafts(levels))


class _Line:
    """Walks through the bars with one cell per kind of section."""

    def __init__(self, context: Context, seat: Seat, groove: Groove | None) -> None:
        self._context = context
        self._groove = self._base = groove
        self._low, self._high = seat.low, seat.high
        self._roots = bool(context.style.get("roots_on_changes"))
        self._last = 0
        self._root_pitch = context.key.tonic

    def drafts(self, levels: Sequence[float]) -> Iterator[Draft]:
        """The notes."""
        quarters = self._context.metre.bar_quarters
        for frame in self._context.sections:
            if frame.label == "ending":
                continue
            self._groove = self._base.at(frame.label) if self._base is not None else None
            main, turn = self._cells(frame.label)
            for bar in range(frame.bars):
                cell = turn if bar % 4 == 3 else main
                level = levels[frame.start_bar + bar]
                if level > 0:
                    start = frame.start + bar * quarters
                    yield from self._bar(cell, start, bar, level, frame.start + frame.quarters)

    def _cells(self, label: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The cell of a kind of section, and that of each fourth bar.

        They differ with the chance `bass_turn` of the genre's style.
        """
        genre, style = self._context.plan.genre, self._context.style
        options = cells.pool("bass", genre, "cells", self._context.metre)
        slot = style["slots"].get(label, style["slots"]["default"])
        streams = self._context.streams
        weights = [0.15 + self._agreement(cell) ** 2 for cell in options]
        main = streams.stream(f"bass/{slot}").weighted(options, weights)
        stream = streams.stream(f"bass/turn/{slot}")
        turns = stream.chance(float(style.get("bass_turn", 0.0)))
        return main, stream.weighted(options, weights) if turns else main

    def _agreement(self, cell: Mapping[str, Any]) -> float:
        """Share of the kicks (in a full bar) on which the cell has a note."""
        if self._base is None or cell.get("lock"):
            return 0.8
        kicks = kick_starts(self._base, self._context, 0, 0.8)
        starts = {t.start for t in self._tokens(cell, 0.8, 0)}
        return sum(k in starts for k in kicks) / max(1, len(kicks))

    def _tokens(self, cell: Mapping[str, Any], level: float, bar: int) -> list[Token]:
        """A bar's tokens; those of a cell in another metre are put together as its bars are."""
        metre = self._context.metre
        texts = str(cells.variant(cell, level)).split("|")
        if cell.get("metre", "4/4") == metre.name:
            return _parsed(texts[bar % len(texts)], metre.bar_quarters)
        plan = cells.layout(metre)
        first, place = divmod(bar, len(plan.bars))
        source = cells.source_metre(metre).bar_quarters
        found: list[Token] = []
        at = 0.0
        for piece in plan.bars[place]:
            tokens = _parsed(texts[(first * plan.period + piece.bar) % len(texts)], source)
            start, length = piece.start * cells.STEP, piece.steps * cells.STEP
            found += [
                replace(token, start=at + token.start - start)
                for token in tokens
                if start <= token.start < start + length
            ]
            at += length
        return _joined_up(found, metre.bar_quarters)

    def _bar(
        self, cell: Mapping[str, Any], start: float, bar: int, level: float, section_end: float
    ) -> Iterator[Draft]:
        tokens = self._tokens(cell, level, bar)
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
        if degree not in "Rw" and self._roots and abs(span.beat - start) < 0.01:
            degree = "R"
        if degree == "w":
            return self._walk(start, bar_start)
        if degree == "p" and self._last:
            return self._last
        if degree in "ac":
            return self._approach(start, bar_start, root, by_semitone=degree == "c")
        if degree == "6":
            return root + _interval(chord, 9, 1)
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

    def _walk(self, start: float, bar_start: float) -> int:
        """The next note of a walking line."""
        context = self._context
        span = context.chord_at(start)
        following = context.chord_at(span.beat + span.duration)
        is_strong = abs((start - bar_start) % (2 * context.metre.pulse_quarters)) < 0.01
        high = max(self._high, self._low + 14)
        chromatic = context.style.get("walk") != "diatonic"
        stride = Stride(span, following, start, is_strong, self._last, self._low, high, chromatic)
        stream = context.streams.stream("bass/walk", round(start / cells.STEP))
        return walked(stride, context.key, stream)

    def _approach(
        self, start: float, bar_start: float, root: int, *, by_semitone: bool = False
    ) -> int:
        """A scale step towards the root of the next bar (the fifth where the root stays)."""
        following = self._context.chord_at(bar_start + self._context.metre.bar_quarters)
        current = self._context.chord_at(start)
        if following.chord.bass == current.chord.bass:
            return root + _interval(current.chord, 7)
        target = self._root(following.chord)
        if by_semitone:
            return target - 1 if root <= target else target + 1
        scale = colour(self._context.key, current.chord).scale
        below = next(p for p in range(target - 1, target - 6, -1) if p % 12 in scale)
        above = next(p for p in range(target + 1, target + 6) if p % 12 in scale)
        return below if abs(below - root) <= abs(above - root) else above


def _interval(chord: Chord, wanted: int, most: int = 2) -> int:
    """Semitones from the bass note up to the chord tone nearest to a wanted distance.

    The root where none is `most` semitones from it or nearer.
    """
    steps = {(tone - chord.bass) % 12 for tone in chord.pitch_classes} - {0}
    nearest = min(steps, key=lambda step: (abs(step - wanted), step))
    return nearest if abs(nearest - wanted) <= most else 0
