# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""TagData: everything a track's tags say, as one value, and its form as plain named texts.

Whatever is read here may come from a file that somebody else wrote: any field may be wrong, huge or
missing, and none of that may raise. Not for: file formats (see tags).
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.music.recipe import MAX_BYTES, Recipe

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MAX_TEXT = 4000
_MAX_LINE = 300
_MAX_SECTIONS = 200
_MAX_DURATION_S = 24 * 3600.0

Sections = tuple[tuple[str, float], ...]
Fields = dict[str, str]
"""Texts by name: TITLE, GENRE, BPM, KEY, COMMENT, ENCODER, COPYRIGHT, DATE and MGD_…"""


@dataclass(frozen=True, slots=True)
class TagData:
    """What the tags of a track say; the attributes are those of Track.

    Attributes:
        recipe: The recipe's JSON text, or "" (an export may leave it out).
    """

    track_id: str = ""
    title: str = ""
    prompt: str = ""
    genre: str = ""
    moods: tuple[str, ...] = ()
    bpm: float = 0.0
    key: str = ""
    metre: str = ""
    duration_s: float = 0.0
    created: float = 0.0
    engine: str = ""
    engine_version: str = ""
    licence: str = ""
    seed: int = 0
    group: str = ""
    take: int = 1
    takes: int = 1
    parent: str = ""
    loudness_lufs: float = 0.0
    sections: Sections = ()
    recipe: str = ""

    @classmethod
    def of(
        cls,
        recipe: Recipe,
        *,
        track_id: str,
        title: str,
        licence: str,
        duration_s: float,
        group: str = "",
        take: int = 1,
        takes: int = 1,
        loudness_lufs: float = 0.0,
        created: float | None = None,
    ) -> TagData:
        """The tags of a track made from `recipe`.

        Args:
            recipe: What made it.
            track_id: The job's id.
            title: Without the take's number.
            licence: The engine's sentence about its output.
            duration_s: Real length of the audio.
            group: The click's id.
            take: From 1.
            takes: Of the click.
            loudness_lufs: Measured integrated loudness.
            created: Unix time; now, when None.
        """
        known = _recipe_facts(recipe.to_json())
        known.update(
            track_id=track_id,
            title=title,
            licence=licence,
            duration_s=duration_s,
            group=group,
            take=take,
            takes=takes,
            loudness_lufs=loudness_lufs,
            created=time.time() if created is None else created,
            recipe=recipe.dumps(),
        )
        return cls(**known)

    def without_recipe(self) -> TagData:
        """For an export that leaves prompt and recipe out."""
        return replace(self, prompt="", recipe="")

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values."""
        data = asdict(self)
        data["sections"] = [list(section) for section in self.sections]
        data["moods"] = list(self.moods)
        return data

    @classmethod
    def from_json(cls, data: Any) -> TagData:
        """The reverse of `to_json`; what can't be used is left at its default."""
        if not isinstance(data, Mapping):
            return cls()
        found = {k: data[k] for k in (f.name for f in fields(cls)) if k in data}
        return cls(**_checked(found))

    def to_fields(self) -> Fields:
        """The texts that go into a file. Empty ones are left out."""
        year = time.strftime("%Y", time.gmtime(self.created)) if self.created > 0 else ""
        texts = {
            "TITLE": f"{self.title} {self.take}" if self.takes > 1 else self.title,
            "GENRE": self.genre.replace("_", " ").title(),
            "BPM": str(round(self.bpm)) if self.bpm > 0 else "",
            "KEY": self.key[:3],
            "COMMENT": self.prompt,
            "ENCODER": f"{self.engine} {self.engine_version}".strip(),
            "COPYRIGHT": f"{year} {self.licence}".strip() if self.licence else "",
            "DATE": year,
            "MGD_TRACK_ID": self.track_id,
            "MGD_RECIPE": self.recipe,
            "MGD_BPM": f"{self.bpm:.6g}" if self.bpm > 0 else "",
            "MGD_LICENCE": self.licence,
            "MGD_GROUP": self.group,
            "MGD_TAKE": f"{self.take}/{self.takes}" if self.takes > 1 else "",
            "MGD_CREATED": f"{self.created:.3f}" if self.created > 0 else "",
            "MGD_LOUDNESS": f"{self.loudness_lufs:.2f}" if self.loudness_lufs else "",
        }
        return {name: text for name, text in texts.items() if text}

    @classmethod
    def from_fields(
        cls, texts: Fields, sections: Sections = (), duration_s: float = 0.0
    ) -> TagData:
        """Reads the texts of a file, which anybody may have written; never raises."""
        recipe = texts.get("MGD_RECIPE", "")
        known = _facts_of_text(recipe)
        if not known:
            recipe = ""
        take, takes = _take(texts.get("MGD_TAKE", ""))
        engine, _, version = texts.get("ENCODER", "").rpartition(" ")
        known = {
            "prompt": texts.get("COMMENT", ""),
            "genre": texts.get("GENRE", "").lower().replace(" ", "_"),
            "bpm": texts.get("MGD_BPM") or texts.get("BPM", ""),
            "key": texts.get("KEY", ""),
            "licence": texts.get("MGD_LICENCE") or texts.get("COPYRIGHT", ""),
            "engine": engine or version,
            "engine_version": version if engine else "",
            **known,
            "track_id": texts.get("MGD_TRACK_ID", ""),
            "title": _without_take(texts.get("TITLE", ""), take, takes),
            "duration_s": duration_s,
            "created": texts.get("MGD_CREATED", ""),
            "group": texts.get("MGD_GROUP", ""),
            "take": take,
            "takes": takes,
            "loudness_lufs": texts.get("MGD_LOUDNESS", ""),
            "recipe": recipe,
        }
        if sections:
            known["sections"] = sections
        return cls(**_checked(known))


def is_track_id(text: str) -> bool:
    """Whether the text can be a track's id: letters, digits, `-` and `_`, 64 at most."""
    return _ID.fullmatch(text) is not None


def clean(text: Any, limit: int = _MAX_TEXT) -> str:
    """A text to store and show: no control characters, no half surrogates, not endless."""
    if not isinstance(text, str):
        return ""
    text = text[:limit].encode("utf-8", "ignore").decode("utf-8")
    return "".join(c for c in text if c >= " " or c in "\n\t").replace("\x7f", "")


def _take(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        return 1, 1
    return int(match[1]), int(match[2])


def _without_take(title: str, take: int, takes: int) -> str:
    ending = f" {take}"
    return title[: -len(ending)] if takes > 1 and title.endswith(ending) else title


def _facts_of_text(recipe: str) -> dict[str, Any]:
    """What a recipe's text says about its track; empty when it isn't a recipe."""
    if not recipe or len(recipe) > MAX_BYTES:
        return {}
    try:
        data = json.loads(recipe)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("plan"), dict):
        return {}
    return _recipe_facts(data)


def _recipe_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    plan = data["plan"]
    facts: dict[str, Any] = {
        "prompt": data.get("prompt"),
        "engine": data.get("engine"),
        "engine_version": data.get("engine_version"),
        "seed": data.get("seed"),
        "parent": data.get("parent"),
        "genre": plan.get("genre"),
        "moods": plan.get("moods"),
        "bpm": plan.get("bpm"),
        "metre": plan.get("metre"),
        "key": _short_key(plan.get("key"), plan.get("mode")),
        "sections": _sections_of(plan.get("sections")),
    }
    return _checked({name: value for name, value in facts.items() if value is not None})


def _short_key(tonic: Any, mode: Any) -> str | None:
    from musicgen_desktop.music import theory

    if not (isinstance(tonic, str) and isinstance(mode, str) and mode in theory.MODES):
        return None
    try:
        spelt = theory.tidy_note(tonic) if len(tonic) <= 2 else ""
        return theory.Key(theory.pitch_class(tonic[:8]), mode, spelt).short
    except MusicGenError:
        return None


def _sections_of(value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, (list, tuple)):
        return []
    return [
        (s.get("label"), s.get("start_s")) for s in value[:_MAX_SECTIONS] if isinstance(s, dict)
    ]


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every one of its declared kind and within sane limits."""
    checked: dict[str, Any] = {}
    for name, value in values.items():
        checked[name] = _CHECKS[name](value)
    return checked


def _line(value: Any) -> str:
    return " ".join(clean(value, _MAX_LINE).split())


def _identifier(value: Any) -> str:
    return value if isinstance(value, str) and is_track_id(value) else ""


def _number(value: Any, low: float, high: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) and low <= number <= high else 0.0


def _whole(value: Any, low: int, high: int, default: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return value if low <= value <= high else default


def _moods(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(filter(None, (_line(mood) for mood in value[:50])))


def _sections(value: Any) -> Sections:
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(
        (_line(item[0]), _number(item[1], 0.0, _MAX_DURATION_S))
        for item in value[:_MAX_SECTIONS]
        if isinstance(item, (list, tuple)) and len(item) == 2 and isinstance(item[0], str)
    )


def _recipe(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_BYTES else ""


_CHECKS: dict[str, Any] = {
    **dict.fromkeys(("title", "genre", "metre", "engine", "engine_version"), _line),
    **dict.fromkeys(("prompt", "licence"), clean),
    **dict.fromkeys(("track_id", "group", "parent"), _identifier),
    "key": lambda value: _line(value)[:3],
    "moods": _moods,
    "bpm": lambda value: _number(value, 0.0, 1000.0),
    "duration_s": lambda value: _number(value, 0.0, _MAX_DURATION_S),
    "created": lambda value: _number(value, 0.0, 1e11),
    "loudness_lufs": lambda value: _number(value, -200.0, 20.0),
    "seed": lambda value: _whole(value, 0, 2**53 - 1, 0),
    "take": lambda value: _whole(value, 1, 9999, 1),
    "takes": lambda value: _whole(value, 1, 9999, 1),
    "sections": _sections,
    "recipe": _recipe,
}
