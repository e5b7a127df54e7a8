# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a thing is asked for: “very sad”, “slightly dark”, “lots of reverb”.

An adverb of degree stands right before its word or list of words, a quantity before its noun with
an adjective between at most. Not for: none of a thing (see negation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from musicgen_desktop.prompt.spans import Span
from musicgen_desktop.prompt.text import Token, cue_at

Cues = Mapping[str, frozenset[tuple[str, ...]]]

MORE, LESS = 1.5, 0.5
"""Degrees of a thing that is asked for strongly and weakly; 1 is plain."""
_GRADED = frozenset({"mood", "tempo_word", "production", "scene", "era", "genre"})
_COUNTED = frozenset({"instrument", "production", "structure"})


def mark(words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> list[Span]:
    """The spans with their degrees; things that are counted also get `reduced`.

    Args:
        words: All tokens of the prompt.
        spans: With their negations.
        cues: `degree_more`, `degree_less`, `amount_more`, `amount_less`: phrases.
    """
    degrees: dict[int, float] = {}
    counts: dict[int, float] = {}
    adverbs: set[int] = set()
    at = 0
    while at < len(words):
        step = 1
        for role, degree, kinds, found in (
            ("amount_more", MORE, _COUNTED, counts), ("amount_less", LESS, _COUNTED, counts),
            ("reduce", LESS, _COUNTED, counts),
            ("degree_more", MORE, _GRADED, degrees), ("degree_less", LESS, _GRADED, degrees),
        ):  # fmt: skip
            count = cue_at(words, at, cues[role])
            if count and not _means_itself(words[at : at + count], spans):
                hit = _following(words, at + count, spans, kinds)
                found.update(dict.fromkeys(hit, degree))
                if hit:
                    adverbs |= _within(words[at : at + count], spans)
                step = max(step, count)
        at += step
    return [
        replace(
            span,
            degree=counts.get(i, degrees.get(i, span.degree)),
            reduced=span.reduced or (counts.get(i) == LESS and not span.negated),
        )
        for i, span in enumerate(spans)
        if i not in adverbs
    ]


def hedge(spans: Sequence[Span]) -> list[Span]:
    """“Sad but not too sad” asks for a little of it: what is wished and ruled out at once."""
    wished = {(s.kind, s.id) for s in spans if not s.negated}
    ruled_out = {(s.kind, s.id) for s in spans if s.negated and s.kind in {"mood", "tempo_word"}}
    both = wished & ruled_out
    return [
        replace(s, degree=LESS) if (s.kind, s.id) in both else s
        for s in spans
        if not (s.negated and (s.kind, s.id) in both)
    ]


def _within(cue: Sequence[Token], spans: Sequence[Span]) -> set[int]:
    """Moods that an adverb of degree would be alone: “leicht” in “leicht melancholisch”."""
    start, end = cue[0].start, cue[-1].end
    return {
        i for i, s in enumerate(spans) if s.kind == "mood" and start <= s.start and s.end <= end
    }


def places(words: Sequence[Token], cues: Cues) -> frozenset[int]:
    """Starts of the words that belong to a degree or a quantity."""
    found = set()
    for role in ("amount_more", "amount_less", "degree_more", "degree_less"):
        for at in range(len(words)):
            found |= {t.start for t in words[at : at + cue_at(words, at, cues[role])]}
    return frozenset(found)


def label(span: Span, name: str) -> str:
    """The name with its degree: `very sad`, `a little reverb`."""
    if span.degree == 1.0:
        return name
    if span.degree < 1.0:
        return f"a little {name}"
    return f"lots of {name}" if span.kind in {"instrument", "production"} else f"very {name}"


def _means_itself(cue: Sequence[Token], spans: Sequence[Span]) -> bool:
    """Whether the words are part of a longer known phrase: “deep bass”, “minimal techno”."""
    start, end = cue[0].start, cue[-1].end
    return any(
        s.start <= start and end <= s.end and (s.end > end or s.start < start) for s in spans
    )


def _following(
    words: Sequence[Token], at: int, spans: Sequence[Span], kinds: frozenset[str]
) -> set[int]:
    """Indices of the spans of these kinds right after a cue, one other word between at most."""
    for place in range(at, min(at + 2, len(words))):
        if not words[place].is_word:
            break
        start = words[place].start
        hit = {i for i, s in enumerate(spans) if s.start <= start < s.end and s.kind in kinds}
        if hit:
            return hit
    return set()
