# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lead: singable, in key, in range, with a hook that returns; another one for each seed."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise

import pytest

from musicgen_desktop.engines.composer.compose import melody, motif, phrase
from musicgen_desktop.engines.composer.compose.context import Context, Draft
from musicgen_desktop.engines.composer.compose.harmony_field import HarmonyField
from musicgen_desktop.music.theory import MODES
from tests.helpers.melody_contexts import GENRES, context_of

SEEDS = (0, 9, 18, 27, 36, 45)
METRES = ("4/4", "3/4", "6/8")


def lead_of(context: Context) -> list[Draft]:
    return melody.write_lead(context, [True] * len(context.sections))


@lru_cache(maxsize=512)
def usual_lead(genre: str, seed: int) -> tuple[Draft, ...]:
    return tuple(lead_of(context_of(genre, seed)))


def top(drafts: Sequence[Draft]) -> list[Draft]:
    best: dict[float, Draft] = {}
    for draft in drafts:
        if draft.start not in best or draft.pitch > best[draft.start].pitch:
            best[draft.start] = draft
    return [best[start] for start in sorted(best)]


def moves_of(genre: str) -> list[int]:
    found: list[int] = []
    for seed in SEEDS:
        line = top(usual_lead(genre, seed))
        found += [after.pitch - before.pitch for before, after in pairwise(line)]
    return found


def fingerprint(drafts: Sequence[Draft]) -> list[tuple[int, float]]:
    line = top(drafts)
    return [
        (after.pitch - before.pitch, min(4.0, after.start - before.start))
        for before, after in pairwise(line)
    ]


@pytest.mark.parametrize("genre", GENRES)
def test_intervals_are_those_of_tunes(genre: str) -> None:
    moves = [abs(move) for move in moves_of(genre)]
    steps = sum(1 <= move <= 2 for move in moves) / len(moves)
    leaps = sum(move >= 5 for move in moves) / len(moves)
    assert 0.45 <= steps <= 0.75
    assert 0.02 <= leaps <= 0.20
    assert max(moves) <= 19


@pytest.mark.parametrize("genre", GENRES)
def test_leaps_turn_back(genre: str) -> None:
    moves = moves_of(genre)
    after_leaps = [after for before, after in pairwise(moves) if abs(before) >= 5 and after]
    turned = [a for b, a in pairwise(moves) if abs(b) >= 5 and a * b < 0]
    assert len(turned) >= 0.55 * len(after_leaps)


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("genre", GENRES)
def test_strong_notes_fit_the_chord(genre: str, metre: str) -> None:
    good = total = 0
    for seed in SEEDS[: 3 if metre == "4/4" else 1]:
        context = context_of(genre, seed, metre=metre)
        field = HarmonyField(context.key, context.chords)
        for note in top(lead_of(context)):
            if phrase.is_strong(note.start % context.metre.bar_quarters, context.metre):
                total += 1
                good += note.pitch % 12 in field.at(note.start).tones
    assert good >= 0.8 * total


@pytest.mark.parametrize("mode", sorted(MODES))
def test_every_mode_keeps_to_its_scale_or_chord(mode: str) -> None:
    context = context_of("pop", 5, mode=mode, key="F#")
    field = HarmonyField(context.key, context.chords)
    for note in lead_of(context):
        assert note.pitch % 12 in set(context.key.scale) | field.at(note.start).scale


def test_the_raised_seventh_sounds_over_the_dominant_only() -> None:
    raised = 0
    for seed in range(12):
        context = context_of("cinematic", seed, mode="minor", key="A")
        field = HarmonyField(context.key, context.chords)
        for note in lead_of(context):
            shares = field.under_note(note.start, note.duration)
            if note.pitch % 12 == 8:  # G sharp
                raised += 1
                assert any(hue.chord.root == 4 for hue, _ in shares)
    assert raised > 0


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("genre", GENRES)
def test_notes_stay_in_their_section_and_range(genre: str, metre: str) -> None:
    context = context_of(genre, 11, metre=metre)
    active = [frame.index % 2 == 1 for frame in context.sections]
    drafts = melody.write_lead(context, active)
    assert drafts
    stretches = [(f.start, f.start + f.quarters) for f in context.sections if active[f.index]]
    low, high = melody.lead_range(context)
    for draft in drafts:
        assert any(
            a <= draft.start and draft.start + draft.duration <= b + 1e-9 for a, b in stretches
        )
        assert draft.duration > 0
        assert draft.lane == "lead"
        assert low - 7 <= draft.pitch <= high
    line = top(drafts)
    assert max(n.pitch for n in line) - min(n.pitch for n in line) <= 22


@pytest.mark.parametrize("genre", GENRES)
def test_it_breathes(genre: str) -> None:
    context = context_of(genre, 4)
    line = top(lead_of(context))
    sounding = sum(note.duration for note in line)
    rest = 1 - sounding / sum(frame.quarters for frame in context.sections)
    assert rest >= (0.3 if genre in ("lofi_hiphop", "house", "ambient") else 0.05)


def test_the_same_label_has_the_same_melody() -> None:
    context = context_of("pop", 21)
    drafts = lead_of(context)
    choruses = []
    for frame in context.sections:
        if frame.label == "chorus":
            inside = [d for d in drafts if frame.start <= d.start < frame.start + frame.quarters]
            choruses.append([(round(d.start - frame.start, 3), d.pitch) for d in inside])
    assert len(choruses) == 3
    for one, two in combinations(choruses, 2):
        assert len(set(one) & set(two)) >= 0.8 * max(len(one), len(two))


def test_the_hook_rhythm_is_heard_in_its_section() -> None:
    context = context_of("trap", 3)
    head = motif.hook_material(context).head
    hook = next(frame for frame in context.sections if frame.label == "hook")
    starts = {round(d.start - hook.start, 3) for d in lead_of(context)}
    assert {onset.start for onset in head.bars[0].onsets} <= starts


@pytest.mark.parametrize("genre", GENRES)
def test_the_end_is_at_rest(genre: str) -> None:
    for seed in SEEDS:
        context = context_of(genre, seed)
        last = top(usual_lead(genre, seed))[-1]
        assert last.start == context.sections[-1].start
        assert last.pitch % 12 == context.key.tonic


@pytest.mark.parametrize("genre", GENRES)
def test_twenty_seeds_make_twenty_melodies(genre: str) -> None:
    prints = [fingerprint(usual_lead(genre, 9 * number)) for number in range(20)]
    for one, two in combinations(prints, 2):
        likeness = SequenceMatcher(None, one, two, autojunk=False).quick_ratio()
        if likeness > 0.8:  # quick_ratio is an upper bound; the exact figure is slow
            assert SequenceMatcher(None, one, two, autojunk=False).ratio() <= 0.8


def test_the_same_seed_makes_the_same_melody() -> None:
    assert lead_of(context_of("synthwave", 77)) == lead_of(context_of("synthwave", 77))


def test_other_streams_leave_the_melody_alone() -> None:
    context = context_of("pop", 8)
    before = lead_of(context)
    context.streams.stream("groove/other").uniform()
    assert lead_of(context) == before


@pytest.mark.parametrize("metre", ["2/4", "5/4", "7/8", "9/8", "12/8"])
def test_odd_metres_have_melodies_too(metre: str) -> None:
    context = context_of("synthwave", 2, metre=metre)
    drafts = lead_of(context)
    bars = {int(draft.start // context.metre.bar_quarters) for draft in drafts}
    assert len(bars) >= 0.4 * context.plan.total_bars


def test_no_active_section_means_no_notes() -> None:
    context = context_of("pop", 1)
    assert melody.write_lead(context, [False] * len(context.sections)) == []
