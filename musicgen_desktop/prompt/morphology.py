# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words made of known ones: endings (“jazzish”, “ruhiges”), compounds (“Klaviermusik”, “synthpad”).

Not for: misspelt words (see text) or what a word means (see lexicon).
"""

from __future__ import annotations

from collections.abc import Iterator

from musicgen_desktop.prompt.lexicon import Entry, Lexicon

_ENGLISH = ("ish", "esque", "like", "ey", "y", "ness", "ly", "ing", "ed", "er", "ier", "est")
_VERBAL = frozenset({"ing", "ed", "er", "ier", "est", "ly", "ness"})
"""Endings after which a word says what something does or is like: no genre, no instrument."""
_ENDINGS = {
    "en": _ENGLISH,
    "de": ("e", "es", "er", "en", "em", "n", "s", "ige", "iger", "iges", "igen"),
    "fr": ("e", "s", "es", "x"),
    "es": ("o", "a", "os", "as", "e", "es", "isimo", "isima", "ito", "ita"),
    "pt": ("o", "a", "os", "as", "e", "es", "issimo", "issima", "inho", "inha"),
    "it": ("o", "a", "i", "e", "issimo", "issima", "he", "hi"),
}  # fmt: skip
_NEW_ENDINGS = {
    "en": ("", "e", "y"), "de": ("", "e", "ig"), "fr": ("", "e"),
    "es": ("o", "a", "e", ""), "pt": ("o", "a", "e", ""), "it": ("o", "a", "e", "i"),
}  # fmt: skip
_LINKS = ("", "s", "n", "en", "e", "es")
_NEUTRAL = frozenset(
    {"musik", "lied", "stuck", "klang", "klange", "tone", "melodie", "melodien", "akkorde", "spiel",
     "sound", "sounds", "loop", "track", "song", "beat", "beats", "muziek", "rhythmus",
     "begleitung", "hintergrund", "linie", "teppich", "stimmung", "thema", "gefuhl",
     "vibe", "vibes", "part"}
)  # fmt: skip
"""Second halves of compounds that add nothing to the first."""
_SHORTEST_PART = 4
_COMPOUND_KINDS = frozenset(
    {"instrument", "genre", "mood", "scene", "production", "tempo_word", "vocals", "use_case"}
)
_DERIVED_KINDS = frozenset({"mood", "genre", "scene", "production", "tempo_word", "instrument"})


def entries_of(word: str, lexicon: Lexicon, language: str) -> tuple[Entry, ...]:
    """What an unknown word stands for by its parts; nothing for a word that has none.

    Args:
        word: Folded and stemmed.
        lexicon: The words that are known.
        language: ISO 639-1 code of the prompt.
    """
    return _derived(word, lexicon, language) or _compound(word, lexicon, language)


def _derived(word: str, lexicon: Lexicon, language: str) -> tuple[Entry, ...]:
    for ending, base in _bases(word, language):
        kinds = _DERIVED_KINDS - {"genre", "instrument"} if ending in _VERBAL else _DERIVED_KINDS
        found = tuple(e for e in lexicon.find((base,), language) if e.kind in kinds)
        if found:
            return found
    return ()


def _bases(word: str, language: str) -> Iterator[tuple[str, str]]:
    """An ending and the word with another one of its language, a doubled last letter single."""
    for ending in sorted(_ENDINGS.get(language, _ENGLISH), key=len, reverse=True):
        root = word.removesuffix(ending)
        if root == word or len(root) < _SHORTEST_PART:
            continue
        for new in _NEW_ENDINGS.get(language, ("",)):
            if root + new != word:
                yield ending, root + new
        if root[-1] == root[-2]:
            yield ending, root[:-1]


def _compound(word: str, lexicon: Lexicon, language: str) -> tuple[Entry, ...]:
    """A compound of two known words, or of a known one and one that adds nothing."""
    for at in range(len(word) - 3, _SHORTEST_PART - 1, -1):
        head, tail = word[:at], word[at:]
        ends = tail in _NEUTRAL
        second = _of_kinds(tail, lexicon, language) if len(tail) >= _SHORTEST_PART else ()
        if not ends and not second:
            continue
        for link in _LINKS:
            first = head.removesuffix(link) if link else head
            if (link and first == head) or len(first) < _SHORTEST_PART:
                continue
            entries = _of_kinds(first, lexicon, language)
            if entries:
                return tuple(dict.fromkeys((*entries, *second)))
    return ()


def _of_kinds(word: str, lexicon: Lexicon, language: str) -> tuple[Entry, ...]:
    return tuple(e for e in lexicon.find((word,), language) if e.kind in _COMPOUND_KINDS)
