# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each change keeps what it promises to keep, in every genre."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from musicgen_desktop.engines.composer.compose.edits import recompose
from musicgen_desktop.engines.composer.compose.edits.piece import (
    Piece,
    instruments,
    is_pitched,
    range_of,
    tidy,
)
from musicgen_desktop.engines.composer.compose.edits.pitch import REACH
from musicgen_desktop.errors import UsageError
from musicgen_desktop.music import edit as edits_of
from musicgen_desktop.music.edit import (
    Edit,
    Instrument,
    KeyChange,
    Length,
    Mood,
    Regenerate,
    Tempo,
    Without,
)
from musicgen_desktop.music.score import EARLY, Note, Part
from musicgen_desktop.music.theory import Key
from tests.unit.engines.composer.compose.plans import make_plan

GENRES = (
    "lofi_hiphop", "cinematic", "house", "ambient", "pop", "solo_piano", "synthwave", "trap",
)  # fmt: skip
FORM = (
    ("intro", 2, 0.3), ("verse", 4, 0.55), ("chorus", 8, 0.85), ("verse", 4, 0.6),
    ("chorus", 8, 0.9), ("ending", 1, 0.4),
)  # fmt: skip
SEEDS = (3, 40)
USUAL = ("pop", "house", "solo_piano")
everywhere = pytest.mark.parametrize(
    "genre", [g if g in USUAL else pytest.param(g, marks=pytest.mark.long) for g in GENRES]
)


@cache
def original(genre: str, seed: int = 3, mode: str = "minor") -> Piece:
    plan = make_plan(genre, seed, form=FORM, bpm=110.0, mode=mode)
    return recompose.made(plan, {})


def changed(before: Piece, *edits: Edit) -> Piece:
    parameters = {
        "base_plan": json.loads(json.dumps(before.plan.to_json())),
        "edits": json.loads(json.dumps(edits_of.all_to_json(edits))),
    }
    return recompose.made(before.plan, parameters, strict_from=0)


def parts_of(piece: Piece) -> dict[str, Part]:
    return {part.id: part for part in piece.score.parts}


def rhythm(notes: Sequence[Note]) -> list[tuple[float, float]]:
    return sorted((n.start, n.duration) for n in notes)


def in_section(piece: Piece, part: Part, index: int) -> list[Note]:
    """A part's notes in a section, counted from its start."""
    starts = [marker.beat for marker in piece.score.markers]
    end = starts[index + 1] if index + 1 < len(starts) else float("inf")
    return [
        replace(n, start=round(n.start - starts[index], 3))
        for n in part.notes
        if starts[index] <= n.start + EARLY < end
    ]


def require_whole(piece: Piece) -> None:
    """What every score keeps."""
    score = piece.score
    assert abs(piece.plan.duration_s - score.duration_s) < 1e-9
    assert [m.label for m in score.markers] == [s.label for s in piece.plan.sections]
    total = piece.plan.total_bars * score.metre.bar_quarters
    assert sum(span.duration for span in score.chords) == pytest.approx(total)
    for before, after in zip(score.chords, score.chords[1:], strict=False):
        assert before.beat + before.duration == pytest.approx(after.beat)
    for part in score.parts:
        assert tidy(part.notes) == part.notes
        for note in part.notes:
            assert note.start >= 0.0
            assert note.duration > 0.0
            assert 0 <= note.pitch <= 127
            assert 1 <= note.velocity <= 127
            assert score.seconds(note.start) < score.duration_s


# --- tempo --------------------------------------------------------------------------------------


@everywhere
@pytest.mark.parametrize("bpm", [70.0, 143.5])
def test_another_tempo_has_the_same_notes(genre: str, bpm: float) -> None:
    before = original(genre)
    after = changed(before, Tempo(bpm))
    require_whole(after)
    assert after.score.parts == before.score.parts
    assert after.score.markers == before.score.markers
    assert after.plan.bpm == bpm
    assert after.plan.duration_s == pytest.approx(before.plan.duration_s * 110.0 / bpm, abs=1e-3)
    ending = after.score.markers[-1].beat
    scale = 110.0 / bpm
    assert after.score.seconds(ending) == pytest.approx(before.score.seconds(ending) * scale)


def test_a_tempo_that_makes_a_piece_too_long_is_refused() -> None:
    plan = make_plan("house", form=(("a", 200, 0.5), ("ending", 1, 0.4)), bpm=124.0)
    before = Piece(original("house").score, plan)
    with pytest.raises(UsageError, match="would last"):
        changed(before, Tempo(40.0))


# --- key and mode -------------------------------------------------------------------------------


def degrees(piece: Piece, part: Part) -> list[int]:
    return [(n.pitch - piece.plan.theory_key.tonic) % 12 for n in sorted(part.notes, key=_place)]


def _place(note: Note) -> tuple[float, int, int]:
    return (note.start, note.velocity, round(note.duration * 1000))


@everywhere
@pytest.mark.parametrize("key", ["F", "Bb"])
def test_another_key_has_the_same_degrees_in_the_same_register(genre: str, key: str) -> None:
    before = original(genre)
    after = changed(before, KeyChange(key))
    require_whole(after)
    assert (after.plan.key, after.plan.mode) == (key, "minor")
    assert after.score.key_name == f"{key} minor"
    entries = instruments()
    for old, new in zip(before.score.parts, after.score.parts, strict=True):
        if not is_pitched(old):
            assert new == old
            continue
        lost = len(old.notes) - len(new.notes)
        assert lost <= 0.02 * len(old.notes)
        if lost == 0:
            assert sorted(degrees(before, old)) == sorted(degrees(after, new))
        middle = sum(n.pitch for n in old.notes) / len(old.notes)
        moved = sum(n.pitch for n in new.notes) / len(new.notes)
        assert abs(moved - middle) <= 8.0
        low, high = range_of(old, entries)
        assert min(n.pitch for n in new.notes) >= min(low, *(n.pitch for n in old.notes)) - REACH
        assert max(n.pitch for n in new.notes) <= max(high, *(n.pitch for n in old.notes)) + REACH
        if old.role == "bass":
            assert min(n.pitch for n in new.notes) >= min(low, *(n.pitch for n in old.notes))
    for old_span, new_span in zip(before.score.chords, after.score.chords, strict=True):
        steps = after.plan.theory_key.tonic - before.plan.theory_key.tonic
        assert new_span.chord.root == (old_span.chord.root + steps) % 12
        assert new_span.chord.quality == old_span.chord.quality


@everywhere
@pytest.mark.parametrize(("old", "new"), [("minor", "major"), ("major", "minor")])
def test_another_mode_keeps_form_roots_and_rhythm(genre: str, old: str, new: str) -> None:
    before = original(genre, mode=old)
    after = changed(before, Mood(mode=new))
    require_whole(after)
    assert after.plan.mode == new
    assert after.plan.theory_key.tonic == before.plan.theory_key.tonic
    assert after.score.markers == before.score.markers
    old_key, new_key = before.plan.theory_key, after.plan.theory_key
    for was, now in zip(before.score.chords, after.score.chords, strict=True):
        assert (was.beat, was.duration) == (now.beat, now.duration)
        if was.chord.root in old_key.scale:
            degree = old_key.scale.index(was.chord.root)
            assert now.chord.root == new_key.scale[degree]
    moved = total = 0
    for was_part, now_part in zip(before.score.parts, after.score.parts, strict=True):
        if not is_pitched(was_part):
            assert was_part == now_part
            continue
        starts = {n.start for n in was_part.notes}
        assert {n.start for n in now_part.notes} == starts
        total += len(now_part.notes)
        moved += sum(n.pitch % 12 in new_key.scale for n in now_part.notes)
    assert moved >= 0.85 * total


def test_a_mode_there_and_back_is_the_piece_again() -> None:
    before = original("pop", mode="major")
    diatonic = all(
        pc in before.plan.theory_key.scale
        for s in before.score.chords
        for pc in s.chord.pitch_classes
    )
    after = changed(before, Mood(mode="minor"), Mood(mode="major"))
    if diatonic:
        assert after.score.chords == before.score.chords
    assert after.plan.theory_key == Key(9, "major")


# --- players ------------------------------------------------------------------------------------


@everywhere
@pytest.mark.parametrize("instrument", ["flute", "cello", "glockenspiel"])
def test_another_instrument_plays_the_same_notes_in_its_range(genre: str, instrument: str) -> None:
    before = original(genre)
    lead = next(part for part in before.score.parts if part.role == "lead")
    if lead.instrument == instrument:
        return
    after = changed(before, Instrument(lead.id, instrument))
    require_whole(after)
    new = parts_of(after)[lead.id]
    assert new.instrument == instrument
    assert new.patch in instruments()[instrument]["patches"]
    assert sorted(n.pitch % 12 for n in new.notes) == sorted(n.pitch % 12 for n in lead.notes)
    assert rhythm(new.notes) == rhythm(lead.notes)
    low, high = range_of(new, instruments())
    assert all(low - REACH <= n.pitch <= high + REACH for n in new.notes)
    others = [(p.id, p.notes, p.patch) for p in before.score.parts if p.id != lead.id]
    assert [(p.id, p.notes, p.patch) for p in after.score.parts if p.id != lead.id] == others
    assert instrument in after.plan.instruments
    names = [part.display_name.lower() for part in after.score.parts]
    assert len(set(names)) == len(names)


def test_drums_take_another_kit_and_nothing_else() -> None:
    before = original("house")
    after = changed(before, Instrument("drums", "drums", "lofi_kit"))
    assert parts_of(after)["drums"] == replace(parts_of(before)["drums"], patch="lofi_kit",
                                               instrument="drums")  # fmt: skip
    with pytest.raises(UsageError, match="can’t play"):
        changed(before, Instrument("drums", "flute"))
    with pytest.raises(UsageError, match="can’t play"):
        changed(before, Instrument("lead", "drums"))
    with pytest.raises(UsageError, match="no “theremin”"):
        changed(before, Instrument("lead", "theremin"))


@everywhere
def test_without_a_part_the_others_play_what_they_played(genre: str) -> None:
    before = original(genre)
    for part in before.score.parts:
        others = [p for p in before.score.parts if p.id != part.id]
        if all(p.role == "fx" for p in others):
            continue
        after = changed(before, Without(part=part.id))
        require_whole(after)
        plain = [replace(p, name="") for p in after.score.parts]
        assert plain == [replace(p, name="") for p in others]
        assert after.plan.sections == before.plan.sections


def test_without_melody_nobody_has_a_tune_and_the_plan_says_so() -> None:
    after = changed(original("pop"), Without(who="melody"))
    assert not {"lead", "counter"} & {part.role for part in after.score.parts}
    assert "melody" in after.plan.excluded


def test_without_drums_all_drums_are_silent() -> None:
    after = changed(original("house"), Without(who="drums"))
    assert all(part.role != "drums" for part in after.score.parts)
    assert "drums" in after.plan.excluded


def test_the_last_player_stays() -> None:
    piece = original("solo_piano")
    ids = [part.id for part in piece.score.parts]
    with pytest.raises(UsageError, match="nothing would be left"):
        changed(piece, *(Without(part=name) for name in ids))


def test_nobody_of_that_name_is_told_with_who_plays() -> None:
    with pytest.raises(UsageError, match="drums"):
        changed(original("house"), Without(who="bagpipes"))


# --- length -------------------------------------------------------------------------------------


@everywhere
@pytest.mark.parametrize("seconds", [12.0, 47.3, 120.0])
def test_another_length_shares_its_sections_and_is_exact(genre: str, seconds: float) -> None:
    before = original(genre)
    after = changed(before, Length(seconds))
    require_whole(after)
    assert after.score.duration_s == seconds
    assert after.plan.sections[-1].label == "ending"
    assert abs(after.plan.bpm / before.plan.bpm - 1) <= 0.0310
    end_s = after.score.seconds(after.score.markers[-1].beat)
    assert 0.3 <= seconds - end_s <= 9.0
    labels = [(m.label, m.energy) for m in before.score.markers]
    for index, section in enumerate(after.plan.sections):
        same = [
            i for i, s in enumerate(before.plan.sections)
            if (s.label, s.energy) == (section.label, section.energy) and s.bars == section.bars
        ]  # fmt: skip
        if not same or index == len(after.plan.sections) - 1:
            continue
        assert (section.label, section.energy) in labels
        for part in before.score.parts:
            new = parts_of(after)[part.id]
            assert _alike(in_section(before, part, same[0]), in_section(after, new, index))


def _alike(old: Sequence[Note], new: Sequence[Note]) -> bool:
    """Whether a section has the same notes; what is held over from before a cut is not its own."""
    fixed, found = (
        sorted((n.pitch, n.start, n.velocity, n.glide_to) for n in notes if n.start > 0.0)
        for notes in (old, new)
    )
    return len(fixed) == len(found) and all(
        (a[0], *a[2:]) == (b[0], *b[2:]) and abs(a[1] - b[1]) < 2e-3
        for a, b in zip(fixed, found, strict=True)
    )


@pytest.mark.parametrize("seconds", [20.0, 55.0, 200.0])
def test_a_stated_tempo_stays(seconds: float) -> None:
    plan = make_plan("pop", 3, form=FORM, bpm=110.0, explicit=("bpm",))
    after = changed(recompose.made(plan, {}), Length(seconds))
    require_whole(after)
    assert after.plan.bpm == 110.0
    assert after.score.duration_s == seconds


@pytest.mark.parametrize("seconds", [16.0, 31.0, 64.0])
def test_a_loop_stays_a_loop_of_whole_bars(seconds: float) -> None:
    form = (("loop", 8, 0.6), ("loop", 8, 0.8))
    plan = make_plan("house", 3, form=form, bpm=120.0, loop=True)
    after = changed(recompose.made(plan, {}), Length(seconds))
    bars = after.plan.total_bars
    assert after.score.seconds(bars * 4.0) == pytest.approx(after.score.duration_s, abs=1e-4)
    assert after.score.duration_s == pytest.approx(seconds, rel=0.031)


def test_what_cant_be_so_short_is_refused() -> None:
    plan = make_plan("ambient", 3, form=(("a", 4, 0.5), ("ending", 1, 0.4)), bpm=40.0)
    with pytest.raises(UsageError, match="bars are too long"):
        changed(recompose.made(plan, {}), Length(5.0))


# --- mood ---------------------------------------------------------------------------------------


@everywhere
def test_a_mood_changes_playing_and_plan_but_no_beat(genre: str) -> None:
    before = original(genre)
    after = changed(before, Mood(dynamics=-0.5, brightness=-0.5, density=-0.5, register=-1))
    require_whole(after)
    assert after.score.markers == before.score.markers
    assert after.score.chords == before.score.chords
    assert after.plan.brightness < before.plan.brightness
    for old, new in zip(before.score.parts, after.score.parts, strict=True):
        if old.role == "fx":
            assert new == old
            continue
        left = {(n.start, n.pitch % 12) for n in new.notes}
        assert left <= {(n.start, n.pitch % 12) for n in old.notes}
        assert len(new.notes) >= 0.6 * len(old.notes)
        kicks = [n.start for n in old.notes if old.is_drums and n.pitch in (35, 36)]
        assert [n.start for n in new.notes if new.is_drums and n.pitch in (35, 36)] == kicks


# --- made anew ----------------------------------------------------------------------------------


@everywhere
@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_melody_leaves_all_others_alone(genre: str, seed: int) -> None:
    before = original(genre, seed)
    after = changed(before, Regenerate(99, "lead"))
    require_whole(after)
    old, new = parts_of(before), parts_of(after)
    for name, part in old.items():
        if part.role == "lead":
            assert {(n.start, n.pitch) for n in part.notes} != {
                (n.start, n.pitch) for n in new[name].notes
            }
            assert new[name].measured == part.notes
        else:
            assert new[name] == part
    assert replace(after.score, parts=()) == replace(before.score, parts=())
    assert after.plan == before.plan


@everywhere
@pytest.mark.parametrize("section", ["verse#2", "chorus"])
def test_a_new_section_leaves_all_others_alone(genre: str, section: str) -> None:
    before = original(genre)
    after = changed(before, Regenerate(7, section=section))
    require_whole(after)
    label, _, number = section.partition("#")
    wanted = [i for i, m in enumerate(before.score.markers) if m.label == label]
    wanted = wanted[int(number) - 1 :][:1] if number else wanted
    is_new = False
    for part in before.score.parts:
        new = parts_of(after)[part.id]
        for index in range(len(FORM)):
            same = in_section(before, part, index) == in_section(after, new, index)
            assert same or index in wanted
            is_new |= not same
    assert is_new


@pytest.mark.parametrize("role", ["drums", "bass", "chords", "counter", "pad", "arp"])
def test_any_part_can_be_made_anew(role: str) -> None:
    before = original("house")
    target = next((p for p in before.score.parts if p.role == role), None)
    if target is None:
        return
    after = changed(before, Regenerate(5, target.id))
    assert parts_of(after)[target.id].notes != target.notes
    assert [p for p in after.score.parts if p.id != target.id] == [
        p for p in before.score.parts if p.id != target.id
    ]


def test_two_seeds_make_two_melodies() -> None:
    before = original("pop")
    one, two = (changed(before, Regenerate(seed, "lead")) for seed in (16, 24))
    assert parts_of(one)["lead"].notes != parts_of(two)["lead"].notes


def test_no_such_section_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="verse, chorus"):
        changed(original("pop"), Regenerate(1, section="drop"))
    with pytest.raises(UsageError, match="no section"):
        changed(original("pop"), Regenerate(1, section="chorus#9"))


# --- chains -------------------------------------------------------------------------------------

CHAIN: tuple[Edit, ...] = (
    Tempo(96.0),
    KeyChange("E", "major"),
    Regenerate(11, "lead", "chorus#1"),
    Without(who="counter"),
    Length(40.0),
    Mood(mode="minor", brightness=-0.4, density=-0.3),
    Instrument("lead", "vibraphone"),
    Regenerate(12, "bass"),
    Tempo(104.0),
)


@everywhere
def test_edits_of_edits_keep_every_promise_and_replay(genre: str) -> None:
    before = original(genre)
    roles = {part.role for part in before.score.parts}
    chain = [
        edit for edit in CHAIN
        if not (edit == Without(who="counter") and "counter" not in roles)
        and not (edit == Regenerate(12, "bass") and "bass" not in roles)
    ]  # fmt: skip
    steps = [changed(before, *chain[:count]) for count in (4, len(chain) - 1, len(chain))]
    for step in steps:
        require_whole(step)
    last = steps[-1]
    assert last == changed(before, *chain)
    assert (last.plan.key, last.plan.mode, last.plan.bpm) == ("E", "minor", 104.0)
    assert last.plan.duration_s == pytest.approx(40.0 * steps[-2].plan.bpm / 104.0, abs=1e-3)


def test_in_another_take_an_edit_that_cant_be_is_left_out() -> None:
    before = original("pop")
    parameters = {"base_plan": before.plan.to_json(), "edits": [
        {"op": "without", "part": "kazoo"}, {"op": "tempo", "bpm": 90}]}  # fmt: skip
    after = recompose.made(replace(before.plan, seed=77), parameters)
    assert after.plan.bpm == 90.0
    assert after.plan.seed == 77
    assert after.score.parts != before.score.parts
