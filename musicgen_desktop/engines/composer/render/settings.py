# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mix settings: what a genre's mix is like, read from resources/mix, bent by the plan's wishes.

`default.json` holds every value; a genre's file holds what differs. Not for: processing (see
mixer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.audio.channel import ChannelSettings, equaliser_from
from musicgen_desktop.audio.mastering import MasterSettings
from musicgen_desktop.engines.composer.render.reverb import RoomSettings
from musicgen_desktop.music.plan import MusicPlan


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """How the parts of one role are mixed.

    Attributes:
        gain_db: Level. channel: its processing. chorus: amount, 0–1.
        room, hall, echo: Send levels, linear. duck: share of the side-chain's depth, 0–1.
    """

    gain_db: float
    channel: ChannelSettings
    room: float = 0.0
    hall: float = 0.0
    echo: float = 0.0
    duck: float = 0.0
    chorus: float = 0.0


@dataclass(frozen=True, slots=True)
class DuckSettings:
    """The side-chain from the kick: depth (0 for none), hold and release."""

    depth_db: float = 0.0
    hold_ms: float = 25.0
    release_ms: float = 200.0


@dataclass(frozen=True, slots=True)
class EchoSettings:
    """The echo: time in quarter notes, feedback, top end."""

    quarters: float = 0.75
    feedback: float = 0.35
    high_cut_hz: float = 4500.0


@dataclass(frozen=True, slots=True)
class TapeSettings:
    """An old tape over the whole mix; low_pass_hz 0 for none."""

    low_pass_hz: float = 0.0
    wow_cents: float = 8.0
    flutter_cents: float = 2.0


@dataclass(frozen=True, slots=True)
class BedSettings:
    """Noise of an old record: levels in dBFS (-120 for none), and crackles per second."""

    hiss_db: float = -120.0
    crackle_db: float = -120.0
    crackles_per_s: float = 4.0


@dataclass(frozen=True, slots=True)
class MixSettings:
    """A whole mix.

    Attributes:
        roles: By role. patches: level offsets in dB by patch id.
        duck, room, hall, echo, tape, bed, master: see there.
        amounts: Level offsets in dB of instruments that were asked for much or sparingly.
    """

    roles: Mapping[str, RoleSettings]
    patches: Mapping[str, float]
    duck: DuckSettings
    room: RoomSettings
    hall: RoomSettings
    echo: EchoSettings
    tape: TapeSettings
    bed: BedSettings
    master: MasterSettings
    amounts: Mapping[str, float] = field(default_factory=dict)

    def amount_db(self, *names: str) -> float:
        """Level offset of a part that was asked for much or sparingly: by instrument, by role."""
        return next((self.amounts[name] for name in names if name in self.amounts), 0.0)

    def role(self, name: str) -> RoleSettings:
        """The settings of a role; an unknown one is mixed like chords."""
        return self.roles.get(name, self.roles["chords"])


_ROLE_KEYS = ("gain_db", "room", "hall", "echo", "duck", "chorus")


def _role(data: Mapping[str, Any]) -> RoleSettings:
    channel = {k: v for k, v in data.items() if k not in (*_ROLE_KEYS, "equaliser")}
    settings = ChannelSettings(equaliser=equaliser_from(data.get("equaliser", [])), **channel)
    return RoleSettings(channel=settings, **{k: data[k] for k in _ROLE_KEYS if k in data})


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        result[key] = _merged(old, value) if both and old is not None else value
    return result


def load(genre: str) -> MixSettings:
    """The mix of a genre; one without a file of its own gets the default."""
    data = resources.load_json("mix", "default.json")
    if resources.path("mix", f"{genre}.json").is_file():
        data = _merged(data, resources.load_json("mix", f"{genre}.json"))
    return from_data(data)


def from_data(data: Mapping[str, Any]) -> MixSettings:
    """Settings from the JSON's content.

    Raises:
        TypeError, ValueError: A key or value that isn't known.
    """
    return MixSettings(
        roles={name: _role(role) for name, role in data["roles"].items()},
        patches=dict(data["patches"]),
        duck=DuckSettings(**data["duck"]),
        room=RoomSettings(**data["room"]),
        hall=RoomSettings(**data["hall"]),
        echo=EchoSettings(**data["echo"]),
        tape=TapeSettings(**data["tape"]),
        bed=BedSettings(**data["bed"]),
        master=MasterSettings(**data["master"]),
    )


_AMOUNTS_DB = {"less": -4.0, "more": 2.5}


def for_plan(plan: MusicPlan) -> MixSettings:
    """The genre's mix, bent by space, brightness and production wishes."""
    settings = load(plan.genre)
    wishes = set(plan.production)
    settings = _with_space(settings, _space_factor(plan.space, wishes))
    tilt = 1.5 * plan.brightness + _tilt_of(wishes)
    settings = replace(
        settings, master=replace(settings.master, brightness_db=max(-3.0, min(3.0, tilt)))
    )
    if wishes & {"lofi", "lo_fi", "vinyl", "tape", "cassette", "dusty"}:
        settings = _with_age(settings, wishes)
    if "vinyl" in plan.excluded or wishes & {"clean", "hifi", "polished"}:
        settings = replace(settings, bed=BedSettings())
    if wishes & {"sidechain", "pumping"}:
        depth = max(settings.duck.depth_db, 6.0)
        settings = replace(settings, duck=replace(settings.duck, depth_db=depth))
    return replace(settings, amounts=_amounts(wishes))


def _amounts(wishes: set[str]) -> dict[str, float]:
    """Level offsets for `less:drums` and `more:strings`: heard as such, and still a balance."""
    found = (wish.partition(":") for wish in sorted(wishes))
    return {name: _AMOUNTS_DB[word] for word, _, name in found if word in _AMOUNTS_DB}


def _space_factor(space: float, wishes: set[str]) -> float:
    factor = 0.55 + 1.1 * space
    if wishes & {"dry", "intimate", "close"}:
        factor *= 0.45
    if wishes & {"reverb", "spacious", "wide", "big", "cathedral"}:
        factor *= 1.35
    return min(factor, 2.0)


def _tilt_of(wishes: set[str]) -> float:
    dark = 1.2 * len(wishes & {"warm", "lofi", "dark", "muffled", "analog", "analogue"})
    bright = 1.2 * len(wishes & {"bright", "crisp", "clean", "polished", "modern"})
    return bright - dark


def _with_space(settings: MixSettings, factor: float) -> MixSettings:
    roles = {
        name: replace(role, hall=role.hall * factor, room=role.room * factor**0.5)
        for name, role in settings.roles.items()
    }
    return replace(settings, roles=roles)


def _with_age(settings: MixSettings, wishes: set[str]) -> MixSettings:
    tape = settings.tape
    if tape.low_pass_hz == 0.0:
        tape = replace(tape, low_pass_hz=9500.0, wow_cents=6.0)
    bed = settings.bed
    if wishes & {"vinyl", "dusty"}:
        bed = BedSettings(max(bed.hiss_db, -60.0), max(bed.crackle_db, -34.0), 5.0)
    return replace(settings, tape=tape, bed=bed)
