# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces are alive, hooks come back, purposes are served; and the measures tell when not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Part, Score
from musicgen_desktop.prompt import planner
from tests.quality import energy, melody_bands, purposes
from tests.quality.scorecard import PROMPTS

GENRES = ("lofi_hiphop", "house", "synthwave", "ambient", "pop", "cinematic", "trap")


def piece(genre: str, seed: int, duration_s: float) -> tuple[MusicPlan, Score]:
    plan = planner.plan(PROMPTS[genre], seed=seed, duration_s=duration_s).plan
    return plan, compose(plan)


def looped(part: Part, quarters: float) -> Part:
    """The part's fullest bar, over and over."""
    bars = energy.by_bar(part, quarters)
    best = max(bars, key=lambda bar: len(bars[bar]))
    notes = [
        replace(note, start=note.start + (bar - best) * quarters)
        for bar in sorted(bars)
        for note in bars[best]
    ]
    return replace(part, notes=tuple(n for n in notes if n.start >= 0))


def test_a_looped_bar_is_found_out() -> None:
    plan, score = piece("pop", 3, 60.0)
    one_bar = replace(
        score, parts=tuple(looped(part, score.metre.bar_quarters) for part in score.parts)
    )
    good, bad = energy.life(plan, score), energy.life(plan, one_bar)
    assert good.alike <= energy.MOST_ALIKE
    assert bad.alike > 0.8
    assert bad.still_bars > good.still_bars


def test_energy_turned_around_is_found_out() -> None:
    plan, score = piece("house", 3, 90.0)
    density = energy.density(plan, score)
    assert (energy.follows(plan, density) or 0.0) >= energy.LEAST_R
    highest = max(density)
    turned = [highest - value for value in density]
    assert (energy.follows(plan, turned) or 0.0) <= -energy.LEAST_R


def test_correlation_of_known_values() -> None:
    assert energy.correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1.0)
    assert energy.correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    assert energy.correlation([1, 2, 3], [5, 5, 5]) == 0.0


def test_a_seam_with_a_step_is_found_out() -> None:
    time_s = np.arange(44_100) / 44_100
    tone = np.sin(2 * np.pi * 100 * time_s).astype(np.float32)
    whole = np.stack([tone, tone])
    assert purposes.seam(whole).jump <= 1.05
    cut = whole[:, : 44_100 - 110]  # a quarter of a wave short
    assert purposes.seam(cut).jump > 10


@pytest.mark.long
@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("duration_s", [90.0, 180.0])
def test_pieces_are_alive(genre: str, duration_s: float) -> None:
    density = []
    for seed in range(300, 305):
        found = energy.life(*piece(genre, seed, duration_s))
        most = energy.MOST_STILL_BARS_OF.get(genre, energy.MOST_STILL_BARS)
        assert found.alike <= energy.MOST_ALIKE, found
        assert found.still_bars <= most, found
        density.append(found.density_r if found.density_r is not None else 1.0)
    assert sum(density) / len(density) >= (0.5 if genre == "ambient" else energy.LEAST_R)


@pytest.mark.long
@pytest.mark.parametrize("genre", GENRES)
def test_the_hook_returns(genre: str) -> None:
    for seed in range(300, 305):
        _, score = piece(genre, seed, 90.0)
        label = melody_bands.hook_label(score)
        for found in melody_bands.returns(score):
            if found.label == label:
                assert min(found.alike) >= 0.85


@pytest.mark.long
def test_fifty_seeds_are_fifty_pieces() -> None:
    found = melody_bands.variety(PROMPTS["pop"], range(300, 350), 45.0)
    assert found["closest melodies"] <= melody_bands.MOST_ALIKE
    assert found["progressions"] >= 5
    assert found["grooves"] >= 5
    assert found["forms"] >= 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("prompt", "use"), [("lofi", "podcast bed"), ("pop", "vlog"), ("piano", "tutorial")]
)
def test_a_voice_has_room(prompt: str, use: str) -> None:
    assert purposes.room_db(prompt, use, 301) >= purposes.LEAST_ROOM_DB


@pytest.mark.long
@pytest.mark.parametrize("prompt", ["seamless house loop", "lofi loop", "game loop"])
def test_loops_have_no_seam(prompt: str) -> None:
    plan, audio = purposes.of(prompt, 301, 16.0)
    assert plan.loop
    assert purposes.seam(audio).jump <= 1.0
    assert abs(audio.shape[1] - plan.duration_s * SAMPLE_RATE) <= 1.0
