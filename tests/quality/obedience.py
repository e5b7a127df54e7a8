# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure 18: whether a score does what its plan says."""

from __future__ import annotations

from functools import lru_cache

from musicgen_desktop import resources
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Score
from musicgen_desktop.music.theory import quarter_seconds
from tests.quality.rows import Row, row


def rows(score: Score, plan: MusicPlan) -> list[Row]:
    """Instruments, exclusions, metre, key, tempo and form; 1 = obeyed."""
    present = {part.instrument for part in score.parts if part.notes}
    missing = [wish for wish in plan.instruments if not any(is_a(p, wish) for p in present)]
    forbidden = sorted(p for p in present if any(is_a(p, ban) for ban in plan.excluded))
    quarter_s = quarter_seconds(plan.theory_metre, plan.bpm)
    tempo_error = abs(score.tempo[0].quarter_s / quarter_s - 1)
    return [
        row(18, "named instruments play", float(not missing), 1.0, note=" ".join(missing)),
        row(18, "excluded ones don't", float(not forbidden), 1.0, note=" ".join(forbidden)),
        row(18, "metre", float(score.metre == plan.theory_metre), 1.0),
        row(18, "key", float(score.key_name == plan.theory_key.name), 1.0, note=score.key_name),
        row(18, "tempo of the grid (share off)", tempo_error, None, 1e-6),
        row(18, "sections as planned", float(_sections_match(score, plan)), 1.0),
        row(18, "only the line-up", _only(present, plan), 1.0),
    ]


def _sections_match(score: Score, plan: MusicPlan) -> bool:
    labels = [marker.label for marker in score.markers]
    if labels != [section.label for section in plan.sections]:
        return False
    bars = [round(m.beat / score.metre.bar_quarters) for m in score.markers]
    at = 0
    for section, bar in zip(plan.sections, bars, strict=True):
        if bar != at:
            return False
        at += section.bars
    return True


def _only(present: set[str], plan: MusicPlan) -> float | None:
    if not plan.only:
        return None
    extra = [p for p in present if not any(is_a(p, wish) for wish in plan.instruments)]
    return float(not extra)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, tuple[str, ...]]:
    data = resources.load_json("lexicon", "instruments.json")
    items = data.get("instruments", data) if isinstance(data, dict) else data
    entries = items.items() if isinstance(items, dict) else ((item["id"], item) for item in items)
    return {name: tuple(item.get("kinds", ())) for name, item in entries}


def is_a(instrument: str, kind: str) -> bool:
    """Whether an instrument is `kind` or a kind of it, by the lexicon."""
    if instrument == kind:
        return True
    return any(
        is_a(parent, kind) for parent in _kinds().get(instrument, ()) if parent != instrument
    )
