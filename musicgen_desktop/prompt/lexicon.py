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
from musicgen_desktop.prompt.text import elided, phrase, stem

TABLES = (
    "genres", "instruments", "moods", "production", "structure", "use_cases", "tempo", "vocals",
    "ensembles",
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
    "ensembles": "ensemble",
}
_Index = Mapping[tuple[str, ...], tuple["Entry", ...]]
FEELINGS = ("valence", "arousal", "tension", "brightness", "space", "density")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase stands for.

    Attributes:
        kind: genre, instrument, mood, production, structure, use_case, tempo_word, scene, vocals,
            ensemble, era, metre.
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
        vocabulary: By language, single words of its tables that English has not.
        words: All words of the phrases.
        scopes: Words of wishes for a part of the piece (see prompt.scopes).
        plain: Those of them that are English or the same in all languages.
        own: By language, phrases that mean something in it alone (Italian `estate`).
        unspaced: Words of scripts without blanks, as they are written.
        senses: Words that mean something else beside some words (see prompt.senses).
    """

    tables: Mapping[str, Mapping[str, Mapping[str, Any]]]
    index: _Index
    longest: int
    cues: Mapping[str, frozenset[tuple[str, ...]]]
    languages: Mapping[str, frozenset[str]]
    vocabulary: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: frozenset[str] = field(default=frozenset())
    scopes: Mapping[str, Any] = field(default_factory=dict)
    plain: frozenset[str] = field(default=frozenset())
    own: Mapping[str, _Index] = field(default_factory=dict)
    unspaced: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    senses: Mapping[str, Any] = field(default_factory=dict)

    def row(self, kind: str, key: str) -> Mapping[str, Any]:
        """The row of one id; an empty one for an unknown id."""
        return self.tables.get(kind, {}).get(key, {})

    def name(self, kind: str, key: str) -> str:
        """How people call it."""
        return str(self.row(kind, key).get("name", key.replace("_", " ")))

    def find(self, words: tuple[str, ...], language: str = "") -> tuple[Entry, ...]:
        """What a phrase (stems) stands for, in a language first."""
        return self.own.get(language, {}).get(words) or self.index.get(words, ())

    def nearest(self, genre: str) -> str:
        """The genre that the Composer plays in place of one: itself, or the end of the chain."""
        seen: set[str] = set()
        while not self.row("genre", genre).get("playable") and genre not in seen:
            seen.add(genre)
            genre = str(self.row("genre", genre).get("nearest", genre))
        return genre

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
    plain = frozenset(word for words in index for word in words)
    foreign = _Foreign(index)
    foreign.load()
    cues = {
        role: frozenset(tuple(words.split()) for words in phrases)
        for role, phrases in resources.load_json("lexicon", "cues.json").items()
    }
    return Lexicon(
        tables=tables,
        index=_frozen(index),
        longest=max(len(words) for words in index),
        cues=cues,
        languages=foreign.telling,
        vocabulary=foreign.vocabulary,
        words=frozenset(word for words in index for word in words),
        scopes=resources.load_json("lexicon", "scopes.json"),
        plain=plain,
        own={code: _frozen(own) for code, own in foreign.own.items()},
        senses=resources.load_json("lexicon", "senses.json"),
        unspaced={word: tuple(entries) for word, entries in foreign.unspaced.items()},
    )


def _spellings(row: Mapping[str, Any]) -> Iterator[str]:
    """All ways to write one row; `drums` is no plural to the stems, because of drum and bass."""
    if not (row.get("silent") or row.get("unnamed")):
        yield row["id"].replace("_", " ")
    for alias in row.get("aliases", ()):
        yield alias
        if "kinds" in row and alias.endswith(("drum", "drums")):
            yield alias.removesuffix("s") if alias.endswith("s") else f"{alias}s"


def _add(index: dict[tuple[str, ...], list[Entry]], spellings: Iterable[str], entry: Entry) -> None:
    for spelling in spellings:
        words = _stems(spelling)
        for key in (words, ("".join(words),)) if len(words) > 1 else (words,):
            entries = index.get(key)
            if entries is None:
                index[key] = [entry]
            elif entry not in entries:
                entries.append(entry)


def _stems(spelling: str) -> tuple[str, ...]:
    """The stems of a spelling's words, as tokens have them."""
    if "'" not in spelling:
        return tuple([stem(word) for word in spelling.split()])
    parts = [part for word in spelling.split() for part in elided(word)]
    return tuple([stem(part.rstrip("'")) for part in parts])


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


def _frozen(index: Mapping[tuple[str, ...], list[Entry]]) -> _Index:
    return {words: tuple(entries) for words, entries in index.items()}


class _Foreign:
    """Reads resources/lexicon/languages.json.

    Args:
        index: Gets the words that mean the same in every prompt.
    """

    def __init__(self, index: dict[tuple[str, ...], list[Entry]]) -> None:
        self._index = index
        self._english = frozenset(index)
        self.telling: dict[str, frozenset[str]] = {}
        self.vocabulary: dict[str, frozenset[str]] = {}
        self.own: dict[str, dict[tuple[str, ...], list[Entry]]] = {}
        self.unspaced: dict[str, list[Entry]] = {}

    def load(self) -> None:
        """Adds the words of all languages."""
        for code, data in resources.load_json("lexicon", "languages.json").items():
            self.telling[code] = frozenset(data["telling"])
            known = (spelling for _, spelling, _ in _targets(data["words"]))
            own = (w for w in known if (stem(w),) not in self._english and " " not in w)
            self.vocabulary[code] = frozenset(own if code != "en" else ())
            self.own[code] = {}
            for kind, spelling, key in _targets(data["words"]):
                if data.get("unspaced"):
                    self.unspaced.setdefault(spelling, []).append(Entry(kind, key))
                else:
                    _add(self._index, [spelling], Entry(kind, key))
            for kind, spelling, key in _targets(data.get("own", {})):
                _add(self.own[code], [spelling], Entry(kind, key))


def _targets(table: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Kind, spelling and id of all words of a language's table."""
    for kind, words in table.items():
        for spelling, target in words.items():
            for key in target.split():
                yield kind, spelling, key
