# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits: changes of one thing in a finished piece, as small values that a recipe carries.

A recipe's `parameters["edits"]` is a list of their JSON objects, applied in order to the piece that
its `parameters["base_plan"]` describes (see `recipe`):

    {"op": "tempo", "bpm": 90}                          the same notes, faster or slower
    {"op": "key", "key": "F", "mode": "minor"}          the same degrees; mode "" keeps the mode
    {"op": "instrument", "part": "lead", "instrument": "flute", "patch": "flute"}
    {"op": "without", "who": "drums"}                   a role or a kind of instrument …
    {"op": "without", "part": "keys"}                   … or one part
    {"op": "length", "duration_s": 30}                  the same sections, fewer or more of them
    {"op": "mood", "mode": "minor", "brightness": -0.4, …}  form, roots and rhythm stay
    {"op": "regenerate", "part": "lead", "section": "chorus#2", "seed": 8}

Everything is resolved: no word in them needs a lexicon to be understood later. Not for: carrying
them out (see the Composer) or finding out what a person wants (see generation.changes).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from musicgen_desktop.errors import MusicGenError, UsageError
from musicgen_desktop.music import theory
from musicgen_desktop.music.recipe import SEED_LIMIT

MOST_EDITS = 64
MIN_BPM, MAX_BPM = 30.0, 300.0
MIN_DURATION_S, MAX_DURATION_S = 5.0, 600.0
WORDS: Mapping[str, str] = {
    "calmer": "Calmer",
    "livelier": "Livelier",
    "darker": "Darker",
    "brighter": "Brighter",
    "simpler": "Simpler",
    "no_melody": "No melody",
    "shorter": "Shorter",
    "longer": "Longer",
}
"""Changes that need no value, with the words for their buttons."""
_ID = re.compile(r"[a-z0-9_]{1,64}")
_SECTION = re.compile(r"[a-z]+(?:_[a-z]+)*(?:#-?[1-9]\d{0,2})?")


@dataclass(frozen=True, slots=True)
class Tempo:
    """Another tempo: the same notes in quarter notes, the length follows."""

    bpm: float


@dataclass(frozen=True, slots=True)
class KeyChange:
    """Another key: the same degrees, in about the same register.

    Attributes:
        key: Name of the tonic. mode: a key of `theory.MODES`, "" for the one that it has.
    """

    key: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """Another instrument for a part: the same notes, in the octave that suits it.

    Attributes:
        part: Part id, or a role that one part has. instrument: instrument id.
        patch: Patch id that plays it; "" for the instrument's first.
    """

    part: str
    instrument: str
    patch: str = ""


@dataclass(frozen=True, slots=True)
class Without:
    """Somebody doesn't play; the others stay as they are.

    Attributes:
        part: Part id, for that part alone.
        who: Instead: a role, `melody` (whoever has a tune), or an instrument id, which covers
            all of its kind (`drums`).
    """

    part: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """Another length: sections, or units of them, are left out or come again."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class Mood:
    """Another mood: form, roots (as degrees) and rhythm stay.

    Attributes:
        mode: That the degrees move to; "" for none. words: mood ids, for the record.
        valence, dynamics, brightness, density, space: -1.0 to 1.0, how much more; dynamics is
            how hard it is played, density takes ornaments away below 0 and doubles above.
        register: Octaves up for melodies and figures, -1 to 1.
    """

    mode: str = ""
    words: tuple[str, ...] = ()
    valence: float = 0.0
    dynamics: float = 0.0
    brightness: float = 0.0
    density: float = 0.0
    space: float = 0.0
    register: int = 0


@dataclass(frozen=True, slots=True)
class Regenerate:
    """New notes for a part, a section, or a part in a section; all else stays bit for bit.

    Attributes:
        seed: Of the new notes. part: part id or a role, "" for everybody.
        section: A label (every section that bears it), `label#2` for the second, `label#-1` for
            the last; "" for the whole piece.
    """

    seed: int
    part: str = ""
    section: str = ""


Edit = Tempo | KeyChange | Instrument | Without | Length | Mood | Regenerate

_OPS: Mapping[str, type[Any]] = {
    "tempo": Tempo,
    "key": KeyChange,
    "instrument": Instrument,
    "without": Without,
    "length": Length,
    "mood": Mood,
    "regenerate": Regenerate,
}
_NAMES = {kind: name for name, kind in _OPS.items()}


def to_json(edit: Edit) -> dict[str, Any]:
    """A dictionary of JSON values; what has its default is left out."""
    values = {
        field.name: getattr(edit, field.name)
        for field in fields(edit)
        if getattr(edit, field.name) != field.default
    }
    return {"op": _NAMES[type(edit)], **{k: _plain(v) for k, v in values.items()}}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def parse(data: Any) -> Edit:
    """Reads one edit.

    Args:
        data: A JSON object as in the module's description, or an edit, which is checked.

    Raises:
        UsageError: Not an edit, or a value is out of its bounds; says which.
    """
    if type(data) in _NAMES:
        data = {"op": _NAMES[type(data)], **asdict(data)}
    kind = _OPS.get(str(data.get("op"))) if isinstance(data, dict) else None
    if kind is None:
        raise _bad("op", data.get("op") if isinstance(data, dict) else data, ", ".join(_OPS))
    known = {field.name for field in fields(kind)}
    unknown = sorted(str(key) for key in data if key not in known | {"op"})
    if unknown:
        raise _bad(unknown[0], data.get(unknown[0]), ", ".join(sorted(known)))
    try:
        edit: Edit = kind(**{k: _READERS[k](v) for k, v in data.items() if k != "op"})
    except TypeError as error:
        raise MusicGenError(
            "A change of this piece lacks what it needs: {op}.",
            "Make the change again from its parent.",
            op=data["op"],
        ) from error
    return edit


def parse_all(data: Any) -> tuple[Edit, ...]:
    """Reads a recipe's list of edits; None is an empty one.

    Raises:
        UsageError: Not a list of edits, or too many.
    """
    if data is None:
        return ()
    if not isinstance(data, list | tuple) or len(data) > MOST_EDITS:
        raise UsageError(
            "The list of changes in this recipe can’t be used.",
            "It has {most} changes at most; make the track again from its prompt.",
            most=MOST_EDITS,
        )
    return tuple(parse(item) for item in data)


def all_to_json(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """The reverse of `parse_all`."""
    return [to_json(edit) for edit in edits]


def _bad(name: str, value: object, good: str) -> UsageError:
    return UsageError(
        "“{value}” isn’t a possible {name} for a change.",
        "Use: {good}.",
        value=str(value)[:80],
        name=name,
        good=good,
    )


def _number(name: str, low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not math.isfinite(value) or not low <= value <= high:
            raise _bad(name, value, f"a number from {low:g} to {high:g}")
        return float(value)

    return read


def _whole(name: str, low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _bad(name, value, f"a whole number from {low} to {high}")
        return value

    return read


def _text(name: str, pattern: re.Pattern[str], good: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or (value and not pattern.fullmatch(value)):
            raise _bad(name, value, good)
        return value

    return read


def _needed(read: Callable[[Any], str], name: str, good: str) -> Callable[[Any], str]:
    def checked(value: Any) -> str:
        if value == "":
            raise _bad(name, value, good)
        return read(value)

    return checked


def _mode(value: Any) -> str:
    if not isinstance(value, str) or (value and value not in theory.MODES):
        raise _bad("mode", value, ", ".join(theory.MODES))
    return value


def _key(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 4:
        raise _bad("key", value, "a letter A to G, with # or b")
    theory.pitch_class(value)
    return theory.tidy_note(value)


def _words(value: Any) -> tuple[str, ...]:
    usable = isinstance(value, list | tuple) and len(value) <= 8
    if not usable or not all(isinstance(v, str) and _ID.fullmatch(v) for v in value):
        raise _bad("words", value, "mood ids")
    return tuple(value)


_PART_WORDS = "the id of a part, such as lead"
_part = _text("part", _ID, _PART_WORDS)
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "bpm": _number("bpm", MIN_BPM, MAX_BPM),
    "key": _key,
    "mode": _mode,
    "part": _part,
    "who": _part,
    "instrument": _needed(_part, "instrument", "the id of an instrument, such as flute"),
    "patch": _text("patch", _ID, "the id of a patch"),
    "section": _text("section", _SECTION, "the label of a section, such as chorus or chorus#2"),
    "duration_s": _number("duration_s", MIN_DURATION_S, MAX_DURATION_S),
    "words": _words,
    "register": _whole("register", -1, 1),
    "seed": _whole("seed", 0, SEED_LIMIT - 1),
    **{
        name: _number(name, -1.0, 1.0)
        for name in ("valence", "dynamics", "brightness", "density", "space")
    },
}
