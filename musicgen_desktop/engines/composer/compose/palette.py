# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the line-up: who plays, on which patch, what kind of figure, in which register.

A genre's style file offers seats; the instruments that the plan names take the seats that fit
them or get one of their own; what the plan excludes never sits down; "only" empties all other
seats.
Not for: when a player plays (see form_layers) or what (see the writers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.context import Streams
from musicgen_desktop.engines.composer.compose.seats import ROLE_OF_FIGURE, Orchestra, Seat
from musicgen_desktop.music.plan import MusicPlan

_SAME_KIND = {"ostinato": "arp", "stab": "comp", "left_hand": "comp"}
_FIGURES_BANNED_BY = {
    "melody": frozenset({"lead", "counter"}),
    "arpeggio": frozenset({"arp", "ostinato"}),
    "pad": frozenset({"pad", "drone"}),
}
"""Exclusions that name a task: nobody may do it, on whatever instrument."""
_TASK_NAMES = {"lead": "melody", "arp": "figure"}


def choose_seats(
    plan: MusicPlan, streams: Streams, style: Mapping[str, Any], players: Orchestra
) -> tuple[Seat, ...]:
    """The line-up.

    The lead's sound comes from its own stream (`lead_sound`), in which the takes of a group differ;
    the rest from `palette`.
    """
    named = [i for i in _wished(plan) if i in players.entries and players.allows(i)]
    banned = _banned_figures(plan)
    offers: Sequence[Mapping[str, Any]] = [o for o in style["seats"] if o["figure"] not in banned]
    placed = _placed(named, offers, players)
    only = plan.only and bool(named)
    seats: list[Seat] = []
    singers: list[Seat] = []
    for offer in sorted(offers, key=lambda o: o["figure"] != "lead"):
        offer = _apart(offer, singers)
        seat = _fill(offer, plan, streams, players, placed.get(offer["part"], ""), only=only)
        if seat is not None and offer["figure"] == "lead" and "follows" not in offer:
            singers.append(seat)
        if seat is not None:
            seats.append(seat)
    rank = {offer["part"]: place for place, offer in enumerate(offers)}
    seats.sort(key=lambda seat: rank[seat.part])
    seated = set(placed.values())
    for place, instrument in enumerate(i for i in named if i not in seated):
        seats.append(_own_seat(instrument, place, seats, streams, style, players, banned))
    seats = _followed(seats, offers, players, only=only)
    if only:
        seats = _completed(seats, players, banned)
    if "lead" in banned:
        seats = _with_figure(seats, players, banned)
    return _unique(_with_roots(seats))


def _banned_figures(plan: MusicPlan) -> frozenset[str]:
    """Tasks that nobody may have."""
    return frozenset(f for ban in plan.excluded for f in _FIGURES_BANNED_BY.get(ban, ()))


def _with_figure(seats: Sequence[Seat], players: Orchestra, banned: frozenset[str]) -> list[Seat]:
    """A band without a melody has a broken-chord figure to listen to."""
    figures = {seat.figure for seat in seats}
    chordal = [seat for seat in seats if seat.role in ("chords", "pad")]
    if figures & {"arp", "ostinato"} or "arp" in banned or not chordal:
        return list(seats)
    fitting = [s for s in chordal if "arp" in players.entries[s.instrument]["figures"]]
    return [*seats, _doubled((fitting or chordal)[0], "arp", players)]


def _apart(offer: Mapping[str, Any], singers: Sequence[Seat]) -> Mapping[str, Any]:
    """The offer without the singers' own instruments, where others are left: a lead stands out."""
    taken = {seat.instrument for seat in singers}
    others = [option for option in offer["options"] if option[0] not in taken]
    if offer["figure"] == "lead" or offer.get("rotates") or not others:
        return offer
    return {**offer, "options": others}


def _wished(plan: MusicPlan) -> list[str]:
    """The named instruments, and the crackle that a production word asks for."""
    crackle = ["vinyl"] if "vinyl" in plan.production and not plan.only else []
    return list(dict.fromkeys([*plan.instruments, *crackle]))


def _placed(
    named: Sequence[str], offers: Sequence[Mapping[str, Any]], players: Orchestra
) -> dict[str, str]:
    """Which offered seat each named instrument takes, by part: the best fits first."""
    placed: dict[str, str] = {}
    waiting = list(named)
    for fits in (_fits_fully, _fits_task, _fits_sound):
        for instrument in list(waiting):
            entry = players.entries[instrument]
            for offer in offers:
                if offer["part"] not in placed and "follows" not in offer and fits(entry, offer):
                    placed[offer["part"]] = instrument
                    waiting.remove(instrument)
                    break
    return placed


def _fits_fully(entry: Mapping[str, Any], offer: Mapping[str, Any]) -> bool:
    return _fits_task(entry, offer) and _fits_sound(entry, offer)


def _fits_task(entry: Mapping[str, Any], offer: Mapping[str, Any]) -> bool:
    first, kind = entry["figures"][0], _kind(offer["figure"])
    return bool(first == kind or (first == "counter" and kind == "lead"))


def _fits_sound(entry: Mapping[str, Any], offer: Mapping[str, Any]) -> bool:
    return any(o[0] == entry["id"] or o[1] in entry["patches"] for o in offer["options"])


def _kind(figure: str) -> str:
    return _SAME_KIND.get(figure, figure)


def _fill(
    offer: Mapping[str, Any],
    plan: MusicPlan,
    streams: Streams,
    players: Orchestra,
    instrument: str,
    *,
    only: bool,
) -> Seat | None:
    options = [o for o in offer["options"] if players.allows(o[0])]
    if instrument:
        return _named_seat(instrument, offer, options, streams, players)
    if only:
        return None
    stream = streams.stream(f"palette/{offer['part']}")
    if "chance" in offer and not stream.chance(float(offer["chance"]) + 0.2 * plan.density):
        return None
    options = options or _fallback_options(_kind(offer["figure"]), players)
    if not options:
        return None
    if offer["figure"] == "lead" or offer.get("rotates"):
        chosen = streams.rotate("lead_sound", options)
    else:
        chosen = stream.weighted(options, [float(o[2]) for o in options])
    settings = _played_as(offer, players.entries[chosen[0]])
    return Seat(
        offer["part"], offer["role"], offer["figure"], chosen[0], chosen[1], settings=settings
    )


def _followed(
    seats: Sequence[Seat],
    offers: Sequence[Mapping[str, Any]],
    players: Orchestra,
    *,
    only: bool,
) -> list[Seat]:
    """The seats, where one that follows another (a pianist's other hand) has the same sound."""
    leaders = {seat.part: seat for seat in seats}
    found = [s for s in seats if "follows" not in s.settings]
    taken = {seat.figure for seat in found}
    for offer in offers:
        leader = leaders.get(offer.get("follows", ""))
        if leader is None or (offer["figure"] in taken):
            continue
        if "lead" not in players.entries[leader.instrument]:
            continue
        found.append(
            Seat(offer["part"], offer["role"], offer["figure"], leader.instrument, leader.patch,
                 leader.is_named, _ranged(offer, players.entries[leader.instrument]))
        )  # fmt: skip
    return found


def _with_roots(seats: Sequence[Seat]) -> list[Seat]:
    """Without a bass the chords keep their roots."""
    if any(seat.figure == "bass" for seat in seats):
        return list(seats)
    return [replace(s, settings={**s.settings, "rootless": False}) for s in seats]


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
    turns = offer["figure"] == "lead" or offer.get("rotates")
    stream = streams.stream(f"palette/{offer['part']}")
    patch = streams.rotate("lead_sound", patches) if turns else stream.choice(patches)
    if offer["figure"] == "drums":
        patch = _kit(instrument, offer, entry)
    is_offered = any(o[0] == instrument for o in options)
    settings = _played_as(offer, entry) if is_offered else _ranged(offer, entry)
    return Seat(offer["part"], offer["role"], offer["figure"], instrument, patch, True, settings)


def _kit(instrument: str, offer: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """The genre's own kit, unless the named one is of another sort."""
    own = [str(o[1]) for o in offer["options"]]
    fitting = [p for p in own if instrument == "drums" or p in entry["patches"]]
    return (fitting or list(entry["patches"]))[0]


def _ranged(offer: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    settings = _played_as(offer, entry)
    key = "lead" if offer["figure"] in ("lead", "counter") else "range"
    if key in entry:
        settings["range"] = entry[key]
    return settings


def _played_as(offer: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The seat's settings with the instrument's manners: ringing on, strummed."""
    return dict(offer, rings=entry.get("rings", False), strums=entry.get("strums", False))


def _own_seat(
    instrument: str,
    place: int,
    seats: Sequence[Seat],
    streams: Streams,
    style: Mapping[str, Any],
    players: Orchestra,
    banned: frozenset[str],
) -> Seat:
    """A seat for a named instrument that none of the genre's seats fits."""
    entry = players.entries[instrument]
    taken = {seat.figure for seat in seats}
    tasks = [f for f in entry["figures"] if f not in banned] or _other_task(entry, banned)
    figure = next((f for f in tasks if f not in taken), tasks[0])
    if figure in ("lead", "counter") and figure in taken:
        figure = next((f for f in ("counter", "lead") if f not in taken), "counter")
    patches = entry["patches"]
    if figure == "drums" and instrument == "drums":
        patches = [style.get("kit", "pop_kit")]
    settings: dict[str, Any] = _ranged({"figure": figure, "min": 0.0, "voices": 3}, entry)
    if figure not in ("drums", "bass", "lead", "comp"):
        settings["pan"] = (0.3, -0.3, 0.45, -0.45)[place % 4]
    if "keys" in entry:
        settings["keys"] = entry["keys"]
    turns = figure == "lead"
    stream = streams.stream(f"palette/{instrument}")
    patch = streams.rotate("lead_sound", patches) if turns else stream.choice(patches)
    return Seat(instrument, ROLE_OF_FIGURE[figure], figure, instrument, patch, True, settings)


def _other_task(entry: Mapping[str, Any], banned: frozenset[str]) -> list[str]:
    """What a player does whose usual tasks are all banned: chord notes, held or broken."""
    options = ("pad", "ostinato") if entry.get("single") else ("ostinato", "comp", "pad")
    return [f for f in options if f not in banned] or ["comp"]


def _completed(seats: Sequence[Seat], players: Orchestra, banned: frozenset[str]) -> list[Seat]:
    """A closed line-up with a melody and something under it, where its players can do both."""
    figures = {seat.figure for seat in seats}
    tonal = [
        s for s in seats if not s.is_drums and s.figure not in ("bass", "vinyl", "timpani", "drone")
    ]
    extra: list[Seat] = []
    if tonal and "lead" not in figures | banned:
        singer = next((s for s in tonal if "lead" in players.entries[s.instrument]), None)
        if singer is not None:
            extra.append(_doubled(singer, "lead", players))
    chordal = [s for s in tonal if not players.entries[s.instrument].get("single")]
    if chordal and not figures & {"comp", "stab", "arp", "ostinato", "pad", "power", "left_hand"}:
        extra.append(_doubled(chordal[0], "comp", players))
    both = [*seats, *extra]
    has_bass = "bass" in figures
    return [_two_handed(s) if s.instrument == "piano" and not has_bass else s for s in both]


def _two_handed(seat: Seat) -> Seat:
    """A pianist without a bass player plays the bass as well."""
    if seat.figure not in ("comp", "stab"):
        return seat
    return replace(seat, figure="left_hand", settings={**seat.settings, "range": (43, 60)})


def _doubled(seat: Seat, figure: str, players: Orchestra) -> Seat:
    settings = _ranged(
        {"figure": figure, "min": 0.0, "voices": 3}, players.entries[seat.instrument]
    )
    name = f"{seat.part}_{_TASK_NAMES.get(figure, 'chords')}"
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
