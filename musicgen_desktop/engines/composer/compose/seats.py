# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seats and the orchestra: a player with its task, and what is known of the instruments.

Not for: who takes which seat (see palette).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.music.plan import MusicPlan

ROLE_OF_FIGURE = {
    "comp": "chords", "stab": "chords", "power": "chords", "left_hand": "chords", "lead": "lead",
    "counter": "counter", "arp": "arp", "ostinato": "arp", "pad": "pad", "drone": "pad",
    "bass": "bass", "timpani": "percussion", "drums": "drums", "percussion": "percussion",
    "fx": "fx", "vinyl": "fx",
}  # fmt: skip
_DRUM_FIGURES = frozenset({"drums", "percussion", "fx"})


@dataclass(frozen=True, slots=True)
class Seat:
    """A player and its task.

    Attributes:
        part: Part id. role: as in Part. figure: what it plays (drums, bass, comp, arp, lead …).
        instrument: Instrument id. patch: patch id.
        is_named: Whether the plan asked for it.
        settings: The style's data on the seat: min, max, not, only, range, voices, pan …
    """

    part: str
    role: str
    figure: str
    instrument: str
    patch: str
    is_named: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_drums(self) -> bool:
        """Whether its pitches are percussion keys."""
        return self.figure in _DRUM_FIGURES

    @property
    def low(self) -> int:
        """Lowest pitch."""
        return int(self.settings.get("range", (48, 72))[0])

    @property
    def high(self) -> int:
        """Highest pitch."""
        return int(self.settings.get("range", (48, 72))[1])


@dataclass(frozen=True, slots=True)
class Orchestra:
    """What is known of the instruments, and what the plan forbids.

    Attributes:
        table: resources/cells/instruments.json. entries: its instruments by id.
        forbidden: Every id that may not be heard.
    """

    table: Mapping[str, Any]
    entries: Mapping[str, Mapping[str, Any]]
    forbidden: frozenset[str]

    def allows(self, instrument: str) -> bool:
        """Whether an instrument may be heard."""
        return instrument not in self.forbidden

    def drum_keys_forbidden(self) -> frozenset[int]:
        """Percussion keys that may not be heard in any kit."""
        keys: Mapping[str, Sequence[int]] = self.table["drum_keys"]
        return frozenset(key for name in self.forbidden for key in keys.get(name, ()))


def orchestra(plan: MusicPlan) -> Orchestra:
    """The instruments as this plan sees them."""
    table = resources.load_json("cells", "instruments.json")
    entries = {entry["id"]: entry for entry in table["instruments"]}
    return Orchestra(table, entries, forbidden_ids(plan.excluded) - set(plan.instruments))


def forbidden_ids(excluded: Sequence[str]) -> frozenset[str]:
    """The excluded ids and everything that is a kind of them; without drums no orchestral ones."""
    lexicon = resources.load_json("lexicon", "instruments.json") if excluded else []
    items = lexicon.get("instruments", lexicon) if isinstance(lexicon, dict) else lexicon
    if isinstance(items, dict):
        items = [{"id": name, **entry} for name, entry in items.items()]
    found = set(excluded)
    size = -1
    while size != len(found):
        size = len(found)
        found |= {item["id"] for item in items if found & set(item.get("kinds", ()))}
    if "drums" in found:
        found |= {"timpani", "taiko"}
    return frozenset(found)
