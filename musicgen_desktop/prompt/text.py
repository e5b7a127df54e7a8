# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a prompt: tokens with their places, folded spelling, stems, near spellings.

Not for: what the words mean (see lexicon, reader).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.;:!?,\n()&+]", re.UNICODE)
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
    """Lower case in which every character keeps its place."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


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
        word = fold(match[0])
        if word:
            found.append(Token(word, stem(word), match.start(), match.end()))
    return found


def phrase(text: str) -> tuple[str, ...]:
    """The stems of a short text, as the lexicon's keys are made."""
    return tuple(t.stem for t in tokens(text) if t.is_word)


def near_spellings(word: str, known: Collection[str]) -> Iterator[str]:
    """Known words one edit away (Damerau 1964), with the same first letter.

    Words of fewer than six letters are left alone: too many neighbours mean something else.
    """
    if len(word) < _FUZZY_LENGTH or not word.isalpha():
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
