# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the line-up: who plays, on which patch, what kind of figure, in which register.

A genre's style file offers seats; the instruments that the plan names take the seats that fit them or get one of their
own; what the plan excludes never sits down; "only" empties all other seats.
Not for: when a player plays (see form_layers) or what (see the writers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose.context import Stream, Streams
from musicgen_desktop.music.plan import MusicPlan

ROLE_OF_FIGURE = {
    "comp": "chords", "power": "chords", "left_hand": "chords", "lead": "lead", "counter": "counter", "arp": "arp",
    "ostinato": "arp", "pad": "pad", "drone": "pad", "bass": "bass", "timpani": "percussion", "drums": "drums",
    "percussion": "percussion", "fx": "fx", "vinyl": "fx", "stab": "chords",
}  # fmt: skip
_SAME_KIND = {"ostinato": "arp", "stab": "comp", "left_hand": "comp"}
_DRUM_FIGURES = frozenset({"drums", "percussion", "fx"})


@dataclass(frozen=True, slots=True)
class Seat:
    """A player and its task.

    Attributes:
        part: Part id. role: as in Part. figure: what it plays (drums, bass, comp, arp, pad, lead …).
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
    return Orchestra(table, entries, _forbidden(plan.excluded))


def _forbidden(excluded: Sequence[str]) -> frozenset[str]:
    """The excluded ids and everything that is a kind of them."""
    lexicon = resources.load_json("lexicon", "instruments.json") if excluded else []
    items = lexicon.get("instruments", lexicon) if isinstance(lexicon, dict) else lexicon
    if isinstance(items, dict):
        items = [{"id": name, **entry} for name, entry in items.items()]
    found = set(excluded)
    size = -1
    while size != len(found):
        size = len(found)
        found |= {item["id"] for item in items if found & set(item.get("kinds", ()))}
    return frozenset(found)


def choose_seats(
    plan: MusicPlan, streams: Streams, style: Mapping[str, Any], players: Orchestra
) -> tuple[Seat, ...]:
    """The line-up.

    The lead's sound comes from its own stream (`lead_sound`), in which the takes of a group differ; the rest from
    `palette`.
    """
    named = [i for i in dict.fromkeys(plan.instruments) if i in players.entries and players.allows(i)]
    seats: list[Seat] = []
    waiting = list(named)
    if not (plan.only and named):
        for offer in style["seats"]:
            seat = _fill(offer, plan, streams, players, waiting)
            if seat is not None:
                seats.append(seat)
    for place, instrument in enumerate(waiting):
        seats.append(_own_seat(instrument, place, seats, streams, style, players))
    if plan.only and named:
        seats = _completed(seats, streams, style, players)
    return _unique(seats)


def _fill(
    offer: Mapping[str, Any],
    plan: MusicPlan,
    streams: Streams,
    players: Orchestra,
    waiting: list[str],
) -> Seat | None:
    figure = offer["figure"]
    kind = _SAME_KIND.get(figure, figure)
    options = [o for o in offer["options"] if players.allows(o[0])]
    for instrument in waiting:
        in_options = any(o[0] == instrument for o in options)
        if in_options or players.entries[instrument]["figures"][0] == kind:
            waiting.remove(instrument)
            return _named_seat(instrument, offer, options, streams, players)
    stream = streams.stream(f"palette/{offer['part']}")
    wanted = offer["part"] in plan.production
    if not wanted and not stream.chance(float(offer.get("chance", 1.0)) + 0.2 * plan.density):
        return None
    if not options:
        options = _fallback_options(kind, players)
    if not options:
        return None
    instrument, patch = _pick(offer, options, stream, streams)
    return Seat(offer["part"], offer["role"], figure, instrument, patch, settings=offer)


def _pick(
    offer: Mapping[str, Any], options: Sequence[Sequence[Any]], stream: Stream, streams: Streams
) -> tuple[str, str]:
    if offer["figure"] == "lead":
        chosen = streams.rotate("lead_sound", options)
    else:
        chosen = stream.weighted(options, [float(o[2]) for o in options])
    return chosen[0], chosen[1]


def _fallback_options(kind: str, players: Orchestra) -> list[Sequence[Any]]:
    names = [n for n in players.table["fallbacks"].get(kind, ()) if players.allows(n)]
    return [(name, players.entries[name]["patches"][0], 1) for name in names[:4]]


def _named_seat(
    instrument: str,
    offer: Mapping[str, Any],
    options: Sequence[Sequence[Any]],
    streams: Streams,
    players: Orchestra,
) -> Seat:
    entry = players.entries[instrument]
    patches = [o[1] for o in options if o[0] == instrument] or entry["patches"]
    patch = streams.rotate("lead_sound", patches) if offer["figure"] == "lead" else patches[0]
    settings = dict(offer) if any(o[0] == instrument for o in options) else _ranged(offer, entry)
    return Seat(offer["part"], offer["role"], offer["figure"], instrument, patch, True, settings)


def _ranged(offer: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    settings = dict(offer)
    key = "lead" if offer["figure"] in ("lead", "counter") else "range"
    if key in entry:
        settings["range"] = entry[key]
    if entry.get("strums"):
        settings["strums"] = True
    return settings


def _own_seat(
    instrument: str,
    place: int,
    seats: Sequence[Seat],
    streams: Streams,
    style: Mapping[str, Any],
    players: Orchestra,
) -> Seat:
    """A seat for a named instrument that none of the genre's seats fits."""
    entry = players.entries[instrument]
    taken = {seat.figure for seat in seats}
    figure = next((f for f in entry["figures"] if f not in taken), entry["figures"][0])
    if figure in ("lead", "counter") and figure in taken:
        figure = next((f for f in ("counter", "lead") if f not in taken), "counter")
    patches = entry["patches"]
    if figure == "drums":
        patches = [o[1] for s in style["seats"] if s["figure"] == "drums" for o in s["options"]]
        patches = patches or entry["patches"]
    settings: dict[str, Any] = _ranged({"figure": figure, "min": 0.0}, entry)
    settings |= {"pan": (0.3, -0.3, 0.45, -0.45)[place % 4], "voices": 3}
    if "keys" in entry:
        settings["keys"] = entry["keys"]
    patch = streams.rotate("lead_sound", patches) if figure == "lead" else patches[0]
    if figure in ("drums", "bass", "lead", "comp"):
        settings["pan"] = 0.0
    return Seat(instrument, ROLE_OF_FIGURE[figure], figure, instrument, patch, True, settings)


def _completed(
    seats: list[Seat], streams: Streams, style: Mapping[str, Any], players: Orchestra
) -> list[Seat]:
    """A closed line-up with a melody and with something under it, where its instruments can do both."""
    figures = {seat.figure for seat in seats}
    tonal = [s for s in seats if not s.is_drums and s.figure not in ("bass", "vinyl", "timpani", "drone")]
    extra: list[Seat] = []
    if tonal and "lead" not in figures:
        singer = next((s for s in tonal if "lead" in players.entries[s.instrument]), None)
        if singer is not None:
            extra.append(_doubled(singer, "lead", players))
    backing = figures & {"comp", "arp", "pad", "power", "left_hand"}
    chordal = [s for s in tonal if not players.entries[s.instrument].get("single")]
    if chordal and not backing:
        extra.append(_doubled(chordal[0], "comp", players))
    seats = [replace(s, figure="left_hand") if _is_two_handed(s, seats, style) else s for s in seats]
    return [*seats, *extra]


def _is_two_handed(seat: Seat, seats: Sequence[Seat], style: Mapping[str, Any]) -> bool:
    has_bass = any(s.figure == "bass" for s in seats)
    return seat.instrument == "piano" and seat.figure == "comp" and not has_bass


def _doubled(seat: Seat, figure: str, players: Orchestra) -> Seat:
    settings = _ranged({"figure": figure, "min": 0.0, "voices": 3}, players.entries[seat.instrument])
    name = f"{seat.part}_melody" if figure == "lead" else f"{seat.part}_chords"
    return Seat(name, ROLE_OF_FIGURE[figure], figure, seat.instrument, seat.patch, True, settings)


def _unique(seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """The seats with part ids that differ."""
    found: list[Seat] = []
    for seat in seats:
        used = {other.part for other in found}
        part, number = seat.part, 2
        while part in used:
            part, number = f"{seat.part}_{number}", number + 1
        found.append(replace(seat, part=part))
    return tuple(found)
