# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""New notes for a part, a section, or a part in a section; every other note stays as it is.

The piece is composed once more with the same plan, harmony, form and line-up, but with fresh
streams for what is to be new, and goes through the same edits; then only the wished notes are
taken over from there. Not for: sound, which sees to it that the other stems stay bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.edits.piece import Piece, tidy
from musicgen_desktop.engines.composer.compose.edits.players import named_so
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.edit import Regenerate
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import SEED_LIMIT
from musicgen_desktop.music.score import EARLY, Marker, Note, Part

_ALWAYS_KEPT = ("progression", "palette", "lead_sound", "form")
_BY_THE_BEAT = frozenset({"drums", "percussion"})
_TRIES = 12
_STUBBORN = 2
"""Tries after which a part that always comes out the same is left so: a pad has its harmony."""
_NEW_SHARE = 0.15
_HELD_OVER = 0.5
"""Quarter notes that a new note may last beyond its section."""

Seeds = Mapping[str, int]
Composed = Callable[[int, Seeds], Piece]
"""Composes the piece with a seed and with seeds by stream, and applies the edits before."""
Window = tuple[float, float]


def kept_streams(plan: MusicPlan, keep: Seeds, roles: frozenset[str]) -> dict[str, int]:
    """Seeds of the streams that stay when parts with these roles (none: a section) are new."""
    names = [*_ALWAYS_KEPT]
    if not roles or not roles <= _BY_THE_BEAT | {"chords", "arp", "pad"}:
        names.append("groove")
    if roles and not roles & (_BY_THE_BEAT | {"fx"}):
        names.append("fills")
    if roles and "lead" not in roles:
        names.append("hook")
    kept = {name: keep.get(name, plan.seed) for name in names}
    detailed = {n: s for n, s in keep.items() if "/" in n and n.split("/")[0] in kept}
    return {**detailed, **kept}


def apply(piece: Piece, edit: Regenerate, keep: Mapping[str, Any], composed: Composed) -> Piece:
    """The piece with new notes where they are wished.

    Args:
        piece: As it is.
        edit: What is to be new.
        keep: The recipe's seeds by stream.
        composed: See `Composed`.

    Raises:
        UsageError: There is no such part or section, or nothing is played there.
    """
    everybody = [part for part in piece.score.parts if part.role != "fx" or part.is_drums]
    targets = named_so(piece.score, edit.part) if edit.part else everybody  # no noise beds
    windows = _windows(piece.score.markers, edit.section)
    before = {part.id: _split(part.notes, windows)[0] for part in targets}
    roles = frozenset(part.role for part in targets) if edit.part else frozenset()
    kept = kept_streams(piece.plan, keep, roles)
    fresh = {"hook/counter": edit.seed} if "counter" in roles else {}
    found: dict[str, tuple[Note, ...]] = {}
    last: Mapping[str, Sequence[Note]] = before
    for attempt in range(_TRIES):
        seed = (edit.seed + attempt) % SEED_LIMIT
        other = composed(seed, {**kept, **dict.fromkeys(fresh, seed)})
        theirs = {part.id: part.notes for part in other.score.parts}
        found = {part: _begun(theirs.get(part, ()), windows) for part in before}
        if _is_new(before, found) or (attempt >= _STUBBORN and not _is_new(last, found)):
            break
        last = found
    if not any(before.values()) and not any(found.values()):
        raise UsageError(
            "Nothing is played there that could be made anew.",
            "Choose another part or section.",
        )
    parts = tuple(
        _spliced(part, found[part.id], windows) if part.id in found else part
        for part in piece.score.parts
    )
    return replace(piece, score=replace(piece.score, parts=parts))


def sections_named(markers: Sequence[Marker], name: str) -> list[int]:
    """The indices of the sections that `chorus`, `chorus#2` or `chorus#-1` means.

    Raises:
        UsageError: There is none; says which there are.
    """
    label, _, number = name.partition("#")
    found = [i for i, marker in enumerate(markers) if marker.label == label]
    if number and found:
        place = int(number) - (1 if int(number) > 0 else 0)
        found = found[place:][:1] if -len(found) <= place < len(found) else []
    if not found:
        raise UsageError(
            "This piece has no section “{name}”.",
            "It has: {known}.",
            name=name,
            known=", ".join(dict.fromkeys(marker.label for marker in markers)),
        )
    return found


def _windows(markers: Sequence[Marker], section: str) -> list[Window]:
    """The stretches that are to be new, in quarter notes, as far before them as notes may start."""
    if not section:
        return [(-1.0, float("inf"))]
    ends = [*(marker.beat for marker in markers[1:]), float("inf")]
    return [
        (markers[i].beat - EARLY if i else -1.0, ends[i] - EARLY)
        for i in sections_named(markers, section)
    ]


def _split(
    notes: Sequence[Note], windows: Sequence[Window]
) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """The notes that lie inside the windows, and the others: also those held on beyond one."""
    inside = tuple(
        n
        for n in notes
        if any(a <= n.start < b and n.start + n.duration <= b + _HELD_OVER for a, b in windows)
    )
    chosen = set(inside)
    return inside, tuple(n for n in notes if n not in chosen)


def _begun(notes: Sequence[Note], windows: Sequence[Window]) -> tuple[Note, ...]:
    """The notes that start inside the windows, let go soon after their ends."""
    return tuple(_let_go(n, windows) for n in notes if any(a <= n.start < b for a, b in windows))


def _is_new(before: Mapping[str, Sequence[Note]], after: Mapping[str, Sequence[Note]]) -> bool:
    """Whether somebody plays other notes: the same ones a little later are not new."""
    for part, notes in before.items():
        old = {(round(4 * n.start), n.pitch) for n in notes}
        new = {(round(4 * n.start), n.pitch) for n in after[part]}
        if (new or not old) and len(old ^ new) > _NEW_SHARE * max(1, len(old | new)):
            return True
    return False


def _spliced(part: Part, fresh: Sequence[Note], windows: Sequence[Window]) -> Part:
    """The part with the new notes inside the windows; nothing outside them is touched."""
    old = _split(part.notes, windows)[1]
    notes = [n for note in fresh if (n := _beside(note, old)) is not None]
    return replace(
        part,
        notes=tuple(sorted([*old, *tidy(notes)])),
        measured=part.measured or part.notes,
    )


def _let_go(note: Note, windows: Sequence[Window]) -> Note:
    """A new note that doesn't last far beyond the section that it was written for."""
    end = next(b for a, b in windows if a <= note.start < b) + EARLY
    if note.start + note.duration <= end + _HELD_OVER:
        return note
    return replace(note, duration=round(end - note.start, 6))


def _beside(note: Note, old: Sequence[Note]) -> Note | None:
    """A new note that begins after, and ends before, what sounds of the same pitch outside."""
    start, end = note.start, note.start + note.duration
    for other in old:
        if other.pitch != note.pitch:
            continue
        if other.start <= start < other.start + other.duration:
            start = other.start + other.duration
        elif start < other.start < end:
            end = other.start
    if end - start < 0.5 * note.duration:
        return None
    return replace(note, start=round(start, 6), duration=round(end - start, 6))
