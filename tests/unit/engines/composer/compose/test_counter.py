# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counter-melody keeps out of the lead's way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from musicgen_desktop.engines.composer.compose import counter, melody
from musicgen_desktop.engines.composer.compose.context import Draft
from musicgen_desktop.engines.composer.compose.harmony_field import HarmonyField
from tests.helpers.melody_contexts import GENRES, context_of


def overlapping(note: Draft, others: Sequence[Draft]) -> list[Draft]:
    end = note.start + note.duration
    return [o for o in others if o.start < end - 1e-6 and o.start + o.duration > note.start + 1e-6]


@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8"])
@pytest.mark.parametrize("genre", GENRES)
def test_it_never_rubs_against_the_lead(genre: str, metre: str) -> None:
    context = context_of(genre, 12, metre=metre)
    active = [True] * len(context.sections)
    lead = melody.write_lead(context, active)
    notes = counter.write_counter(context, lead, active)
    assert notes
    for note in notes:
        assert note.lane == "counter"
        assert note.duration > 0
        for other in overlapping(note, lead):
            assert (note.pitch - other.pitch) % 12 not in (1, 11)


@pytest.mark.parametrize("genre", GENRES)
def test_it_stays_in_its_sections_and_in_the_harmony(genre: str) -> None:
    context = context_of(genre, 30)
    active = [frame.label in ("a", "chorus", "drop", "hook", "theme") for frame in context.sections]
    lead = melody.write_lead(context, [True] * len(context.sections))
    field = HarmonyField(context.key, context.chords)
    stretches = [(f.start, f.start + f.quarters) for f in context.sections if active[f.index]]
    for note in counter.write_counter(context, lead, active):
        assert any(a <= note.start < b for a, b in stretches)
        assert note.pitch % 12 in field.at(note.start).scale


def test_echoes_sound_in_the_leads_rests() -> None:
    context = context_of("house", 2)
    active = [True] * len(context.sections)
    lead = melody.write_lead(context, active)
    notes = counter.write_counter(context, lead, active)
    covered = sum(bool(overlapping(note, lead)) for note in notes)
    assert covered <= 0.4 * len(notes)


def test_without_a_lead_it_sings_guide_tones() -> None:
    context = context_of("cinematic", 3)
    notes = counter.write_counter(context, [], [True] * len(context.sections))
    field = HarmonyField(context.key, context.chords)
    long = [note for note in notes if note.duration >= 1.0]
    fits = sum(note.pitch % 12 in field.at(note.start).tones for note in long)
    assert fits >= 0.9 * len(long) > 0
