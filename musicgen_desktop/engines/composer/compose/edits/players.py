# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another instrument for a part, or a piece without somebody. Not for: new notes (see anew)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose import part_names, seats
from musicgen_desktop.engines.composer.compose.edits import pitch
from musicgen_desktop.engines.composer.compose.edits.piece import (
    Piece,
    instruments,
    range_of,
)
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.edit import Instrument, Without
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Part, Score

_BANS = {
    "melody": ("lead", "counter"),
    "arpeggio": ("arp",),
    "pad": ("pad",),
    "drums": ("drums",),
}
"""What the lexicon calls the exclusion of a task, by the roles that have it."""


def named_so(score: Score, name: str) -> tuple[Part, ...]:
    """The part with this id; if there is none, all that have this role or instrument.

    Raises:
        UsageError: Nobody is called so; says who plays.
    """
    exact = tuple(part for part in score.parts if part.id == name)
    return exact or all_of(score, name)


def all_of(score: Score, who: str) -> tuple[Part, ...]:
    """All parts that have a role or play a kind of instrument; else the one with this id.

    Raises:
        UsageError: Nobody is called so; says who plays.
    """
    roles = _BANS.get(who, (who,))
    kinds = seats.forbidden_ids([who])
    found = [p for p in score.parts if p.role in roles or p.instrument in kinds]
    found = found or [p for p in score.parts if p.id == who]
    if not found:
        raise UsageError(
            "Nobody in this piece is called “{who}”.",
            "These play: {known}.",
            who=who.replace("_", " "),
            known=", ".join(part.id for part in score.parts),
        )
    return tuple(found)


def change_instrument(piece: Piece, edit: Instrument) -> Piece:
    """The piece with another instrument for a part (of several that are meant, the first).

    Raises:
        UsageError: There is no such part, or the instrument can't play it.
    """
    entries = instruments()
    entry = entries.get(edit.instrument)
    part = named_so(piece.score, edit.part)[0]
    if entry is None:
        raise UsageError(
            "The Composer has no “{name}”.",
            "Choose another instrument.",
            name=edit.instrument.replace("_", " "),
        )
    if not _can_play(entry, part):
        raise UsageError(
            "“{name}” can’t play the part “{part}”.",
            "Drums take drums, and notes take an instrument that plays notes.",
            name=edit.instrument.replace("_", " "),
            part=part.id,
        )
    changed = _played_by(part, edit, entries)
    parts = part_names.named([changed if p.id == part.id else p for p in piece.score.parts])
    return Piece(
        replace(piece.score, parts=parts), _plan_with(piece.plan, part, edit.instrument, parts)
    )


def _can_play(entry: Mapping[str, Any], part: Part) -> bool:
    figures = set(entry["figures"])
    if part.role == "fx":
        return False
    if part.is_drums:
        return ("percussion" if part.role == "percussion" else "drums") in figures
    return bool(figures - {"drums", "percussion", "fx", "vinyl", "timpani"})


def _played_by(part: Part, edit: Instrument, entries: Mapping[str, Mapping[str, Any]]) -> Part:
    patch = edit.patch or str(entries[edit.instrument]["patches"][0])
    changed = replace(part, instrument=edit.instrument, patch=patch)
    if part.is_drums:
        return changed
    low, high = range_of(changed, entries)
    octaves = (0, 12, -12, 24, -24, 36, -36, 48, -48)
    return pitch.shifted(changed, octaves, low - pitch.REACH, high + pitch.REACH)


def _plan_with(plan: MusicPlan, part: Part, new: str, parts: Iterable[Part]) -> MusicPlan:
    """The plan in which the new instrument stands where the old one stood."""
    if new == part.instrument:
        return plan
    still = {p.instrument for p in parts}
    named = [new if i == part.instrument and i not in still else i for i in plan.instruments]
    return replace(
        plan,
        instruments=tuple(dict.fromkeys([*named, new])),
        excluded=tuple(i for i in plan.excluded if new not in seats.forbidden_ids([i])),
    )


def leave_out(piece: Piece, edit: Without) -> Piece:
    """The piece without somebody; all others play what they played.

    Raises:
        UsageError: Nobody is called so, or nobody would be left.
    """
    found = named_so(piece.score, edit.part) if edit.part else all_of(piece.score, edit.who)
    gone = {part.id for part in found}
    left = [part for part in piece.score.parts if part.id not in gone]
    if all(part.role == "fx" for part in left):
        raise UsageError(
            "Without “{who}” nothing would be left to hear.",
            "Leave somebody else out.",
            who=(edit.part or edit.who).replace("_", " "),
        )
    lost = [part for part in piece.score.parts if part.id in gone]
    score = replace(piece.score, parts=part_names.named(left))
    return Piece(score, _plan_without(piece.plan, lost, left))


def _plan_without(plan: MusicPlan, lost: Sequence[Part], left: Sequence[Part]) -> MusicPlan:
    """The plan in which those who left are excluded: a whole task, or else their instruments."""
    playing = _instruments(left)
    bans = {
        role: ban
        for ban, roles in _BANS.items()
        for role in roles
        if not any(part.role in roles for part in left)
    }
    known = {entry["id"] for entry in resources.load_json("lexicon", "instruments.json")}
    gone = [
        bans.get(part.role, part.instrument)
        for part in lost
        if part.role in bans or part.instrument in known - playing
    ]
    named = tuple(i for i in plan.instruments if i in playing or i not in _instruments(lost))
    return replace(plan, instruments=named, excluded=tuple(dict.fromkeys([*plan.excluded, *gone])))


def _instruments(parts: Iterable[Part]) -> set[str]:
    return {part.instrument for part in parts}
