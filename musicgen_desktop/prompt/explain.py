# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a plan: heard, assumed, set, refused, ignored; as chips and as JSON.

Words are plain English templates' results. Not for: deciding anything (see planner).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.prompt.spans import Span

HEARD, ASSUMED, SET, REFUSED = "heard", "assumed", "set", "refused"


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that the program understood, supposed, was told, or can't do.

    Attributes:
        kind: genre, mood, instrument, exclude, bpm, key, mode, metre, duration, era, structure,
            production, use_case, tempo_word, vocals, loop, scene, sections, text.
        value: The id or number.
        text: The words of the prompt it came from, or "".
        label: A few plain words for people, such as `slow · 75`.
        state: heard, assumed, set, refused.
        why: One clause, for assumed and refused.
        start: Place in the prompt, or -1. end: one past it, or -1.
        alternatives: Other values that would do, for a menu.
    """

    kind: str
    value: Any
    text: str
    label: str
    state: str
    why: str = ""
    start: int = -1
    end: int = -1
    alternatives: tuple[Any, ...] = ()


class Notes:
    """Collects chips while a plan is made."""

    def __init__(self) -> None:
        self._chips: list[Chip] = []

    @property
    def chips(self) -> tuple[Chip, ...]:
        """All chips, in the order of the prompt, then the assumed ones."""
        rank = {HEARD: 0, SET: 0, REFUSED: 1, ASSUMED: 2}
        unique = dict.fromkeys(self._chips)
        return tuple(
            sorted(unique, key=lambda c: (rank[c.state], c.start if c.start >= 0 else 1 << 20))
        )

    def heard(
        self, span: Span, label: str, value: Any = None, kind: str = "", *, again: bool = False
    ) -> None:
        """A wish that is obeyed; a second one of the same value is dropped unless `again`."""
        chip = Chip(
            kind=kind or span.kind,
            value=span.value if value is None else value,
            text=span.text,
            label=label,
            state=HEARD,
            start=span.start,
            end=span.end,
        )
        same = any(
            c.state == HEARD and (c.kind, c.value) == (chip.kind, chip.value) for c in self._chips
        )
        if again or not same:
            self._chips.append(chip)

    def assumed(
        self, kind: str, value: Any, label: str, why: str, alternatives: Sequence[Any] = ()
    ) -> None:
        """Something left open that was filled in."""
        self._chips.append(
            Chip(kind, value, "", label, ASSUMED, why, alternatives=tuple(alternatives))
        )

    def was_set(self, kind: str, value: Any, label: str) -> None:
        """Something that a flag or a changed chip decided."""
        self._chips.append(Chip(kind, value, "", label, SET))

    def refused(self, text: str, why: str, span: Span | None = None, kind: str = "text") -> None:
        """Something that can't be done, wholly or in part."""
        place = (span.start, span.end) if span is not None else (-1, -1)
        value = span.value if span is not None else text
        self._chips.append(Chip(kind, value, text, text, REFUSED, why, *place))

    def add_alternatives(self, kind: str, alternatives: Sequence[Any]) -> None:
        """Offers other values on every chip of a kind that has none."""
        self._chips = [
            replace(c, alternatives=tuple(alternatives))
            if c.kind == kind and not c.alternatives and c.state != REFUSED
            else c
            for c in self._chips
        ]


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan and everything to be said about it.

    Attributes:
        plan: What the Composer gets.
        title: From the prompt's own words.
        chips: Heard, set, refused, assumed.
        ignored: Words that carried no meaning here.
        named: Instrument ids as the user named them (kinds such as `guitar` included).
    """

    plan: MusicPlan
    title: str = ""
    chips: tuple[Chip, ...] = ()
    ignored: tuple[str, ...] = ()
    named: tuple[str, ...] = field(default=())

    def of(self, state: str) -> tuple[Chip, ...]:
        """Chips of one state."""
        return tuple(chip for chip in self.chips if chip.state == state)

    @property
    def heard(self) -> tuple[Chip, ...]:
        """Wishes that are obeyed, flags included."""
        return tuple(c for c in self.chips if c.state in {HEARD, SET})

    @property
    def assumed(self) -> tuple[Chip, ...]:
        """What was filled in."""
        return self.of(ASSUMED)

    @property
    def refused(self) -> tuple[Chip, ...]:
        """What can't be done."""
        return self.of(REFUSED)

    def to_json(self) -> dict[str, Any]:
        """The object that `plan --json` prints."""
        return {
            "heard": [
                {
                    "text": c.text,
                    "start": c.start,
                    "end": c.end,
                    "kind": c.kind,
                    "value": _plain(c.value),
                }
                for c in self.heard
            ],
            "assumed": [
                {"kind": c.kind, "value": _plain(c.value), "why": c.why} for c in self.assumed
            ],
            "refused": [{"text": c.text, "why": c.why} for c in self.refused],
            "ignored": list(self.ignored),
            "plan": plan_json(self.plan, self.named),
        }


_FIELDS = (
    "genre", "genres", "moods", "bpm", "felt_bpm", "key", "mode", "metre", "swing", "duration_s",
    "era", "instruments", "excluded", "use_case", "loop", "vocals", "structure", "production",
    "tempo_word", "language", "sections", "seed",
)  # fmt: skip


def plan_json(plan: MusicPlan, named: Sequence[str] = ()) -> dict[str, Any]:
    """The plan as `plan --json` shows it.

    Args:
        plan: To be shown.
        named: Instruments as named; kinds among them (`guitar`) are listed before what plays them.
    """
    data = plan.to_json()
    shown = {key: _plain(data[key]) for key in _FIELDS}
    shown["instruments"] = list(dict.fromkeys([*named, *plan.instruments]))
    return shown


def _plain(value: Any) -> Any:
    """The value with lists for tuples, all the way down."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
