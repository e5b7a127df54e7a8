# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives each part the name that people see on tracks and stems: the instrument that plays it.

Part ids stay as they are: streams of chance and levels go by them. Not for: file names (see
library.naming).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from musicgen_desktop import resources
from musicgen_desktop.music.score import Part

_ROLE_WORDS: Mapping[str, str] = {
    "lead": "melody", "counter": "counter-melody", "chords": "chords", "arp": "arpeggio",
    "pad": "pad", "bass": "bass", "drums": "kit", "percussion": "percussion", "fx": "effects",
}  # fmt: skip


def named(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with names that differ, also where capitals don't count.

    An instrument that plays alone in its kind is called after itself: `Marimba`. Where several
    parts have the same instrument, their tasks are added: `Piano melody`, `Piano chords`; where
    these are the same too, they are numbered: `Strings pad 1`, `Strings pad 2`.
    """
    lexicon = resources.load_json("lexicon", "instruments.json")
    spoken = {entry["id"]: str(entry["name"]) for entry in lexicon}
    players = [spoken.get(part.instrument, part.instrument.replace("_", " ")) for part in parts]
    several = Counter(players)
    names = [
        _with_task(name, part) if several[name] > 1 else name
        for name, part in zip(players, parts, strict=True)
    ]
    return tuple(
        replace(part, name=name[:1].upper() + name[1:])
        for part, name in zip(parts, _numbered(names), strict=True)
    )


def _with_task(name: str, part: Part) -> str:
    word = _ROLE_WORDS.get(part.role, part.role)
    return name if word in name.split() else f"{name} {word}"


def _numbered(names: Sequence[str]) -> list[str]:
    """The names, where those that are the same have numbers that no other name has yet."""
    several = Counter(names)
    taken = set(names)
    found = []
    for name in names:
        if several[name] > 1:
            numbers = (f"{name} {number}" for number in count(1))
            name = next(candidate for candidate in numbers if candidate not in taken)
            taken.add(name)
        found.append(name)
    return found
