# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoilings do what they say and nothing else; measures of notes tell the twins from the piece."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Score
from tests.helpers.melody_contexts import plan_of
from tests.quality import craft, energy, score_measures, spoil


@pytest.fixture(scope="module")
def plan() -> MusicPlan:
    return plan_of("pop", 11)


@pytest.fixture(scope="module")
def piece(plan: MusicPlan) -> Score:
    return compose(plan)


def twin(way: str, piece: Score, plan: MusicPlan) -> Score:
    change = spoil.SPOILINGS[way].of_score
    assert change is not None
    spoilt = change(piece, plan, random.Random(5))
    assert spoilt is not None
    return spoilt


OF_SCORE = [way for way, spoiling in spoil.SPOILINGS.items() if spoiling.of_score is not None]


@pytest.mark.parametrize("way", OF_SCORE)
def test_a_twin_is_another_playable_piece_of_the_same_length(
    way: str, piece: Score, plan: MusicPlan
) -> None:
    spoilt = twin(way, piece, plan)
    assert spoilt != piece
    assert spoilt.duration_s == piece.duration_s
    assert [part.id for part in spoilt.parts] == [part.id for part in piece.parts]
    for part in spoilt.parts:
        assert list(part.notes) == sorted(part.notes), part.id
        assert all(n.start >= 0 and n.duration > 0 and 0 < n.pitch < 128 for n in part.notes)
    ends = [span.beat + span.duration for span in spoilt.chords]
    starts = [span.beat for span in spoilt.chords]
    assert starts[1:] == pytest.approx(ends[:-1])


@pytest.mark.parametrize("way", OF_SCORE)
def test_a_twin_is_the_same_every_time(way: str, piece: Score, plan: MusicPlan) -> None:
    assert twin(way, piece, plan) == twin(way, piece, plan)


def test_shuffled_bars_are_the_same_bars(piece: Score, plan: MusicPlan) -> None:
    before = score_measures.bar_contents(piece)
    after = score_measures.bar_contents(twin("bars_shuffled", piece, plan))
    count = spoil.last_bar(piece)
    alike = sum(bar in before[:count] for bar in after[:count])
    assert alike >= 0.8 * count  # pick-ups across bar lines may move


def test_a_bass_a_semitone_up_is_all_that_changes(piece: Score, plan: MusicPlan) -> None:
    spoilt = twin("bass_up", piece, plan)
    for before, after in zip(piece.parts, spoilt.parts, strict=True):
        step = 1 if before.role == "bass" else 0
        assert [n.pitch + step for n in before.notes] == [n.pitch for n in after.notes]


def test_moved_pitches_stay_in_the_scale(piece: Score, plan: MusicPlan) -> None:
    spoilt = twin("pitches_moved", piece, plan)
    moved = [n.pitch % 12 for part in spoilt.parts if not part.is_drums for n in part.notes
             if part.role != "fx"]  # fmt: skip
    assert set(moved) <= set(plan.theory_key.scale)


def test_a_piece_without_a_tune_has_none_to_spoil(piece: Score, plan: MusicPlan) -> None:
    bare = replace(piece, parts=tuple(p for p in piece.parts if p.role not in ("lead", "bass")))
    for way in ("melody_walk", "lead_down", "chords_shuffled", "bass_up"):
        change = spoil.SPOILINGS[way].of_score
        assert change is not None
        assert change(bare, plan, random.Random(1)) is None


def test_timing_habits_are_told_from_jitter(piece: Score, plan: MusicPlan) -> None:
    before = craft.timing_spread_ms(piece)
    after = craft.timing_spread_ms(twin("jitter", piece, plan))
    assert before is not None
    assert after is not None
    assert before < craft.MOST_SPREAD_MS < after
    assert after == pytest.approx(30.0, rel=0.4)


def test_swing_is_a_habit(piece: Score) -> None:
    late = tuple(
        replace(n, start=n.start + 0.08) if round(n.start * 4) % 2 else n
        for n in piece.parts[0].notes
    )
    part = replace(piece.parts[0], notes=tuple(sorted(late)))
    swung, straight = (replace(piece, parts=(p,)) for p in (part, piece.parts[0]))
    assert craft.timing_spread_ms(swung) == pytest.approx(craft.timing_spread_ms(straight))


def test_flat_velocities_have_no_accents(piece: Score, plan: MusicPlan) -> None:
    assert (craft.accents(piece) or 0.0) > craft.LEAST_ACCENTS
    flat = craft.accents(twin("flat_velocities", piece, plan))
    assert flat == pytest.approx(0.0)


def test_parts_fit_their_chords_until_they_are_moved(piece: Score, plan: MusicPlan) -> None:
    for measure in (craft.bass_fit, craft.accompaniment_fit, craft.melody_fit):
        before, after = measure(piece), measure(twin("pitches_moved", piece, plan))
        assert before is not None
        assert after is not None
        assert before > after + 0.1, measure


def test_a_looped_bar_is_seen(piece: Score, plan: MusicPlan) -> None:
    looped = twin("one_bar_looped", piece, plan)
    assert energy.life(plan, piece).alike <= energy.MOST_ALIKE
    assert energy.life(plan, looped).alike > 0.8
    assert (craft.phrases_recur(piece) or 0.0) > (craft.phrases_recur(looped) or 0.0)


def test_shuffled_bars_and_chords_lose_their_order(piece: Score, plan: MusicPlan) -> None:
    phrases, changes = craft.phrases_recur(piece), craft.changes_again(piece)
    assert phrases is not None
    assert changes is not None
    assert phrases > (craft.phrases_recur(twin("bars_shuffled", piece, plan)) or 0.0)
    assert changes > (craft.changes_again(twin("chords_shuffled", piece, plan)) or 0.0)
