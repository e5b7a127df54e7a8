# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables keep their schema, and their ids point to each other."""

from __future__ import annotations

import re
from typing import Any

import pytest

from musicgen_desktop import resources
from musicgen_desktop.music.theory import MODES, pitch_class
from musicgen_desktop.prompt.lexicon import FEELINGS, TABLES, Lexicon
from musicgen_desktop.prompt.templates import LABELS, parse
from musicgen_desktop.prompt.text import near_spellings, stem

PLAYABLE_GENRES = {file.stem for file in resources.path("cells", "genres").glob("*.json")}
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


def rows(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resources.load_json("lexicon", f"{table}.json")
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_an_id_a_name_and_aliases(table: str) -> None:
    ids = [row["id"] for row in rows(table)]
    assert len(ids) == len(set(ids))
    for row in rows(table):
        assert _ID.fullmatch(row["id"]), row["id"]
        assert row["name"]
        for alias in row["aliases"]:
            assert alias == alias.strip().lower()
            assert alias
        for name in set(FEELINGS) & row.keys():
            assert -1 <= row[name] <= 1


def test_genres(lexicon: Lexicon) -> None:
    assert set(lexicon.playable("genre")) == PLAYABLE_GENRES
    for row in rows("genres"):
        low, high = row["bpm"]
        assert 30 <= low < high <= 220
        assert row["nearest"] in lexicon.tables["genre"], row["id"]
        assert lexicon.nearest(row["id"]) in PLAYABLE_GENRES, row["id"]
        assert set(row.get("colours", ())) <= set(lexicon.playable("instrument")), row["id"]
        if not row["playable"]:
            continue
        assert row["nearest"] == row["id"]
        assert set(row["feel"]) == set(FEELINGS)
        assert set(row["modes"]) <= set(MODES)
        assert all(0 <= s <= 1 for s in row["swing"])
        assert 0.5 <= row["ring_s"][0] < row["ring_s"][1] <= 6
        assert all(0 <= pitch_class(name) < 12 for name in row["keys"])


def test_instruments(lexicon: Lexicon) -> None:
    table = lexicon.tables["instrument"]
    playable = set(lexicon.playable("instrument"))
    for key, row in table.items():
        assert set(row["kinds"]) <= set(table), key
        assert set(row.get("resolve", {}).values()) <= playable, key
        assert set(row.get("resolve", {})) - {"*"} <= set(lexicon.tables["genre"]), key
        assert row.get("part_of", "drums") in playable
        assert row.get("nearest", "") in playable | {""}
        reachable = bool({"resolve", "part_of", "nearest"} & row.keys())
        assert row["playable"] != reachable, key


@pytest.mark.parametrize("table", ["moods", "instruments", "use_cases", "production"])
def test_genre_priors_are_genres(lexicon: Lexicon, table: str) -> None:
    for row in rows(table):
        assert row.get("genre", "pop") in lexicon.tables["genre"], row["id"]


def test_scenes(lexicon: Lexicon) -> None:
    data = resources.load_json("lexicon", "scenes.json")
    words = [word for row in data["rows"] for word in row[0]]
    assert len(words) >= 400
    assert len(words) == len(set(words))
    for row in lexicon.tables["scene"].values():
        assert all(-1 <= row[n] <= 1 for n in ("valence", "arousal", "brightness", "space"))
        assert row["genre"] == "" or row["genre"] in lexicon.tables["genre"], row["words"]
        assert set(row["moods"].split()) <= set(lexicon.tables["mood"]), row["words"]


def test_the_promised_sizes(lexicon: Lexicon) -> None:
    assert len(lexicon.tables["genre"]) >= 130
    assert len(lexicon.tables["instrument"]) >= 130
    assert set(lexicon.languages) == {"en", "de", "fr", "es", "pt", "it", "ja"}
    assert len(lexicon.tables["mood"]) >= 120
    assert sum(len(row["aliases"]) for row in rows("moods")) >= 500


def test_foreign_words_point_to_known_ids(lexicon: Lexicon) -> None:
    for data in resources.load_json("lexicon", "languages.json").values():
        tables = [*data["words"].items(), *data.get("own", {}).items()]
        for kind, words in tables:
            if kind == "only":
                continue
            for target in words.values():
                assert set(target.split()) <= set(lexicon.tables[kind]), (kind, target)


def test_ensembles_have_players_and_genres(lexicon: Lexicon) -> None:
    for key, row in lexicon.tables["ensemble"].items():
        assert row["instruments"], key
        assert set(row["instruments"]) <= set(lexicon.tables["instrument"]), key
        assert row.get("genre", "pop") in lexicon.tables["genre"], key


def test_senses_have_neighbours_and_known_ids(lexicon: Lexicon) -> None:
    for word, entries in lexicon.senses["words"].items():
        for entry in entries if isinstance(entries, list) else [entries]:
            assert set(entry) <= {"kinds", "after", "before", "instead"}, word
            assert entry["kinds"], word
            kind, _, key = entry.get("instead", "").partition(":")
            assert not kind or key in lexicon.tables[kind], word


def test_no_word_of_an_exchange_is_a_plain_negation(lexicon: Lexicon) -> None:
    assert not lexicon.cues["exchange"] & lexicon.cues["negation"]


def test_forms() -> None:
    for family, templates in parse(resources.load_json("lexicon", "forms.json")).items():
        ids = [template.id for template in templates]
        assert len(ids) == len(set(ids)), family
        for template in templates:
            for slot in template.slots:
                assert slot.label in LABELS
                assert 1 <= slot.least <= slot.bars <= slot.most
                assert 0 < slot.energy <= 1


@pytest.mark.parametrize(
    ("instrument", "kind"),
    [
        ("electric_piano", "keys"),
        ("808", "bass"),
        ("shaker", "percussion"),
        ("drum_machine", "drums"),
        ("nylon_guitar", "guitar"),
        ("pizzicato", "strings"),
        ("drone", "synth"),
        ("taiko", "drums"),
        ("hihat", "drums"),
    ],
)
def test_what_is_a_kind_of_what(lexicon: Lexicon, instrument: str, kind: str) -> None:
    assert lexicon.is_excluded(instrument, [kind])
    assert not lexicon.is_excluded(kind, [instrument])


def test_names_and_aliases_resolve(lexicon: Lexicon) -> None:
    assert lexicon.resolve("instrument", "Rhodes") == "electric_piano"
    assert lexicon.resolve("instrument", "double-bass") == "double_bass"
    assert lexicon.resolve("genre", "Lo-Fi Hip Hop") == "lofi_hiphop"
    assert lexicon.resolve("genre", "nonsense") is None


def test_near_spellings_stay_near() -> None:
    known = {"trance", "reggaeton", "string", "cheery"}
    assert list(near_spellings("reggeaton", known)) == ["reggaeton"]
    assert list(near_spellings("cheerly", known)) == ["cheery"]
    assert not list(near_spellings("chance", known))
    assert not list(near_spellings("lofii", known))
    assert list(near_spellings("hosue", {"house"})) == ["house"]
    assert list(near_spellings("jazy", {"jazzy"})) == ["jazzy"]
    assert not list(near_spellings("horse", {"house"}))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("pianos", "piano"),
        ("melodies", "melody"),
        ("brass", "brass"),
        ("bass", "bass"),
        ("blues", "blues"),
        ("keys", "keys"),
        ("brushes", "brush"),
        ("it's", "it"),
        ("house", "house"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected
