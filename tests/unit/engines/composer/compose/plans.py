# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans to compose from, made without the prompt's planner."""

from __future__ import annotations

from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.music import theory
from musicgen_desktop.music.plan import MusicPlan, Section

GENRES = tuple(sorted(file.stem for file in resources.path("cells", "genres").glob("*.json")))
FORM = (("intro", 4, 0.3), ("a", 8, 0.55), ("b", 8, 0.8), ("a", 8, 0.6), ("ending", 1, 0.4))
RING_OUT_S = 3.5


def make_plan(
    genre: str,
    seed: int = 0,
    *,
    form: tuple[tuple[str, int, float], ...] = FORM,
    metre: str = "4/4",
    bpm: float = 100.0,
    **fields: Any,
) -> MusicPlan:
    """A plan with a plain form; `fields` replace any of its other fields."""
    bar_s = theory.bar_seconds(theory.parse_metre(metre), bpm)
    sections: list[Section] = []
    start_s = 0.0
    for label, bars, energy in form:
        sections.append(Section(label, bars, start_s, energy))
        start_s += bars * bar_s
    end_s = start_s if fields.get("loop") else sections[-1].start_s + RING_OUT_S
    values: dict[str, Any] = {
        "genres": (genre,), "moods": (), "felt_bpm": bpm, "key": "A", "mode": "minor", "swing": 0.0,
        "duration_s": end_s, "era": "", "instruments": (), "excluded": (), "use_case": "",
        "loop": False,
        "vocals": "", "structure": (), "production": (), "tempo_word": "", "language": "en",
    }  # fmt: skip
    values.update(fields)
    return MusicPlan(
        genre=genre, bpm=bpm, metre=metre, sections=tuple(sections), seed=seed, **values
    )
