# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mix settings follow the plan's wishes; parts are brought to one loudness before their faders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from musicgen_desktop.engines.composer.render import levels, settings
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.placement import Event, events_of, unrolled
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import TempoMap
from musicgen_desktop.prompt import planner
from tests.helpers.sounds import small_score


def _plan(genre: str = "pop", **changes: Any) -> MusicPlan:
    plan = planner.plan(genre, seed=8, duration_s=30.0).plan
    neutral: dict[str, Any] = {"production": (), "space": 0.4, "brightness": 0.0, "excluded": ()}
    return replace(plan, **{**neutral, **changes})


def test_space_moves_the_rooms() -> None:
    dry = settings.for_plan(_plan(production=("dry",))).role("lead")
    usual = settings.for_plan(_plan()).role("lead")
    vast = settings.for_plan(_plan(space=1.0)).role("lead")
    assert dry.hall < 0.6 * usual.hall
    assert vast.hall > 1.4 * usual.hall
    assert dry.gain_db == usual.gain_db == vast.gain_db


def test_what_is_asked_for_sparingly_is_softer() -> None:
    wished = settings.for_plan(_plan(production=("less:drums", "more:piano", "reverb")))
    assert wished.amount_db("drum_machine", "drums") < -2.0
    assert wished.amount_db("piano", "chords") > 1.0
    assert wished.amount_db("flute", "lead") == 0.0
    assert settings.for_plan(_plan()).amounts == {}


def test_brightness_tilts_the_master_within_bounds() -> None:
    tilt = [
        settings.for_plan(_plan(brightness=b, production=p)).master.brightness_db
        for b, p in ((-1.0, ("warm", "dark")), (0.0, ()), (1.0, ("bright", "crisp")))
    ]
    assert tilt[0] < -1.0
    assert tilt[1] == 0.0
    assert tilt[2] > 1.0
    assert max(map(abs, tilt)) <= 3.0


def test_lofi_words_bring_tape_and_clean_words_take_the_noise_away() -> None:
    assert settings.for_plan(_plan()).tape.low_pass_hz == 0.0
    assert settings.for_plan(_plan(production=("lofi",))).tape.low_pass_hz > 5000.0
    assert settings.for_plan(_plan(production=("vinyl",))).bed.crackle_db > -60.0
    assert settings.for_plan(_plan("lo-fi hip hop")).bed.crackle_db > -60.0
    for changes in ({"excluded": ("vinyl",)}, {"production": ("clean",)}):
        plan = _plan("lo-fi hip hop", **changes)
        assert settings.for_plan(plan).bed.crackle_db < -100.0


def test_a_wished_side_chain_pumps() -> None:
    assert settings.for_plan(_plan(production=("sidechain",))).duck.depth_db >= 6.0


def _events(transposed: int = 0) -> list[Event]:
    score = small_score()
    keys = score.parts[2]
    notes = tuple(replace(note, pitch=note.pitch + transposed) for note in keys.notes)
    return events_of(replace(keys, notes=notes), TempoMap(score.tempo))


def test_the_correction_brings_parts_together() -> None:
    bank = NoteBank(64.0)
    loudness = [
        levels.part_lufs(_events(), patch, bank, lambda: None)
        for patch in ("rhodes", "grand_piano", "warm_pad")
    ]
    corrected = [lufs + levels.correction_db(lufs) for lufs in loudness]
    assert all(-40.0 < lufs < -5.0 for lufs in loudness)
    assert max(corrected) - min(corrected) < 4.0
    assert corrected == pytest.approx([levels.NOMINAL_LUFS] * 3, abs=3.0)


def test_an_empty_part_needs_no_correction() -> None:
    lufs = levels.part_lufs([], "rhodes", NoteBank(8.0), lambda: None)
    assert levels.correction_db(lufs) == 0.0
    assert levels.correction_db(-60.0) == 9.0
    assert levels.correction_db(0.0) == -9.0


def test_unrolled_events_repeat_every_period() -> None:
    events = _events()
    period = 8 * 44_100
    turns = unrolled(events, period, -44_100, period)
    inside = [event.frame for event in turns if 0 <= event.frame < period]
    assert inside == [event.frame for event in events]
    before = [event.frame % period for event in turns if event.frame < 0]
    assert set(before) == {event.frame for event in events}
    assert min(event.frame for event in turns) >= -21 * 44_100
