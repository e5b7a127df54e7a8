# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes deep house, techno, trance, drum and bass, dubstep and chiptune themselves."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.composer.compose import cells, groove, transitions
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.score import Part, Score
from tests.unit.engines.composer.compose.plans import make_plan
from tests.unit.engines.composer.compose.test_groove import make_context

CLUB = (
    ("intro", 16, 0.42), ("a", 16, 0.62), ("break", 8, 0.4), ("build", 4, 0.66),
    ("drop", 32, 0.95), ("outro", 8, 0.42), ("ending", 1, 0.4),
)  # fmt: skip
SEEDS = range(0, 64, 8)


def part_of(score: Score, name: str) -> Part:
    return next(part for part in score.parts if part.id == name)


def bars_of(part: Part, first: int, last: int) -> list[float]:
    """Starts (quarter notes in the bar) of the notes in some bars of 4/4."""
    return [n.start % 4 for n in part.notes if first * 4 - 0.02 <= n.start < last * 4 - 0.02]


@pytest.mark.parametrize("genre", ["deep_house", "techno", "trance"])
def test_clubs_have_four_on_the_floor(genre: str) -> None:
    for seed in SEEDS:
        context = make_context(make_plan(genre, seed=seed))
        kicks = groove.kick_starts(groove.choose_groove(context), context, 0, 0.9)
        assert {0.0, 1.0, 2.0, 3.0} <= set(kicks)


def test_drum_and_bass_is_a_broken_beat_with_ghost_notes() -> None:
    ghosts = 0
    for seed in SEEDS:
        context = make_context(make_plan("drum_and_bass", seed=seed, bpm=174))
        chosen = groove.choose_groove(context)
        kicks = groove.kick_starts(chosen, context, 0, 0.9)
        assert not {1.0, 2.0, 3.0} & set(kicks)
        assert {0.0, 2.5} <= set(kicks)
        drafts = groove.write_drums(context, chosen, [0.9] * 29, frozenset())
        snares = [d for d in drafts if d.pitch == 38]
        loud = [d.start % 4 for d in snares if d.velocity > 100]
        assert sum(start in (1.0, 3.0) for start in loud) > 0.55 * len(loud)
        ghosts += any(d.velocity < 55 for d in snares)
    assert ghosts == len(SEEDS)


def test_techno_stays_on_its_chord() -> None:
    longest = []
    for seed in SEEDS:
        score = compose(make_plan("techno", seed=seed, form=CLUB, bpm=132))
        longest.append(max(span.duration for span in score.chords))
    assert sorted(longest)[len(longest) // 2] >= 12


def test_techno_has_an_event_at_least_every_eight_bars() -> None:
    for seed in (0, 8, 16):
        score = compose(make_plan("techno", seed=seed, form=CLUB, bpm=132))
        players = [
            frozenset(p.id for p in score.parts if bars_of(p, bar, bar + 8))
            for bar in range(44, 76, 8)
        ]
        drums = part_of(score, "drums")
        density = [len(bars_of(drums, bar, bar + 8)) for bar in range(44, 76, 8)]
        events = zip(players, players[1:], density, density[1:], strict=False)
        assert all(a != b or c != d for a, b, c, d in events)


def test_trance_bass_leaves_the_beat_to_the_kick() -> None:
    for seed in SEEDS:
        score = compose(make_plan("trance", seed=seed, form=CLUB, bpm=136))
        starts = bars_of(part_of(score, "bass"), 46, 60)
        on_beat = [s for s in starts if abs(s - round(s)) < 0.05]
        assert len(on_beat) < 0.1 * len(starts)


def test_trance_has_its_theme_in_the_break_and_in_the_drop() -> None:
    for seed in (0, 8):
        lead = part_of(compose(make_plan("trance", seed=seed, form=CLUB, bpm=136)), "lead")
        assert bars_of(lead, 32, 40)
        assert bars_of(lead, 44, 60)
        assert not bars_of(lead, 0, 16)


def test_a_trance_pad_is_gated_in_the_build() -> None:
    pad = part_of(compose(make_plan("trance", seed=8, form=CLUB, bpm=136)), "pad")
    build = [p.value for p in pad.automation["level"] if 40 * 4 <= p.beat < 44 * 4]
    assert min(build) < 0.2
    assert max(build) == 1.0
    assert len(build) > 32


def test_everybody_but_the_effects_holds_its_breath_before_a_drop() -> None:
    found = 0
    for seed in SEEDS:
        context = make_context(make_plan("drum_and_bass", seed=seed, form=CLUB, bpm=174))
        gaps = [s for s in transitions.silences(context) if not s.figures]
        assert all(gap.end == 44 * 4 for gap in gaps)
        found += len(gaps)
        if gaps:
            score = compose(context.plan)
            for part in (p for p in score.parts if p.role != "fx"):
                late = [n for n in part.notes if gaps[0].start + 0.05 < n.start < 175.9]
                assert not late, part.id
    assert found >= 3


def test_a_chip_plays_chords_as_fast_broken_ones() -> None:
    score = compose(make_plan("chiptune", seed=8, bpm=140))
    keys = part_of(score, "keys")
    assert max(n.duration for n in keys.notes) < 0.1
    starts = sorted(n.start for n in keys.notes)
    assert len(starts) == len(set(starts))
    inside = [n for n in keys.notes if 16 <= n.start < 17]
    assert len({n.pitch % 12 for n in inside}) == 3


def test_chip_tunes_have_grace_notes() -> None:
    scores = [compose(make_plan("chiptune", seed=seed, bpm=140)) for seed in (0, 8, 16)]
    short = [n for s in scores for n in part_of(s, "lead").notes if n.duration < 0.07]
    assert len(short) >= 6


@pytest.mark.parametrize(
    "genre", ["deep_house", "techno", "trance", "drum_and_bass", "chiptune", "dubstep"]
)
def test_variants_of_the_drums_differ(genre: str) -> None:
    data = cells.load("drums", genre)
    by_id = {cell["id"]: cell for cell in data["cells"]}
    for entry in data["grooves"]:
        hits = []
        for energy in (0.34, 0.6, 0.9):
            lanes = [by_id[i] for i in entry["cells"] if by_id[i].get("from", 0.0) <= energy]
            patterns = [p for cell in lanes for p in cells.variant(cell, energy).values()]
            hits.append(sum(len(cells.strokes(cells.clean(p)[:16])) for p in patterns))
        assert hits[0] < hits[1] < hits[2], entry["id"]


def test_cuts_silence_the_drums_inside_full_sections_only() -> None:
    found = 0
    for seed in SEEDS:
        context = make_context(make_plan("techno", seed=seed, form=CLUB, bpm=132))
        for cut in (s for s in transitions.silences(context) if s.figures):
            assert cut.covers("drums")
            assert not cut.covers("bass")
            assert cut.end % 16 == 0
            assert cut.end - cut.start == 1
            found += 1
    assert found >= 4


def test_dubstep_has_its_snare_on_three_and_stops_before_the_drop() -> None:
    gaps = 0
    for seed in SEEDS:
        context = make_context(make_plan("dubstep", seed=seed, form=CLUB, bpm=140))
        drafts = groove.write_drums(context, groove.choose_groove(context), [0.8] * 85, frozenset())
        drop = [d for d in drafts if 44 * 4 <= d.start < 76 * 4 and d.pitch in (38, 39)]
        loud = [d.start % 4 for d in drop if d.velocity > 95]
        assert loud.count(2.0) > 0.6 * len(loud)
        gaps += sum(not s.figures for s in transitions.silences(context))
    assert gaps >= 5
