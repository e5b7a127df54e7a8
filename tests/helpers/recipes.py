# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small valid plans and recipes for tests that don't care what is in them."""

from __future__ import annotations

from typing import Any

from musicgen_desktop.engines.composer.engine import INFO
from musicgen_desktop.music.plan import MusicPlan, Section
from musicgen_desktop.music.recipe import Recipe


def small_plan(**changes: Any) -> MusicPlan:
    """A plan of five bars of lo-fi in A minor."""
    values: dict[str, Any] = {
        "genre": "lofi_hiphop",
        "genres": ("lofi_hiphop",),
        "moods": ("mellow",),
        "bpm": 75.0,
        "felt_bpm": 75.0,
        "key": "A",
        "mode": "minor",
        "metre": "4/4",
        "swing": 0.3,
        "duration_s": 18.0,
        "era": "",
        "instruments": (),
        "excluded": (),
        "use_case": "",
        "loop": False,
        "vocals": "",
        "structure": (),
        "production": (),
        "tempo_word": "",
        "language": "en",
        "sections": (
            Section("intro", 2, 0.0, 0.4),
            Section("a", 2, 6.4, 0.7),
            Section("ending", 1, 12.8, 0.3),
        ),
        "seed": 8,
    }
    return MusicPlan(**{**values, **changes})


def small_recipe(prompt: str = "rainy night lo-fi", seed: int = 8, **changes: Any) -> Recipe:
    """A recipe around `small_plan`."""
    plan = small_plan(seed=seed)
    values: dict[str, Any] = {
        "prompt": prompt,
        "plan": plan,
        "engine": "composer",
        "engine_version": INFO.version,
        "seed": seed,
        "duration_s": plan.duration_s,
    }
    return Recipe(**{**values, **changes})
