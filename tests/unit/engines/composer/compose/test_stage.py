# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes orchestral, epic, baroque and classical music and lullabies themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from musicgen_desktop.engines.composer.compose import voicing
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.harmony_field import colour
from musicgen_desktop.music.score import Part, Score
from musicgen_desktop.music.theory import Chord, Key
from musicgen_desktop.prompt.planner import Planner
from tests.unit.engines.composer.compose.plans import make_plan

STAGE = ("orchestral", "epic", "baroque", "classical", "lullaby")
PLAIN = (("a", 8, 0.6), ("b", 8, 0.7), ("a", 8, 0.6), ("ending", 1, 0.4))
RISING = (("intro", 4, 0.2), ("theme", 8, 0.5), ("build", 8, 0.7), ("climax", 8, 1.0),
          ("ending", 1, 0.8))  # fmt: skip


def _part(score: Score, name: str) -> Part:
    return next(part for part in score.parts if part.id == name)


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner.load()


@pytest.mark.parametrize("genre", STAGE)
def test_the_prompt_reaches_the_genre(planner: Planner, genre: str) -> None:
    plan = planner.plan(f"{genre} music", seed=8).plan
    assert plan.genre == genre


def test_the_second_voice_of_baroque_music_imitates_the_first() -> None:
    shares = []
    for seed in range(4):
        score = compose(make_plan("baroque", seed, form=PLAIN))
        if not any(part.id == "counter" for part in score.parts):
            continue
        bar = score.metre.bar_quarters
        lead = [n for n in _part(score, "lead").notes if n.duration >= 0.2]
        later = {round((n.start + bar) * 4) for n in lead}
        answers = [round(n.start * 4) for n in _part(score, "counter").notes]
        shares.append(sum(start in later for start in answers) / len(answers))
    assert shares
    assert min(shares) >= 0.8


def test_a_continuo_bass_walks_inside_the_scale() -> None:
    for seed in range(6):
        plan = make_plan("baroque", seed, form=PLAIN)
        score = compose(plan)
        bass = _part(score, "bass").notes
        assert len(bass) >= 3.0 * 24
        for note in bass:
            span = next(s for s in reversed(score.chords) if s.beat <= note.start + 0.1)
            assert note.pitch % 12 in colour(plan.theory_key, span.chord).scale


def test_classical_left_hands_break_chords_in_close_position() -> None:
    score = compose(make_plan("classical", 3, form=PLAIN))
    left = _part(score, "piano").notes
    assert max(n.pitch for n in left) - min(n.pitch for n in left) <= 30
    assert min(n.pitch for n in left) >= 41
    steps = [abs(b.pitch - a.pitch) for a, b in pairwise(left) if a.start + 0.1 < b.start]
    assert sum(step <= 12 for step in steps) / len(steps) >= 0.9


def test_a_trailer_drives_in_sixteenths_after_a_silence() -> None:
    silent = 0
    for seed in range(8):
        score = compose(make_plan("epic", seed, form=RISING, bpm=120.0))
        starts = {round(n.start * 4) for n in _part(score, "ostinato").notes if n.start >= 80}
        assert len(starts) >= 0.5 * 8 * 16
        gap = [n for p in score.parts if p.role != "fx" for n in p.notes if 78.05 <= n.start < 79.9]
        silent += not gap
        hits = [n for n in _part(score, "drums").notes if n.start >= 112 - 0.05]
        assert hits, "it ends on a hit"
    assert silent >= 5


def test_an_orchestra_swells_from_soft_to_loud() -> None:
    score = compose(make_plan("orchestral", 5, form=RISING))

    def force(start: float, end: float) -> float:
        return sum(n.velocity for p in score.parts for n in p.notes if start <= n.start < end) / (
            end - start
        )

    assert force(80, 112) >= 3 * force(0, 16)
    assert any(part.id == "timpani" for part in score.parts)


def test_a_lullaby_rocks_softly_and_ends_on_one_note(planner: Planner) -> None:
    metres = [planner.plan("lullaby", seed=8 * i).plan.metre for i in range(24)]
    assert sum(metre in ("3/4", "6/8") for metre in metres) >= 18
    plan = make_plan("lullaby", 2, form=PLAIN, mode="major")
    score = compose(plan)
    assert max(n.velocity for p in score.parts for n in p.notes) <= 112
    last = [n for p in score.parts for n in p.notes if n.start >= 96 - 0.1]
    assert last
    assert {n.pitch % 12 for n in last} == {plan.theory_key.tonic}


def test_spread_chords_are_wide_below_and_close_above() -> None:
    chords = [Chord(0, "", 0), Chord(5, "", 5), Chord(7, "", 11), Chord(9, "m", 9)]
    for found in voicing.lead_voices(chords, 40, 76, 4, shape="spread"):
        assert found[1] - found[0] >= 7
        assert all(b - a <= 9 for a, b in pairwise(found[2:]))
    for chord, found in zip(
        chords, voicing.lead_voices(chords, 40, 76, 3, shape="spread"), strict=True
    ):
        assert found[0] % 12 == chord.bass


@pytest.mark.parametrize(
    "mode", ["minor_pentatonic", "major_pentatonic", "hirajoshi", "whole_tone"]
)
def test_tunes_keep_to_scales_with_gaps(mode: str) -> None:
    plan = make_plan("pop", 4, mode=mode)
    score = compose(plan)
    key = Key(plan.theory_key.tonic, mode)
    lead = _part(score, "lead").notes
    inside = sum(n.pitch % 12 in key.melody_scale for n in lead)
    assert inside / len(lead) >= 0.7
    for note in lead:
        span = next(s for s in reversed(score.chords) if s.beat <= note.start + 0.1)
        assert note.pitch % 12 in {*key.melody_scale, *span.chord.pitch_classes}
