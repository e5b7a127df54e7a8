# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The genres' own files of melodies: complete, and whole with what they are like."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.composer.compose import melody_data, motif
from musicgen_desktop.engines.composer.compose.perform import genre_feel
from musicgen_desktop.music.theory import parse_metre
from tests.unit.engines.composer.compose.plans import GENRES


@pytest.mark.parametrize("genre", GENRES)
def test_each_genre_has_a_style_and_a_feel_of_its_own(genre: str) -> None:
    style, feel = melody_data.styles()["genres"][genre], genre_feel(genre)
    assert set(melody_data.styles()["genres"]["pop"]) <= set(style)
    assert set(melody_data.performance()["genres"]["pop"]) - {"lanes"} <= set(feel)
    assert set(style["contours"]) <= set(melody_data.styles()["contours"])


@pytest.mark.parametrize("genre", GENRES)
def test_each_genre_has_enough_rhythms(genre: str) -> None:
    assert len(motif.cells(genre, "4/4", "head")) >= 8
    assert len(motif.cells(genre, "4/4", "answer")) >= 4
    assert len(motif.cells(genre, "4/4", "cadence")) >= 3


def test_cells_have_ids_of_their_own_and_whole_bars() -> None:
    cells = melody_data.cells()
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        steps = round(parse_metre(cell["metre"]).bar_quarters * 4)
        assert {len(bar) for bar in cell["bars"]} == {steps}
        assert len(cell["bars"]) == (2 if cell["role"] == "head" else 1)
