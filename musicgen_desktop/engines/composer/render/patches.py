# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches: how an instrument sounds, as data (resources/patches/*.json).

Not for: the synthesis itself (see voices) or which instrument plays (see the composer's palettes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.render.voices.types import Params
from musicgen_desktop.errors import EngineError


@dataclass(frozen=True, slots=True)
class Patch:
    """One instrument, or one key of a kit.

    Attributes:
        id: Its name in scores; a key of a kit is `kit:key`.
        voice: The voice that renders it.
        params: The voice's parameters.
        low, high: MIDI range in which it sounds like itself; notes outside still sound.
        gain_db: Calibrated, so that typical phrases of all patches are equally loud.
        sustained: Whether it sounds for as long as it is held.
        ring: Whether it ignores the end of the note and dies by itself.
        ring_s: The longest it sounds when it isn't sustained.
        release_s: Fade after the end of the note, to silence.
        round_robins: Different renders of the same note.
        velocity_layers: 8, 4, 2 or 1: renders of different brightness.
        velocity_exponent: Loudness is velocity to this power.
        finish: Common post-processing (see voices.finish).
        keys: For a kit: the patch of each key.
    """

    id: str
    voice: str
    params: Params
    low: int = 21
    high: int = 108
    gain_db: float = 0.0
    sustained: bool = False
    ring: bool = False
    ring_s: float = 8.0
    release_s: float = 0.15
    round_robins: int = 1
    velocity_layers: int = 8
    velocity_exponent: float = 1.5
    finish: Params = field(default_factory=lambda: Params({}))
    keys: Mapping[int, Patch] = field(default_factory=dict)


def patch_ids() -> tuple[str, ...]:
    """The ids of all patches that are shipped, sorted."""
    files = resources.path("patches").glob("*.json")
    return tuple(sorted(file.stem for file in files))


def load_patch(patch_id: str) -> Patch:
    """Reads one patch.

    Raises:
        EngineError: There is no such patch.
    """
    if patch_id not in patch_ids():
        raise EngineError(
            "The instrument sound “{patch}” is missing.",
            "Install the program again, or choose another instrument.",
            patch=patch_id,
        )
    data = resources.load_json("patches", f"{patch_id}.json")
    if "keys" in data:
        return _kit(patch_id, data)
    return _single(patch_id, data)


def _single(patch_id: str, data: Mapping[str, Any]) -> Patch:
    """One instrument from its JSON."""
    low, high = data.get("range", [21, 108])
    return Patch(
        id=patch_id,
        voice=str(data["voice"]),
        params=Params(data.get("params", {})),
        low=int(low),
        high=int(high),
        gain_db=float(data.get("gain_db", 0.0)),
        sustained=bool(data.get("sustained", False)),
        ring=bool(data.get("ring", False)),
        ring_s=float(data.get("ring_s", 8.0)),
        release_s=float(data.get("release_s", 0.15)),
        round_robins=int(data.get("round_robins", 1)),
        velocity_layers=int(data.get("velocity_layers", 8)),
        velocity_exponent=float(data.get("velocity_exponent", 1.5)),
        finish=Params(data.get("finish", {})),
    )


def _kit(patch_id: str, data: Mapping[str, Any]) -> Patch:
    """A kit: its own keys over those of the kits that it extends, with one gain for all."""
    merged: dict[str, Any] = {}
    for base in data.get("extends", []):
        merged |= resources.load_json("patches", f"{base}.json")["keys"]
    merged |= data["keys"]
    common = {
        "ring": True,
        "round_robins": 3,
        "velocity_layers": 4,
        "ring_s": 3.0,
        "release_s": 0.03,
    }
    gain = float(data.get("gain_db", 0.0))
    keys: dict[int, Patch] = {}
    for key, entry in merged.items():
        single = common | dict(entry)
        single["gain_db"] = float(entry.get("gain_db", 0.0)) + gain
        finish = dict(data.get("finish", {})) | dict(entry.get("finish", {}))
        keys[int(key)] = _single(f"{patch_id}:{key}", single | {"finish": finish})
    return Patch(id=patch_id, voice="kit", params=Params({}), low=1, high=88, keys=keys)
