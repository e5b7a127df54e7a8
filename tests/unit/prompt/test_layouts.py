# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words about the form are obeyed: spelt forms, moments, arcs, ends, use cases."""

from __future__ import annotations

import pytest

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.theory import bar_seconds
from musicgen_desktop.prompt.planner import Planner


def plan_of(planner: Planner, prompt: str, duration_s: float = 90.0, seed: int = 100) -> MusicPlan:
    return planner.plan(prompt, seed=seed, duration_s=duration_s).plan


def labels(plan: MusicPlan) -> list[str]:
    return [section.label for section in plan.sections]


def body(plan: MusicPlan) -> list[str]:
    return [label for label in labels(plan) if label not in ("intro", "ending")]


@pytest.mark.parametrize(
    ("prompt", "form"),
    [
        ("jazz AABA", ["a", "a", "b", "a"]),
        ("lofi, aaba form", ["a", "a", "b", "a"]),
        ("piano piece in A-B-A form", ["a", "b", "a"]),
        ("classical ABACA", ["a", "b", "a", "bridge", "a"]),
        ("ABAB pop", ["a", "b", "a", "b"]),
    ],
)
def test_forms_of_letters_are_played_once_or_several_times(
    planner: Planner, prompt: str, form: list[str]
) -> None:
    found = body(plan_of(planner, prompt))
    times = len(found) // len(form)
    assert times >= 1
    assert found == form * times


def test_sections_of_a_form_of_letters_are_equally_long(planner: Planner) -> None:
    sections = plan_of(planner, "pop AABA, 120 bpm").sections
    sizes = {s.bars for s in sections if s.label in ("a", "b")}
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("prompt", "form"),
    [
        ("pop verse chorus verse", ["verse", "chorus", "verse"]),
        ("rock: verse, chorus, verse, chorus, bridge, chorus",
         ["verse", "chorus", "verse", "chorus", "bridge", "chorus"]),
        ("trap intro hook verse hook outro", ["hook", "verse", "hook", "outro"]),
        ("synthwave, verse 1 - chorus - verse 2 - chorus", ["verse", "chorus"] * 2),
        ("house: build then drop then break", ["build", "drop", "break"]),
    ],
)  # fmt: skip
def test_sections_in_a_row_are_the_form(planner: Planner, prompt: str, form: list[str]) -> None:
    assert body(plan_of(planner, prompt)) == form


@pytest.mark.parametrize(
    "prompt",
    [
        "ABBA style pop",
        "in A minor",
        "guitar chords A D E A",
        "drums in the verse, chorus and bridge",
    ],
)
def test_other_letters_and_lists_are_no_form(planner: Planner, prompt: str) -> None:
    assert not [name for name in plan_of(planner, prompt).structure if name.startswith("form:")]


@pytest.mark.parametrize("seed", [0, 17, 100])
def test_a_breakdown_in_the_middle(planner: Planner, seed: int) -> None:
    for prompt in ("techno with a breakdown in the middle", "trance, break halfway through"):
        plan = plan_of(planner, prompt, 120.0, seed)
        bar_s = bar_seconds(plan.theory_metre, plan.bpm)
        spans = [
            (s.start_s / 120.0, (s.start_s + s.bars * bar_s) / 120.0)
            for s in plan.sections
            if s.label == "break"
        ]
        assert any(start <= 0.5 <= end for start, end in spans), spans


@pytest.mark.parametrize("seed", [0, 17, 100])
def test_several_moments_are_kept_to_the_bar(planner: Planner, seed: int) -> None:
    plan = plan_of(planner, "house, breakdown at 0:30, drop at 0:45", 90.0, seed)
    bar_s = bar_seconds(plan.theory_metre, plan.bpm)
    for label, at_s in (("break", 30.0), ("drop", 45.0)):
        starts = [s.start_s for s in plan.sections if s.label == label]
        assert min(abs(start - at_s) for start in starts) <= bar_s / 2


def test_a_stated_drop_is_within_a_quarter_second_where_the_tempo_is_free(
    planner: Planner,
) -> None:
    for seed in range(0, 80, 8):
        plan = plan_of(planner, "drop at 0:45, house", 90.0, seed)
        drop = next(s for s in plan.sections if s.label == "drop")
        assert abs(drop.start_s - 45.0) <= 0.5


@pytest.mark.parametrize("genre", ["cinematic", "synthwave", "pop", "house", "lofi"])
def test_quiet_start_loud_end(planner: Planner, genre: str) -> None:
    energies = [s.energy for s in plan_of(planner, f"{genre} quiet start, loud end").sections[:-1]]
    assert energies == sorted(energies)
    assert energies[0] <= 0.45
    assert energies[-1] >= 0.85


def test_loud_start_quiet_end(planner: Planner) -> None:
    energies = [s.energy for s in plan_of(planner, "rock, starts loud, ends quietly").sections[:-1]]
    assert energies == sorted(energies, reverse=True)
    assert energies[0] - energies[-1] >= 0.3


@pytest.mark.parametrize("genre", ["house", "cinematic", "pop", "trap"])
def test_a_climax_is_the_highest_point(planner: Planner, genre: str) -> None:
    sections = plan_of(planner, f"{genre} that builds to a climax").sections
    climax = next(s for s in sections if s.label == "climax")
    assert all(s.energy < climax.energy for s in sections if s.label != "climax")
    before = [s for s in sections if s.start_s < climax.start_s]
    assert "build" in [s.label for s in before]
    assert climax.start_s >= 0.35 * 90


@pytest.mark.parametrize(
    "words", ["ends on a hit", "cold ending", "button ending", "ends abruptly"]
)
@pytest.mark.parametrize("bpm", ["", ", 72 bpm", ", 140 bpm"])
def test_a_last_hit_comes_right_before_the_end(planner: Planner, words: str, bpm: str) -> None:
    plan = plan_of(planner, f"pop, {words}{bpm}", 30.0)
    assert "hit_end" in plan.structure
    assert plan.sections[-1].label == "ending"
    left = plan.duration_s - plan.sections[-1].start_s
    longest = 2.3 if not bpm else 0.9 + bar_seconds(plan.theory_metre, plan.bpm)
    assert 0.85 <= left <= longest


def test_a_fade_has_music_to_the_end(planner: Planner) -> None:
    for duration_s in (20.0, 45.0, 90.0):
        plan = plan_of(planner, "pop that fades out", duration_s)
        assert plan.sections[-1].label != "ending"
        bar_s = bar_seconds(plan.theory_metre, plan.bpm)
        assert plan.total_bars * bar_s >= duration_s - 1e-6
        assert plan.total_bars * bar_s < duration_s + bar_s


@pytest.mark.parametrize("duration_s", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("seed", [0, 9, 100])
def test_an_advert_has_an_arc_and_a_button(planner: Planner, duration_s: float, seed: int) -> None:
    plan = plan_of(planner, "music for a tv ad", duration_s, seed)
    assert plan.duration_s == duration_s
    energies = [s.energy for s in plan.sections[:-1]]
    assert len(energies) >= 2
    assert energies[-1] == max(energies) >= 0.9
    assert energies[0] <= 0.62
    assert plan.duration_s - plan.sections[-1].start_s <= 2.3


@pytest.mark.parametrize("duration_s", [45.0, 60.0, 90.0, 150.0])
def test_a_trailer_has_three_acts(planner: Planner, duration_s: float) -> None:
    for seed in (0, 9, 100):
        sections = plan_of(planner, "epic movie trailer", duration_s, seed).sections
        thirds = [
            [s.energy for s in sections[:-1] if low <= s.start_s / duration_s < high]
            for low, high in ((0, 0.12), (0.12, 0.5), (0.5, 1.0))
        ]
        assert max(thirds[0]) < 0.5
        assert max(thirds[2]) >= 0.95
        assert sections[-2].energy == max(s.energy for s in sections)


@pytest.mark.parametrize("use", ["meditation", "sleep music", "study music", "yoga class"])
def test_calm_uses_have_no_peaks(planner: Planner, use: str) -> None:
    plan = plan_of(planner, use, 120.0)
    energies = [s.energy for s in plan.sections[:-1]]
    assert max(energies) - min(energies) <= 0.35
    assert "no_surprises" in plan.production


def test_music_under_a_voice_says_so(planner: Planner) -> None:
    assert "voice_room" in plan_of(planner, "lofi podcast bed").production
    assert "voice_room" not in plan_of(planner, "lofi").production
