# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wishes for a player that hold for a part of the piece only, as ids in `MusicPlan.structure`.

    enter:WHO@MOMENT    silent before it, heard from there on
    leave:WHO@MOMENT    silent from there on
    out:WHO@STRETCH     silent in it
    only:WHO@STRETCH    silent everywhere else (several of one WHO add up)
    alone:WHO@STRETCH   nobody else plays in it; WHO may be several, joined by `+`

WHO is an instrument id (a kind covers all of it, `drums` all percussion) or `melody`. A MOMENT is a
section label (where the first of them starts; `chorus#2` the second, `chorus#-1` the last),
`after_` and a label (where that section ends), a share of the piece (`50%`), seconds with a point
(`20.0`; `-10.0` counts from the end), a bar (`bar:9`; `bar:-8`: the last eight), or `later` (after
the opening). A STRETCH is a section label (all sections that bear it), `start`, `end`, or two
moments (`0%..50%`). Not for: reading words (see prompt) or putting it on bars (see the Composer).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ACTIONS = ("enter", "leave", "out", "only", "alone")
_ID = re.compile(rf"({'|'.join(ACTIONS)}):([\w+]+)@([\w.%:#-]+)")
_LABEL = re.compile(r"(?:after_)?([a-z]+(?:_[a-z]+)*)(?:#(-?\d+))?")
_PLACES = frozenset({"start", "end", "later", "bar"})


@dataclass(frozen=True, slots=True)
class Scope:
    """One such wish.

    Attributes:
        action: One of `ACTIONS`. who: instrument ids or `melody`.
        when: A moment or a stretch, as the id has it.
    """

    action: str
    who: tuple[str, ...]
    when: str

    @property
    def id(self) -> str:
        """As it stands in the plan, such as `enter:drums@chorus`."""
        return f"{self.action}:{'+'.join(self.who)}@{self.when}"

    @property
    def section(self) -> tuple[str, int] | None:
        """The section it speaks of with its number (0: any); None where it speaks of none.

        Of a stretch between two moments it is the later one that is a section.
        """
        for moment in reversed(self.when.split("..")):
            match = _LABEL.fullmatch(moment)
            if match is not None and match[1] not in _PLACES:
                return match[1], int(match[2] or 0)
        return None


def parse(text: str) -> Scope | None:
    """The wish of an id; None where the id is something else (`intro`, `drop@45.0`)."""
    match = _ID.fullmatch(text)
    return Scope(match[1], tuple(match[2].split("+")), match[3]) if match else None


def scopes(structure: Iterable[str]) -> tuple[Scope, ...]:
    """All such wishes among the ids of a plan's structure."""
    return tuple(found for text in structure if (found := parse(text)) is not None)
