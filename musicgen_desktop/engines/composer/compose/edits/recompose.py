# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a recipe's plan and parameters to the piece: composes it, then applies its edits in order.

Not for: single edits (see their modules) or making recipes (see generation.changes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.edits import (
    anew,
    mood,
    pitch,
    players,
    speed,
    stretch,
)
from musicgen_desktop.engines.composer.compose.edits.piece import Piece
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.edit import (
    Edit,
    Instrument,
    KeyChange,
    Length,
    Mood,
    Regenerate,
    Tempo,
    Without,
    parse_all,
)
from musicgen_desktop.music.plan import MusicPlan

EDITS, BASE_PLAN, KEEP = "edits", "base_plan", "keep"
"""Names of the parameters."""

_APPLY: Mapping[type[Any], Callable[[Piece, Any], Piece]] = {
    Tempo: speed.apply,
    KeyChange: pitch.apply,
    Instrument: players.change_instrument,
    Without: players.leave_out,
    Length: stretch.apply,
    Mood: mood.apply,
}


def base_plan(plan: MusicPlan, parameters: Mapping[str, Any]) -> MusicPlan:
    """The plan to compose from: that of the first parent, with the seed of this take.

    Raises:
        MusicGenError: It can't be read.
    """
    data = parameters.get(BASE_PLAN)
    return plan if data is None else replace(MusicPlan.from_json(data), seed=plan.seed)


def made(
    plan: MusicPlan,
    parameters: Mapping[str, Any],
    *,
    strict_from: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Piece:
    """Composes a piece and changes it as its recipe says.

    Args:
        plan: The recipe's.
        parameters: The recipe's: `keep`, and where something was changed `base_plan` and `edits`.
        strict_from: From which edit on it is an error that one can't be done (0 for all of them);
            else it is left out, as in another take, where the line-up may be another.
        progress: Told the share that is done, 0 to 1.

    Raises:
        UsageError: The edits can't be read, or one that must can't be done.
    """
    edits = parse_all(parameters.get(EDITS))
    base = base_plan(plan, parameters)
    keep = dict(parameters.get(KEEP) or {})
    piece = Piece(compose(base, parameters={KEEP: keep}, progress=progress), base)
    for count, edit in enumerate(edits):
        try:
            piece = _changed(piece, edit, partial(_other, base, keep, edits[:count]), keep)
        except UsageError:
            if strict_from is not None and count >= strict_from:
                raise
    return piece


def _changed(
    piece: Piece, edit: Edit, composed: Callable[[int, anew.Seeds], Piece], keep: Mapping[str, Any]
) -> Piece:
    if isinstance(edit, Regenerate):
        return anew.apply(piece, edit, keep, composed)
    return _APPLY[type(edit)](piece, edit)


def _other(
    base: MusicPlan, keep: Mapping[str, int], edits: Sequence[Edit], seed: int, kept: anew.Seeds
) -> Piece:
    """The piece with other notes; what was made anew before doesn't matter to them."""
    plan = replace(base, seed=seed)
    parameters = {KEEP: {**kept}}
    piece = Piece(compose(plan, parameters=parameters), plan)
    for edit in edits:
        if not isinstance(edit, Regenerate):
            try:
                piece = _APPLY[type(edit)](piece, edit)
            except UsageError:
                continue
    return piece
