# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `change`: one thing in a track is changed, as a new track beside its parent.

Several changes in one command are made in a fixed order: who plays, on what, key, mood, tempo,
length, and last what is made anew. Not for: what changes there are (see generation.changes).
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from musicgen_desktop import cli_generate, cli_library, cli_output, services
from musicgen_desktop.errors import UsageError
from musicgen_desktop.generation import change_offers, change_words, changes, replay
from musicgen_desktop.library import tags
from musicgen_desktop.library.track import spoken_genre
from musicgen_desktop.music.edit import (
    WORDS,
    Edit,
    KeyChange,
    Length,
    Regenerate,
    Tempo,
    Without,
)
from musicgen_desktop.music.recipe import SEED_LIMIT, Recipe, fresh_seed
from musicgen_desktop.music.theory import parse_key
from musicgen_desktop.paths import Paths
from musicgen_desktop.prompt import planner
from musicgen_desktop.prompt.lexicon import Lexicon


def run(options: argparse.Namespace, profile: Paths) -> int:
    """Makes the changed takes of a track, or says what can be changed."""
    recipe, track_id, title = _parent(options.track, profile)
    if options.offers:
        return _show_offers(recipe, options)
    audio_format = cli_generate.chosen_format(options)
    different = replay.difference(recipe)
    if different is not None:
        cli_output.message(different.text)
    if options.like is not None:
        seed = fresh_seed() if options.seed is None else options.seed
        recipes = services.more_like(recipe, track_id, seed, options.count, options.like)
        return cli_generate.make(options, profile, title, recipes, audio_format)
    lexicon = planner.lexicon()
    seeds = _seeds(options)
    edits = [tuple(_edits(options, recipe, seed, lexicon)) for seed in seeds]
    if not edits[0]:
        raise UsageError(
            "Nothing is to be changed.",
            "Say what, such as --tempo 90 or --mood darker; --offers says what can be.",
        )
    recipes = [changes.changed(recipe, track_id, [e for e, _ in wanted]) for wanted in edits]
    labels = dict.fromkeys(label for _, label in edits[0])
    name = changes.retitled(title, ", ".join(labels))
    return cli_generate.make(options, profile, name, recipes, audio_format)


def _parent(text: str, profile: Paths) -> tuple[Recipe, str, str]:
    """The recipe, the id and the title of the track that is to be changed."""
    path = Path(text)
    if path.is_file():
        recipe, title = replay.read(path)
        is_recipe = path.suffix.lower() == replay.RECIPE_SUFFIX
        track_id = "" if is_recipe else tags.read(path).track_id
    else:
        built = services.build(profile)
        try:
            track = cli_library.track_of(built.library, text)
            recipe, track_id, title = built.library.recipe(track.id), track.id, track.title
        finally:
            built.close()
    return recipe, track_id, title or spoken_genre(recipe.plan.genre).title()


def _seeds(options: argparse.Namespace) -> list[int]:
    if options.count > 1 and not options.regenerate:
        raise UsageError(
            "Every take of that change would be the same.",
            "Leave --count out, or use --regenerate or --like.",
        )
    first = fresh_seed() if options.seed is None else options.seed
    return [(first + number) % SEED_LIMIT for number in range(options.count)]


def _edits(
    options: argparse.Namespace, recipe: Recipe, seed: int, lexicon: Lexicon
) -> Iterator[tuple[Edit, str]]:
    """What was asked for, in order, each with its words for the title.

    What is said in words, such as “shorter”, goes by the track as it was.
    """
    for who in options.without:
        yield from _named([Without(who=_who(who, lexicon))], lexicon)
    for text in options.instrument:
        yield from _named([_instrument(text, lexicon)], lexicon)
    if options.key is not None:
        key = parse_key(options.key)
        has_mode = " " in options.key.strip() or options.key.strip().endswith("m")
        yield from _named([KeyChange(key.tonic_name, key.mode if has_mode else "")], lexicon)
    for word in options.mood:
        yield from ((edit, word) for edit in _mood(word, recipe, lexicon))
    if options.tempo is not None:
        yield from _named([Tempo(options.tempo)], lexicon)
    if options.length is not None:
        yield from _named(_length(options.length, recipe), lexicon)
    for text in options.regenerate:
        part, _, section = text.partition("@")
        yield from _named([Regenerate(seed, _id(part), _id(section))], lexicon)


def _named(edits: Sequence[Edit], lexicon: Lexicon) -> Iterator[tuple[Edit, str]]:
    return ((edit, changes.label([edit], lexicon)) for edit in edits)


def _mood(word: str, recipe: Recipe, lexicon: Lexicon) -> tuple[Edit, ...]:
    if _id(word) in WORDS:
        return change_words.for_word(recipe, _id(word))
    return (change_words.for_mood(recipe, [word], lexicon),)


def _instrument(text: str, lexicon: Lexicon) -> Edit:
    part, equals, name = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(
            "“{text}” doesn’t say which part plays what.",
            "Write --instrument PART=NAME, such as --instrument lead=flute.",
            text=text,
        )
    return change_words.for_instrument(_id(part), name, lexicon)


def _length(text: str, recipe: Recipe) -> tuple[Edit, ...]:
    if _id(text) in WORDS:
        return change_words.for_word(recipe, _id(text))
    return (Length(cli_generate.seconds(text)),)


def _id(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")


def _who(text: str, lexicon: Lexicon) -> str:
    """A role or an instrument as people call it."""
    return _id(text) if _id(text) == "melody" else lexicon.resolve("instrument", text) or _id(text)


def _show_offers(recipe: Recipe, options: argparse.Namespace) -> int:
    found = change_offers.offers(recipe, planner.lexicon())
    if options.json:
        cli_output.result_json(dataclasses.asdict(found))
        return 0
    low, high = found.bpm_range
    cli_output.result(f"Words: {', '.join(w.id for w in found.words)}")
    cli_output.result(f"Tempo: {found.bpm:g} bpm, from {low:.0f} to {high:.0f}")
    cli_output.result(f"Key: {found.key}")
    cli_output.result(f"Length: {cli_output.clock(found.duration_s)}")
    for player in found.players:
        others = ", ".join(choice.id for choice in player.others)
        cli_output.result(f"Part {player.id}: {player.name}; could be: {others or 'nothing else'}")
    cli_output.result(f"Sections: {', '.join(section.id for section in found.sections)}")
    return 0
