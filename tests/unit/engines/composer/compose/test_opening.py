# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A piece sounds from its first moment on."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import TempoMap
from musicgen_desktop.prompt.planner import plan

GENRES = ("lofi_hiphop", "house", "synthwave", "ambient", "pop", "cinematic", "solo_piano", "trap")


def first_sound_s(genre: str, duration_s: float, seed: int) -> float:
    """When the first note of a piece starts."""
    made = plan("", seed=seed, duration_s=duration_s, overrides={"genre": genre}).plan
    score = compose(made)
    tempo = TempoMap(score.tempo)
    return min(tempo.seconds(note.start) for part in score.parts for note in part.notes)


@pytest.mark.parametrize("genre", GENRES)
def test_nobody_waits_for_the_first_note(genre: str) -> None:
    for duration_s in (30, 90):
        for seed in (8, 7011):
            assert first_sound_s(genre, duration_s, seed) <= 0.25


def test_a_harp_off_the_beat_comes_forward() -> None:
    """Alone in its intro, it used to start one beat and a half late."""
    for duration_s in (60, 90):
        assert first_sound_s("ambient", duration_s, 7011) <= 0.25


@pytest.mark.long
@pytest.mark.parametrize("genre", GENRES)
def test_many_pieces_start_at_once(genre: str) -> None:
    late = [
        (duration_s, seed)
        for duration_s in (20, 30, 37, 45, 60, 90)
        for seed in range(7000, 7012)
        if first_sound_s(genre, duration_s, seed) > 0.25
    ]
    assert late == []
