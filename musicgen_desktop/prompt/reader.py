# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a prompt: what its words mean, where they stand, what is negated, what meant nothing.

Numbers first, then the longest phrases of the lexicon, then near spellings. Facts only: what to
make of them is the planner's affair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from musicgen_desktop.prompt import degrees, exchange, morphology, names, negation, senses, unspaced
from musicgen_desktop.prompt.keys import read_keys
from musicgen_desktop.prompt.layouts import read_layouts
from musicgen_desktop.prompt.lexicon import Entry, Lexicon
from musicgen_desktop.prompt.numbers import read_numbers
from musicgen_desktop.prompt.scopes import Finder, ScopeGrammar
from musicgen_desktop.prompt.spans import Reading, Scratch, Span
from musicgen_desktop.prompt.text import Token, lower_in_place, near_spellings, stem, tokens

_PLAYERS = {"rhythm": "drums", "melody": "melody", "vocals": "vocals"}
"""Parts of the music that are spoken of as players are."""
_MINUS = re.compile(r"(?<![^\s(,;])[-–−](?=\w)")
MOST_CHARACTERS = 4000
"""More of a prompt than this is not read."""


def read(text: str, lexicon: Lexicon) -> Reading:
    """Reads a prompt.

    Args:
        text: As typed, in any script.
        lexicon: The words that are known.

    Returns:
        Spans in the order of the text, with their negations.
    """
    shown = text[:MOST_CHARACTERS]
    scratch = Scratch(shown, lower_in_place(shown))
    names.take(scratch, lexicon)
    if lexicon.scopes:
        ScopeGrammar(lexicon.scopes).read(scratch, _finder(scratch, lexicon))
    all_tokens = tokens(shown)
    language = _language(all_tokens, lexicon)
    unspaced.take(scratch, lexicon)
    read_layouts(scratch)
    read_keys(scratch)
    read_numbers(scratch)
    words = tokens(scratch.left)
    found, unknown = _phrases(shown, words, lexicon, language)
    spans = sorted([*scratch.spans, *found], key=lambda s: (s.start, -s.end))
    spans = senses.settle(spans, all_tokens, lexicon.senses)
    spans = negation.without_cue_words(all_tokens, spans, lexicon.cues)
    spans = negation.mark(shown, all_tokens, spans, lexicon.cues)
    spans = degrees.hedge(degrees.mark(all_tokens, spans, lexicon.cues))
    used = negation.cue_places(all_tokens, lexicon.cues) | degrees.places(all_tokens, lexicon.cues)
    return Reading(
        text=text,
        spans=tuple(s for s in spans if s.kind != "noise" and not _counts_banned(s, lexicon)),
        ignored=_ignored(
            shown, unknown, used, lexicon, spans, lexicon.languages.get(language, frozenset())
        ),
        language=language,
        only=negation.is_only(all_tokens, spans, lexicon.cues),
        exceptions=exchange.are_exceptions(all_tokens, spans, lexicon.cues),
    )


def _finder(scratch: Scratch, lexicon: Lexicon) -> Finder:
    """Finds the players that a part of a prompt names."""

    def find(start: int, end: int) -> list[Span]:
        words = [t for t in tokens(scratch.left) if start <= t.start and t.end <= end]
        found, _ = _phrases(scratch.text, words, lexicon)
        return [
            replace(span, value=_PLAYERS.get(span.id, span.id), kind="instrument")
            for span in found
            if span.kind == "instrument" or span.id in _PLAYERS
        ]

    return find


def _phrases(
    text: str, words: Sequence[Token], lexicon: Lexicon, language: str = ""
) -> tuple[list[Span], list[Token]]:
    found: list[Span] = []
    unknown: list[Token] = []
    at = 0
    signed = _after_minus(text)
    minuses = [i for i, token in enumerate(words) if token.start in signed]
    while at < len(words):
        end = next((i for i in minuses if i > at), len(words))
        count, entries = _longest(words[:end], at, lexicon, language)
        if count:
            start, end = words[at].start, words[at + count - 1].end
            found += [Span(start, end, text[start:end], e.kind, e.id) for e in entries]
            at += count
        else:
            if words[at].is_word:
                unknown.append(words[at])
            at += 1
    return found, unknown


def _after_minus(text: str) -> frozenset[int]:
    """Places right after a leading minus, across which no phrase goes: “cinematic -drums”."""
    return frozenset(m.end() for m in _MINUS.finditer(text))


def _longest(
    words: Sequence[Token], at: int, lexicon: Lexicon, language: str
) -> tuple[int, tuple[Entry, ...]]:
    """Tokens of the longest known phrase from here and what it stands for; 0 for none."""
    if not words[at].is_word and words[at].word not in "&":
        return 0, ()
    stems = [t.stem for t in words[at : at + lexicon.longest]]
    for count in range(len(stems), 0, -1):
        entries = lexicon.find(tuple(stems[:count]), language)
        if entries:
            return count, entries
    if len(stems) > 1 and words[at + 1].is_word:
        entries = lexicon.find((stems[0] + stems[1],))
        if entries and len(stems[0] + stems[1]) >= 6:
            return 2, entries
    return _corrected(words, at, lexicon, language)


def _corrected(
    words: Sequence[Token], at: int, lexicon: Lexicon, language: str
) -> tuple[int, tuple[Entry, ...]]:
    """What an unknown word stands for by its parts, or else by a near spelling."""
    word = words[at].stem
    if _is_cue(word, lexicon) or _is_cue(words[at].word, lexicon):
        return 0, ()
    if any((w,) in lexicon.cues["protected"] for w in (word, words[at].word)):
        return 0, ()
    known = word in lexicon.words
    made = (
        morphology.entries_of(words[at].word, lexicon, language)
        if language not in {"", "en"} or not known
        else ()
    )
    if made or known:
        return len(made[:1]), made
    rest = [t.stem for t in words[at + 1 : at + lexicon.longest]]
    best: tuple[int, tuple[Entry, ...]] = (0, ())
    spellings = lexicon.plain if language in {"", "en"} else lexicon.words
    for near in near_spellings(word, spellings):
        stems = [stem(near), *rest]
        for count in range(len(stems), best[0], -1):
            entries = lexicon.find(tuple(stems[:count]))
            if entries:
                best = (count, entries)
                break
    return best


def _counts_banned(span: Span, lexicon: Lexicon) -> bool:
    """Whether a word says nothing unless it is under a “no”: a tune is any piece of music."""
    words = lexicon.row(span.kind, span.id).get("only_banned", ())
    return not span.negated and span.text.lower() in words


def _is_cue(word: str, lexicon: Lexicon) -> bool:
    return any((word,) in phrases for role, phrases in lexicon.cues.items() if role != "protected")


def _ignored(
    text: str,
    unknown: Sequence[Token],
    used: frozenset[int],
    lexicon: Lexicon,
    spans: Sequence[Span],
    telling: frozenset[str],
) -> tuple[str, ...]:
    """Unknown words that are neither grammar nor everyday filler, and numbers that mean nothing."""
    plain = lexicon.cues["plain"]
    words = [
        (t.start, text[t.start : t.end])
        for t in unknown
        if t.start not in used
        and t.word not in telling
        and (t.word,) not in plain
        and (t.stem,) not in plain
        and not _is_cue(t.word, lexicon)
        and not (len(t.word) == 1 and t.word.isascii())
    ]
    words += [(s.start, s.text) for s in spans if s.kind == "noise"]
    return tuple(dict.fromkeys(word for _, word in sorted(words)))


def _language(words: Sequence[Token], lexicon: Lexicon) -> str:
    """The language most of whose telling words are there; English where none are."""
    if any("\u3040" <= c <= "\u30ff" for token in words for c in token.word):
        return "ja"
    counts = {
        code: sum(2 * (t.word in telling) for t in words)
        + sum(t.word in lexicon.vocabulary.get(code, ()) for t in words)
        for code, telling in lexicon.languages.items()
    }
    best = max(counts, key=lambda code: (counts[code], code == "en"), default="en")
    return best if counts.get(best, 0) > 0 else _script(words)


def _script(words: Sequence[Token]) -> str:
    """The language that a script gives away, English otherwise."""
    ranges = (
        ("ja", "\u3040", "\u30ff"), ("ko", "\uac00", "\ud7af"), ("zh", "\u4e00", "\u9fff"),
        ("el", "\u0370", "\u03ff"), ("ru", "\u0400", "\u04ff"), ("ar", "\u0600", "\u06ff"),
        ("he", "\u0590", "\u05ff"), ("hi", "\u0900", "\u097f"), ("th", "\u0e00", "\u0e7f"),
    )  # fmt: skip
    letters = "".join(t.word for t in words)
    for code, low, high in ranges:
        if any(low <= c <= high for c in letters):
            return code
    return "en"
