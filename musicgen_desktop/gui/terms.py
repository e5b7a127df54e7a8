# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the lexicon that can be chosen by hand: what the Composer really has.

Not for: understanding prompts (see prompt.reader).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musicgen_desktop.prompt.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to choose.

    Attributes:
        id: Of the lexicon. name: how people call it.
        also: Other names, for searching.
        family: What it is a kind of, or "".
    """

    id: str
    name: str
    also: tuple[str, ...] = ()
    family: str = ""

    def matches(self, text: str) -> bool:
        """Whether the words of a search begin in one of the names."""
        wanted = text.casefold().split()
        names = " ".join((self.name, *self.also)).casefold().split()
        return all(any(name.startswith(word) for name in names) for word in wanted)


@dataclass(frozen=True, slots=True)
class Terms:
    """What can be chosen, sorted by name."""

    genres: tuple[Term, ...] = ()
    moods: tuple[Term, ...] = ()
    instruments: tuple[Term, ...] = ()
    excludable: tuple[Term, ...] = ()


def of_lexicon(lexicon: Lexicon) -> Terms:
    """The choosable terms: what can be played, all moods, whole families to leave out."""
    playable = frozenset(lexicon.playable("instrument"))
    families = {
        kind
        for key in playable
        for kind in lexicon.kinds_of(key)
        if lexicon.row("instrument", kind)
    }
    return Terms(
        genres=_terms(lexicon, "genre", lexicon.playable("genre")),
        moods=_terms(lexicon, "mood", lexicon.tables["mood"]),
        instruments=_terms(lexicon, "instrument", playable),
        excludable=_terms(lexicon, "instrument", families | playable),
    )


def _terms(lexicon: Lexicon, kind: str, ids: Iterable[str]) -> tuple[Term, ...]:
    found = [
        Term(
            key,
            lexicon.name(kind, key),
            tuple(lexicon.row(kind, key).get("aliases", ())),
            next(iter(lexicon.row(kind, key).get("kinds", ())), ""),
        )
        for key in ids
    ]
    return tuple(sorted(found, key=lambda term: term.name.casefold()))
