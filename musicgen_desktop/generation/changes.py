# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change one thing: the recipe and the title of a track in which something is changed.

No Qt, no numpy. A changed recipe keeps the seed and the first parent's plan, so that all else stays
(see music.edit). What there is to change, and what words for it mean: see change_offers and
change_words. Not for: carrying edits out (see engines.composer.compose.edits), or new music in a
track's manner (see services.more_like).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines import registry
from musicgen_desktop.engines.composer.compose.edits import recompose
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music import edit as edits_of
from musicgen_desktop.music.edit import (
    Edit,
    Instrument,
    KeyChange,
    Length,
    Mood,
    Regenerate,
    Tempo,
    Without,
)
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.timing import length_label, tempo_label

_LONGEST_TITLE = 60
_LABELS_SHOWN = 2


def changed(recipe: Recipe, track_id: str, edits: Iterable[Edit]) -> Recipe:
    """The recipe of a track with something changed; all else stays, the seed as well.

    Args:
        recipe: That of the track.
        track_id: Its id, the parent of the changed one; "" where it has none.
        edits: In the order in which they are to be done.

    Raises:
        UsageError: One of them can't be done; says why.
        MusicGenError: It isn't the Composer's, or its changes can't be read.
    """
    require_composer(recipe)
    before = edits_of.parse_all(recipe.parameters.get(recompose.EDITS))
    new = tuple(edits_of.parse(edit) for edit in edits)
    together = edits_of.parse_all([*before, *new])
    parameters = {
        **recipe.parameters,
        recompose.EDITS: edits_of.all_to_json(together),
        recompose.BASE_PLAN: recompose.base_plan(recipe.plan, recipe.parameters).to_json(),
    }
    piece = recompose.made(recipe.plan, parameters, strict_from=len(before))
    plan = _with_tempo_word(piece.plan)
    return replace(
        recipe,
        plan=plan,
        duration_s=plan.duration_s,
        parameters=parameters,
        overrides=_overrides(recipe.overrides, plan, new),
        parent=track_id,
    )


def label(edits: Sequence[Edit], lexicon: Lexicon) -> str:
    """What edits do, in a few words for a title: `90 bpm`, `no drums`, `new melody`."""
    return ", ".join(dict.fromkeys(_label(edit, lexicon) for edit in edits))


def retitled(title: str, what: str) -> str:
    """The title of a changed take: `Rainy Night (darker)`; after another change of it both."""
    base, _, inside = title.rpartition(" (") if title.endswith(")") else (title, "", "")
    base = base or title
    earlier = inside.removesuffix(")").split(", ") if inside else []
    shown = ", ".join([*earlier, *what.split(", ")][-_LABELS_SHOWN:])
    room = max(8, _LONGEST_TITLE - len(shown) - 3)
    return f"{base[:room].rstrip()} ({shown})"


def require_composer(recipe: Recipe) -> None:
    """Sees to it that a track can be changed in one thing.

    Raises:
        UsageError: It isn't the Composer's.
    """
    if recipe.engine != registry.DEFAULT_ENGINE:
        raise UsageError(
            "Only tracks of the Composer can be changed in one thing.",
            "Make a new track from its words instead.",
        )


def _with_tempo_word(plan: MusicPlan) -> MusicPlan:
    """A tempo that was changed gets its word back, which chips show."""
    if plan.tempo_word:
        return plan
    return replace(plan, tempo_word=tempo_label(plan.felt_bpm, "", half_time=False)[0])


def _overrides(before: Mapping[str, Any], plan: MusicPlan, new: Sequence[Edit]) -> dict[str, Any]:
    """What the form shows as set when the track's settings are used again."""
    found = dict(before)
    for edit in new:
        match edit:
            case Tempo():
                found["bpm"] = plan.bpm
            case KeyChange():
                found["key"] = plan.theory_key.name
            case Length():
                found["duration_s"] = plan.duration_s
            case Instrument():
                found["instruments"] = list(plan.instruments)
            case Without() if plan.excluded:
                found["exclude"] = list(plan.excluded)
            case Mood():
                found.update(_mood_overrides(edit, plan))
            case _:
                pass
    return found


def _mood_overrides(edit: Mood, plan: MusicPlan) -> dict[str, Any]:
    found: dict[str, Any] = {"key": plan.theory_key.name} if edit.mode else {}
    return {**found, "mood": list(edit.words)} if edit.words else found


def _label(edit: Edit, lexicon: Lexicon) -> str:
    match edit:
        case Tempo():
            return f"{edit.bpm:g} bpm"
        case KeyChange():
            return f"{edit.key} {edit.mode.replace('_', ' ')}".strip()
        case Instrument():
            is_kit = edit.patch.endswith("_kit") or edit.patch.startswith("kit_")
            return (
                edit.patch.replace("_", " ")
                if is_kit
                else lexicon.name("instrument", edit.instrument).lower()
            )
        case Without():
            return f"no {(edit.part or edit.who).replace('_', ' ')}"
        case Length():
            return length_label(edit.duration_s)
        case Mood():
            names = [lexicon.name("mood", word) for word in edit.words]
            return " ".join(names) or "another mood"
        case Regenerate():
            what = (edit.part or edit.section or "notes").replace("_", " ")
            return f"new {what}"
