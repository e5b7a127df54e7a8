# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the tempo map: strict in grid genres, a breath of rubato before other endings.

The time that the broadening takes is given back just before it, so that the ending begins exactly
where the plan puts it.
Not for: swing (see perform).
"""

from __future__ import annotations

from musicgen_desktop.engines.composer.compose.context import Context
from musicgen_desktop.music.score import TempoPoint
from musicgen_desktop.music.theory import quarter_seconds

_SHAPE = (-0.4, -0.6, -0.6, -0.4, 0.1, 0.4, 0.6, 0.9)
"""Share of the ritardando in each half-bar of the last four bars; the sum is zero."""

_ASKED = 0.12
"""How far a piece slows down that was asked to."""


def write_tempo(context: Context) -> tuple[TempoPoint, ...]:
    """The tempo points.

    The last section must be the ending for a ritardando; a loop and a stated tempo stay strict.
    """
    quarter_s = quarter_seconds(context.metre, context.plan.bpm)
    plain = (TempoPoint(0.0, quarter_s),)
    amount = float(context.style.get("ritardando", 0.0))
    asked = "ritardando" in context.plan.structure
    if asked:
        amount = max(amount, _ASKED)
    elif "hit_end" in context.plan.structure:
        amount = 0.0
    last = context.sections[-1]
    half_bar = context.metre.bar_quarters / 2
    first = last.start - half_bar * len(_SHAPE)
    strict = context.plan.loop or ("bpm" in context.plan.explicit and not asked)
    if amount <= 0 or strict or last.label != "ending" or first < 2 * context.metre.bar_quarters:
        return plain
    points = list(plain)
    for i, share in enumerate(_SHAPE):
        points.append(TempoPoint(first + i * half_bar, quarter_s * (1 + amount * share)))
    points.append(TempoPoint(last.start, quarter_s))
    return tuple(points)
