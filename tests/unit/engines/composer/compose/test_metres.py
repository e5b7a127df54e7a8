# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every genre plays every metre: nobody falls silent, and the bar's groups are felt."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.composer.compose import phrase
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import Score
from musicgen_desktop.music.theory import METRES, parse_metre
from tests.unit.engines.composer.compose.plans import GENRES, make_plan

FORM = (("intro", 2, 0.4), ("a", 8, 0.6), ("b", 8, 0.8), ("ending", 1, 0.4))
FEW = ("pop", "house", "epic", "classical")


def _check(genre: str, metre_name: str) -> None:
    metre = parse_metre(metre_name)
    score = compose(make_plan(genre, 3, form=FORM, metre=metre_name))
    starts = [n.start for p in score.parts if p.role != "fx" for n in p.notes]
    end = 18 * metre.bar_quarters
    assert max(starts) <= end + metre.bar_quarters + 0.1
    for bar in range(2, 18):
        first, last = bar * metre.bar_quarters - 0.1, (bar + 1) * metre.bar_quarters - 0.1
        assert any(first <= start < last for start in starts) or _holds(score, first), bar


def _holds(score: Score, beat: float) -> bool:
    return any(n.start <= beat < n.start + n.duration for p in score.parts for n in p.notes)


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("genre", FEW)
def test_some_genres_play_every_metre(genre: str, metre: str) -> None:
    _check(genre, metre)


@pytest.mark.long
@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("genre", [genre for genre in GENRES if genre not in FEW])
def test_all_genres_play_every_metre(genre: str, metre: str) -> None:
    _check(genre, metre)


def test_strong_places_are_where_groups_begin() -> None:
    strong = {
        name: [
            step / 4
            for step in range(round(parse_metre(name).bar_quarters * 4))
            if phrase.is_strong(step / 4, parse_metre(name))
        ]
        for name in METRES
    }
    assert strong["4/4"] == [0, 2]
    assert strong["3/4"] == [0]
    assert strong["6/8"] == [0, 1.5]
    assert strong["5/4"] == [0, 3]
    assert strong["7/8"] == [0, 1, 2]
    assert strong["12/8"] == [0, 3]


@pytest.mark.parametrize("metre_name", ["5/4", "7/8"])
def test_kicks_mark_the_groups(metre_name: str) -> None:
    metre = parse_metre(metre_name)
    score = compose(make_plan("epic", 1, form=FORM, metre=metre_name))
    drums = next(part for part in score.parts if part.is_drums and part.role == "drums")
    placed = [n.start % metre.bar_quarters for n in drums.notes if n.pitch == 36]
    for start in metre.group_starts:
        here = sum(min(abs(p - start), abs(p - start - metre.bar_quarters)) < 0.05 for p in placed)
        assert here >= 4, start


@pytest.mark.parametrize("metre_name", ["2/4", "5/4", "9/8", "12/8"])
def test_the_bass_never_leaves_a_bar_empty(metre_name: str) -> None:
    metre = parse_metre(metre_name)
    for seed in range(4):
        score = compose(make_plan("pop", seed, form=FORM, metre=metre_name))
        bass = next(part for part in score.parts if part.role == "bass")
        bars = {int((n.start + 0.1) / metre.bar_quarters) for n in bass.notes}
        assert set(range(10, 18)) <= bars
