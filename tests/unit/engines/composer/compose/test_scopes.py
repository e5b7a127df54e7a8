# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wishes for a part of the piece and bans of tasks are obeyed to the letter."""

from __future__ import annotations

import io

import mido
import pytest

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.context import frame_sections
from musicgen_desktop.engines.composer.compose.transitions import IMPACT, REVERSE
from musicgen_desktop.music import midi
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Note, Score
from musicgen_desktop.prompt.planner import Planner
from tests.unit.engines.composer.compose.plans import GENRES

DRUM_ROLES = frozenset({"drums", "percussion"})


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner.load()


def notes_of(score: Score, *roles: str) -> list[Note]:
    return [note for part in score.parts if part.role in roles for note in part.notes]


def blows(score: Score) -> list[Note]:
    """Everything percussive: drums, percussion, and effects that are a blow or a cymbal."""
    effects = [n for n in notes_of(score, "fx") if n.pitch in {IMPACT, REVERSE}]
    return [*notes_of(score, *DRUM_ROLES), *effects]


def spans_of(plan: MusicPlan, label: str) -> list[tuple[float, float]]:
    frames = frame_sections(plan)
    return [(f.start, f.start + f.quarters) for f in frames if f.label == label]


def is_in(note: Note, spans: list[tuple[float, float]]) -> bool:
    return any(start <= note.start < end for start, end in spans)


def spoken(genre: str) -> str:
    return {"lofi_hiphop": "lofi hip hop", "solo_piano": "solo piano"}.get(genre, genre)


MATRIX = [
    (genre, length, seed) for genre in GENRES for length, seed in ((30, 8), (60, 1603), (150, 77))
]


@pytest.mark.parametrize(("genre", "length", "seed"), MATRIX)
def test_no_drums_until_the_chorus(planner: Planner, genre: str, length: int, seed: int) -> None:
    prompt = f"{spoken(genre)}, no drums until the chorus, {length} seconds"
    plan = planner.plan(prompt, seed=seed).plan
    chorus = spans_of(plan, "chorus")[0]
    assert chorus[0] > 0
    score = compose(plan)
    found = blows(score)
    assert min(note.start for note in found) >= chorus[0]
    assert any(is_in(note, [chorus]) for note in notes_of(score, *DRUM_ROLES))
    before = [n for part in score.parts for n in part.notes if n.start < chorus[0]]
    assert before


@pytest.mark.parametrize("genre", GENRES)
def test_out_and_only(planner: Planner, genre: str) -> None:
    plan = planner.plan(f"{spoken(genre)} without drums in the bridge, 90 s", seed=9).plan
    bridges = spans_of(plan, "bridge")
    assert bridges
    score = compose(plan)
    assert not any(is_in(note, bridges) for note in blows(score))
    assert notes_of(score, *DRUM_ROLES)
    plan = planner.plan(f"{spoken(genre)}, drums only in the chorus, 90 s", seed=10).plan
    choruses = spans_of(plan, "chorus")
    score = compose(plan)
    assert notes_of(score, *DRUM_ROLES)
    assert all(is_in(note, choruses) for note in blows(score))


@pytest.mark.parametrize("genre", GENRES)
def test_entries_in_time(planner: Planner, genre: str) -> None:
    prompt = f"{spoken(genre)} with bass, bass comes in after 20 seconds, 80 s"
    plan = planner.plan(prompt, seed=12).plan
    score = compose(plan)
    quarter_s = 60 / plan.bpm / plan.theory_metre.pulse_quarters
    starts = [note.start * quarter_s for note in notes_of(score, "bass")]
    assert min(starts) >= 19.99
    assert min(starts) < 32
    plan = planner.plan(f"{spoken(genre)}, strings enter in the second half, 80 s", seed=13).plan
    parts = [p for p in compose(plan).parts if p.instrument == "strings"]
    starts = [
        n.start * 60 / plan.bpm / plan.theory_metre.pulse_quarters for p in parts for n in p.notes
    ]
    assert 39.9 <= min(starts) < 65


@pytest.mark.parametrize("genre", GENRES)
def test_alone_at_the_start(planner: Planner, genre: str) -> None:
    plan = planner.plan(f"{spoken(genre)}, piano alone at the start, then strings", seed=21).plan
    score = compose(plan)
    first = frame_sections(plan)[0]
    bar_quarters = plan.theory_metre.bar_quarters
    end = first.quarters if first.label == "intro" else min(first.bars, 8) * bar_quarters
    early = {
        part.instrument
        for part in score.parts
        for note in part.notes
        if note.start < end and part.instrument != "vinyl"
    }
    assert early == {"piano"}
    assert any(part.instrument == "strings" for part in score.parts)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("wish", ["no melody", "no lead, piano and flute", "no tune"])
def test_no_melody(planner: Planner, genre: str, wish: str) -> None:
    for seed in (5, 14):
        score = compose(planner.plan(f"{spoken(genre)}, {wish}, 60 s", seed=seed).plan)
        roles = {part.role for part in score.parts}
        assert not roles & {"lead", "counter"}
        moving = [p for p in score.parts if p.role in {"arp", "chords"}]
        assert len({n.pitch for p in moving for n in p.notes}) >= 6
        if "flute" in wish:
            assert {"piano", "flute"} <= {part.instrument for part in score.parts}


@pytest.mark.parametrize("genre", ["pop", "house", "trap", "synthwave", "cinematic", "lofi_hiphop"])
def test_no_fills(planner: Planner, genre: str) -> None:
    """Every bar of the kit is the groove, give or take a stroke; builds don't roll."""
    prompt = f"{spoken(genre)} with drums{{}}, 100 seconds"
    plain = compose(planner.plan(prompt.format(", no fills"), seed=16).plan)
    usual = compose(planner.plan(prompt.format(""), seed=16).plan)
    keys, more = ({n.pitch for n in notes_of(s, "drums")} for s in (plain, usual))
    assert keys <= more | {36}
    if genre != "cinematic":  # its grooves themselves are played on toms
        assert not keys & {41, 43, 45, 47, 48, 50}
    busiest = _busiest_bar(plain, 38)
    assert busiest <= 8


def _busiest_bar(score: Score, key: int) -> int:
    quarters = score.metre.bar_quarters
    bars = [round(n.start // quarters) for n in notes_of(score, "drums") if n.pitch == key]
    return max((bars.count(bar) for bar in set(bars)), default=0)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("wish", ["no drums", "without percussion", "-drums"])
def test_without_drums_channel_ten_is_empty(planner: Planner, genre: str, wish: str) -> None:
    plan = planner.plan(f"{spoken(genre)} {wish}, effects, 60 s", seed=3).plan
    score = compose(plan)
    assert not blows(score)
    stream = io.BytesIO()
    midi.write_midi(score, stream)
    stream.seek(0)
    channels = {
        m.channel for t in mido.MidiFile(file=stream).tracks for m in t if m.type == "note_on"
    }
    assert midi.DRUM_CHANNEL not in channels


def test_no_effects(planner: Planner) -> None:
    for genre in ("house", "trap", "cinematic", "pop", "synthwave"):
        for wish in ("no risers", "no effects", "without build-up effects"):
            score = compose(planner.plan(f"{genre}, {wish}", seed=4).plan)
            assert not notes_of(score, "fx")
