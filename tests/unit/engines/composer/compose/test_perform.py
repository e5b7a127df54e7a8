# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Performance: swing, feel per lane, articulation, and what must never happen."""

from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import pairwise

import pytest

from musicgen_desktop.engines.composer.compose import melody, perform
from musicgen_desktop.engines.composer.compose.context import Context, Draft
from musicgen_desktop.music.theory import quarter_seconds
from tests.helpers.melody_contexts import GENRES, context_of


def pulses(lane: str, pitch: int, context: Context, every: float = 1.0) -> list[Draft]:
    end = context.sections[-1].start + context.sections[-1].quarters
    return [Draft(number * every, 0.25, pitch, 90, lane) for number in range(int(end / every))]


def offsets_ms(context: Context, lane: str, pitch: int) -> list[float]:
    notes = perform.perform(context, pulses(lane, pitch, context), "drums", True)
    ms = 1000 * quarter_seconds(context.metre, context.plan.bpm)
    return [(note.start - round(note.start)) * ms for note in notes[1:]]


@pytest.mark.parametrize(
    ("beat", "swing", "unit", "expected"),
    [
        (0.5, 1.0, 0.5, 2 / 3),
        (1.5, 1.0, 0.5, 5 / 3),
        (1.0, 1.0, 0.5, 1.0),
        (0.25, 1.0, 0.25, 1 / 3),
        (0.25, 0.0, 0.25, 0.25),
        (2 / 3, 1.0, 0.5, 2 / 3),
    ],
)
def test_swing_delays_the_second_of_a_pair(
    beat: float, swing: float, unit: float, expected: float
) -> None:
    assert perform.swung(beat, swing, unit) == pytest.approx(expected)


def test_swing_keeps_order() -> None:
    places = [perform.swung(step * 0.125, 0.7, 0.25) for step in range(64)]
    assert places == sorted(places)
    assert len(set(places)) == 64


@pytest.mark.parametrize("genre", GENRES)
def test_kick_stays_on_the_grid(genre: str) -> None:
    assert max(map(abs, offsets_ms(context_of(genre, 5), "kick", 36))) <= 8


def test_lofi_snare_is_late() -> None:
    assert 10 <= statistics.mean(offsets_ms(context_of("lofi_hiphop", 5), "snare", 38)) <= 20


@pytest.mark.parametrize("genre", ["house", "synthwave", "trap"])
@pytest.mark.parametrize("lane", ["kick", "snare", "hat", "bass", "chords", "arp"])
def test_grid_genres_are_tight(genre: str, lane: str) -> None:
    assert statistics.pstdev(offsets_ms(context_of(genre, 5), lane, 60)) <= 4


def test_drift_is_slow_not_white() -> None:
    values = offsets_ms(context_of("lofi_hiphop", 5), "chords", 60)
    mean = statistics.mean(values)
    joint = sum((a - mean) * (b - mean) for a, b in pairwise(values))
    assert joint / sum((v - mean) ** 2 for v in values) > 0.4


@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8"])
@pytest.mark.parametrize("genre", GENRES)
def test_notes_are_sorted_positive_and_never_overlap_themselves(genre: str, metre: str) -> None:
    context = context_of(genre, 6, metre=metre)
    drafts = melody.write_lead(context, [True] * len(context.sections))
    drafts += [replace(draft, duration=3.0) for draft in drafts[::3]]
    notes = perform.perform(context, drafts, "lead", False)
    assert list(notes) == sorted(notes)
    last: dict[int, float] = {}
    for note in notes:
        assert note.start >= 0
        assert note.duration > 0
        assert 1 <= note.velocity <= 127
        assert note.start >= last.get(note.pitch, 0.0) - 1e-5
        last[note.pitch] = note.start + note.duration


def test_leads_are_bound() -> None:
    context = context_of("synthwave", 1)
    drafts = [Draft(float(n), 0.9, 60 + 2 * (n % 3), 90, "lead") for n in range(8)]
    notes = perform.perform(context, drafts, "lead", False)
    for before, after in pairwise(notes):
        assert abs(before.start + before.duration - after.start) < 0.06


def test_a_strum_rolls_upwards_within_a_tenth_of_a_second() -> None:
    context = context_of("solo_piano", 1)
    drafts = [
        Draft(4.0, 2.0, pitch, 80, "chords", strum=n) for n, pitch in enumerate((48, 55, 64, 67))
    ]
    notes = perform.perform(context, drafts, "chords", False)
    assert [note.pitch for note in notes] == [48, 55, 64, 67]
    spread_s = (notes[-1].start - notes[0].start) * quarter_seconds(context.metre, context.plan.bpm)
    assert 0.02 <= spread_s <= 0.1


def test_chords_without_strum_start_together() -> None:
    context = context_of("lofi_hiphop", 1)
    drafts = [Draft(8.0, 2.0, pitch, 80, "chords") for pitch in (52, 55, 60)]
    notes = perform.perform(context, drafts, "chords", False)
    assert len({note.start for note in notes}) == 1


def test_risers_keep_their_exact_place_and_length() -> None:
    context = context_of("house", 1)
    notes = perform.perform(context, [Draft(28.0, 4.0, 1, 90, "fx")], "fx", True)
    assert (notes[0].start, notes[0].duration, notes[0].velocity) == (28.0, 4.0, 90)


def test_glides_survive() -> None:
    context = context_of("trap", 1)
    notes = perform.perform(context, [Draft(0.0, 2.0, 33, 100, "bass", glide_to=40)], "bass", False)
    assert notes[0].glide_to == 40


def test_same_seed_same_performance_other_seed_another() -> None:
    drafts = pulses("hat", 42, context_of("pop", 3), 0.5)
    one = perform.perform(context_of("pop", 3), drafts, "drums", True)
    assert one == perform.perform(context_of("pop", 3), drafts, "drums", True)
    assert one != perform.perform(context_of("pop", 4), drafts, "drums", True)


@pytest.mark.parametrize("genre", GENRES)
def test_full_sections_are_played_louder(genre: str) -> None:
    context = context_of(genre, 7)
    frames = [frame for frame in context.sections if frame.label != "ending"]
    quiet, full = min(frames, key=lambda f: f.energy), max(frames, key=lambda f: f.energy)
    drafts = pulses("chords", 60, context, every=0.25)
    notes = perform.perform(context, drafts, "chords", False)

    def level(start: float, quarters: float) -> float:
        inside = [n.velocity for n in notes if start - 0.1 <= n.start < start + quarters - 0.1]
        return statistics.mean(inside)

    assert level(full.start, full.quarters) > level(quiet.start, quiet.quarters)


def test_performance_data_is_complete() -> None:
    for genre in GENRES:
        feel = perform.genre_feel(genre)
        assert set(feel) - {"articulation", "like", "swing_by_tempo"} == {
            "dynamics", "swing_unit", "lead_legato", "strum_ms", "breath", "lanes",
        }  # fmt: skip
        least, most = feel["strum_ms"]
        assert 0 <= least <= most <= 40
        for lane in ("kick", "snare", "hat", "perc", "bass", "chords", "pad", "arp", "lead"):
            values = perform.lane_feel(genre, lane)
            assert abs(values.offset_ms) <= 25
            assert 0 <= values.jitter_ms <= 15
            assert 0.5 <= values.length <= 1.0
