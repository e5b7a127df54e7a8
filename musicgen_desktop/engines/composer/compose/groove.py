# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes drums and percussion: grooves, their variants by energy, fills, crashes, builds.

A groove is a set of lane cells (kick, snare, hats, percussion); takes of a group play different
grooves.
Not for: swing and microtiming (see perform) or effects (see transitions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from musicgen_desktop.engines.composer.compose import cells
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.form_layers import PEAKS
from musicgen_desktop.engines.composer.compose.seats import Seat

KICKS = (35, 36)
CRASH = 49
_LANES = {35: "kick", 36: "kick", 37: "snare", 38: "snare", 39: "snare", 40: "snare",
          42: "hat", 44: "hat",
          46: "hat", 51: "hat", 53: "hat"}  # fmt: skip
_STROKE = 0.25
_DROPS = frozenset({"drop", "climax"})


@dataclass(frozen=True, slots=True)
class Groove:
    """What the drummer plays throughout.

    Attributes:
        id: As in the data. cells: its lane cells. fills: the fills that go with it.
        elsewhere: By section label, the grooves of sections that have another one.
    """

    id: str
    cells: tuple[Mapping[str, Any], ...]
    fills: tuple[Mapping[str, Any], ...]
    elsewhere: Mapping[str, Groove] = field(default_factory=dict)

    def at(self, label: str) -> Groove:
        """The groove of a kind of section."""
        return self.elsewhere.get(label, self)


def choose_groove(context: Context, kit: str = "") -> Groove:
    """The groove of this take, one that is made for the kit where there are such (`kits`).

    A style's `label_grooves` names, by section label, grooves that only such sections have (a
    breakdown in half time).
    """
    genre, metre = context.plan.genre, context.metre
    found = cells.pool("drums", genre, "grooves", metre)
    options = [g for g in found if not kit or kit in g.get("kits", (kit,))] or found
    special: Mapping[str, Sequence[str]] = context.style.get("label_grooves", {})
    reserved = {i for ids in special.values() for i in ids}
    chosen = context.streams.rotate("groove", [o for o in options if o["id"] not in reserved])
    by_id = {c["id"]: c for name in ("common", genre) for c in cells.load("drums", name)["cells"]}
    fills = cells.pool("drums", genre, "fills", metre)

    def made(option: Mapping[str, Any]) -> Groove:
        return Groove(option["id"], tuple(by_id[i] for i in option["cells"]), tuple(fills))

    elsewhere = {}
    for label, ids in special.items():
        own = [o for o in options if o["id"] in ids]
        if own:
            stream = context.streams.stream(f"groove/{label}")
            elsewhere[label] = made(stream.choice(own))
    return replace(made(chosen), elsewhere=elsewhere)


def kick_starts(groove: Groove, context: Context, bar: int, energy: float) -> list[float]:
    """Where the kick falls in a bar of a section, in quarter notes from the bar line."""
    found = []
    for key, start, _ in _bar_strokes(groove, context, bar, energy):
        if key in KICKS:
            found.append(start)
    return sorted(set(found))


def _bar_strokes(
    groove: Groove, context: Context, bar: int, energy: float
) -> Iterator[tuple[int, float, int]]:
    for cell in groove.cells:
        if energy < float(cell.get("from", 0.0)):
            continue
        for key, pattern in cells.variant(cell, energy).items():
            text = cells.bar_text(cells.fitted(pattern, context.metre), context.metre, bar)
            for start, velocity in cells.strokes(text):
                yield int(key), start, velocity


def write_drums(
    context: Context, groove: Groove, levels: Sequence[float], forbidden: frozenset[int]
) -> list[Draft]:
    """The kit's notes for the whole piece but the ending.

    Args:
        context: The piece.
        groove: What is played.
        levels: The kit's level in each bar.
        forbidden: Percussion keys that may not be heard.
    """
    drafts: list[Draft] = []
    for frame, following in _pairs(context.sections):
        if frame.label != "ending":
            drafts += _section(context, groove, frame, following, levels)
    return [draft for draft in drafts if draft.pitch not in forbidden]


def _pairs(
    sections: Sequence[SectionFrame],
) -> Iterator[tuple[SectionFrame, SectionFrame | None]]:
    yield from zip(sections, [*sections[1:], None], strict=True)


def _section(
    context: Context,
    groove: Groove,
    frame: SectionFrame,
    following: SectionFrame | None,
    levels: Sequence[float],
) -> list[Draft]:
    groove = groove.at(frame.label)
    drafts: list[Draft] = []
    quarters = context.metre.bar_quarters
    is_build = frame.label == "build" and frame.bars >= 2 and _may_fill(context)
    for bar in range(frame.bars):
        level = levels[frame.start_bar + bar]
        start = frame.start + bar * quarters
        if level <= 0:
            if _enters_next(frame, following, bar, levels):
                drafts += [
                    replace(d, start=d.start + start) for d in _pickup(context, groove, frame)
                ]
            continue
        if is_build:
            played = _build_bar(context, frame, bar, level)
        else:
            played = _groove_bar(context, groove, frame, bar, level)
            played = _with_fill(context, groove, frame, following, bar, level, played)
        is_entry = bar > 0 and levels[frame.start_bar + bar - 1] <= 0
        if _crashes(context, frame, bar, level, is_entry=is_entry):
            played = [d for d in played if d.start > 0 or d.lane != "hat"]
            played.append(Draft(0.0, quarters, CRASH, 100, "perc"))
        drafts += [replace(d, start=d.start + start) for d in played]
    return drafts


def _enters_next(
    frame: SectionFrame, following: SectionFrame | None, bar: int, levels: Sequence[float]
) -> bool:
    if bar < frame.bars - 1:
        return levels[frame.start_bar + bar + 1] > 0
    if following is None or following.label in {"ending", *_DROPS}:
        return False
    return levels[following.start_bar] > 0


def _may_fill(context: Context) -> bool:
    """Whether fills weren't ruled out."""
    return "fills" not in context.plan.excluded


def _pickup(context: Context, groove: Groove, frame: SectionFrame) -> list[Draft]:
    """A short fill that calls the drums in."""
    if not _may_fill(context):
        return []
    stream = context.streams.stream("fills/pickup", frame.index)
    short = [fill for fill in groove.fills if fill["steps"] <= 4]
    chance = float(context.style["transitions"]["fill"])
    if not short or not stream.chance(0.8 * chance):
        return []
    return _filled(context, [], stream.choice(short), 0.6)


def _crashes(
    context: Context, frame: SectionFrame, bar: int, level: float, *, is_entry: bool
) -> bool:
    """At the start of a section, where the kit enters late, in peaks every eight bars."""
    if not is_entry and (bar % 8 or (bar and frame.label not in PEAKS)):
        return False
    chance = float(context.style["transitions"]["crash"])
    stream = context.streams.stream("fills/crash", frame.index, bar)
    return (frame.index > 0 or is_entry) and level >= 0.4 and stream.chance(chance)


def _draft(key: int, start: float, velocity: float) -> Draft:
    lane = _LANES.get(key, "perc")
    return Draft(start, _STROKE, key, max(1, min(127, round(velocity))), lane)


def _groove_bar(
    context: Context, groove: Groove, frame: SectionFrame, bar: int, level: float
) -> list[Draft]:
    gain = 0.84 + 0.2 * level
    found: dict[tuple[int, float], Draft] = {}
    for key, start, velocity in _bar_strokes(groove, context, bar, level):
        found[key, start] = _draft(key, start, velocity * gain)
    played = list(found.values())
    if bar % 4 == 3:
        played = _varied(context, frame, bar, played)
    return played


def _varied(context: Context, frame: SectionFrame, bar: int, played: list[Draft]) -> list[Draft]:
    """Each fourth bar breathes: one kick more or one hat less than the others."""
    stream = context.streams.stream("groove/vary", frame.index, bar)
    quarters = context.metre.bar_quarters
    if stream.chance(0.5):
        last = quarters - 0.25 * stream.integer(1, 3)
        if not any(d.start == last and d.lane == "kick" for d in played):
            steady = sum(d.lane == "kick" for d in played) >= context.metre.pulses
            return played if steady else [*played, _draft(36, last, 70)]
    hats = [d for d in played if d.lane == "hat" and d.start >= quarters - 1]
    if len(hats) > 1:
        played.remove(stream.choice(hats))
    return played


def _with_fill(
    context: Context,
    groove: Groove,
    frame: SectionFrame,
    following: SectionFrame | None,
    bar: int,
    level: float,
    played: list[Draft],
) -> list[Draft]:
    style = context.style["transitions"]
    is_last = bar == frame.bars - 1
    stream = context.streams.stream("fills", frame.index, bar)
    if is_last and _stops_early(context, following):
        return _cut(played, context.metre.bar_quarters / 2)
    if is_last and following is not None and following.label in _DROPS:
        return _cut(played, context.metre.bar_quarters / 2) if level > 0.3 else played
    if is_last and following is not None and stream.chance(float(style.get("kick_out", 0))):
        end = context.metre.bar_quarters - context.metre.pulse_quarters
        return [d for d in played if d.lane != "kick" or d.start < end]
    large = is_last or bar % 8 == 7
    if not large and bar % 4 != 3:
        return played
    chance = float(style["fill" if large else "small_fill"])
    if level < 0.3 or not stream.chance(chance) or not _may_fill(context):
        return played
    fits = [f for f in groove.fills if (f["steps"] > 4 or not large) and (f["steps"] <= 4 or large)]
    fill = stream.choice(fits or groove.fills)
    return _filled(context, played, fill, level)


def _stops_early(context: Context, following: SectionFrame | None) -> bool:
    """Whether the drums fall silent before the last chord, as the genre's ending wants it."""
    is_ending = following is not None and following.label == "ending"
    return is_ending and bool(context.style["ending"].get("stops_early"))


def _cut(played: Sequence[Draft], end: float) -> list[Draft]:
    return [d for d in played if d.start < end]


def _filled(
    context: Context, played: Sequence[Draft], fill: Mapping[str, Any], level: float
) -> list[Draft]:
    start = max(0.0, context.metre.bar_quarters - fill["steps"] * cells.STEP)
    kept = _cut(played, start)
    for key, pattern in fill["lanes"].items():
        for at, velocity in cells.strokes(cells.clean(pattern)):
            if start + at < context.metre.bar_quarters:
                kept.append(_draft(int(key), start + at, velocity * (0.8 + 0.2 * level)))
    return kept


def _build_bar(context: Context, frame: SectionFrame, bar: int, level: float) -> list[Draft]:
    """A bar of a build: the roll doubles its speed by and by and stops short of the drop.

    A style's `build` may say more: `steps`, the roll's notes in quarters from stage to stage, and
    `kick`, the share of the build after which the kick is out.
    """
    quarters = context.metre.bar_quarters
    left = frame.bars - bar
    build = context.style["transitions"].get("build", {})
    step = _roll_step(frame, bar, build.get("steps"))
    keys = context.style["transitions"].get("build_keys", [38])
    end = quarters - context.metre.pulse_quarters if left == 1 else quarters
    played: list[Draft] = []
    count = round(end / step)
    for i in range(count):
        position = (bar + i * step / quarters) / frame.bars
        velocity = 48 + 62 * position
        played += [_draft(key, i * step, velocity * (1.0 if i % 2 == 0 else 0.9)) for key in keys]
    if left > 1 and bar < frame.bars * float(build.get("kick", 1.0)):
        pulses = range(context.metre.pulses)
        played += [_draft(36, p * context.metre.pulse_quarters, 100 * level + 8) for p in pulses]
    return played


def _roll_step(frame: SectionFrame, bar: int, steps: Sequence[float] | None) -> float:
    """Quarter notes between two strokes of a build's roll."""
    if steps:
        return float(steps[bar * len(steps) // frame.bars])
    left = frame.bars - bar
    return 1.0 if left > frame.bars * 0.5 else 0.5 if left > max(1, frame.bars // 4) else 0.25


def write_percussion(
    context: Context, seat: Seat, levels: Sequence[float], forbidden: frozenset[int]
) -> list[Draft]:
    """The notes of a percussion player: one pattern for each of its keys."""
    drafts: list[Draft] = []
    options = cells.pool("drums", "percussion", "cells", context.metre)
    for key in seat.settings.get("keys", [82]):
        own = [c for c in options if key in c["keys"]]
        if not own or (key in forbidden and not seat.is_named):
            continue
        cell = context.streams.stream(f"groove/{seat.part}", key).choice(own)
        drafts += list(_percussion_lane(context, key, cell, levels))
    return drafts


def _percussion_lane(
    context: Context, key: int, cell: Mapping[str, Any], levels: Sequence[float]
) -> Iterator[Draft]:
    for frame in context.sections:
        if frame.label == "ending":
            continue
        for bar in range(frame.bars):
            level = levels[frame.start_bar + bar]
            if level <= 0:
                continue
            pattern = cells.fitted(cells.variant(cell, level), context.metre)
            start = frame.start + bar * context.metre.bar_quarters
            for at, velocity in cells.strokes(cells.bar_text(pattern, context.metre, bar)):
                yield _draft(key, start + at, velocity * (0.75 + 0.25 * level))
