# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the music is for: room for a voice, nothing sudden.

The plan's `production` carries two such wishes. `voice_room`: a voice is to be understood over the
music, so that nobody sings along and what lies between 300 Hz and 3 kHz is soft and dark.
`no_surprises`: for sleep, study and meditation; no crashes, risers, silences or big fills.
Not for: the form that suits a use case (see the planner).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.plan import MusicPlan

VOICE_ROOM = "voice_room"
NO_SURPRISES = "no_surprises"
_SINGERS = frozenset({"lead", "counter"})
_FIGURES = frozenset({"arp", "ostinato", "stab"})
_CARRIERS = frozenset({"comp", "pad", "left_hand", "drone", "power", "arp", "ostinato"})
_ROOM = {
    "comp": (-4.0, (0.28, 0.36)), "left_hand": (-2.0, (0.34, 0.42)), "pad": (-4.0, (0.22, 0.30)),
    "drone": (-2.0, (0.22, 0.30)), "power": (-6.0, (0.25, 0.32)), "arp": (-6.0, (0.30, 0.38)),
    "ostinato": (-6.0, (0.25, 0.32)), "stab": (-6.0, (0.25, 0.32)), "lead": (-6.0, (0.28, 0.36)),
    "counter": (-8.0, (0.25, 0.32)), "drums": (-2.0, None), "percussion": (-2.0, None),
}  # fmt: skip
"""By figure: gain in dB, and where its low-pass lies from quiet to full (0 to 1, see the strip)."""
_MOST_VOICES = 3
_SUDDEN = ("crash", "reverse", "riser", "impact", "sub_drop", "downlifter", "kick_out")
_FILL_SHARE = 0.3
_CYMBALS = frozenset({"49", "52", "55", "57"})


def seated(plan: MusicPlan, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """The line-up for the purpose; who was asked for by name stays."""
    if VOICE_ROOM not in plan.production:
        return tuple(seats)
    kept = [s for s in seats if s.is_named or s.figure not in _SINGERS | _FIGURES]
    if not any(seat.figure in _CARRIERS for seat in kept):
        kept = [s for s in seats if s.is_named or s.figure not in _SINGERS]
    if not any(seat.figure in _CARRIERS for seat in kept):
        kept = list(seats)
    return tuple(_softened(seat) for seat in kept)


def _softened(seat: Seat) -> Seat:
    gain_db, cutoff = _ROOM.get(seat.figure, (0.0, None))
    changed: dict[str, Any] = {"gain_db": float(seat.settings.get("gain_db", 0.0)) + gain_db}
    if cutoff is not None:
        changed["cutoff"] = cutoff
        changed["sweep"] = {}
    if "voices" in seat.settings:
        changed["voices"] = min(_MOST_VOICES, int(seat.settings["voices"]))
    return replace(seat, settings={**seat.settings, **changed})


def styled(plan: MusicPlan, style: Mapping[str, Any]) -> Mapping[str, Any]:
    """The genre's style for the purpose."""
    if NO_SURPRISES not in plan.production:
        return style
    transitions = dict(style["transitions"])
    transitions.update({name: 0.0 for name in _SUDDEN if name in transitions})
    for name in ("fill", "small_fill"):
        transitions[name] = _FILL_SHARE * float(transitions.get(name, 0.0))
    for name in ("gap", "cut"):
        transitions.pop(name, None)
    ending = dict(style["ending"], impact=False)
    if "drums" in ending:
        ending["drums"] = [key for key in ending["drums"] if str(key) not in _CYMBALS]
    return {**style, "transitions": transitions, "ending": ending}
