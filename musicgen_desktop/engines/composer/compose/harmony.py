# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the harmony: which progression each section has, where it is coloured, where it closes.

Progressions are roman numerals in resources/cells/progressions/<genre>.json. Sections with the
same label get the same chords; other kinds of section get another progression; before a new
section a half close leads on, before the ending a full close leads home.
Not for: voicing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musicgen_desktop.engines.composer.compose import cells, numerals
from musicgen_desktop.engines.composer.compose.context import SectionFrame, Streams
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import Chord, Key

_SHORT_BARS = 9
Bar = tuple[Chord, ...]
"""The chords of one bar, of equal length."""


@dataclass(frozen=True, slots=True)
class Progression:
    """Some bars of harmony that repeat.

    Attributes:
        id: As in the data. tags: what it suits. bars: the chords.
    """

    id: str
    tags: frozenset[str]
    bars: tuple[Bar, ...]


def write_chords(
    plan: MusicPlan, sections: Sequence[SectionFrame], streams: Streams, style: Mapping[str, Any]
) -> tuple[ChordSpan, ...]:
    """The harmony of the whole form, gapless, neighbouring equal chords joined within a section."""
    writer = _Writer(plan, streams, style)
    spans: list[ChordSpan] = []
    for frame, following in zip(sections, [*sections[1:], None], strict=True):
        bars = writer.section(frame, following)
        bar_quarters = frame.quarters / frame.bars
        fresh: list[ChordSpan] = []
        for index, bar in enumerate(bars):
            length = bar_quarters / len(bar)
            for place, chord in enumerate(bar):
                beat = frame.start + index * bar_quarters + place * length
                _append(fresh, ChordSpan(beat, length, chord))
        spans += fresh
    return tuple(spans)


def _append(spans: list[ChordSpan], span: ChordSpan) -> None:
    if spans and spans[-1].chord == span.chord:
        last = spans.pop()
        span = ChordSpan(last.beat, last.duration + span.duration, last.chord)
    spans.append(span)


class _Writer:
    """Chooses progressions once and hands out the bars of each section."""

    def __init__(self, plan: MusicPlan, streams: Streams, style: Mapping[str, Any]) -> None:
        self._plan = plan
        self._key = plan.theory_key
        self._style = style
        self._streams = streams
        options = progressions(plan, style)
        main = [p for p in options if "contrast" not in p.tags]
        self._chosen = {"A": streams.rotate("progression", _suited(main, plan))}
        for slot in ("B", "C"):
            self._chosen[slot] = self._other(slot, options)

    def _other(self, slot: str, options: Sequence[Progression]) -> Progression:
        """A progression that contrasts with those chosen so far."""
        stream = self._streams.stream(f"progression/{slot}")
        taken = list(self._chosen.values())
        is_spiced = not _is_diatonic(taken[0].bars, self._key)
        weights = [
            _contrast(p, taken)
            * (2.0 if "contrast" in p.tags else 1.0)
            * (0.2 if is_spiced and not _is_diatonic(p.bars, self._key) else 1.0)
            for p in options
        ]
        return stream.weighted(options, weights)

    def section(self, frame: SectionFrame, following: SectionFrame | None) -> list[Bar]:
        """The bars of one section, cadence included."""
        if frame.label == "ending":
            return [(self._tonic(),)] * frame.bars
        slots = self._style["slots"]
        slot = slots.get(frame.label, slots["default"])
        pattern = self._chosen[slot].bars
        bars = [pattern[i % len(pattern)] for i in range(frame.bars)]
        if following is not None and following.label == "ending":
            return self._closed(bars)
        is_new = following is not None and following.label != frame.label
        if is_new and frame.bars >= 4 and self._turns(frame):
            bars[-1] = self._cadence("half")[-1]
        return bars

    def _turns(self, frame: SectionFrame) -> bool:
        stream = self._streams.stream(f"progression/turn/{frame.label}")
        return stream.chance(float(self._style["turn_chance"]) + 0.3 * self._plan.tension)

    def _closed(self, bars: list[Bar]) -> list[Bar]:
        close = self._cadence("close")
        count = min(len(close), max(0, len(bars) - 1))
        return bars[: len(bars) - count] + close[len(close) - count :] if count else bars

    def _cadence(self, kind: str) -> list[Bar]:
        """A close of the genre; inside the scale where there is enough outside it already.

        A style may have cadences for a mode of its own; else those of its family are adapted.
        """
        own = self._style["cadences"].get(self._key.mode)
        family = "minor" if self._key.is_minor else "major"
        texts: Sequence[str] = (own or self._style["cadences"][family])[kind]
        adapt = own is None and family != self._key.harmony_mode
        options = [read(text, self._key, self._style["colours"], adapt) for text in texts]
        is_spiced = kind == "half" and not _is_diatonic(self._chosen["A"].bars, self._key)
        if is_spiced or self._plan.total_bars <= _SHORT_BARS:
            options = [bars for bars in options if _is_diatonic(bars, self._key)] or options
        return list(self._streams.stream(f"progression/{kind}").choice(options))

    def _tonic(self) -> Chord:
        numeral = "i" if self._key.is_minor else "I"
        chord = numerals.parse(numeral, self._key, colours=self._style["ending_colours"])
        quality = {"locrian": "m7b5", "whole_tone": "aug"}.get(self._key.mode, chord.quality)
        return Chord(chord.root, quality, chord.bass)


def progressions(plan: MusicPlan, style: Mapping[str, Any]) -> list[Progression]:
    """All progressions that a genre has for the plan's mode, at least as many as a group has takes.

    Those written for the mode come first; where they are too few, those of the related modes are
    taken over onto the scale.
    """
    key = plan.theory_key
    entries = cells.load("progressions", plan.genre)["progressions"]
    own = [e for e in entries if key.harmony_mode in e["modes"]]
    family = "minor" if key.is_minor else "major"
    related = [e for e in entries if family in e["modes"] and e not in own]
    found = [_progression(e, key, style, adapt=False) for e in own]
    if len({p.bars for p in found if "contrast" not in p.tags}) < TAKES_PER_GROUP + 2:
        found += [_progression(e, key, style, adapt=True) for e in related]
    unique = _unique(found)
    if sum("contrast" not in p.tags for p in unique) < TAKES_PER_GROUP:
        unique = _unique([*unique, *map(_turned, unique)])
    return unique


def _unique(found: Sequence[Progression]) -> list[Progression]:
    """The progressions without those that sound like one before them."""
    return list({p.bars: p for p in reversed(found)}.values())[::-1]


def _turned(progression: Progression) -> Progression:
    """The same chords begun from the middle."""
    middle = len(progression.bars) // 2
    bars = (*progression.bars[middle:], *progression.bars[:middle])
    return Progression(f"{progression.id}_turned", progression.tags, bars)


def _progression(
    entry: Mapping[str, Any], key: Key, style: Mapping[str, Any], *, adapt: bool
) -> Progression:
    bars = read(entry["chords"], key, style["colours"], adapt)
    return Progression(entry["id"], frozenset(entry.get("tags", ())), bars)


def read(text: str, key: Key, colours: numerals.Colours, adapt: bool) -> tuple[Bar, ...]:
    """Bars of numerals, such as `i | VI VII | % | v`; `%` repeats the bar before."""
    bars: list[Bar] = []
    for part in text.split("|"):
        if part.strip() == "%":
            bars.append((bars[-1][-1],))
        else:
            bars.append(
                tuple(numerals.parse(n, key, adapt=adapt, colours=colours) for n in part.split())
            )
    return tuple(bars)


def _is_diatonic(bars: Sequence[Bar], key: Key) -> bool:
    scale = set(key.scale)
    return all(tone in scale for bar in bars for chord in bar for tone in chord.pitch_classes)


def _suited(options: Sequence[Progression], plan: MusicPlan) -> list[Progression]:
    """The options without those of the opposite mood, as long as enough are left."""
    unwanted = "bright" if plan.valence < -0.25 else "dark" if plan.valence > 0.35 else ""
    kept = [p for p in options if unwanted not in p.tags]
    return kept if len(kept) >= TAKES_PER_GROUP else list(options)


def _contrast(progression: Progression, taken: Sequence[Progression]) -> float:
    """How well a progression sets itself off: another first chord, another set of roots."""
    weight = 1.0
    roots = [chord.root for bar in progression.bars for chord in bar]
    for other in taken:
        theirs = [chord.root for bar in other.bars for chord in bar]
        if progression.bars == other.bars:
            return 0.001
        weight *= 0.3 if roots[0] == theirs[0] else 1.0
        weight *= 0.15 if roots == theirs else 1.0
    return weight
