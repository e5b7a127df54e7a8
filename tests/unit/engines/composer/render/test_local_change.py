# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change in one place is heard there only: the other dry stems stay bit for bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.engines.composer.compose.edits import recompose
from musicgen_desktop.engines.composer.compose.edits.piece import Piece
from musicgen_desktop.engines.composer.render import placement, settings
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.renderer import Renderer
from musicgen_desktop.music.score import Note, Part, TempoMap, TempoPoint
from tests.unit.engines.composer.compose.plans import make_plan

FORM = (("intro", 2, 0.4), ("a", 2, 0.7), ("b", 4, 0.9), ("a", 2, 0.7), ("ending", 1, 0.4))
TAIL_S = 4.0
LAST_BITS = 2e-7
TEMPO = TempoMap((TempoPoint(0.0, 0.5),))
GENRES = [
    "house",
    *(
        pytest.param(genre, marks=pytest.mark.long)
        for genre in ("lofi_hiphop", "cinematic", "ambient", "pop", "solo_piano", "trap")
    ),
]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(NoteBank(128.0))


def _stems(renderer: Renderer, piece: Piece, folder: Path) -> dict[str, Samples]:
    folder.mkdir()
    mix = settings.for_plan(piece.plan)
    made = renderer.render(piece.score, mix, folder, wants_stems=True)
    found = {n: np.concatenate(list(raw.read_blocks(p)), axis=1) for n, p in made.stems.items()}
    del found["ambience"]
    return found


def _pieces(genre: str, edit: dict[str, object]) -> tuple[Piece, Piece]:
    plan = make_plan(genre, 16, form=FORM, bpm=120.0)
    parameters = {"edits": [edit], "base_plan": plan.to_json()}
    return recompose.made(plan, {}), recompose.made(plan, parameters, strict_from=0)


@pytest.mark.parametrize("genre", GENRES)
def test_a_new_melody_leaves_all_other_stems_bit_exact(
    genre: str, renderer: Renderer, tmp_path: Path
) -> None:
    before, after = _pieces(genre, {"op": "regenerate", "part": "lead", "section": "b", "seed": 5})
    old = _stems(renderer, before, tmp_path / "old")
    new = _stems(renderer, after, tmp_path / "new")
    roles = {part.id: part.role for part in before.score.parts}
    start, end = (round(before.score.seconds(before.score.markers[i].beat) * 44100) for i in (2, 3))
    for name, stem in old.items():
        if roles[name] != "lead":
            assert np.array_equal(stem, new[name])
            continue
        assert not np.array_equal(stem, new[name])
        early = start - SAMPLE_RATE // 10
        assert np.array_equal(stem[:, :early], new[name][:, :early])
        rest = end + round(TAIL_S * SAMPLE_RATE)
        assert np.abs(stem[:, rest:] - new[name][:, rest:]).max(initial=0.0) <= LAST_BITS


@pytest.mark.parametrize("genre", GENRES)
def test_a_new_section_is_heard_in_its_place_only(
    genre: str, renderer: Renderer, tmp_path: Path
) -> None:
    before, after = _pieces(genre, {"op": "regenerate", "section": "a#1", "seed": 5})
    old = _stems(renderer, before, tmp_path / "old")
    new = _stems(renderer, after, tmp_path / "new")
    start, end = (round(before.score.seconds(before.score.markers[i].beat) * 44100) for i in (1, 2))
    assert any(not np.array_equal(stem, new[name]) for name, stem in old.items())
    for name, stem in old.items():
        early = start - SAMPLE_RATE // 10
        assert np.array_equal(stem[:, :early], new[name][:, :early])
        rest = end + round(TAIL_S * SAMPLE_RATE)
        assert np.abs(stem[:, rest:] - new[name][:, rest:]).max(initial=0.0) <= LAST_BITS


def _keys(*notes: Note) -> Part:
    return Part("keys", "chords", "piano", "grand_piano", notes)


def test_round_robins_begin_anew_in_every_section() -> None:
    few = _keys(Note(0.0, 1.0, 60, 90), Note(4.0, 1.0, 60, 90), Note(5.0, 1.0, 60, 90))
    many = _keys(*(Note(k / 2, 0.4, 60, 90) for k in range(7)), *few.notes[1:])
    found = [
        [e.variant for e in placement.events_of(part, TEMPO, (0.0, 4.0)) if e.note.start >= 4.0]
        for part in (few, many)
    ]
    assert found[0] == found[1] == [0, 1]


def test_a_bound_note_does_not_know_the_section_before() -> None:
    notes = (Note(3.0, 1.0, 62, 90), Note(4.0, 1.0, 64, 90, 0, "legato"))
    bound = placement.events_of(_keys(*notes), TEMPO)
    apart = placement.events_of(_keys(*notes), TEMPO, (0.0, 4.0))
    assert [event.from_pitch for event in bound] == [0, 62]
    assert [event.from_pitch for event in apart] == [0, 0]


def test_a_new_section_closes_an_open_hat() -> None:
    hats = (Note(3.5, 2.0, 46, 90), Note(4.75, 0.2, 42, 90))
    part = Part("drums", "drums", "drums", "house_kit", hats, is_drums=True)
    assert placement.events_of(part, TEMPO, (0.0, 4.0))[0].duration_s == pytest.approx(0.25)


def test_loudness_goes_by_the_notes_that_were_there_before(
    renderer: Renderer, tmp_path: Path
) -> None:
    piece, _ = _pieces("house", {"op": "tempo", "bpm": 120})
    keys = next(part for part in piece.score.parts if part.role == "chords")
    softer = tuple(replace(n, velocity=30) if n.start < 24.0 else n for n in keys.notes)
    late = round(16.0 * SAMPLE_RATE)
    rest = {}
    for name, measured in (("plain", ()), ("measured", keys.notes)):
        parts = tuple(
            replace(p, notes=softer, measured=measured) if p.id == keys.id else p
            for p in piece.score.parts
        )
        changed = replace(piece, score=replace(piece.score, parts=parts))
        rest[name] = _stems(renderer, changed, tmp_path / name)[keys.id][:, late:]
    original = _stems(renderer, piece, tmp_path / "original")[keys.id][:, late:]
    assert np.array_equal(rest["measured"], original)
    assert not np.array_equal(rest["plain"], original)
