# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Obeys the plan's wishes for a part of the piece: who is silent, and who must be heard, when.

The grammar is in `music.scope`. Not for: who plays when otherwise (see form_layers).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from musicgen_desktop.engines.composer.compose.context import Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.seats import Seat, forbidden_ids
from musicgen_desktop.music import scope
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.scope import Scope
from musicgen_desktop.music.score import Note
from musicgen_desktop.music.theory import bar_seconds

_PERCUSSIVE = frozenset({"drums", "percussion", "timpani"})
_FIGURES = {
    "melody": frozenset({"lead", "counter"}),
    "bass": frozenset({"bass"}),
    "pad": frozenset({"pad", "drone"}),
    "arpeggio": frozenset({"arp", "ostinato"}),
    "drums": _PERCUSSIVE,
    "percussion": frozenset({"percussion", "timpani"}),
}
_ALIKE = {
    "chorus": ("drop", "hook", "climax"), "drop": ("climax", "chorus", "hook"),
    "hook": ("chorus", "drop", "climax"), "climax": ("drop", "chorus", "hook"),
    "verse": ("a", "theme"), "break": ("bridge",), "bridge": ("break", "b"),
}  # fmt: skip
_OPENING_BARS = 8
_LAST_BARS = 4
_EARLY = 0.5
"""Quarter notes by which a performed note may come before its bar and still belongs to it."""


def silent_bars(plan: MusicPlan, sections: Sequence[SectionFrame], seat: Seat) -> frozenset[int]:
    """The bars in which a player must not be heard."""
    bars: set[int] = set()
    everywhere = frozenset(range(_total(sections)))
    kept: set[int] | None = None
    for wish in scope.scopes(plan.structure):
        where = _bars(plan, sections, wish)
        if wish.action == "alone":
            bars |= set() if is_meant(wish.who, seat) or seat.figure == "vinyl" else where
        elif not is_meant(wish.who, seat):
            continue
        elif wish.action == "only":
            kept = (kept or set()) | where
        elif wish.action == "enter":
            bars |= everywhere - where
        else:
            bars |= where
    return frozenset(bars if kept is None else bars | (everywhere - kept))


def heard_bars(plan: MusicPlan, sections: Sequence[SectionFrame], seat: Seat) -> frozenset[int]:
    """The bars in which a player must be heard: where it enters, is alone or has its only place."""
    bars: set[int] = set()
    for wish in scope.scopes(plan.structure):
        if not is_meant(wish.who, seat) or wish.action not in {"enter", "only", "alone"}:
            continue
        where = _bars(plan, sections, wish)
        bars |= set(sorted(where)[:_OPENING_BARS]) if wish.action == "enter" else where
    return frozenset(bars - silent_bars(plan, sections, seat))


def is_meant(who: Sequence[str], seat: Seat) -> bool:
    """Whether a wish is about this player."""
    return any(
        seat.figure in _FIGURES.get(name, ())
        or (seat.figure == name)
        or (seat.instrument in _covered(name) and seat.figure not in {"fx", "vinyl"})
        for name in who
    )


@cache
def _covered(name: str) -> frozenset[str]:
    """An instrument id and everything that is a kind of it; the tables never change."""
    return forbidden_ids((name,))


def drums_rest(plan: MusicPlan, sections: Sequence[SectionFrame]) -> frozenset[int]:
    """The bars in which nothing percussive may be heard."""
    return silent_bars(plan, sections, Seat("drums", "drums", "drums", "drums", ""))


def obeyed(drafts: Sequence[Draft], silent: frozenset[int], quarters: float) -> list[Draft]:
    """The notes without those of silent bars; what would ring into one is let go before it.

    Args:
        drafts: On the grid.
        silent: Bars in which nothing may be heard.
        quarters: Length of a bar in quarter notes.
    """
    if not silent:
        return list(drafts)
    kept = [d for d in drafts if _bar(d.start, quarters) not in silent]
    return [replace(d, duration=_room(d.start, d.duration, silent, quarters)) for d in kept]


def kept_in_time(
    notes: Sequence[Note], silent: frozenset[int], quarters: float
) -> tuple[Note, ...]:
    """Performed notes: one that comes a hair before its bar, out of a silent one, is put on it."""
    if not silent:
        return tuple(notes)
    moved = []
    for note in notes:
        bar = _bar(note.start, quarters)
        if bar in silent:
            line = (bar + 1) * quarters
            if bar + 1 in silent or line - note.start > _EARLY:
                continue
            note = replace(note, start=line)
        moved.append(replace(note, duration=_room(note.start, note.duration, silent, quarters)))
    return tuple(sorted(moved))


def _bar(beat: float, quarters: float) -> int:
    return math.floor(beat / quarters + 1e-9)


def _room(start: float, duration: float, silent: frozenset[int], quarters: float) -> float:
    """As much of a duration as fits before the next silent bar."""
    bar = _bar(start, quarters)
    last = _bar(start + duration - 1e-6, quarters)
    following = next((b for b in range(bar + 1, last + 1) if b in silent), None)
    return duration if following is None else max(0.05, following * quarters - start)


def _total(sections: Sequence[SectionFrame]) -> int:
    return sections[-1].start_bar + sections[-1].bars


def _bars(plan: MusicPlan, sections: Sequence[SectionFrame], wish: Scope) -> set[int]:
    """The bars that a wish speaks of; from the moment on for entering and leaving."""
    total = _total(sections)
    if wish.action in {"enter", "leave"}:
        return set(range(_moment(plan, sections, wish.when), total))
    if ".." in wish.when:
        start, end = wish.when.split("..")
        last = total if end == "100%" else _moment(plan, sections, end)
        return set(range(_moment(plan, sections, start), last))
    if wish.when == "start":
        first = sections[0]
        return set(range(first.bars if first.label == "intro" else min(first.bars, _OPENING_BARS)))
    if wish.when == "end":
        outro = next((f for f in sections if f.label == "outro"), None)
        return set(range(outro.start_bar if outro else max(1, total - 1 - _LAST_BARS), total))
    found = _sections(sections, wish.section)
    return {b for f in found for b in range(f.start_bar, f.start_bar + f.bars)}


def _sections(
    sections: Sequence[SectionFrame], wanted: tuple[str, int] | None
) -> list[SectionFrame]:
    """The sections of a label, or of the label that comes nearest to it."""
    label, number = wanted or ("", 0)
    for name in (label, *_ALIKE.get(label, ())):
        found = [f for f in sections if f.label == name]
        if found:
            place = min(number - 1, len(found) - 1) if number > 0 else -1
            return [found[place]] if number else found
    return []


def _moment(plan: MusicPlan, sections: Sequence[SectionFrame], when: str) -> int:
    """The bar of a moment; the end of the piece where there is no such section."""
    total = _total(sections)
    if when == "later":
        return min(sections[0].bars, _OPENING_BARS)
    if when.startswith("bar:"):
        number = int(when.removeprefix("bar:"))
        content = total - sum(f.bars for f in sections if f.label == "ending")
        return min(total, max(0, number - 1 if number > 0 else content + number))
    if when.endswith("%"):
        return _share(plan, sections, float(when.removesuffix("%")) / 100)
    if when.replace(".", "", 1).lstrip("-").isdigit():
        seconds = float(when)
        at_s = seconds if seconds >= 0 else plan.duration_s + seconds
        return _bar_at(plan, at_s, total)
    found = _sections(sections, Scope("", (), when).section)
    if not found:
        return total
    return found[0].start_bar + (found[0].bars if when.startswith("after_") else 0)


def _bar_at(plan: MusicPlan, at_s: float, total: int) -> int:
    """The first bar that starts at or after a second."""
    bar_s = bar_seconds(plan.theory_metre, plan.bpm)
    return min(total, max(0, math.ceil(at_s / bar_s - 0.01)))


def _share(plan: MusicPlan, sections: Sequence[SectionFrame], share: float) -> int:
    """The section that starts next after a share of the piece, or else the next bar."""
    total = _total(sections)
    bar = _bar_at(plan, share * plan.duration_s, total)
    near = [f.start_bar for f in sections if bar <= f.start_bar <= bar + 0.15 * total]
    return near[0] if near and 0 < share < 1 else bar
