# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is given up for something else, and what a ban leaves.

“Swap the piano for a guitar”, “no percussion except a triangle”. Not for: plain negation (see
negation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from musicgen_desktop.prompt.spans import Span
from musicgen_desktop.prompt.text import Token, cue_at

Cues = Mapping[str, frozenset[tuple[str, ...]]]

_NOUNS = frozenset({"genre", "instrument", "structure", "vocals", "ensemble"})
_FAR = 9
"""Most words between “rather” and its “than”."""


def is_exception(
    words: Sequence[Token], at: int, spans: Sequence[Span], reached: set[int], cues: Cues
) -> bool:
    """Whether “except” comes right after something that is ruled out: “no brass except a horn”."""
    if not cue_at(words, at, cues["exception"]) or not at:
        return False
    before = words[at - 1] if words[at - 1].is_word or at < 2 else words[at - 2]
    return any(spans[i].end == before.end for i in reached)


def excepted(
    words: Sequence[Token], spans: Sequence[Span], reached: set[int], cues: Cues
) -> Iterator[int]:
    """The things right after such an “except”."""
    for at in range(len(words)):
        if is_exception(words, at, spans, reached, cues):
            start = at + cue_at(words, at, cues["exception"])
            for token in words[start : start + 3]:
                hit = [i for i, s in enumerate(spans) if s.start <= token.start < s.end]
                if hit:
                    yield from (i for i in hit if spans[i].kind == "instrument")
                    break


def are_exceptions(words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> frozenset[int]:
    """Starts of the wished things that a ban is said not to cover."""
    banned = {i for i, s in enumerate(spans) if s.negated}
    found = excepted(words, spans, banned, cues)
    return frozenset(spans[i].start for i in found if not spans[i].negated)


def given_up(words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> set[int]:
    """The thing that gives way: “swap the piano for a guitar”, “rather a cello than a violin”."""
    reached: set[int] = set()
    for at in range(len(words)):
        count = cue_at(words, at, cues["exchange"])
        earlier = {t.word for t in words[max(0, at - _FAR) : at]}
        if not count and words[at].word == "than" and earlier & {"rather", "prefer"}:
            count = 1
        for token in words[at + count : at + count + 3] if count else ():
            hit = {
                i
                for i, s in enumerate(spans)
                if s.kind in _NOUNS and s.start <= token.start < s.end
            }
            if hit or not token.is_word:
                reached |= hit
                break
    return reached
