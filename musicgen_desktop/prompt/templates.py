# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates of forms: which of them can fill a number of bars, and how the bars are shared out.

Not for: tempo and time (see forms).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

_SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 28, 32, 40, 48, 64)
_SIZE_COST = {4: 0.0, 8: 0.0, 16: 0.05, 2: 0.25, 12: 0.3, 32: 0.2, 24: 0.25, 6: 0.6, 1: 0.8}
_SIMILAR = 0.55
_SIMILAR_SHORT = 0.95
_SHORT_BARS = 9
_CHOICES = 8
_LEAST_CHOICES = 4
"""As many takes of one click differ in form where the templates allow it."""
_TELLING_BARS = 64
"""In longer pieces different templates always come out different."""
_ENERGY = {
    "intro": 0.3, "verse": 0.5, "pre_chorus": 0.65, "chorus": 0.9, "bridge": 0.45, "build": 0.65,
    "drop": 0.95, "break": 0.35, "theme": 0.55, "develop": 0.65, "climax": 0.95, "aftermath": 0.3,
    "hook": 0.85, "solo": 0.8, "outro": 0.35, "a": 0.55, "b": 0.7, "loop": 0.6, "ending": 0.3,
}  # fmt: skip
_LIKED = {"intro": 4, "pre_chorus": 4, "build": 4, "break": 4, "outro": 4}
_USUAL_BARS = 8
_LATER = 0.04
"""What each return of a section adds to its energy in a form that was spelt out."""
_LETTERS = frozenset({"a", "b", "bridge", "develop"})
LABELS = frozenset(_ENERGY)
"""Every label that a section may have."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A section before its place in time is known.

    Attributes:
        label: As in Section. least: fewest bars. bars: bars it would like, or has got.
        most: most bars. energy: as in Section.
    """

    label: str
    least: int
    bars: int
    most: int
    energy: float


@dataclass(frozen=True, slots=True)
class Template:
    """A form to be fitted.

    Attributes:
        id: Of the template. slots: its sections.
        cycle: First and one past the last slot of what may be repeated, or None.
        complete: Whether it is a piece even without an intro (a rondo begins at once).
    """

    id: str
    slots: tuple[Slot, ...]
    cycle: tuple[int, int] | None = None
    complete: bool = False

    @property
    def bars(self) -> int:
        """Bars it would like."""
        return sum(slot.bars for slot in self.slots)

    def holds(self, bars: int) -> bool:
        """Whether it can have this many bars."""
        return sum(s.least for s in self.slots) <= bars <= sum(s.most for s in self.slots)

    @property
    def is_whole(self) -> bool:
        """Whether it is a piece, not a fragment: an intro, then sections of two kinds or more."""
        kinds = {slot.label for slot in self.slots} - {"intro", "outro"}
        return (self.complete or self.slots[0].label == "intro") and len(kinds) >= 2

    def repeated(self, times: int) -> Template:
        """With its cycle played so many times."""
        if self.cycle is None:
            return self
        start, end = self.cycle
        middle = self.slots[start:end] * times
        return replace(self, slots=self.slots[:start] + middle + self.slots[end:], cycle=None)

    def without(self, labels: frozenset[str]) -> Template:
        """Without sections of these labels."""
        slots = tuple(slot for slot in self.slots if slot.label not in labels)
        if len(slots) == len(self.slots):
            return self
        if self.cycle is None:
            return replace(self, slots=slots)
        start, end = self.cycle
        before = sum(slot.label not in labels for slot in self.slots[:start])
        inside = sum(slot.label not in labels for slot in self.slots[start:end])
        return replace(self, slots=slots, cycle=(before, before + inside) if inside else None)


def parse(data: Mapping[str, Any]) -> dict[str, tuple[Template, ...]]:
    """Templates by family, from the JSON of resources/lexicon/forms.json."""
    return {
        family: tuple(
            Template(
                row["id"],
                tuple(Slot(*cells) for cells in row["sections"]),
                tuple(row["cycle"]) if "cycle" in row else None,
                bool(row.get("complete")),
            )
            for row in rows
        )
        for family, rows in data.items()
    }


def candidates(
    groups: Iterable[Sequence[Template]],
    bars: int,
    wanted: Sequence[str],
    unwanted: frozenset[str],
) -> list[Template]:
    """Templates, cycles unrolled, that hold the bars about equally well; at least one.

    The first group with a fitting template decides. Wished sections that no template has are
    inserted; banned ones are left out.
    """
    for group in groups:
        fitting = []
        for template in group:
            shaped = _shaped(template.without(unwanted), bars, wanted)
            if shaped is not None:
                fitting.append(shaped)
        if fitting:
            return _choices(sorted(fitting, key=_cost), bars)
    label = next(iter(wanted), "theme")
    return [Template("one", (Slot(label, 1, bars, bars, _ENERGY.get(label, 0.6)),))]


def _choices(ranked: Sequence[tuple[float, Template]], bars: int) -> list[Template]:
    """The best, and those about as good that come out different; some worse where they are few."""
    reach = _SIMILAR_SHORT if bars <= _SHORT_BARS else _SIMILAR
    most = ranked[0][0] + reach
    chosen: dict[tuple[tuple[str, int], ...], Template] = {}
    for cost, template in ranked:
        if len(chosen) >= (_CHOICES if cost <= most else _LEAST_CHOICES):
            break
        is_short = bars <= _TELLING_BARS
        slots = allot(template, bars) if is_short else template.slots
        chosen.setdefault(tuple((slot.label, slot.bars) for slot in slots), template)
    return list(chosen.values())


def _cost(pair: tuple[float, Template]) -> float:
    return pair[0]


def _shaped(template: Template, bars: int, wanted: Sequence[str]) -> tuple[float, Template] | None:
    """The template unrolled to suit the bars, with its cost; None where it can't hold them."""
    best: tuple[float, Template] | None = None
    if not template.slots:
        return None
    for times in range(1, 64 if template.cycle else 2):
        unrolled = template.repeated(times)
        missing = _missing(unrolled, wanted)
        for label in missing:
            unrolled = inserted(unrolled, label)
        if unrolled.holds(bars):
            cost = abs(math.log(bars / unrolled.bars)) + 0.5 * len(missing)
            if best is None or cost < best[0]:
                best = (cost, unrolled)
        elif sum(slot.least for slot in unrolled.slots) > bars:
            break
    return best


def _missing(template: Template, wanted: Sequence[str]) -> list[str]:
    """Wished sections that aren't there as often as they were wished."""
    there = Counter(slot.label for slot in template.slots)
    missing = Counter(wanted) - there
    return list(missing.elements())


def inserted(template: Template, label: str) -> Template:
    """With a section of this label where such a section usually stands."""
    slot = Slot(label, 1, 8 if label == "climax" else 4, 16, _ENERGY.get(label, 0.6))
    slots = list(template.slots)
    if label == "intro":
        place = 0
    elif label == "outro":
        place = len(slots)
    else:
        place = max(range(len(slots)), key=lambda i: (slots[i].energy, i))
        if slot.energy > slots[place].energy or label == "climax":
            place += 1
        place = max(place, min(1, len(slots)))
    return replace(template, slots=(*slots[:place], slot, *slots[place:]), cycle=None)


def from_wish(bars: Sequence[tuple[str, int]]) -> Template:
    """The form that was spelt out, with room to be stretched where the time asks for it."""
    slots = tuple(
        Slot(label, 1, count, max(count * 3, count + 4), _ENERGY.get(label, 0.6))
        for label, count in bars
    )
    return Template("wished", slots)


def from_layout(labels: Sequence[str], bars: int, *, with_intro: bool) -> Template:
    """The form whose sections were named in order; forms of letters are played as often as fits.

    Args:
        labels: Sections in order.
        bars: To be filled, about.
        with_intro: Whether a short intro comes before it.
    """
    body = list(labels)
    liked = sum(_LIKED.get(label, _USUAL_BARS) for label in body)
    if set(body) <= _LETTERS:
        equal = _equal(body, bars, with_intro=with_intro)
        if equal is not None:
            return equal
        body *= max(1, round(bars / liked))
    if with_intro and body[0] != "intro":
        body.insert(0, "intro")
    seen: Counter[str] = Counter()
    slots = []
    for label in body:
        size = _LIKED.get(label, _USUAL_BARS)
        energy = min(1.0, _ENERGY.get(label, 0.6) + _LATER * seen[label])
        slots.append(Slot(label, 1, size, 4 * size, energy))
        seen[label] += 1
    return Template("layout", tuple(slots))


def _equal(body: Sequence[str], bars: int, *, with_intro: bool) -> Template | None:
    """A form of letters in sections of one length, once or several times, after an intro."""
    options = []
    for times in range(1, 1 + max(1, bars // (4 * len(body)))):
        parts = times * len(body)
        for size in range(4, 17):
            intro = bars - parts * size
            if intro == 0 if not with_intro else 1 <= intro <= 8:
                price = _SIZE_COST.get(size, 1.2 if size % 2 else 0.7)
                options.append((price + 0.3 * _SIZE_COST.get(intro, 0.8), times, size, intro))
    if not options:
        return None
    _, times, size, intro = min(options)
    slots = [Slot("intro", intro, intro, intro, _ENERGY["intro"])] if intro else []
    seen: Counter[str] = Counter()
    for label in list(body) * times:
        energy = min(1.0, _ENERGY[label] + _LATER * seen[label])
        slots.append(Slot(label, size, size, size, energy))
        seen[label] += 1
    return Template("letters", tuple(slots))


def anchored(template: Template, bars: int, moments: Sequence[tuple[str, int]]) -> list[Slot]:
    """The slots with sections of the labels starting at the bars, in order of time.

    Args:
        template: The form.
        bars: To be filled.
        moments: Labels with their bars, ascending, inside the form.
    """
    rest = replace(template, cycle=None)
    found: list[Slot] = []
    done = 0
    for label, bar in moments:
        places = _later_places(rest, label)
        if not places:
            rest = inserted(rest, label)
            places = _later_places(rest, label) or [0]
        before = _thinned(rest.slots[: places[0]], bar - done)
        if before:
            found += allot(replace(rest, slots=before), bar - done)
        rest = replace(rest, slots=rest.slots[places[0] :])
        done = bar
    return [*found, *allot(replace(rest, slots=_thinned(rest.slots, bars - done)), bars - done)]


def _later_places(template: Template, label: str) -> list[int]:
    return [i for i, slot in enumerate(template.slots) if slot.label == label and i > 0]


def _thinned(slots: tuple[Slot, ...], bars: int) -> tuple[Slot, ...]:
    """At most as many slots as bars; the first, which has its moment, stays."""
    kept = list(slots)
    while len(kept) > max(1, bars):
        kept.remove(min(kept[1:], key=lambda s: s.energy))
    return tuple(kept)


def allot(template: Template, bars: int) -> list[Slot]:
    """Shares the bars out among the slots: whole phrases, near to what each would like.

    Dynamic programming over the slots; long forms are counted in units of four bars, and what is
    left over goes to the first slot. A template that can't hold the bars is stretched or squeezed.
    """
    slots = list(template.slots)
    while len(slots) > bars:
        slots.remove(min(slots, key=lambda s: (s.label == "intro", s.energy)))
    scale = bars / sum(slot.bars for slot in slots)
    if not replace(template, slots=tuple(slots)).holds(bars):
        slots = [
            replace(s, least=1, most=max(s.most, math.ceil(s.bars * scale) + 8)) for s in slots
        ]
    unit = 4 if bars >= 32 and sum(max(s.least, 4) for s in slots) <= bars else 1
    left = bars % unit
    sizes = _share(slots, (bars - left) // unit, unit, scale)
    if sizes is None:
        sizes = _share(slots, bars, 1, scale) if unit > 1 else None
        left = 0
    if sizes is None:
        sizes = _even(bars, len(slots))
    sizes[0] += left
    return [replace(slot, bars=size) for slot, size in zip(slots, sizes, strict=True)]


def _even(bars: int, parts: int) -> list[int]:
    whole, more = divmod(bars, parts)
    return [whole + (i >= parts - more) for i in range(parts)]


def _share(slots: Sequence[Slot], units: int, unit: int, scale: float) -> list[int] | None:
    """The cheapest sizes in bars, or None where no choice of sizes adds up."""
    costs: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for slot in slots:
        options = _options(slot, unit, scale)
        reached: dict[int, tuple[float, int]] = {}
        for total, (cost, _) in costs[-1].items():
            for size, price in options:
                key = total + size // unit
                if key <= units and (key not in reached or cost + price < reached[key][0]):
                    reached[key] = (cost + price, size)
        costs.append(reached)
    if units not in costs[-1]:
        return None
    sizes = []
    for layer in reversed(costs[1:]):
        size = layer[units][1]
        sizes.append(size)
        units -= size // unit
    return sizes[::-1]


def _options(slot: Slot, unit: int, scale: float) -> list[tuple[int, float]]:
    wished = slot.bars * scale
    return [
        (size, abs(math.log(size / wished)) * 0.7 + _SIZE_COST.get(size, 1.2))
        for size in _SIZES
        if size % unit == 0 and min(slot.least, slot.most) <= size <= max(slot.most, unit)
    ]
