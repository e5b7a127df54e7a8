# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a chip's menu, cross and pin change in the overrides of a wish.

Pure functions from overrides to overrides; the words are never touched. Not for: widgets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musicgen_desktop.prompt.explain import Chip

Overrides = dict[str, Any]

LEAVE_OUT = "leave_out"
"""The override that names words of the prompt which are to carry no meaning."""
ONE_VALUE = {
    "bpm": "bpm",
    "key": "key",
    "metre": "metre",
    "genre": "genre",
    "energy": "energy",
    "swing": "swing",
}
MANY_VALUES = {"mood": "mood", "instrument": "instruments", "exclude": "exclude"}


def chosen(
    overrides: Mapping[str, Any], chips: Sequence[Chip], chip: Chip, value: object
) -> Overrides:
    """The overrides after an alternative was taken from a chip's menu.

    Args:
        overrides: Before.
        chips: All chips of the reading.
        chip: The one whose menu it was.
        value: The alternative's value.
    """
    result = dict(overrides)
    if chip.kind in MANY_VALUES:
        result[MANY_VALUES[chip.kind]] = _unique(
            value if other == chip.value else other for other in _values(chips, chip.kind)
        )
    elif chip.kind in ONE_VALUE:
        result[ONE_VALUE[chip.kind]] = value
    return result


def left_out(overrides: Mapping[str, Any], chips: Sequence[Chip], chip: Chip) -> Overrides:
    """The overrides after a chip's cross: what was set goes, what was heard is not listened to."""
    result = dict(overrides)
    key = ONE_VALUE.get(chip.kind) or MANY_VALUES.get(chip.kind)
    if key is not None and chip.state == "set" and key in ONE_VALUE.values():
        result.pop(key, None)
    elif chip.kind in MANY_VALUES and (key in result or chip.kind == "mood"):
        result[MANY_VALUES[chip.kind]] = [
            value for value in _values(chips, chip.kind) if value != chip.value
        ]
    elif chip.text:
        result[LEAVE_OUT] = _unique([*result.get(LEAVE_OUT, ()), chip.text])
    if chip.kind == "instrument" and chip.state == "assumed":
        result["exclude"] = _unique([*result.get("exclude", ()), chip.value])
    return result


def kept(overrides: Mapping[str, Any], chips: Sequence[Chip], chip: Chip) -> Overrides:
    """The overrides after a chip was pinned: what it says now is said for good."""
    result = dict(overrides)
    if chip.kind in MANY_VALUES:
        result[MANY_VALUES[chip.kind]] = _unique(_values(chips, chip.kind))
    elif chip.kind in ONE_VALUE:
        result[ONE_VALUE[chip.kind]] = chip.value
    return result


def only_kinds(overrides: Mapping[str, Any], kinds: Collection[str]) -> Overrides:
    """The overrides that belong to these kinds of chips."""
    keys = {ONE_VALUE.get(kind) or MANY_VALUES.get(kind) for kind in kinds}
    return {key: value for key, value in overrides.items() if key in keys}


def can_leave_out(chip: Chip) -> bool:
    """Whether a chip's cross would change anything: a tempo that was assumed must be some tempo."""
    if chip.state == "refused":
        return False
    return chip.state == "set" or bool(chip.text) or chip.kind == "instrument"


def can_keep(chip: Chip) -> bool:
    """Whether an override can say what this chip says."""
    kinds = {*ONE_VALUE, *MANY_VALUES, "duration"}
    return chip.kind in kinds and chip.state != "refused"


def _values(chips: Sequence[Chip], kind: str) -> list[Any]:
    return [c.value for c in chips if c.kind == kind and c.state in ("heard", "set")]


def _unique(values: Any) -> list[Any]:
    return list(dict.fromkeys(values))
