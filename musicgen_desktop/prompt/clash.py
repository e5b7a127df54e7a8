# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wishes that contradict each other: a tempo word and a number, two moods.

Not for: wishes of one kind of which the first counts (see timing and lineup).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.spans import Reading, Span

_CLEARLY = {"slow": (0.0, 125.0), "fast": (84.0, math.inf)}
"""Quarters per minute outside of which a tempo word is plainly wrong."""
_LENIENCE = 0.75
"""How far beside an Italian term's range a number may lie before it contradicts the term."""
_APART = {"valence": 1.2, "arousal": 1.4}
"""Distance of two stated moods from which they contradict each other."""


def tempo_word(
    reading: Reading, pace: float, genre: Mapping[str, Any], lexicon: Lexicon
) -> Span | None:
    """The tempo word that a stated number speaks against, if there is one.

    Args:
        reading: The prompt.
        pace: Quarters per minute that the number stands for; 0 where none was stated.
        genre: The row of the genre. Where it is felt at half its number, either may be meant.
        lexicon: The tables.
    """
    span = reading.first("tempo_word")
    if span is None or not pace:
        return None
    band = lexicon.row("tempo_word", span.id).get("bpm")
    low, high = _CLEARLY.get(span.id, (0.0, math.inf))
    if band:
        low, high = band[0] * _LENIENCE, band[1] / _LENIENCE
    paces = (pace, pace / 2, pace * 2) if genre.get("half_time") else (pace,)
    return None if any(low <= each <= high for each in paces) else span


def tell_moods_apart(moods: Sequence[str], lexicon: Lexicon, notes: Notes) -> None:
    """Says so when two stated moods pull in opposite directions."""
    for axis, apart in _APART.items():
        values = {mood: float(lexicon.row("mood", mood).get(axis) or 0.0) for mood in moods}
        low, high = min(values.values(), default=0.0), max(values.values(), default=0.0)
        if high - low < apart or not low < 0 < high:
            continue
        names = [lexicon.name("mood", m) for m, value in values.items() if value in {low, high}]
        label = " + ".join(names[:2])
        notes.assumed("mood_mix", label, f"{label}, mixed", "they pull in opposite directions")
        return
