# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the names of artists and works: “like NAME”, “in the style of NAME”, “NAME style”.

There is no list of names: words of style that go with words nobody knows give them away. They are
taken out whole, so that no part of a name is read as a genre. Not for: what is said about them (see
planner).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.spans import Scratch
from musicgen_desktop.prompt.text import Token, near_spellings, tokens

_SURE = re.compile(
    r"(?<!\w)(?:in\s+the\s+(?:style|vein|manner|spirit)\s+of|à\s+la|a\s+la|im\s+stil\s+von|"
    r"dans\s+le\s+style\s+d[eu]|al\s+estilo\s+de|en\s+el\s+estilo\s+de|by\s+the\s+(?:band|artist))\s+(?:the\s+)?"
)
_LIKELY = re.compile(
    r"(?<!\w)(?:(?:sounds?|sounding|something|music|style|more)?\s*like|similar\s+to|reminiscent\s+of|"
    r"inspired\s+by|influenced\s+by|wie\s+von|wie|comme|como|by|meets|from)\s+(?:the\s+|an?\s+)?"
)
_AFTER = re.compile(
    r"[\s-]*(?:style[ds]?|esque|type\s+beat|type|vibes?|inspired|like|soundtrack|ish|sound)(?!\w)"
)
_POSSESSIVE = re.compile(r"['’]s$")
_MOST_WORDS = 4


def take(scratch: Scratch, lexicon: Lexicon) -> None:
    """Takes names out of a prompt, as spans of the kind `name`."""
    words = tokens(scratch.text)
    for pattern, is_sure in ((_SURE, True), (_LIKELY, False)):
        for match in list(pattern.finditer(scratch.left)):
            run = _run(scratch.text, words, match.end(), lexicon, is_sure=is_sure)
            if run:
                scratch.take(match.start(), run[-1].end, "name", _shown(scratch.text, run))
    for run in _before_style(scratch, words, lexicon):
        after = _AFTER.match(scratch.left, run[-1].end)
        end = after.end() if after else run[-1].end
        scratch.take(run[0].start, end, "name", _shown(scratch.text, run))


def _shown(text: str, run: Sequence[Token]) -> str:
    return text[run[0].start : run[-1].end]


def _run(
    text: str, words: Sequence[Token], start: int, lexicon: Lexicon, *, is_sure: bool
) -> list[Token]:
    """The words of a name that starts at a place; none where it is no name."""
    first = next((i for i, t in enumerate(words) if t.start >= start), len(words))
    run: list[Token] = []
    for token in words[first : first + _MOST_WORDS]:
        if run and text[run[-1].end : token.start].strip(" .-’'"):
            break
        is_capital = _is_capital(text, token)
        if not token.is_word or not (is_capital or (is_sure and _is_unknown(token, lexicon))):
            break
        run.append(token)
        if _POSSESSIVE.search(token.word):
            break
    if is_sure and run and not _is_capital(text, run[0]):
        run = _with_last_word(text, words, first, run)
    return run if any(_is_unknown(t, lexicon) for t in run) else []


def _with_last_word(text: str, words: Sequence[Token], first: int, run: list[Token]) -> list[Token]:
    """In small letters a known word that ends the clause may be the rest of a name."""
    place = first + len(run)
    following = words[place : place + 2]
    ends = len(following) == 1 or (len(following) == 2 and not following[1].is_word)
    if len(run) == 1 and following and following[0].is_word and ends:
        return [*run, following[0]]
    return run


def _before_style(scratch: Scratch, words: Sequence[Token], lexicon: Lexicon) -> list[list[Token]]:
    """Capitalised words right before “style”, “type beat”, “-esque”."""
    found = []
    for match in _AFTER.finditer(scratch.left):
        before = [t for t in words if t.end <= match.start()]
        run: list[Token] = []
        for token in reversed(before[-_MOST_WORDS:]):
            gap = scratch.text[token.end : run[0].start if run else match.start()]
            is_taken = "\x00" in scratch.left[token.start : token.end]
            if (
                gap.strip(" -")
                or is_taken
                or not token.is_word
                or not _is_capital(scratch.text, token)
            ):
                break
            run.insert(0, token)
        if run and any(_is_unknown(t, lexicon) for t in run):
            found.append(run)
    return found


def _is_capital(text: str, token: Token) -> bool:
    """Whether a word has a capital that says something: not in a text of capitals only."""
    word = text[token.start : token.end]
    return word[:1].isupper() and not text.isupper()


def _is_unknown(token: Token, lexicon: Lexicon) -> bool:
    """Whether neither a table nor everyday language has the word, nor one spelt nearly so."""
    plain = lexicon.cues["plain"]
    if not token.is_word or len(token.word) < 2 or token.word.isdigit():
        return False
    known = token.stem in lexicon.words or token.word in lexicon.words
    known = known or (token.word,) in plain or (token.stem,) in plain
    cue = any((token.word,) in phrases for phrases in lexicon.cues.values())
    return not known and not cue and not any(near_spellings(token.stem, lexicon.words))
