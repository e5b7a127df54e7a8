# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a player, a cue and a place say together: wishes for a part of the piece.

Not for: finding them in the words (see scopes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musicgen_desktop.music.scope import Scope
from musicgen_desktop.prompt.scope_places import Place


def each_player(action: str, who: Sequence[str], when: str) -> Iterator[Scope]:
    """One wish for each player; those who are alone are so together."""
    if action == "alone":
        yield Scope(action, tuple(who), when)
        return
    for name in who:
        yield Scope(action, (name,), when)


def wishes_of(cue: str, place: Place, who: Sequence[str], *, goes_on: bool) -> Iterator[Scope]:
    """What a player, a cue and a place say together; nothing where they make no sense."""
    starts = place.moment or (place.stretches[0] if place.stretches else "")
    action = ""
    whens: tuple[str, ...] = (starts,)
    if cue == "ban":
        action, whens = _banned(place, starts, goes_on=goes_on)
    elif (cue, place.relation == "until") in {("enter", False), ("leave", True)}:
        action = "enter"
    elif cue == "leave":
        is_there = bool(place.stretches) and place.relation in {"in", "at"}
        action = "out" if is_there else "leave"
        whens = place.stretches if is_there else whens
    elif cue == "only":
        action = {"from": "enter", "after": "enter", "until": "leave", "at": "enter"}.get(
            place.relation, "only"
        )
        whens = place.stretches if action == "only" else whens
    elif cue == "alone" and (place.stretches or place.relation != "at"):
        action = "alone"
        whens = _alone(place, starts)
    elif not cue and (place.relation in {"from", "after"} or starts == "50%"):
        action = "enter"
    if action == "enter" and whens == ("end",):
        action = "only"
    for when in whens:
        if action and when and not (when in {"start", "end"} and action in {"enter", "leave"}):
            yield from each_player(action, who, when)


def _alone(place: Place, starts: str) -> tuple[str, ...]:
    """The stretch of somebody who plays alone."""
    if place.relation in {"in", "at"}:
        return place.stretches
    return (f"0%..{starts}",) if place.relation == "until" else (f"{starts}..100%",)


def _banned(place: Place, starts: str, *, goes_on: bool) -> tuple[str, tuple[str, ...]]:
    """Where a banned player rests; “remove them from the intro” is the intro only."""
    if place.relation == "until":
        return "enter", (starts,)
    if place.relation == "after" or (place.relation == "from" and (goes_on or not place.stretches)):
        return "leave", (starts,)
    return "out", place.stretches
