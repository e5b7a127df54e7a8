# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole scores: what the plan says is what is written."""

from __future__ import annotations

import pytest

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Part, Score
from musicgen_desktop.music.theory import MODES
from tests.unit.engines.composer.compose.plans import GENRES, make_plan

METRES = ("2/4", "3/4", "5/4", "6/8", "7/8", "9/8", "12/8")
STING = (("hook", 2, 0.7), ("ending", 1, 0.5))


def _part(score: Score, role: str) -> Part:
    return next(part for part in score.parts if part.role == role)


def _check_notes(score: Score, plan: MusicPlan) -> None:
    assert score.parts
    assert len({part.id for part in score.parts}) == len(score.parts)
    for part in score.parts:
        assert list(part.notes) == sorted(part.notes)
        for note in part.notes:
            assert note.start >= 0
            assert note.duration > 0
            assert 1 <= note.velocity <= 127
            assert 0 <= note.pitch <= 127
            assert score.seconds(note.start + note.duration) <= plan.duration_s + 1e-6
    assert score.seconds(score.markers[-1].beat) == pytest.approx(
        plan.sections[-1].start_s, abs=1e-6
    )


@pytest.mark.parametrize("genre", GENRES)
def test_a_score_is_what_the_plan_says(genre: str) -> None:
    plan = make_plan(genre, seed=11)
    score = compose(plan, title="A Title")
    assert (score.title, score.genre, score.key_name) == ("A Title", genre, "A minor")
    assert [m.label for m in score.markers] == [s.label for s in plan.sections]
    assert score.duration_s == plan.duration_s
    assert score.tempo[0].quarter_s == pytest.approx(0.6)
    _check_notes(score, plan)


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_plays_in_other_metres(genre: str) -> None:
    for metre in ("3/4", "6/8", METRES[GENRES.index(genre) % len(METRES)]):
        plan = make_plan(genre, seed=2, metre=metre)
        _check_notes(compose(plan), plan)


@pytest.mark.parametrize("mode", MODES)
def test_the_notes_are_those_of_the_mode(mode: str) -> None:
    plan = make_plan("cinematic", seed=4, mode=mode, key="E")
    tonal = [part for part in compose(plan).parts if not part.is_drums and part.role != "fx"]
    notes = [note for part in tonal for note in part.notes]
    inside = sum(note.pitch % 12 in plan.theory_key.scale for note in notes)
    assert inside / len(notes) >= 0.92


@pytest.mark.parametrize("genre", GENRES)
def test_five_seconds_are_enough_for_a_piece(genre: str) -> None:
    plan = make_plan(genre, seed=6, form=STING, bpm=120)
    _check_notes(compose(plan), plan)


@pytest.mark.parametrize("genre", GENRES)
def test_the_same_plan_gives_the_same_score(genre: str) -> None:
    assert compose(make_plan(genre, seed=9)) == compose(make_plan(genre, seed=9))
    assert compose(make_plan(genre, seed=9)) != compose(make_plan(genre, seed=10))


@pytest.mark.parametrize("genre", GENRES)
def test_the_last_chord_is_struck_on_the_ending(genre: str) -> None:
    score = compose(make_plan(genre, seed=1))
    end = score.markers[-1].beat
    last = [n for p in score.parts if not p.is_drums for n in p.notes if n.start >= end - 0.2]
    assert len(last) >= 3
    tonic_chord = set(score.chords[-1].chord.pitch_classes)
    assert sum(n.pitch % 12 in tonic_chord for n in last) / len(last) >= 0.8


def test_a_loop_has_no_ending_and_stays_inside() -> None:
    plan = make_plan("house", seed=3, form=(("loop", 8, 0.7),), loop=True)
    score = compose(plan)
    ends = [n.start + n.duration for p in score.parts for n in p.notes]
    assert max(ends) <= 32.0 + 1e-6
    assert [m.label for m in score.markers] == ["loop"]


@pytest.mark.parametrize("genre", GENRES)
def test_more_like_this_keeps_groove_and_palette(genre: str) -> None:
    first = compose(make_plan(genre, seed=8))
    kept = ("groove", "palette", "lead_sound", "form", "fills", "perform")
    other = compose(make_plan(genre, seed=888), parameters={"keep": dict.fromkeys(kept, 8)})
    assert [(p.id, p.patch) for p in first.parts] == [(p.id, p.patch) for p in other.parts]
    assert first.chords != other.chords
    if any(part.role == "drums" for part in first.parts):
        assert _part(first, "drums").notes == _part(other, "drums").notes


def test_progress_rises_to_one() -> None:
    told: list[float] = []
    compose(make_plan("pop"), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("genre", GENRES)
def test_intros_grow(genre: str) -> None:
    score = compose(make_plan(genre, seed=5))
    counts = [0, 0]
    for part in score.parts:
        for note in part.notes:
            counts[0] += note.start < 15.9
            counts[1] += 15.9 <= note.start < 31.9
    assert counts[0] < counts[1]


@pytest.mark.parametrize("genre", ["house", "pop", "trap", "lofi_hiphop", "synthwave"])
def test_the_bass_agrees_with_the_kick(genre: str) -> None:
    agreed = total = 0
    for seed in range(3):
        score = compose(make_plan(genre, seed=seed * 8 + 1))
        kicks = [n.start for n in _part(score, "drums").notes if n.pitch == 36 and n.start < 112]
        bass = [(n.start, n.start + n.duration) for n in _part(score, "bass").notes]
        for kick in kicks:
            heard = any(start - 0.1 <= kick < end for start, end in bass)
            agreed += heard or genre == "house"
            total += 1
    assert agreed / total >= 0.6


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("genre", GENRES)
def test_many_seeds_in_all_modes_and_metres(genre: str, seed: int) -> None:
    for metre in ("4/4", *METRES):
        for mode in MODES:
            plan = make_plan(genre, seed=seed, metre=metre, mode=mode, key="F#")
            _check_notes(compose(plan), plan)


def test_patches_are_known() -> None:
    folder = resources.path("patches")
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))
    for genre in GENRES:
        for seed in range(2):
            for part in compose(make_plan(genre, seed=seed)).parts:
                assert f'"{part.patch}"' in text or (folder / f"{part.patch}.json").exists()
