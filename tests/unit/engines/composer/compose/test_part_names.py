# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of parts: what a person sees on stems and tracks is the instrument that plays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musicgen_desktop import services
from musicgen_desktop.engines.composer.compose import part_names
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music import midi
from musicgen_desktop.music.score import Part, Score


def composed(prompt: str, seed: int = 50) -> Score:
    return compose(services.recipe_for(prompt, seed=seed, duration_s=20.0).plan)


def part(part_id: str, role: str, instrument: str) -> Part:
    return Part(part_id, role, instrument, "", ())


def names_of(*parts: Part) -> list[str]:
    return [named.name for named in part_names.named(parts)]


def test_a_part_is_named_after_its_instrument_not_its_seat() -> None:
    score = composed("lo-fi with nylon guitar and marimba")
    by_instrument = {part.instrument: part for part in score.parts}
    assert by_instrument["marimba"].id == "guitar"
    assert by_instrument["marimba"].name == "Marimba"
    assert by_instrument["nylon_guitar"].name.startswith("Nylon guitar")


def test_tracks_of_the_score_as_midi_have_these_names() -> None:
    score = composed("lo-fi with nylon guitar and marimba")
    tracks = [track.name for track in midi.to_midi(score).tracks[1:]]
    assert tracks == [part.name for part in score.parts]
    assert "Marimba" in tracks


def test_parts_of_one_instrument_are_told_apart_by_their_task() -> None:
    assert names_of(
        part("piano", "chords", "piano"),
        part("piano_melody", "lead", "piano"),
        part("bass", "bass", "808"),
    ) == ["Piano chords", "Piano melody", "808 bass"]


def test_parts_of_one_instrument_and_task_are_numbered() -> None:
    twins = (part("pad", "pad", "pad"), part("high_pad", "pad", "pad"))
    assert names_of(*twins, part("strings", "pad", "strings")) == ["Pad 1", "Pad 2", "Strings"]


def test_a_number_never_meets_another_name() -> None:
    odd = (part("a", "fx", "pad_1"), part("b", "pad", "pad"), part("c", "pad", "pad"))
    assert names_of(*odd) == ["Pad 1", "Pad 2", "Pad 3"]


def test_nothing_but_the_name_changes() -> None:
    before = part("guitar", "arp", "marimba")
    assert part_names.named([before]) == (replace(before, name="Marimba"),)


@pytest.mark.parametrize(
    "prompt", ["solo piano", "epic trailer", "only strings", "trap, two pianos", "ambient drone"]
)
def test_names_differ_also_where_capitals_do_not_count(prompt: str) -> None:
    for seed in (1, 9):
        names = [part.name.lower() for part in composed(prompt, seed).parts]
        assert all(names)
        assert len(set(names)) == len(names)
