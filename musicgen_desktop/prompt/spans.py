# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found in a prompt, and where. Not for: finding it (see reader, numbers, keys)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the prompt that means something.

    Attributes:
        start: Place in the text. end: one past it. text: as typed.
        kind: genre, instrument, mood, production, structure, use_case, scene, tempo_word, bpm,
            bpm_range, key, mode, metre, duration, bars, anchor, layout (labels in order), placed
            (a section at a share of the piece), era, vocals, only, swing, scope
            (a wish for a part of the piece), name (of an artist or a work), and noise for numbers
            that mean nothing here.
        value: An id for words; a number, a pair or a name for the grammar of numbers.
        negated: Under a “no”. reduced: asked for sparingly.
        degree: How strongly it is asked for: 1 plainly, more for “very”, less for “slightly”.
    """

    start: int
    end: int
    text: str
    kind: str
    value: object
    negated: bool = False
    reduced: bool = False
    degree: float = 1.0

    @property
    def id(self) -> str:
        """The value as text."""
        return str(self.value)

    @property
    def number(self) -> float:
        """The value of a bpm, duration or swing span; 0 for others."""
        return float(self.value) if isinstance(self.value, int | float) else 0.0

    @property
    def pair(self) -> tuple[str, float]:
        """Label and number of a bars or anchor span.

        Raises:
            TypeError: Another kind of span.
        """
        if isinstance(self.value, tuple) and len(self.value) == 2:
            return str(self.value[0]), float(self.value[1])
        raise TypeError(self.kind)


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt as read.

    Attributes:
        text: As typed. spans: in the order of the text.
        ignored: Words that carried no meaning here.
        language: ISO 639-1 code.
        only: Whether the instruments named are all there shall be.
        exceptions: Starts of the things that a ban is said not to cover.
    """

    text: str
    spans: tuple[Span, ...]
    ignored: tuple[str, ...] = ()
    language: str = "en"
    only: bool = False
    exceptions: frozenset[int] = frozenset()

    def of(self, *kinds: str) -> Iterator[Span]:
        """Wished (not negated) spans of these kinds."""
        return (s for s in self.spans if s.kind in kinds and not s.negated)

    def negated(self, *kinds: str) -> Iterator[Span]:
        """Negated spans of these kinds."""
        return (s for s in self.spans if s.kind in kinds and s.negated)

    def first(self, kind: str) -> Span | None:
        """The first wished span of a kind."""
        return next(self.of(kind), None)

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids of all wished spans of a kind, without repeats."""
        return tuple(dict.fromkeys(span.id for span in self.of(kind)))


class Scratch:
    """A text from which pieces are taken as they are understood: nothing is read twice."""

    def __init__(self, text: str, searched: str) -> None:
        self.text = text
        self._left = searched
        self.spans: list[Span] = []

    @property
    def left(self) -> str:
        """The text with blanks where something was taken; same length as the original."""
        return self._left

    def take(
        self,
        start: int,
        end: int,
        kind: str,
        value: object,
        *,
        negated: bool = False,
        degree: float = 1.0,
    ) -> None:
        """Takes a piece out and notes what it means."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        span = Span(start, end, self.text[start:end], kind, value, negated, degree < 1.0, degree)
        self.spans.append(span)
        self.blank(start, end)

    def blank(self, start: int, end: int) -> None:
        """Takes a piece out without a meaning."""
        self._left = self._left[:start] + "\x00" * (end - start) + self._left[end:]
