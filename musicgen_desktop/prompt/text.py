# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a prompt: tokens with their places, folded spelling, stems, near spellings.

Not for: what the words mean (see lexicon, reader).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.;:!?,\n()&+]", re.UNICODE)
_ELISION = re.compile(
    r"(?:l|d|j|n|c|s|m|t|qu|un|dell|all|nell|sull|dall|quell)['’](?=[^\W\d_]{3})", re.IGNORECASE
)
_KEEP_S = frozenset(
    {
        "blues",
        "keys",
        "horns",
        "always",
        "series",
        "news",
        "perhaps",
        "yes",
        "this",
        "violins",
        "drums",
    }
)
_FUZZY_LENGTH = 6
_SHORTEST_MENDED = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a punctuation mark.

    Attributes:
        word: Folded spelling. stem: without a plural ending.
        start: Place in the text. end: one past it.
    """

    word: str
    stem: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is more than a punctuation mark."""
        return self.word[0].isalnum()


def fold(text: str) -> str:
    """NFKC, case and accents folded, typographic apostrophes straightened."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in text if not unicodedata.combining(c)).replace("’", "'")


def lower_in_place(text: str) -> str:
    """Lower case, full-width Latin made plain, in which every character keeps its place."""
    return "".join(low if len(low := _plain(c).lower()) == 1 else c for c in text)


def _plain(character: str) -> str:
    """The plain form of a full-width Latin letter, digit or mark."""
    return chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character


def stem(word: str) -> str:
    """The word without an English plural or possessive ending."""
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) < 4 or word[-1] != "s" or word in _KEEP_S or word[-2] in "sui":
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]


def tokens(text: str) -> list[Token]:
    """All words and marks of a text, hyphens separating."""
    found = []
    for match in _WORD.finditer(text):
        start = match.start()
        for part in elided(match[0]):
            word = fold(part).rstrip("'") if part[-1] in "'’" else fold(part)
            if word:
                found.append(Token(word, stem(word), start, start + len(part)))
            start += len(part)
    return found


def elided(word: str) -> tuple[str, ...]:
    """A word without the article that is joined to it: “l'” and “accordéon”, “dell'” and “alba”."""
    match = _ELISION.match(word)
    return (word,) if match is None else (word[: match.end()], word[match.end() :])


def phrase(text: str) -> tuple[str, ...]:
    """The stems of a short text, as the lexicon's keys are made."""
    return tuple(t.stem for t in tokens(text) if t.is_word)


def cue_at(words: Sequence[Token], at: int, phrases: frozenset[tuple[str, ...]]) -> int:
    """Tokens of the longest of the phrases that starts here; 0 for none."""
    if at >= len(words):
        return 0
    longest = _longest_by_first(phrases).get(words[at].word, 0)
    for count in range(min(longest, len(words) - at), 0, -1):
        if tuple(t.word for t in words[at : at + count]) in phrases:
            return count
    return 0


@cache
def _longest_by_first(phrases: frozenset[tuple[str, ...]]) -> dict[str, int]:
    """Most words of the phrases that start with a word; the tables never change."""
    found: dict[str, int] = {}
    for each in phrases:
        found[each[0]] = max(found.get(each[0], 0), len(each))
    return found


def near_spellings(word: str, known: Collection[str]) -> Iterator[str]:
    """Known words one edit away (Damerau 1964), with the same first letter.

    In words of fewer than six letters only doubled letters and swapped ones are mended: too many
    other neighbours mean something else.
    """
    if not word.isalpha():
        return
    if len(word) < _FUZZY_LENGTH:
        yield from _short_spellings(word, known)
        return
    letters = string.ascii_lowercase
    for i in range(1, len(word) + 1):
        head, tail = word[:i], word[i:]
        candidates = [head + c + tail for c in letters]
        if tail:
            candidates.append(head + tail[1:])
            candidates.extend(head + c + tail[1:] for c in letters)
        if len(tail) > 1:
            candidates.append(head + tail[1] + tail[0] + tail[2:])
        for candidate in candidates:
            if candidate in known and len(candidate) >= _FUZZY_LENGTH - 1:
                yield candidate


def _short_spellings(word: str, known: Collection[str]) -> Iterator[str]:
    """Known words with a letter doubled, no longer doubled, or two neighbours swapped."""
    if len(word) < _SHORTEST_MENDED:
        return
    for i in range(1, len(word)):
        head, tail = word[:i], word[i:]
        candidates = [head + tail[0] + tail]
        if tail[0] == head[-1]:
            candidates.append(head + tail[1:])
        if len(tail) > 1 and len(word) > _SHORTEST_MENDED:
            candidates.append(head + tail[1] + tail[0] + tail[2:])
        yield from (c for c in candidates if c in known and c != word)
