# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags and changed chips: checks them and puts them into the plan's terms. They beat the words.

Not for: the words themselves (see reader).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musicgen_desktop.errors import UsageError
from musicgen_desktop.music.theory import Key, parse_key, parse_metre
from musicgen_desktop.prompt.lexicon import Lexicon

MIN_BPM, MAX_BPM = 30.0, 300.0
MIN_DURATION_S, MAX_DURATION_S = 5.0, 600.0
_ENERGY_WORDS = {
    "very low": 0.1,
    "low": 0.25,
    "medium": 0.5,
    "mid": 0.5,
    "high": 0.8,
    "very high": 0.95,
}


@dataclass(frozen=True, slots=True)
class Overrides:
    """What was set outside the prompt; None or empty where nothing was.

    Attributes:
        bpm: Pulses per minute. key: tonic and mode. metre: such as `3/4`. genre: id. moods: ids.
        instruments: ids. exclude: ids. energy: 0 to 1. duration_s: seconds. swing: 0 to 1.
        leave_out: words of the prompt that are to carry no meaning.
    """

    bpm: float | None = None
    key: Key | None = None
    metre: str | None = None
    genre: str | None = None
    moods: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    energy: float | None = None
    duration_s: float | None = None
    swing: float | None = None
    leave_out: tuple[str, ...] = ()


def parse(values: Mapping[str, Any], lexicon: Lexicon) -> Overrides:
    """Reads overrides as `--set` and the form give them.

    Args:
        values: By name: bpm, key, metre, genre, mood, instruments, exclude, energy, duration_s,
            swing, leave_out. Text or numbers; lists as lists or comma lists. None and "" mean: not
            set.
        lexicon: Knows the ids.

    Raises:
        UsageError: An unknown name or an impossible value; says which are good.
    """
    readers: dict[str, Callable[[Any], Any]] = {
        "bpm": lambda v: _number(v, "bpm", MIN_BPM, MAX_BPM),
        "key": lambda v: v if isinstance(v, Key) else parse_key(str(v)),
        "metre": lambda v: parse_metre(str(v)).name,
        "genre": lambda v: _id(v, "genre", lexicon),
        "mood": lambda v: _ids(v, "mood", lexicon),
        "instruments": lambda v: _ids(v, "instrument", lexicon),
        "exclude": lambda v: _excluded(v, lexicon),
        "energy": _energy,
        "duration_s": lambda v: _number(v, "duration_s", MIN_DURATION_S, MAX_DURATION_S),
        "swing": lambda v: _number(v, "swing", 0.0, 1.0),
        "leave_out": lambda v: tuple(_parts(v)),
    }
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name not in readers:
            raise UsageError(
                "“{name}” can't be set.", "These can: {known}.", name=name, known=", ".join(readers)
            )
        if value is None or value == "" or value == [] or value == ():
            continue
        read["moods" if name == "mood" else name] = readers[name](value)
    return Overrides(**read)


def _number(value: Any, name: str, low: float, high: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low <= number <= high:
        raise UsageError(
            "“{value}” isn't a possible {name}.", "Use a number from {low:g} to {high:g}.",
            value=value, name=name, low=low, high=high,
        )  # fmt: skip
    return number


def _energy(value: Any) -> float:
    if isinstance(value, str) and value.strip().lower() in _ENERGY_WORDS:
        return _ENERGY_WORDS[value.strip().lower()]
    return _number(value, "energy", 0.0, 1.0)


def _parts(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else [str(part) for part in value]
    return [part.strip() for part in parts if part.strip()]


def _id(value: Any, kind: str, lexicon: Lexicon) -> str:
    found = lexicon.resolve(kind, str(value))
    if found is None:
        known = lexicon.playable(kind) or list(lexicon.tables[kind])[:24]
        raise UsageError(
            "“{value}” isn't {article} {kind} this program knows.",
            "It knows, for example: {known}.",
            value=value,
            kind=kind,
            article="an" if kind == "instrument" else "a",
            known=", ".join(known),
        )
    return found


def _ids(value: Any, kind: str, lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_id(part, kind, lexicon) for part in _parts(value)))


def _excluded(value: Any, lexicon: Lexicon) -> tuple[str, ...]:
    ids = []
    for part in _parts(value):
        for kind in ("instrument", "vocals", "structure", "production", "mood"):
            found = lexicon.resolve(kind, part)
            if found is not None:
                ids.append(found)
                break
        else:
            ids.append(_id(part, "instrument", lexicon))
    return tuple(dict.fromkeys(ids))


def without(prompt: str, phrases: Sequence[str]) -> str:
    """The prompt with some of its phrases blanked; every other word keeps its place.

    Args:
        prompt: As typed.
        phrases: As they stand in it; each is blanked once, case aside.
    """
    for phrase in phrases:
        start = prompt.casefold().find(phrase.casefold())
        if start >= 0 and len(prompt.casefold()) == len(prompt):
            end = start + len(phrase)
            prompt = prompt[:start] + " " * len(phrase) + prompt[end:]
    return prompt
