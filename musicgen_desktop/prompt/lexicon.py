# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that the program knows: genres, instruments, moods, production, structure, scenes.

Tables are data under resources/lexicon. Not for: finding words in a prompt (see reader).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.prompt.text import phrase, stem

TABLES = (
    "genres", "instruments", "moods", "production", "structure", "use_cases", "tempo", "vocals",
)  # fmt: skip
_KINDS = {
    "genres": "genre",
    "instruments": "instrument",
    "moods": "mood",
    "production": "production",
    "structure": "structure",
    "use_cases": "use_case",
    "tempo": "tempo_word",
    "vocals": "vocals",
}
FEELINGS = ("valence", "arousal", "tension", "brightness", "space", "density")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase stands for.

    Attributes:
        kind: genre, instrument, mood, production, structure, use_case, tempo_word, scene, vocals,
            era, metre.
        id: Of the thing in its table.
    """

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables and the index of their phrases.

    Attributes:
        tables: By kind, the rows by id.
        index: By stems of a phrase, what it stands for (one phrase may stand for several things).
        longest: Words of the longest phrase.
        cues: Words of grammar by role: negation, stop, plain … (see resources/lexicon/cues.json).
        languages: By ISO 639-1 code, words that give a language away.
        words: All words of the phrases.
        scopes: Words of wishes for a part of the piece (see prompt.scopes).
    """

    tables: Mapping[str, Mapping[str, Mapping[str, Any]]]
    index: Mapping[tuple[str, ...], tuple[Entry, ...]]
    longest: int
    cues: Mapping[str, frozenset[tuple[str, ...]]]
    languages: Mapping[str, frozenset[str]]
    words: frozenset[str] = field(default=frozenset())
    scopes: Mapping[str, Any] = field(default_factory=dict)

    def row(self, kind: str, key: str) -> Mapping[str, Any]:
        """The row of one id; an empty one for an unknown id."""
        return self.tables.get(kind, {}).get(key, {})

    def name(self, kind: str, key: str) -> str:
        """How people call it."""
        return str(self.row(kind, key).get("name", key.replace("_", " ")))

    def find(self, words: tuple[str, ...]) -> tuple[Entry, ...]:
        """What a phrase (stems) stands for."""
        return self.index.get(words, ())

    def kinds_of(self, instrument: str) -> frozenset[str]:
        """The instrument itself and everything that it is a kind of."""
        found: set[str] = set()
        waiting = [instrument]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.row("instrument", current).get("kinds", ()))
        return frozenset(found)

    def is_excluded(self, instrument: str, excluded: Iterable[str]) -> bool:
        """Whether an exclusion covers the instrument."""
        return not self.kinds_of(instrument).isdisjoint(excluded)

    def playable(self, kind: str) -> list[str]:
        """Ids of a table that the Composer has."""
        return [key for key, row in self.tables[kind].items() if row.get("playable")]

    def resolve(self, kind: str, text: str) -> str | None:
        """The id for an id, a name or an alias; None when unknown."""
        wanted = text.strip().lower().replace(" ", "_").replace("-", "_")
        if wanted in self.tables[kind]:
            return wanted
        for entry in self.find(phrase(text)):
            if entry.kind == kind:
                return entry.id
        return None


def load() -> Lexicon:
    """Reads all tables.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    tables: dict[str, dict[str, Mapping[str, Any]]] = {}
    index: dict[tuple[str, ...], list[Entry]] = {}
    for table in TABLES:
        kind = _KINDS[table]
        rows = resources.load_json("lexicon", f"{table}.json")
        tables[kind] = {row["id"]: row for row in rows}
        for row in rows:
            _add(index, _spellings(row), Entry(kind, row["id"]))
    tables["scene"] = _load_scenes(index)
    languages = _load_languages(index)
    cues = {
        role: frozenset(tuple(words.split()) for words in phrases)
        for role, phrases in resources.load_json("lexicon", "cues.json").items()
    }
    return Lexicon(
        tables=tables,
        index={words: tuple(entries) for words, entries in index.items()},
        longest=max(len(words) for words in index),
        cues=cues,
        languages=languages,
        words=frozenset(word for words in index for word in words),
        scopes=resources.load_json("lexicon", "scopes.json"),
    )


def _spellings(row: Mapping[str, Any]) -> Iterator[str]:
    """All ways to write one row; `drums` is no plural to the stems, because of drum and bass."""
    if not row.get("silent"):
        yield row["id"].replace("_", " ")
    for alias in row.get("aliases", ()):
        yield alias
        if "kinds" in row and alias.endswith(("drum", "drums")):
            yield alias.removesuffix("s") if alias.endswith("s") else f"{alias}s"


def _add(index: dict[tuple[str, ...], list[Entry]], spellings: Iterable[str], entry: Entry) -> None:
    for spelling in spellings:
        words = tuple(map(stem, spelling.split()))
        for key in (words, ("".join(words),)) if len(words) > 1 else (words,):
            entries = index.setdefault(key, [])
            if entry not in entries:
                entries.append(entry)


def _load_scenes(index: dict[tuple[str, ...], list[Entry]]) -> dict[str, Mapping[str, Any]]:
    data = resources.load_json("lexicon", "scenes.json")
    columns = data["columns"]
    scenes: dict[str, Mapping[str, Any]] = {}
    for cells in data["rows"]:
        row = dict(zip(columns, cells, strict=True))
        key = row["id"] = row["words"][0].replace(" ", "_")
        row["name"] = row["words"][0]
        scenes[key] = row
        _add(index, row["words"], Entry("scene", key))
    return scenes


def _load_languages(index: dict[tuple[str, ...], list[Entry]]) -> dict[str, frozenset[str]]:
    """Adds foreign words to the index; returns the words that give a language away."""
    telling: dict[str, frozenset[str]] = {}
    for code, data in resources.load_json("lexicon", "languages.json").items():
        telling[code] = frozenset(data["telling"])
        for kind, words in data["words"].items():
            for spelling, target in words.items():
                for key in target.split():
                    _add(index, [spelling], Entry(kind, key))
    return telling
