# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From half a minute on every piece begins, changes and ends, whatever its genre and length."""

from __future__ import annotations

import pytest

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.prompt.planner import Planner

GENRES = (
    "lofi_hiphop",
    "house",
    "synthwave",
    "ambient",
    "pop",
    "cinematic",
    "solo_piano",
    "trap",
)
LENGTHS_S = (30, 33, 40, 45, 60, 75, 90, 120, 150, 180, 240, 300, 450, 600)
SHORT_LENGTHS_S = (15, 18, 20, 24.5, 29)
FRAME = {"intro", "outro", "ending"}


def labels(plan: MusicPlan) -> list[str]:
    """The labels of the plan's sections, in order."""
    return [section.label for section in plan.sections]


def assert_whole(plan: MusicPlan) -> None:
    """An intro that is no more than a third, two kinds of section or more, an ending."""
    names = labels(plan)
    shown = [(s.label, s.bars) for s in plan.sections]
    assert names[0] == "intro", shown
    assert names[-1] == "ending", shown
    assert len(set(names) - FRAME) >= 2, shown
    assert plan.sections[0].bars <= plan.total_bars / 3 + 1, shown


@pytest.mark.parametrize("genre", GENRES)
def test_half_a_minute_or_more_is_a_whole_piece(planner: Planner, genre: str) -> None:
    for duration_s in LENGTHS_S:
        for seed in range(24):
            setting = {"genre": genre}
            plan = planner.plan("", seed=seed, duration_s=duration_s, overrides=setting).plan
            assert_whole(plan)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize(
    "setting", [{"bpm": 60}, {"bpm": 83}, {"bpm": 174}, {"metre": "3/4"}, {"metre": "7/8"}]
)
def test_tempo_and_metre_leave_it_whole(
    planner: Planner, genre: str, setting: dict[str, object]
) -> None:
    for duration_s in (30, 37, 61, 200):
        for seed in (3, 8, 17):
            chosen = {"genre": genre, **setting}
            plan = planner.plan("", seed=seed, duration_s=duration_s, overrides=chosen).plan
            assert_whole(plan)


@pytest.mark.parametrize("genre", GENRES)
def test_shorter_pieces_have_no_crumbs(planner: Planner, genre: str) -> None:
    """Below half a minute a piece may open with its theme, but a chorus has its two bars."""
    for duration_s in SHORT_LENGTHS_S:
        for seed in range(24):
            setting = {"genre": genre}
            plan = planner.plan("", seed=seed, duration_s=duration_s, overrides=setting).plan
            assert labels(plan)[-1] == "ending"
            crumbs = [s for s in plan.sections[:-1] if s.bars < 2 and s.label not in FRAME]
            assert len(crumbs) <= (1 if plan.total_bars >= 6 else 2), plan.sections


@pytest.mark.parametrize("genre", GENRES)
def test_whole_pieces_of_one_click_have_forms_of_their_own(planner: Planner, genre: str) -> None:
    """Templates that come out alike once the bars are shared out count as one."""
    for duration_s in (30, 45, 60, 75, 90, 120, 300):
        for group in range(12):
            plans = [
                planner.plan(
                    "", seed=group * 8 + take, duration_s=duration_s, overrides={"genre": genre}
                ).plan
                for take in range(4)
            ]
            forms = {tuple((s.label, s.bars) for s in plan.sections) for plan in plans}
            assert len(forms) == 4, (duration_s, group, forms)


def test_no_intro_means_no_intro(planner: Planner) -> None:
    for seed in range(16):
        plan = planner.plan("pop, no intro", seed=seed, duration_s=45).plan
        assert "intro" not in labels(plan)
        assert len(set(labels(plan)) - FRAME) >= 2


def test_a_loop_that_has_to_end_begins_as_well(planner: Planner) -> None:
    """Bars at a stated tempo that don't fill a stated time: no loop, so a whole piece."""
    plans = [
        planner.plan("game music, 97 bpm", seed=seed, duration_s=47).plan for seed in range(16)
    ]
    assert not any(plan.loop for plan in plans)
    for plan in plans:
        assert_whole(plan)


def test_an_advert_still_opens_with_its_hook(planner: Planner) -> None:
    plan = planner.plan("30 second advert", seed=5).plan
    assert labels(plan)[0] == "hook"
