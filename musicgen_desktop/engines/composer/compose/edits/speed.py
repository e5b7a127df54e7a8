# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another tempo: the same notes in quarter notes; the length follows.

Not for: rubato (see compose.tempo).
"""

from __future__ import annotations

from dataclasses import replace

from musicgen_desktop.engines.composer.compose.edits.piece import Piece, scaled, with_tempo
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.edit import MAX_DURATION_S, MIN_DURATION_S, Tempo


def apply(piece: Piece, edit: Tempo) -> Piece:
    """The piece at another tempo.

    Raises:
        UsageError: It would become too short or too long.
    """
    factor = piece.plan.bpm / edit.bpm
    duration_s = round(piece.plan.duration_s * factor, 3)
    if not MIN_DURATION_S <= duration_s <= MAX_DURATION_S:
        raise UsageError(
            "At {bpm:g} bpm this piece would last {seconds:.0f} seconds.",
            "Use a tempo from {low:.0f} to {high:.0f} bpm.",
            bpm=edit.bpm,
            seconds=duration_s,
            low=piece.plan.duration_s * piece.plan.bpm / MAX_DURATION_S + 0.5,
            high=piece.plan.duration_s * piece.plan.bpm / MIN_DURATION_S - 0.5,
        )
    plan = with_tempo(piece.plan, edit.bpm, duration_s)
    score = replace(piece.score, tempo=scaled(piece.score.tempo, factor), duration_s=duration_s)
    return Piece(score, replace(plan, explicit=_and(plan.explicit, "bpm")))


def _and(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)
