# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line-up: named instruments sit down, excluded ones don't, only means only."""

from __future__ import annotations

import pytest

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import Score
from musicgen_desktop.prompt import planner
from tests.unit.engines.composer.compose.plans import GENRES, make_plan

INSTRUMENTS = [e["id"] for e in resources.load_json("cells", "instruments.json")["instruments"]]


def _bars_played(score: Score, instrument: str) -> int:
    starts = [n.start for p in score.parts if p.instrument == instrument for n in p.notes]
    return len({int(start // 4) for start in starts})


@pytest.mark.parametrize("genre", ["lofi_hiphop", "house", "pop", "trap"])
def test_the_lead_has_a_sound_of_its_own(genre: str) -> None:
    for seed in range(8):
        parts = compose(make_plan(genre, seed=seed)).parts
        lead = next(p.patch for p in parts if p.role == "lead")
        assert lead not in {p.patch for p in parts if p.role in ("chords", "arp", "pad")}


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_a_named_instrument_is_heard(instrument: str) -> None:
    _check_heard(GENRES[INSTRUMENTS.index(instrument) % len(GENRES)], instrument)


@pytest.mark.long
@pytest.mark.parametrize("genre", GENRES)
def test_all_instruments_are_heard_in_all_genres(genre: str) -> None:
    for instrument in INSTRUMENTS:
        _check_heard(genre, instrument)


def _check_heard(genre: str, instrument: str) -> None:
    score = compose(make_plan(genre, seed=1, instruments=(instrument,)))
    least = 1 if instrument in ("fx", "vinyl", "drone") else 8
    assert _bars_played(score, instrument) >= least, genre


@pytest.mark.parametrize("genre", GENRES)
def test_several_named_instruments_are_all_heard(genre: str) -> None:
    wishes = ("electric_piano", "flute", "cello", "shaker", "strings", "nylon_guitar")
    score = compose(make_plan(genre, seed=1, instruments=wishes))
    assert all(_bars_played(score, wish) >= 4 for wish in wishes)


@pytest.mark.parametrize("genre", GENRES)
def test_excluding_drums_excludes_all_that_drum(genre: str) -> None:
    score = compose(make_plan(genre, seed=2, excluded=("drums", "percussion")))
    assert not [p.id for p in score.parts if p.role in ("drums", "percussion")]


@pytest.mark.parametrize("genre", GENRES)
def test_excluding_a_kind_excludes_its_members(genre: str) -> None:
    score = compose(make_plan(genre, seed=2, excluded=("synth", "keys", "bass")))
    banned = {"piano", "electric_piano", "organ", "pad", "pluck", "synth_lead", "supersaw", "808"}
    banned |= {"arpeggio", "synth_bass", "bass_guitar", "sub_bass", "double_bass"}
    assert not banned & {p.instrument for p in score.parts}
    assert [p for p in score.parts if p.role in ("chords", "pad", "arp", "lead")]


def test_banned_strokes_leave_the_kit() -> None:
    score = compose(make_plan("pop", seed=3, excluded=("claps", "hihat", "cymbals")))
    keys = {n.pitch for p in score.parts if p.role == "drums" for n in p.notes}
    assert keys
    assert not keys & {39, 42, 44, 46, 49, 57, 51, 53}


@pytest.mark.parametrize("genre", GENRES)
def test_only_means_only(genre: str) -> None:
    for wishes in (("piano",), ("violin", "piano"), ("drums",), ("bass_guitar", "drums")):
        score = compose(make_plan(genre, seed=4, instruments=wishes, only=True))
        assert {p.instrument for p in score.parts} == set(wishes)


def test_a_lone_pianist_has_two_hands() -> None:
    score = compose(make_plan("solo_piano", seed=4, instruments=("piano",), only=True))
    assert {p.role for p in score.parts} == {"chords", "lead"}
    assert len({p.patch for p in score.parts}) == 1


def test_a_duet_has_a_tune_and_an_accompaniment() -> None:
    score = compose(make_plan("pop", seed=4, instruments=("violin", "piano"), only=True))
    roles = {p.instrument: p.role for p in score.parts}
    assert roles == {"violin": "lead", "piano": "chords"}


def test_crackle_is_added_when_asked_for() -> None:
    score = compose(make_plan("pop", production=("vinyl",)))
    assert any(p.patch == "vinyl_noise" for p in score.parts)


@pytest.mark.parametrize("genre", ["synthwave", "ambient", "house", "trap", "pop", "cinematic"])
@pytest.mark.parametrize(("ban", "part"), [("arpeggio", "arp"), ("pad", "pad")])
def test_an_excluded_task_is_done_by_nobody(genre: str, ban: str, part: str) -> None:
    plan = planner.plan(f"{genre}, 30 seconds", seed=8, overrides={"exclude": ban}).plan
    roles = {each.role for each in compose(plan).parts}
    assert part not in roles
