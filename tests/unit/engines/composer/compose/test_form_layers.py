# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who plays when, and the effects between sections."""

from __future__ import annotations

from musicgen_desktop.engines.composer.compose import form_layers, transitions
from musicgen_desktop.engines.composer.compose.context import frame_sections
from musicgen_desktop.engines.composer.compose.palette import choose_seats
from musicgen_desktop.engines.composer.compose.seats import orchestra
from musicgen_desktop.music.plan import MusicPlan
from tests.unit.engines.composer.compose.plans import make_plan
from tests.unit.engines.composer.compose.test_groove import DROP, make_context

SONG = (
    ("intro", 4, 0.4), ("verse", 8, 0.5), ("chorus", 8, 0.8), ("verse", 8, 0.5), ("chorus", 8, 0.8),
    ("outro", 4, 0.4), ("ending", 1, 0.4),
)  # fmt: skip


def make_levels(plan: MusicPlan) -> dict[str, list[float]]:
    context = make_context(plan)
    seats = choose_seats(plan, context.streams, context.style, orchestra(plan))
    opening = context.style.get("opening", ())
    return form_layers.levels(plan, context.sections, seats, context.streams, opening)


def test_energy_grows_in_intros_and_thins_out_in_outros() -> None:
    plan = make_plan("pop", form=SONG)
    curve = form_layers.energy_curve(plan, frame_sections(plan))
    assert len(curve) == plan.total_bars
    assert curve[:4] == sorted(curve[:4])
    assert curve[36:40] == sorted(curve[36:40], reverse=True)


def test_the_last_chorus_outdoes_the_first() -> None:
    plan = make_plan("pop", form=SONG)
    curve = form_layers.energy_curve(plan, frame_sections(plan))
    assert min(curve[28:36]) > min(curve[12:20])


def test_choruses_have_more_players_than_verses() -> None:
    more = 0
    for seed in range(6):
        levels = make_levels(make_plan("pop", seed=seed, form=SONG))
        verse, chorus = (sum(row[bar] > 0 for row in levels.values()) for bar in (6, 14))
        assert verse <= chorus
        more += verse < chorus
    assert more >= 4


def test_a_song_without_an_intro_builds_up_its_first_bars() -> None:
    form = (("chorus", 8, 0.8), ("verse", 12, 0.5), ("chorus", 16, 0.9), ("ending", 1, 0.3))
    levels = make_levels(make_plan("pop", form=form))
    assert levels["drums"][:3] == [0.0, 0.0, levels["drums"][2]]
    assert levels["drums"][2] > 0
    assert levels["keys"][0] > 0
    assert levels["lead"][0] > 0


def test_a_tutti_thins_out_its_doublings_only() -> None:
    form = (("intro", 4, 0.3), ("climax", 8, 1.0), ("climax", 8, 1.0), ("ending", 1, 0.4))
    for seed in range(6):
        levels = make_levels(make_plan("cinematic", seed=seed, form=form))
        pads = [p for p in ("brass", "choir", "drone") if any(levels.get(p, [0.0] * 20)[4:20])]
        assert len(pads) <= 2
        for part in ("strings", "lead", "drums", "bass"):
            assert all(levels[part][4:20])


def test_no_bar_is_left_alone() -> None:
    for genre in ("house", "trap", "cinematic", "lofi_hiphop"):
        levels = make_levels(make_plan(genre, seed=3, form=DROP))
        tonal = [row for part, row in levels.items() if part not in ("drums", "fx", "vinyl")]
        assert all(any(row[bar] > 0 for row in tonal) for bar in range(24))


def test_house_breaks_have_no_drums_and_no_bass() -> None:
    levels = make_levels(make_plan("house", seed=3, form=DROP))
    assert not any(levels["drums"][12:16] + levels["bass"][12:16])


def test_risers_and_reverse_cymbals_end_where_the_section_starts() -> None:
    context = make_context(make_plan("house", seed=3, form=DROP))
    drafts = transitions.write_effects(context)
    starts = {frame.start for frame in context.sections}
    risers = [d for d in drafts if d.pitch in (transitions.RISER, transitions.REVERSE)]
    assert risers
    assert all(d.start + d.duration in starts for d in risers)
    impacts = [d.start for d in drafts if d.pitch == transitions.IMPACT]
    assert set(impacts) <= {16.0, 64.0}


def test_effects_that_were_asked_for_are_at_every_seam() -> None:
    context = make_context(make_plan("solo_piano", seed=3, form=SONG))
    assert len(transitions.write_effects(context, is_named=True)) >= 5
