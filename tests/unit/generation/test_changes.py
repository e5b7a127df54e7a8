# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing one thing: what is offered, and recipes whose plan, tags and title say what they are."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from musicgen_desktop import services
from musicgen_desktop.engines.composer.compose.edits import recompose
from musicgen_desktop.errors import MusicGenError, UsageError
from musicgen_desktop.generation import change_offers, change_words, changes
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.music.edit import (
    WORDS,
    Edit,
    Instrument,
    KeyChange,
    Length,
    Mood,
    Regenerate,
    Tempo,
    Without,
)
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.prompt import overrides, planner
from tests.unit.engines.composer.compose.plans import make_plan

FORM = (("intro", 2, 0.3), ("verse", 4, 0.55), ("chorus", 4, 0.85), ("ending", 1, 0.4))


def _recipe(genre: str = "pop", seed: int = 16, mode: str = "major") -> Recipe:
    plan = make_plan(genre, seed, form=FORM, bpm=100.0, mode=mode)
    return Recipe("a song", plan, "composer", "2", seed, plan.duration_s)


def _tags(recipe: Recipe) -> TagData:
    return TagData.of(recipe, track_id="t", title="x", licence="", duration_s=recipe.duration_s)


def test_a_changed_recipe_says_what_it_is_and_whence_it_came() -> None:
    before = _recipe()
    after = changes.changed(before, "parent1", [Tempo(80.0), KeyChange("F#", "minor")])
    assert after.parent == "parent1"
    assert (after.prompt, after.seed, after.engine) == (before.prompt, before.seed, "composer")
    assert (after.plan.bpm, after.plan.key, after.plan.mode) == (80.0, "F#", "minor")
    assert after.duration_s == after.plan.duration_s == pytest.approx(before.duration_s * 1.25)
    assert after.parameters["base_plan"] == before.plan.to_json()
    tags = _tags(after)
    assert (tags.bpm, tags.key, tags.parent) == (80.0, "F#m", "parent1")
    assert [name for name, _ in tags.sections] == [s.label for s in after.plan.sections]
    starts = [start for _, start in tags.sections]
    assert all(later > earlier for earlier, later in pairwise(starts))


EDITS: tuple[Edit, ...] = (
    Tempo(88.0),
    KeyChange("D"),
    Instrument("lead", "flute"),
    Without(who="drums"),
    Length(20.0),
    Mood("minor", ("sad",), brightness=-0.4),
    Regenerate(5, "lead"),
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_a_changed_recipe_survives_its_text_and_makes_what_its_plan_says(edit: Edit) -> None:
    after = changes.changed(_recipe(), "p", [edit])
    again = Recipe.loads(after.dumps())
    assert again.plan == after.plan
    piece = recompose.made(again.plan, again.parameters)
    assert replace(piece.plan, tempo_word="") == replace(after.plan, tempo_word="")
    lexicon = planner.lexicon()
    overrides.parse({k: v for k, v in again.overrides.items() if k != "duration_s"}, lexicon)
    if not isinstance(edit, Regenerate):
        assert again.overrides


def test_a_changed_track_can_be_changed_again() -> None:
    one = changes.changed(_recipe(), "a", [Without(who="melody")])
    two = changes.changed(one, "b", [Tempo(120.0)])
    three = changes.changed(two, "c", [Length(15.0)])
    assert three.parent == "c"
    assert three.parameters["base_plan"] == _recipe().plan.to_json()
    assert [edit["op"] for edit in three.parameters["edits"]] == ["without", "tempo", "length"]
    roles = {p.role for p in recompose.made(three.plan, three.parameters).score.parts}
    assert "lead" not in roles
    assert three.plan.duration_s == 15.0


def test_another_take_of_a_changed_track_is_changed_too() -> None:
    changed = changes.changed(_recipe(), "a", [Tempo(80.0), Without(who="drums")])
    other = changed.with_seed(99)
    piece = recompose.made(other.plan, other.parameters)
    first = recompose.made(changed.plan, changed.parameters)
    assert piece.plan.bpm == 80.0
    assert piece.score.parts != first.score.parts
    assert all(part.role != "drums" for part in piece.score.parts)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("genre", ["pop", "ambient"])
def test_every_word_that_is_offered_makes_a_change(word: str, genre: str) -> None:
    recipe = _recipe(genre)
    assert word in {choice.id for choice in change_offers.offers(recipe, planner.lexicon()).words}
    after = changes.changed(recipe, "p", change_words.for_word(recipe, word))
    before = recompose.made(recipe.plan, {})
    piece = recompose.made(after.plan, after.parameters)
    assert piece != before
    match word:
        case "darker":
            assert after.plan.mode == "minor"
            assert after.plan.brightness < recipe.plan.brightness
        case "calmer":
            assert after.plan.bpm < recipe.plan.bpm
            assert after.plan.arousal < recipe.plan.arousal
        case "livelier":
            assert after.plan.bpm > recipe.plan.bpm
        case "simpler":
            assert len(piece.score.parts) < len(before.score.parts)
        case "shorter":
            assert after.plan.duration_s == pytest.approx(recipe.plan.duration_s / 2, abs=1e-3)
        case "longer":
            assert after.plan.duration_s == pytest.approx(recipe.plan.duration_s * 2, abs=1e-3)


def test_what_cant_be_is_not_offered() -> None:
    plan = make_plan("solo_piano", 3, form=(("a", 2, 0.5), ("ending", 1, 0.4)), bpm=120.0)
    recipe = Recipe("", plan, "composer", "2", 3, plan.duration_s)
    words = {choice.id for choice in change_offers.offers(recipe, planner.lexicon()).words}
    assert "shorter" not in words
    with pytest.raises(UsageError, match="can’t be made"):
        change_words.for_word(recipe, "shorter")
    with pytest.raises(UsageError, match="can’t be made"):
        change_words.for_word(recipe, "purple")


def test_offers_name_the_players_and_what_could_play_instead() -> None:
    lexicon = planner.lexicon()
    recipe = _recipe()
    found = change_offers.offers(recipe, lexicon)
    assert [s.id for s in found.sections] == ["intro", "verse", "chorus", "ending"]
    assert found.bpm == 100.0
    lead = next(player for player in found.players if player.role == "lead")
    assert lead.instrument.id not in {other.id for other in lead.others}
    for player in found.players:
        for other in player.others[:3]:
            edit = change_words.for_instrument(player.id, other.id, lexicon)
            changes.changed(recipe, "p", [edit])


def test_moods_become_numbers_that_need_no_lexicon() -> None:
    mood = change_words.for_mood(_recipe(), ["sad"], planner.lexicon())
    assert (mood.mode, mood.words) == ("minor", ("sad",))
    assert mood.valence < 0
    with pytest.raises(UsageError, match="isn’t a mood"):
        change_words.for_mood(_recipe(), ["purplish"], planner.lexicon())


def test_instruments_are_known_by_name_and_by_patch() -> None:
    lexicon = planner.lexicon()
    assert change_words.for_instrument("lead", "Violin", lexicon).instrument == "violin"
    assert change_words.for_instrument("keys", "rhodes", lexicon) == Instrument(
        "keys", "electric_piano", "rhodes"
    )
    assert change_words.for_instrument("drums", "house kit", lexicon).patch == "house_kit"
    with pytest.raises(UsageError):
        change_words.for_instrument("lead", "gizmo", lexicon)


@pytest.mark.parametrize(
    ("title", "label", "found"),
    [
        ("Rainy Night", "darker", "Rainy Night (darker)"),
        ("Rainy Night (darker)", "90 bpm", "Rainy Night (darker, 90 bpm)"),
        ("Rainy Night (darker, 90 bpm)", "no drums", "Rainy Night (90 bpm, no drums)"),
        ("", "darker", "(darker)"),
    ],
)
def test_titles_say_what_was_changed(title: str, label: str, found: str) -> None:
    assert changes.retitled(title, label).strip() == found


def test_labels_are_short_words() -> None:
    lexicon = planner.lexicon()
    label = changes.label([*EDITS, Instrument("drums", "drums", "lofi_kit")], lexicon)
    assert label == "88 bpm, D, flute, no drums, 20 s, sad, new lead, lofi kit"


def test_other_engines_and_endless_lists_are_refused() -> None:
    with pytest.raises(UsageError, match="Only tracks of the Composer"):
        changes.changed(replace(_recipe(), engine="choir"), "p", [Tempo(90.0)])
    with pytest.raises(MusicGenError, match="list of changes"):
        changes.changed(_recipe(), "p", [KeyChange("D")] * 65)
    damaged = replace(_recipe(), parameters={"edits": [{"op": "tempo"}]})
    with pytest.raises(MusicGenError):
        change_offers.offers(damaged, planner.lexicon())


def test_closer_keeps_more_than_further() -> None:
    levels = [set(services.kept_by(closeness)) for closeness in (0.0, 0.2, 0.5, 0.7, 1.0)]
    assert all(less < more for less, more in pairwise(levels))
    recipe = changes.changed(_recipe(), "a", [Tempo(80.0), Regenerate(1, "lead")])
    close, far = (services.more_like(recipe, "t", 800, closeness=c)[0] for c in (1.0, 0.0))
    before = recompose.made(recipe.plan, recipe.parameters).score
    near, off = (recompose.made(r.plan, r.parameters).score for r in (close, far))
    assert near.chords == before.chords != off.chords
    assert near.parts != before.parts
    assert [edit["op"] for edit in close.parameters["edits"]] == ["tempo"]


def test_changing_needs_no_numpy() -> None:
    code = (
        "import sys; from musicgen_desktop.generation import changes, change_offers;"
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.lower()) is False
