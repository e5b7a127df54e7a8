# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drums, bass, pads, tempo: the grid, fills and breaks, long notes, the last bars."""

from __future__ import annotations

from typing import Any

import pytest

from musicgen_desktop.engines.composer.compose import cells, groove, harmony, tempo
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.context import Context, Streams, frame_sections
from musicgen_desktop.engines.composer.compose.pads import LONGEST_S
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import TempoMap
from tests.unit.engines.composer.compose.plans import make_plan

DROP = (
    ("build", 4, 0.6),
    ("drop", 8, 1.0),
    ("break", 4, 0.4),
    ("drop", 8, 1.0),
    ("ending", 1, 0.5),
)


def make_context(plan: MusicPlan) -> Context:
    style = cells.load("genres", plan.genre)
    sections, streams = frame_sections(plan), Streams(plan.seed)
    chords = harmony.write_chords(plan, sections, streams, style)
    return Context(plan, plan.theory_key, plan.theory_metre, sections, chords, streams, style)


def test_house_has_four_on_the_floor() -> None:
    context = make_context(make_plan("house", seed=1))
    chosen = groove.choose_groove(context)
    kicks = groove.kick_starts(chosen, context, 0, 0.9)
    assert {0.0, 1.0, 2.0, 3.0} <= set(kicks)


def test_trap_has_its_snare_on_three() -> None:
    context = make_context(make_plan("trap", seed=1))
    chosen = groove.choose_groove(context)
    drafts = groove.write_drums(context, chosen, [0.8] * 29, frozenset())
    snares = [d.start % 4 for d in drafts if d.pitch in (38, 39) and d.velocity > 90]
    assert snares.count(2.0) / len(snares) > 0.8


def test_everything_is_on_a_musical_grid() -> None:
    context = make_context(make_plan("synthwave", seed=2))
    drafts = groove.write_drums(context, groove.choose_groove(context), [0.7] * 29, frozenset())
    assert all((d.start * 4) % 1 == pytest.approx(0, abs=1e-9) for d in drafts)


def test_the_bar_before_a_drop_holds_its_breath() -> None:
    context = make_context(make_plan("house", seed=2, form=DROP))
    drafts = groove.write_drums(context, groove.choose_groove(context), [0.9] * 25, frozenset())
    assert not [d for d in drafts if 15.0 <= d.start < 16.0]
    assert not [d for d in drafts if 62.0 <= d.start < 64.0]


def test_a_build_gets_faster_and_louder() -> None:
    context = make_context(make_plan("house", seed=2, form=DROP))
    drafts = groove.write_drums(context, groove.choose_groove(context), [0.9] * 25, frozenset())
    rolls = [[d for d in drafts if d.pitch == 38 and b * 4 <= d.start < b * 4 + 4] for b in (0, 2)]
    assert len(rolls[0]) < len(rolls[1])
    assert max(d.velocity for d in rolls[0]) < max(d.velocity for d in rolls[1])


def test_a_new_section_brings_a_crash() -> None:
    context = make_context(make_plan("pop", seed=2))
    drafts = groove.write_drums(context, groove.choose_groove(context), [0.9] * 29, frozenset())
    assert {d.start for d in drafts if d.pitch == groove.CRASH} >= {16.0, 48.0}


def test_no_kit_key_sounds_that_is_banned() -> None:
    context = make_context(make_plan("pop", seed=2))
    chosen = groove.choose_groove(context)
    drafts = groove.write_drums(context, chosen, [0.9] * 29, frozenset({49, 42}))
    assert not {49, 42} & {d.pitch for d in drafts}


@pytest.mark.parametrize("genre", ["ambient", "cinematic", "synthwave"])
def test_no_pad_is_held_longer_than_a_sound_lasts(genre: str) -> None:
    score = compose(make_plan(genre, seed=3, bpm=60.0))
    longest = max(
        score.seconds(n.start + n.duration) - score.seconds(n.start)
        for p in score.parts
        if p.patch != "vinyl_noise" and p.instrument != "drone" and not p.is_drums
        for n in p.notes
    )
    assert longest <= LONGEST_S + 0.5


def test_808s_slide() -> None:
    glides = 0
    for seed in range(8):
        score = compose(make_plan("trap", seed=seed * 8))
        glides += sum(n.glide_to > 0 for p in score.parts if p.role == "bass" for n in p.notes)
    assert glides > 4


def test_synthwave_bass_runs_in_eighths() -> None:
    counts = []
    for seed in range(8):
        score = compose(make_plan("synthwave", seed=seed))
        bass = next(p for p in score.parts if p.role == "bass")
        counts.append(sum(48 <= n.start < 79.9 for n in bass.notes) / 8)
    assert sorted(counts)[4] >= 6


def test_a_ritardando_keeps_the_time_of_the_ending() -> None:
    plan = make_plan("solo_piano", seed=1)
    points = tempo.write_tempo(make_context(plan))
    assert len(points) > 2
    assert max(p.quarter_s for p in points) / points[0].quarter_s > 1.03
    end = TempoMap(points).seconds(28 * 4.0)
    assert end == pytest.approx(plan.sections[-1].start_s, abs=1e-9)


@pytest.mark.parametrize("fields", [{"explicit": ("bpm",)}, {"loop": True}])
def test_a_stated_tempo_is_kept_to_the_letter(fields: dict[str, Any]) -> None:
    plan = make_plan("solo_piano", seed=1, **fields)
    assert len(tempo.write_tempo(make_context(plan))) == 1
