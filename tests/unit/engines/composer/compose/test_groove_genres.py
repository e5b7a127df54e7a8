# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes jazz, bossa nova, funk, disco, R&B, hip hop, reggae and reggaeton themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from musicgen_desktop.engines.composer.compose import cells, groove
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.perform import swing_at
from musicgen_desktop.engines.composer.compose.voicing import lead_voices
from musicgen_desktop.music.score import Part, Score
from musicgen_desktop.music.theory import Chord
from tests.unit.engines.composer.compose.plans import make_plan
from tests.unit.engines.composer.compose.test_groove import make_context

GENRES = ("jazz", "bossa_nova", "funk", "disco", "rnb", "hiphop", "reggae", "reggaeton")
CHORUSES = (
    ("intro", 4, 0.3), ("a", 8, 0.52), ("b", 8, 0.62), ("solo", 16, 0.8), ("a", 8, 0.58),
    ("ending", 1, 0.4),
)  # fmt: skip
DUB = (
    ("intro", 4, 0.4), ("verse", 8, 0.56), ("break", 8, 0.35), ("chorus", 8, 0.74),
    ("ending", 1, 0.4),
)  # fmt: skip
SEEDS = (0, 8, 16, 24)


def part_of(score: Score, name: str) -> Part:
    return next(part for part in score.parts if part.id == name)


def chosen_groove(genre: str, seed: int) -> groove.Groove:
    return groove.choose_groove(make_context(make_plan(genre, seed=seed)))


def starts_of(chosen: groove.Groove, key: str, energy: float) -> set[int]:
    """The sixteenths of a first bar on which a drum is struck."""
    found: set[int] = set()
    for cell in chosen.cells:
        if energy < cell.get("from", 0.0):
            continue
        text = cells.clean(cells.variant(cell, energy).get(key, ""))[:16]
        found |= {round(start * 4) for start, _ in cells.strokes(text)}
    return found


@pytest.mark.parametrize("genre", GENRES)
def test_variants_of_the_drums_differ(genre: str) -> None:
    data = cells.load("drums", genre)
    by_id = {cell["id"]: cell for cell in data["cells"]}
    for entry in data["grooves"]:
        heard = []
        for energy in (0.34, 0.6, 0.9):
            lanes = [by_id[i] for i in entry["cells"] if by_id[i].get("from", 0.0) <= energy]
            patterns = [p for cell in lanes for p in cells.variant(cell, energy).values()]
            heard.append(sum(len(cells.strokes(cells.clean(p)[:16])) for p in patterns))
        assert heard[0] < heard[2], entry["id"]
        assert heard[0] <= heard[1] <= heard[2], entry["id"]


def test_a_walking_bass_has_roots_on_changes_and_moves_by_small_steps() -> None:
    for seed in SEEDS:
        score = compose(make_plan("jazz", seed=seed, form=CHORUSES, bpm=140, mode="major"))
        walk = [n for n in part_of(score, "bass").notes if 20 * 4 <= n.start < 35.9 * 4]
        roots = {round(c.beat): c.chord.bass for c in score.chords}
        on_changes = [n for n in walk if round(n.start) in roots and abs(n.start % 1) < 0.1]
        right = sum(n.pitch % 12 == roots[round(n.start)] for n in on_changes)
        assert right >= 0.9 * len(on_changes)
        beats = {round(n.start) for n in walk if abs(n.start - round(n.start)) < 0.1}
        assert len(beats) >= 60
        moves = [abs(b.pitch - a.pitch) for a, b in pairwise(walk)]
        assert sum(move <= 5 for move in moves) >= 0.75 * len(moves)


def test_a_jazz_bass_walks_in_solos_and_often_plays_two_in_the_head() -> None:
    in_two = 0
    for seed in range(0, 64, 8):
        score = compose(make_plan("jazz", seed=seed, form=CHORUSES, bpm=140))
        bass = part_of(score, "bass").notes
        head = sum(4 * 4 - 0.1 <= n.start < 8 * 4 - 0.1 for n in bass)
        solo = sum(24 * 4 - 0.1 <= n.start < 28 * 4 - 0.1 for n in bass)
        assert solo >= 16
        in_two += head <= 12
    assert 2 <= in_two <= 7


def test_a_jazz_solo_is_no_repeat_of_the_head_and_fits_its_chords_on_the_beat() -> None:
    for seed in SEEDS:
        score = compose(make_plan("jazz", seed=seed, form=CHORUSES, bpm=140, mode="major"))
        lead = part_of(score, "lead").notes
        solo = [n for n in lead if 20 * 4 <= n.start < 35.9 * 4]
        head = [n for n in lead if 4 * 4 <= n.start < 19.9 * 4]
        assert len(solo) > 1.5 * len(head)
        spans = sorted(score.chords, key=lambda c: c.beat)
        fits = total = 0
        for note in solo:
            beat = round(note.start)
            if abs(note.start - beat) < 0.12:
                chord = next(c for c in reversed(spans) if c.beat <= beat + 0.01).chord
                total += 1
                fits += note.pitch % 12 in chord.pitch_classes
        assert fits >= 0.85 * total > 20


def test_swing_gets_straighter_as_jazz_gets_faster() -> None:
    assert swing_at(0.7, 110) > swing_at(0.7, 200) > swing_at(0.7, 280)
    assert swing_at(0.7, 110) == pytest.approx(1.2)
    assert swing_at(0.7, 600) == 0.0
    assert swing_at(0.0, 140) == 0.0


def test_sticks_and_brushes_have_grooves_of_their_own() -> None:
    context = make_context(make_plan("jazz", seed=8))
    brushed = {cell["id"] for cell in groove.choose_groove(context, "brush_kit").cells}
    struck = {cell["id"] for cell in groove.choose_groove(context, "jazz_kit").cells}
    assert any(name.startswith("s_") for name in brushed)
    assert not any(name.startswith("s_") for name in struck)


def test_a_bossa_bass_plays_the_root_on_one_and_a_fifth_on_three() -> None:
    for seed in SEEDS:
        score = compose(make_plan("bossa_nova", seed=seed, bpm=130))
        bass = [n for n in part_of(score, "bass").notes if n.start < 24 * 4]
        assert {round(n.start % 4) for n in bass if abs(n.start - round(n.start)) < 0.1} >= {0, 2}
        changes = {round(c.beat): c.chord.bass for c in score.chords}
        for note in bass:
            if round(note.start) in changes and abs(note.start - round(note.start)) < 0.1:
                assert note.pitch % 12 == changes[round(note.start)]


def test_funk_is_on_the_one() -> None:
    for seed in SEEDS:
        score = compose(make_plan("funk", seed=seed, bpm=106, mode="dorian"))
        bass = part_of(score, "bass").notes
        ones = {round(n.start / 4) for n in bass if n.start % 4 < 0.05 or n.start % 4 > 3.95}
        assert ones >= set(range(5, 20))


def test_disco_has_its_kick_on_every_beat_and_open_hats_between() -> None:
    open_hats = 0
    for seed in range(0, 64, 8):
        chosen = chosen_groove("disco", seed)
        assert starts_of(chosen, "36", 0.9) >= {0, 4, 8, 12}
        open_hats += starts_of(chosen, "46", 0.9) >= {2, 6, 10, 14}
    assert open_hats >= 5


def test_reggae_drops_the_one_or_keeps_every_beat() -> None:
    kinds = set()
    for seed in range(64):
        chosen = chosen_groove("reggae", seed)
        kick = starts_of(chosen, "36", 0.6)
        kinds.add("drop" if 0 not in kick else "steppers" if {0, 4, 8, 12} <= kick else "rockers")
    assert kinds == {"drop", "steppers", "rockers"}


def test_a_reggae_chop_falls_between_the_beats() -> None:
    for seed in SEEDS:
        skank = part_of(compose(make_plan("reggae", seed=seed, form=DUB, bpm=74)), "skank")
        chops = [n for n in skank.notes if 4 * 4 <= n.start < 12 * 4]
        assert chops
        assert all(abs(n.start - round(n.start)) > 0.15 for n in chops)


def test_a_dub_break_throws_single_chords_into_the_delay() -> None:
    skank = part_of(compose(make_plan("reggae", seed=8, form=DUB, bpm=74)), "skank")
    stretch = [n for n in skank.notes if 12 * 4 <= n.start < 14 * 4 - 0.1]
    starts = sorted({round(n.start, 1) for n in stretch})
    gaps = [b - a for a, b in pairwise(starts)]
    assert len(starts) >= 4
    assert all(abs(gap - 0.75) < 0.16 for gap in gaps if gap > 0.2)
    loudest = [max(n.velocity for n in stretch if abs(n.start - s) < 0.2) for s in starts]
    assert loudest[0] > loudest[-1] + 15


def test_reggaeton_has_the_dembow() -> None:
    for seed in range(0, 64, 8):
        chosen = chosen_groove("reggaeton", seed)
        struck = starts_of(chosen, "38", 0.9) | starts_of(chosen, "39", 0.9)
        assert {3, 6, 14} <= struck | starts_of(chosen, "37", 0.9)
        assert starts_of(chosen, "36", 0.9) >= {0, 4, 8, 12}


def test_hip_hop_snares_lean_back() -> None:
    score = compose(make_plan("hiphop", seed=8, bpm=90))
    snares = [n for n in part_of(score, "drums").notes if n.pitch == 38 and n.velocity > 90]
    late = [(n.start - round(n.start)) * 60000 / 90 for n in snares if abs(n.start % 1) < 0.2]
    assert late
    assert 4 <= sum(late) / len(late) <= 18


@pytest.mark.parametrize(("shape", "least_gap"), [("quartal", 4), ("shell", 5), ("drop2", 1)])
def test_shapes_of_chords(shape: str, least_gap: int) -> None:
    chords = [Chord(2, "m7", 2), Chord(7, "7", 7), Chord(0, "maj7", 0)]
    for voicing in lead_voices(chords, 50, 74, 4, shape=shape):
        gaps = [b - a for a, b in pairwise(voicing)]
        assert min(gaps) >= least_gap
        if shape == "shell":
            assert len(voicing) == 2
        if shape == "drop2":
            assert voicing[-1] - voicing[0] > 12


def test_shells_are_third_and_seventh() -> None:
    (voicing,) = lead_voices([Chord(2, "m7", 2)], 50, 74, 4, shape="shell")
    assert {p % 12 for p in voicing} == {5, 0}
