# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns what a person types into a search box into a full-text query, and titles into sort keys.

Not for: running queries (see index).
"""

from __future__ import annotations

import re
import unicodedata

ORDERS = {
    "created": "created",
    "title": "sort_title",
    "duration": "duration_s",
    "bpm": "bpm",
    "key": "sort_key",
    "star": "star",
}
"""Names of orders and the columns behind them."""

_MAX_WORDS = 20
_MAX_TEXT = 300
# Scripts written without spaces: every character is a word of its own, a typed run is a phrase.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])"
)


_ACCENTS = re.compile("[\u0300-\u036f]")


def searchable(text: str) -> str:
    """The text as the index stores it for searching: without case and accents.

    SQLite's own folding of accents knows Latin letters only.
    """
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    return _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", bare))


def match(text: str) -> str:
    """The FTS5 query for typed text: every word must be there, the beginning of a word will do.

    Returns:
        "" when there is nothing to look for.
    """
    words = text[:_MAX_TEXT].split()[:_MAX_WORDS]
    phrases = []
    for word in words:
        if any(character.isalnum() for character in word):
            phrase = " ".join(
                _UNSPACED.sub(r" \1 ", word).replace('"', " ").replace("\0", " ").split()
            )
            phrases.append(f'"{phrase}" *')
    return " ".join(phrases)


def sort_title(title: str) -> str:
    """A key that orders titles as people expect: no case, no accents, numbers by value."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c)
    )
    return re.sub(r"[0-9]+", lambda number: number[0].zfill(8), plain)


def sort_key(key: str) -> str:
    """Orders keys by letter, then flat, natural, sharp, then major before minor."""
    accidental = {"b": "0", "#": "2"}.get(key[1:2], "1")
    return f"{key[:1]}{accidental}{'m' if key.endswith('m') else ''}" if key else "~"
