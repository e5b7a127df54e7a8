# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes rock, metal, country, folk, celtic and blues themselves; guitars in particular."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.composer.compose import cells, fretboard, groove, motif
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.compose.harmony_field import colour
from musicgen_desktop.music.score import Note, Part, Score
from musicgen_desktop.music.theory import Chord, Key
from musicgen_desktop.prompt.planner import Planner
from tests.unit.engines.composer.compose.plans import make_plan
from tests.unit.engines.composer.compose.test_groove import make_context

BAND = ("rock", "metal", "country", "folk", "celtic", "blues")
SONG = (
    ("intro", 4, 0.5), ("verse", 8, 0.55), ("chorus", 8, 0.92), ("break", 8, 0.7),
    ("solo", 8, 0.85), ("chorus", 8, 0.97), ("ending", 1, 0.5),
)  # fmt: skip
TWELVE = (("intro", 4, 0.45), ("a", 12, 0.6), ("solo", 12, 0.8), ("ending", 1, 0.4))
SEEDS = range(0, 64, 8)


def part_of(score: Score, name: str) -> Part:
    return next(part for part in score.parts if part.id == name)


def between(part: Part, first: int, last: int, quarters: float = 4.0) -> list[Note]:
    """The notes of some bars."""
    start, end = first * quarters - 0.1, last * quarters - 0.1
    return [n for n in part.notes if start <= n.start < end]


@pytest.mark.parametrize(
    ("root", "quality", "pitches"),
    [
        (4, "m", (40, 47, 52, 55, 59, 64)),
        (0, "", (48, 52, 55, 60, 64)),
        (7, "", (43, 47, 50, 55, 59, 67)),
        (2, "", (50, 57, 62, 66)),
    ],
)
def test_open_chords_are_those_of_a_guitarist(
    root: int, quality: str, pitches: tuple[int, ...]
) -> None:
    tuning = fretboard.tuning_of("steel_guitar")
    assert tuning is not None
    assert fretboard.shape(Chord(root, quality, root), tuning) == pitches


@pytest.mark.parametrize("patch", ["steel_guitar", "mandolin", "banjo", "ukulele"])
@pytest.mark.parametrize("quality", ["", "m", "7", "m7", "maj7", "5", "dim", "sus4", "add9"])
def test_every_chord_lies_under_the_hand(patch: str, quality: str) -> None:
    tuning = fretboard.tuning_of(patch)
    assert tuning is not None
    for root in range(12):
        chord = Chord(root, quality, root)
        held = fretboard.shape(chord, tuning)
        assert len(held) >= (2 if quality == "5" else 3)
        assert {p % 12 for p in held} <= set(chord.pitch_classes)
        assert len(held) <= len(tuning.strings)


def test_keys_have_no_frets() -> None:
    assert fretboard.tuning_of("grand_piano") is None


def test_strums_go_down_and_up() -> None:
    score = compose(make_plan("country", seed=8, form=SONG, bpm=110, mode="major"))
    guitar = part_of(score, "guitar")
    strums: dict[int, list[Note]] = {}
    for note in guitar.notes:
        strums.setdefault(round(note.start * 4), []).append(note)
    full = [sorted(s, key=lambda n: n.start) for s in strums.values() if len(s) >= 4]
    down = [s for s in full if s[0].pitch < s[-1].pitch]
    assert len(down) >= 8
    assert all(s[-1].start - s[0].start < 0.2 for s in full)


def test_boom_chick_alternates_its_bass() -> None:
    context = make_context(make_plan("country", seed=0))
    cell = next(c for c in cells.load("comp", "country")["comp"] if c["id"] == "boom_chick")
    assert cells.variant(cell, 0.6)[0] == "b"
    assert cells.variant(cell, 0.6)[8] == "B"
    assert context.plan.genre == "country"
    both = 0
    for seed in SEEDS:
        score = compose(make_plan("country", seed=seed, form=SONG, bpm=110, mode="major"))
        bass = part_of(score, "bass")
        for span in score.chords:
            inside = [n for n in bass.notes if span.beat - 0.1 <= n.start < span.beat + 3.9]
            classes = {(n.pitch - span.chord.root) % 12 for n in inside}
            both += {0, 7} <= classes
    assert both >= 60


def test_a_rock_riff_keeps_to_the_kick() -> None:
    for genre in ("rock", "metal"):
        hits = kicks = 0
        for seed in SEEDS:
            score = compose(make_plan(genre, seed=seed, form=SONG, bpm=120))
            starts = {round(n.start * 4) for n in between(part_of(score, "riff"), 12, 20)}
            drums = between(part_of(score, "drums"), 12, 19)
            places = {round(n.start * 4) for n in drums if n.pitch in (35, 36)}
            rests = [p for p in places if p not in starts]
            hits += len(places) - len(rests)
            kicks += len(places)
        assert hits > 0.6 * kicks, genre


def test_palm_mutes_are_short_and_marked() -> None:
    score = compose(make_plan("metal", seed=8, form=SONG, bpm=140))
    mutes = [n for n in part_of(score, "riff").notes if n.articulation == "mute"]
    assert len(mutes) >= 20
    assert max(n.duration for n in mutes) < 0.25


def test_a_metal_breakdown_is_in_half_time() -> None:
    for seed in SEEDS:
        context = make_context(make_plan("metal", seed=seed, form=SONG, bpm=140))
        drafts = groove.write_drums(context, groove.choose_groove(context), [0.7] * 45, frozenset())
        snares = [d.start % 4 for d in drafts if d.pitch == 38 and 80 <= d.start < 92]
        assert snares
        assert sum(s == 2.0 for s in snares) >= 0.5 * len(snares)
        assert 1.0 not in snares


def test_a_metal_breakdown_has_a_riff_of_its_own() -> None:
    score = compose(make_plan("metal", seed=8, form=SONG, bpm=140))
    assert between(part_of(score, "breakdown"), 20, 28)
    assert not between(part_of(score, "riff"), 20, 28)


def test_a_verse_of_rock_is_lighter_than_its_chorus() -> None:
    for seed in SEEDS:
        score = compose(make_plan("rock", seed=seed, form=SONG, bpm=120))
        guitars = [p for p in score.parts if p.id in ("riff", "rhythm")]
        verse = sum(len(between(p, 4, 12)) for p in guitars)
        assert verse == 0
        assert sum(len(between(p, 12, 20)) for p in guitars) > 20


def test_folk_is_picked_and_has_no_drums() -> None:
    score = compose(make_plan("folk", seed=8, key="G", mode="major"))
    assert "drums" not in {p.id for p in score.parts}
    guitar = part_of(score, "guitar")
    starts = [round(n.start, 1) for n in between(guitar, 8, 12)]
    assert len(starts) >= 24
    assert min(n.pitch for n in guitar.notes) >= 40


def test_blues_has_twelve_bars_of_three_chords() -> None:
    found = 0
    for seed in SEEDS:
        plan = make_plan("blues", seed=seed, form=TWELVE, mode="mixolydian", swing=0.9)
        score = compose(plan)
        roots = [
            next(s for s in reversed(score.chords) if s.beat <= bar * 4.0 + 0.01).chord.root
            for bar in range(4, 16)
        ]
        tonic = score.chords[-1].chord.root
        found += roots[0] == tonic and (roots[4] - tonic) % 12 == 5
        assert all(s.chord.quality not in ("", "maj7") for s in score.chords if s.beat > 16)
    assert found >= 4  # some have eight bars or another turn


def test_blue_notes_may_be_sung() -> None:
    key, chord = Key(0, "mixolydian"), Chord(0, "7", 0)
    assert 3 not in colour(key, chord).scale
    assert {3, 6} <= colour(key, chord, (3, 6)).scale


def test_a_boogie_moves_between_fifth_and_sixth() -> None:
    score = compose(make_plan("blues", seed=8, form=TWELVE, mode="mixolydian", swing=0.9))
    boogie = between(part_of(score, "boogie"), 4, 16)
    steps = set()
    for note in boogie:
        span = next(s for s in reversed(score.chords) if s.beat <= note.start + 0.1)
        steps.add((note.pitch - span.chord.root) % 12)
    assert {0, 7, 9} <= steps


def test_reels_and_jigs_run_on() -> None:
    form = (("a", 8, 0.6), ("a", 8, 0.65), ("b", 8, 0.8), ("b", 8, 0.85), ("ending", 1, 0.4))
    for metre, least in (("4/4", 7.5), ("6/8", 4.2)):
        plan = make_plan("celtic", seed=8, form=form, metre=metre, bpm=108, mode="dorian")
        lead = part_of(compose(plan), "lead")
        assert len(lead.notes) / 32 >= least


def test_a_second_player_plays_the_tune_along() -> None:
    form = (("a", 8, 0.62), ("b", 8, 0.85), ("ending", 1, 0.4))
    plan = make_plan("celtic", seed=8, form=form, metre="6/8", bpm=108, mode="dorian")
    score = compose(plan)
    lead, unison = part_of(score, "lead"), part_of(score, "unison")
    assert lead.patch != unison.patch
    tune = {(round(n.start, 1), n.pitch % 12) for n in between(lead, 0, 16, 3.0)}
    along = {(round(n.start, 1), n.pitch % 12) for n in between(unison, 0, 16, 3.0)}
    assert len(along - tune) <= 0.1 * len(along)


def test_celtic_dances_are_in_six_eight_or_four_four(planner: Planner) -> None:
    metres = {
        planner.plan("celtic", seed=seed, duration_s=60).plan.metre for seed in range(0, 96, 8)
    }
    assert metres == {"4/4", "6/8"}
    assert planner.plan("irish jig", seed=8).plan.metre == "6/8"
    assert planner.plan("a reel", seed=8).plan.metre == "4/4"


def test_folk_is_sometimes_in_three(planner: Planner) -> None:
    metres = {planner.plan("folk", seed=seed).plan.metre for seed in range(0, 96, 8)}
    assert {"3/4", "4/4"} <= metres


def test_a_minute_of_blues_has_a_whole_chorus(planner: Planner) -> None:
    whole = 0
    for seed in SEEDS:
        plan = planner.plan("blues", seed=seed, duration_s=60, overrides={"metre": "4/4"}).plan
        whole += any(section.bars == 12 for section in plan.sections)
    assert whole >= 6


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner.load()


@pytest.mark.parametrize("genre", BAND)
def test_variants_of_the_drums_differ(genre: str) -> None:
    data = cells.load("drums", genre)
    by_id = {cell["id"]: cell for cell in data["cells"]}
    for entry in data["grooves"]:
        hits = []
        for energy in (0.34, 0.6, 0.9):
            lanes = [by_id[i] for i in entry["cells"] if by_id[i].get("from", 0.0) <= energy]
            patterns = [p for cell in lanes for p in cells.variant(cell, energy).values()]
            hits.append(sum(len(cells.strokes(cells.clean(p)[:24])) for p in patterns))
        assert hits[0] < hits[1] < hits[2], entry["id"]


@pytest.mark.parametrize("genre", BAND)
def test_there_is_enough_of_everything(genre: str) -> None:
    assert len(cells.load("drums", genre)["grooves"]) >= 8
    assert len(cells.load("bass", genre)["cells"]) >= 5
    assert len(cells.load("comp", genre)["comp"]) >= 6
    assert len(cells.load("comp", genre)["arp"]) >= 4
    progressions = cells.load("progressions", genre)["progressions"]
    assert len(progressions) >= 24
    assert len({p["chords"] + p["modes"][0] for p in progressions}) == len(progressions)
    assert len(motif.cells(genre, "4/4", "head")) >= 8
