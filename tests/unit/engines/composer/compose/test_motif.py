# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rhythm cells: the data's shape, reading, thinning, and the hooks of a group of takes."""

from __future__ import annotations

import pytest

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose import motif
from musicgen_desktop.engines.composer.compose.motif import BarRhythm, Onset
from musicgen_desktop.music.theory import METRES, parse_metre
from tests.helpers.melody_contexts import GENRES, context_of

_WEIGHTS = {
    "strong_misfit", "weak_misfit", "tension", "avoid", "unison", "wobble", "third", "fourth",
    "sixth", "octave", "tritone", "seventh", "unresolved", "leap_reversal", "contour", "motif",
    "target", "cadence", "noise",
}  # fmt: skip


def test_every_cell_fills_its_bars() -> None:
    data = resources.load_json("cells", "melody_cells.json")["cells"]
    assert len({cell["id"] for cell in data}) == len(data)
    for cell in data:
        length = round(parse_metre(cell["metre"]).bar_quarters / motif.STEP)
        assert cell["role"] in ("head", "answer", "cadence", "solo")
        assert len(cell["bars"]) == (2 if cell["role"] == "head" else 1)
        for bar in cell["bars"]:
            assert len(bar) == length, cell["id"]
            assert set(bar) <= set("x-."), cell["id"]


def test_no_rhythm_is_a_head_twice_in_one_genre() -> None:
    for genre in GENRES:
        heads = motif.cells(genre, "4/4", "head")
        assert len({cell.bars for cell in heads}) == len(heads)


@pytest.mark.parametrize("genre", GENRES)
def test_styles_are_complete(genre: str) -> None:
    style = motif.style_of(genre)
    assert set(style["weights"]) == _WEIGHTS
    assert set(style["schemes"]) - {"close"} == {
        "hook", "second", "lift", "sparse", "third", "farewell",
    }  # fmt: skip
    assert set(style["contours"]) <= set(motif.styles()["contours"])
    assert style["range"][1] - style["range"][0] >= 14


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("genre", GENRES)
def test_each_genre_has_eight_hooks_in_each_metre(genre: str, metre: str) -> None:
    heads = motif.cells(genre, metre, "head")
    assert len({cell.id for cell in heads}) >= 8
    assert motif.cells(genre, metre, "answer")
    assert motif.cells(genre, metre, "cadence")


@pytest.mark.parametrize("genre", GENRES)
def test_eight_takes_have_eight_hooks(genre: str) -> None:
    hooks = {motif.hook_material(context_of(genre, 8 * 37 + take)).head.id for take in range(8)}
    assert len(hooks) == 8


def test_parse_bar_reads_notes_holds_and_rests() -> None:
    assert motif.parse_bar("--x-x..x") == BarRhythm(
        (Onset(0.5, 0.5), Onset(1.0, 0.25), Onset(1.75, 0.25)), held=0.5
    )


def test_thinning_keeps_the_first_note_and_the_length() -> None:
    bar = motif.parse_bar("x-x-x-x-x---x---")
    thin = bar.thinned(3)
    assert len(thin.onsets) == 3
    assert thin.onsets[0].start == 0.0
    assert sum(onset.duration for onset in thin.onsets) == 4.0


def test_truncating_cuts_the_last_note() -> None:
    bar = motif.parse_bar("x-----x---------").truncated(2.0)
    assert bar.onsets == (Onset(0.0, 1.5), Onset(1.5, 0.5))


def test_a_bar_is_fitted_to_odd_metres() -> None:
    assert motif.fit_text("x---x---xx--x-x-", parse_metre("5/4")) == "x---x---xx--xx--x-x-"
    assert len(motif.fit_text("x---x---x---x---", parse_metre("7/8"))) == 14
