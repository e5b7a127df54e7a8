# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else a chip could say: the entries of its menu, with words for people.

Not for: what a choice changes (see chip_choice).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from musicgen_desktop.gui.duration_edit import PRESETS_S, clock_text
from musicgen_desktop.gui.terms import Term, Terms

if TYPE_CHECKING:
    from musicgen_desktop.prompt.explain import Chip

Choice = tuple[Any, str]
_TEMPO_FACTORS = (0.7, 0.85, 1.0, 1.15, 1.3)
_BPM_LIMITS = (40, 220)
_METRES = ("4/4", "3/4", "6/8", "12/8", "5/4", "7/8")
_TONICS = ("C", "D", "Eb", "E", "F", "G", "A", "Bb", "B")
_MOST_TERMS = 12


def of_chip(chip: Chip, terms: Terms) -> tuple[Choice, ...]:
    """The choices of one chip, as values and labels; empty where there is nothing to choose."""
    makers = {
        "bpm": _tempi,
        "metre": _metres,
        "key": _keys,
        "duration": _durations,
    }
    if chip.kind in makers:
        return makers[chip.kind](chip)
    pool = {"genre": terms.genres, "mood": terms.moods, "instrument": terms.instruments}
    return _terms(chip, pool.get(chip.kind, ()))


def _tempi(chip: Chip) -> tuple[Choice, ...]:
    low, high = _BPM_LIMITS
    try:
        now = float(chip.value)
    except (TypeError, ValueError):
        return ()
    values = {round(min(high, max(low, now * factor))) for factor in _TEMPO_FACTORS}
    return tuple((float(value), f"{value} bpm") for value in sorted(values))


def _metres(chip: Chip) -> tuple[Choice, ...]:
    return tuple((metre, metre) for metre in _METRES)


def _keys(chip: Chip) -> tuple[Choice, ...]:
    _, _, mode = str(chip.value).partition(" ")
    names = [f"{tonic} {mode or 'major'}" for tonic in _TONICS]
    return tuple((name, name) for name in dict.fromkeys([str(chip.value), *names]))


def _durations(chip: Chip) -> tuple[Choice, ...]:
    return tuple((float(seconds), clock_text(seconds)) for seconds in PRESETS_S)


def _terms(chip: Chip, pool: Sequence[Term]) -> tuple[Choice, ...]:
    """The chip's own suggestions first, then others of its kind while the menu stays short."""
    names = {term.id: term.name for term in pool}
    wanted = [str(value) for value in chip.alternatives] or _near(str(chip.value), pool)
    return tuple((each, names[each]) for each in wanted if each in names)[:_MOST_TERMS]


def _near(value: str, pool: Sequence[Term]) -> list[str]:
    """Terms of the same family, the value itself among them."""
    family = next((term.family for term in pool if term.id == value), "")
    if not family:
        return []
    return [term.id for term in pool if term.family == family]
