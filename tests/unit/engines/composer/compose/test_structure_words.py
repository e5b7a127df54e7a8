# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plan's structure and purpose ask of the notes: hits, fades, key changes, room, calm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.context import frame_sections
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Part, Score
from tests.quality.melody_bands import returns
from tests.unit.engines.composer.compose.plans import make_plan

GENRES = ("pop", "house", "cinematic", "solo_piano", "lofi_hiphop")
SONG = (
    ("intro", 4, 0.3), ("verse", 8, 0.5), ("chorus", 8, 0.85), ("verse", 8, 0.55),
    ("chorus", 8, 0.95), ("ending", 1, 0.4),
)  # fmt: skip
CRASHES = {49, 52, 55, 57}


def song(genre: str, seed: int = 3, **fields: Any) -> MusicPlan:
    return make_plan(genre, seed, form=SONG, **fields)


def last_end_s(score: Score, part: Part) -> float:
    return max(score.seconds(n.start + n.duration) for n in part.notes)


@pytest.mark.parametrize("genre", GENRES)
def test_a_last_hit_is_short(genre: str) -> None:
    plan = song(genre, structure=("hit_end",))
    score = compose(plan)
    ending_s = score.seconds(score.markers[-1].beat)
    ringing = ("fx", "lead", "counter", "percussion")
    held = [p for p in score.parts if not p.is_drums and p.role not in ringing]
    assert any(n.start >= score.markers[-1].beat - 0.1 for p in held for n in p.notes)
    for part in held:
        if part.id != "vinyl":
            assert last_end_s(score, part) <= ending_s + 0.8


@pytest.mark.parametrize("genre", GENRES)
def test_a_fade_sinks_to_silence_for_every_player(genre: str) -> None:
    form = (("intro", 4, 0.3), ("a", 8, 0.7), ("b", 8, 0.8), ("outro", 4, 0.7))
    plan = make_plan(genre, 5, form=form, bpm=100.0, structure=("fade_out",), duration_s=57.0)
    score = compose(plan)
    for part in score.parts:
        lane = part.automation["level"]
        beats = [point.beat for point in lane]
        assert beats == sorted(beats)
        assert score.seconds(lane[-1].beat) == pytest.approx(57.0, abs=0.01)
        assert lane[-1].value == 0.0
        assert lane[0].value > 0.0


def test_without_the_wish_nothing_fades() -> None:
    for part in compose(song("pop")).parts:
        assert "level" not in part.automation


@pytest.mark.parametrize("genre", GENRES)
def test_a_key_change_lifts_the_last_chorus_and_nothing_else(genre: str) -> None:
    plain, lifted = (compose(song(genre, structure=s)) for s in ((), ("key_change",)))
    sections = frame_sections(song(genre))
    moment = sections[4].start
    shifts = set()
    for before, after in zip(plain.parts, lifted.parts, strict=True):
        assert len(before.notes) == len(after.notes)
        for one, two in zip(before.notes, after.notes, strict=True):
            assert one.start == pytest.approx(two.start, abs=0.3)
            late = one.start >= moment - 0.2 and not before.is_drums
            if late and one.start < moment + 0.2:
                continue  # around the bar line a hair decides
            shift = sum(n.pitch for n in after.notes if n.start == two.start) - sum(
                n.pitch for n in before.notes if n.start == two.start
            )
            count = sum(n.start == two.start for n in after.notes)
            shifts.add(shift / count if late else 100 + shift)
    assert {s for s in shifts if s >= 100} == {100}
    assert {s for s in shifts if s < 100} <= {1, 2, 3}
    assert len({s for s in shifts if s < 100}) == 1
    roots, others = (
        [c.chord.root for c in score.chords if c.beat >= moment] for score in (plain, lifted)
    )
    assert len({(b - a) % 12 for a, b in zip(roots, others, strict=True)}) == 1


def test_a_loop_keeps_its_key() -> None:
    form = (("a", 8, 0.6), ("b", 8, 0.7))
    plain, asked = (
        compose(make_plan("pop", 2, form=form, loop=True, structure=s))
        for s in ((), ("key_change",))
    )
    assert plain.parts == asked.parts


@pytest.mark.parametrize("genre", ["pop", "house", "lofi_hiphop", "cinematic"])
def test_nobody_sings_under_a_voice(genre: str) -> None:
    score = compose(song(genre, production=("voice_room",)))
    assert score.parts
    assert not {p.role for p in score.parts} & {"lead", "counter"}
    for part in score.parts:
        if part.role in ("chords", "pad"):
            assert part.gain_db <= -4.0 or "cutoff" in part.automation
            assert max(point.value for point in part.automation["cutoff"]) <= 0.55


def test_a_named_lead_plays_under_a_voice_but_softly() -> None:
    plan = song("pop", production=("voice_room",), instruments=("flute",))
    flute = next(p for p in compose(plan).parts if p.instrument == "flute")
    assert flute.gain_db <= -6.0


@pytest.mark.parametrize("genre", ["pop", "lofi_hiphop", "cinematic", "house"])
def test_calm_music_has_no_crashes_and_no_effects(genre: str) -> None:
    score = compose(song(genre, production=("no_surprises",)))
    for part in score.parts:
        if part.is_drums and part.role != "fx":
            assert not {n.pitch for n in part.notes} & CRASHES
        assert part.role != "fx" or part.id == "vinyl" or all(n.pitch == 6 for n in part.notes)


def test_a_ritardando_is_heard_where_it_was_asked_for() -> None:
    plan = song("pop", structure=("ritardando",), explicit=("bpm",))
    points = compose(plan).tempo
    assert max(p.quarter_s for p in points) > 1.05 * points[0].quarter_s
    assert len(compose(replace(plan, structure=())).tempo) == 1


@pytest.mark.parametrize("genre", ["pop", "synthwave", "trap", "chiptune", "rock"])
def test_the_hook_is_known_again_and_the_second_verse_says_something_new(genre: str) -> None:
    verses: list[float] = []
    hooks: list[float] = []
    for seed in (1, 12, 23, 34):
        for found in returns(compose(song(genre, seed))):
            if found.label == "chorus":
                hooks += found.alike
            if found.label == "verse":
                verses += found.alike
    assert min(hooks) >= 0.85  # its close may have to follow other chords
    assert sum(hooks) / len(hooks) >= 0.9
    assert verses
    assert 0.65 <= sum(verses) / len(verses) <= 0.92
    assert max(verses) < 1.0 or min(verses) < 0.85


def test_a_shorter_return_begins_like_the_whole() -> None:
    form = (("chorus", 8, 0.8), ("verse", 8, 0.5), ("chorus", 4, 0.9), ("ending", 1, 0.3))
    for seed in (1, 12, 23):
        found = returns(compose(make_plan("synthwave", seed, form=form)))
        chorus = next(r for r in found if r.label == "chorus")
        assert min(chorus.alike) >= 0.8  # three bars in four; the last one closes
