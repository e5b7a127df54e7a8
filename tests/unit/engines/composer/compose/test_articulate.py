# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Articulation of melodies: bound where notes touch, short where they are, rarely slid into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musicgen_desktop.engines.composer.compose import melody, perform
from musicgen_desktop.engines.composer.compose.articulate import Manners, articulate
from musicgen_desktop.engines.composer.compose.context import Stream
from musicgen_desktop.music.score import Note
from tests.helpers.melody_contexts import GENRES, context_of

ALWAYS = Manners(legato=1.0, staccato=1.0, slide=1.0, accent=1.0, fall=1.0)


def played(notes: list[Note], manners: Manners = ALWAYS) -> list[str]:
    return [note.articulation for note in articulate(notes, manners, Stream("test"))]


def test_touching_notes_are_bound_and_short_ones_are_short() -> None:
    line = [Note(0, 1, 60, 80), Note(1, 0.25, 62, 80), Note(2, 1, 62, 80), Note(3, 1, 64, 80)]
    assert played(line) == ["slide", "legato", "slide", "legato"]
    assert played([Note(0, 0.2, 60, 80), Note(1, 0.2, 62, 80)]) == ["staccato", "staccato"]


def test_repeated_and_distant_notes_are_not_bound() -> None:
    line = [Note(0, 0.5, 60, 80), Note(0.5, 0.5, 60, 80), Note(1, 0.5, 79, 80)]
    assert "legato" not in played(line)


def test_chords_and_gliding_notes_stay_plain() -> None:
    assert played([Note(0, 1, 60, 120), Note(0, 1, 64, 120), Note(1, 1, 48, 120, 55)]) == [""] * 3


def test_the_loudest_are_stressed_and_the_last_may_fall() -> None:
    line = [Note(0, 0.5, 60, 120), Note(0.6, 2.0, 60, 80)]
    assert played(line, replace(ALWAYS, slide=0.0)) == ["accent", "fall"]


def test_a_choice_changes_no_other() -> None:
    line = [Note(i, 1, 60 + i % 3, 80) for i in range(40)]
    half = Manners(legato=0.5)
    first = played(line, half)
    assert 8 < first.count("legato") < 32
    assert (
        played([*line[:20], replace(line[20], duration=0.3), *line[21:]], half)[:20] == first[:20]
    )
    assert played(line[:20], half) == first[:20]


@pytest.mark.parametrize("genre", GENRES)
def test_leads_are_articulated_and_nothing_else_changes(genre: str) -> None:
    context = context_of(genre, 5)
    drafts = melody.write_lead(context, [True] * len(context.sections))
    notes = perform.perform(context, drafts, "lead", False)
    assert any(note.articulation for note in notes)
    trills = perform.genre_feel(genre).get("articulation", {}).get("trill", 0.0)
    assert trills or all(note.articulation != "trill" for note in notes)
    chords = [replace(draft, lane="chords") for draft in drafts]
    assert not any(n.articulation for n in perform.perform(context, chords, "chords", False))


def test_manners_of_a_genre_go_over_the_common_ones() -> None:
    manners = Manners.of({"legato": 0.2, "slide": 0.1}, {"slide": 0.5})
    assert (manners.legato, manners.slide, manners.fall) == (0.2, 0.5, 0.0)
