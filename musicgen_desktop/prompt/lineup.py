# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instruments must be heard and which must not.

A ban covers every kind of the thing, and beats a wish for it. Not for: the rest of the band (the
arranger's affair).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from musicgen_desktop.prompt import blends, degrees, passages
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.overrides import Overrides
from musicgen_desktop.prompt.spans import Reading, Span
from musicgen_desktop.prompt.styles import Style

_NO_VOCALS = (
    "instrumental only: no singing or words; a choir or a lead instrument can take the tune"
)
_MOST_COLOURED = 3
"""With so many named players a blend gets no more."""
_BANNED_KINDS = ("instrument", "structure", "production", "mood", "genre")


@dataclass(frozen=True, slots=True)
class Lineup:
    """Who plays.

    Attributes:
        instruments: Playable ids that must be heard. excluded: ids that must not.
        named: Ids as named, kinds included, without what can't be had.
        only: Whether nothing else may play.
        vocals: none or requested.
        stated: Whether any instrument was named.
    """

    instruments: tuple[str, ...]
    excluded: tuple[str, ...]
    named: tuple[str, ...]
    only: bool
    vocals: str
    stated: bool


def resolve(
    reading: Reading, overrides: Overrides, style: Style, lexicon: Lexicon, notes: Notes
) -> Lineup:
    """Decides the line-up, and says so."""
    excluded = _excluded(reading, overrides, lexicon, notes)
    vocals = _vocals(reading, excluded, notes)
    wanted = _wanted(reading, overrides, lexicon, notes)
    only = (
        reading.only
        or _is_complete(reading, lexicon)
        or (style.genre == "solo_piano" and style.heard)
    ) and not overrides.instruments
    is_piano = "solo_piano" in style.genres or (
        style.genre == "solo_piano" and wanted and not any(wanted.values())
    )
    if is_piano and style.heard and only:
        wanted = {"piano": wanted.pop("piano", None), **wanted}
    instruments: list[str] = []
    named: list[str] = []
    for instrument, span in wanted.items():
        excepted = span is not None and span.start in reading.exceptions
        if lexicon.is_excluded(instrument, excluded) and not excepted:
            if span is not None or overrides.instruments:
                _refuse_banned(instrument, span, lexicon, notes)
            continue
        bans = () if excepted else excluded
        _seat(instrument, span, style, bans, instruments, named, lexicon, notes)
    instruments = _without_covered(instruments, named, lexicon)
    if not only and not overrides.instruments:
        instruments += _colours(style, excluded, instruments, lexicon, notes)
    if only and instruments and not any(_is_drum(i, lexicon) for i in instruments):
        excluded = (*excluded, *(x for x in ("drums", "percussion") if x not in excluded))
    excluded = (*excluded, *_implied_bans(excluded, (*instruments, *named), lexicon))
    return Lineup(
        tuple(dict.fromkeys(instruments)),
        excluded,
        tuple(dict.fromkeys(named)),
        only and bool(instruments),
        vocals,
        bool(wanted),
    )


def amounts(reading: Reading, instruments: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Who shall be heard much or little, as the plan's production has it: `less:drums`."""
    found = []
    for span in reading.of("instrument"):
        if span.degree != 1.0:
            word = "less" if span.degree < 1.0 else "more"
            players = [i for i in instruments if span.id in lexicon.kinds_of(i)]
            found += [f"{word}:{player}" for player in players]
    return tuple(dict.fromkeys(found))


def _is_complete(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether an ensemble was named of which all players are known, as of a string quartet."""
    names = reading.ids("ensemble")
    return bool(names) and all(lexicon.row("ensemble", name).get("only") for name in names)


def _colours(
    style: Style,
    excluded: tuple[str, ...],
    instruments: list[str],
    lexicon: Lexicon,
    notes: Notes,
) -> list[str]:
    """What plays for a genre that is not the groove's; nothing where enough was named."""
    found: list[str] = []
    if not style.heard:
        return found
    for genre, instrument in blends.colours(style.genres, style.genre, lexicon):
        if len(instruments) + len(found) >= _MOST_COLOURED:
            break
        known = instrument in instruments or instrument in found
        if not known and not lexicon.is_excluded(instrument, excluded):
            found.append(instrument)
            why = f"gives it a colour of {lexicon.name('genre', genre)}"
            notes.assumed("instrument", instrument, lexicon.name("instrument", instrument), why)
    return found


def _implied_bans(
    excluded: tuple[str, ...], wished: tuple[str, ...], lexicon: Lexicon
) -> tuple[str, ...]:
    """What else a ban means: without drums no percussion, without electronic sounds no synths.

    A wish for something of the kind lifts it.
    """
    lifted = {kind for instrument in wished for kind in lexicon.kinds_of(instrument)}
    implied: dict[str, None] = {}
    for banned in excluded:
        for kind in _BANNED_KINDS:
            implied |= dict.fromkeys(lexicon.row(kind, banned).get("bans", ()))
    return tuple(ban for ban in implied if ban not in lifted and ban not in excluded)


def _is_drum(instrument: str, lexicon: Lexicon) -> bool:
    return not lexicon.kinds_of(instrument).isdisjoint({"drums", "percussion"})


def _excluded(
    reading: Reading, overrides: Overrides, lexicon: Lexicon, notes: Notes
) -> tuple[str, ...]:
    ids: list[str] = []
    for span in reading.negated(*_BANNED_KINDS, "vocals"):
        if span.kind == "vocals" and span.id != "vocals":
            continue
        name = lexicon.name(span.kind, span.id)
        ids.append(span.id)
        notes.heard(span, f"no {name}", span.id, "exclude")
    for banned in overrides.exclude:
        ids.append(banned)
        notes.was_set("exclude", banned, f"no {lexicon.name('instrument', banned)}")
    return tuple(dict.fromkeys(ids))


def _vocals(reading: Reading, excluded: tuple[str, ...], notes: Notes) -> str:
    asked = [s for s in reading.of("vocals") if s.id == "vocals"]
    for span in reading.of("vocals"):
        if span.id == "none":
            notes.heard(span, "instrumental", "none", "vocals")
    if asked and "vocals" not in excluded:
        if any(s.id == "none" for s in reading.of("vocals")):
            return "none"
        notes.refused(asked[0].text, _NO_VOCALS, asked[0], "vocals")
        return "requested"
    return "none"


def _wanted(
    reading: Reading, overrides: Overrides, lexicon: Lexicon, notes: Notes
) -> dict[str, Span | None]:
    if overrides.instruments:
        for instrument in overrides.instruments:
            notes.was_set("instrument", instrument, lexicon.name("instrument", instrument))
        return dict.fromkeys(overrides.instruments)
    wanted: dict[str, Span | None] = {}
    for span in reading.of("instrument"):
        if not span.reduced or not any(s.id == span.id for s in reading.negated("instrument")):
            wanted.setdefault(span.id, span)
    said = (*(s.id for s in reading.negated(*_BANNED_KINDS)), *overrides.exclude)
    banned = {*said, *_implied_bans(said, tuple(wanted), lexicon)}
    for implied in _implied(reading, lexicon):
        if lexicon.is_excluded(implied, banned):
            continue
        if not any(implied in lexicon.kinds_of(i) for i in wanted):
            wanted.setdefault(implied, None)
    return wanted


def _implied(reading: Reading, lexicon: Lexicon) -> Iterator[str]:
    """Who plays in a part of the piece only is there; genres imply instruments."""
    for _, wish in passages.wishes(reading):
        yield from (player for player in wish.who if player != "melody")
    for span in reading.of("genre"):
        yield from lexicon.row("genre", span.id).get("implies", ())
    for span in reading.of("ensemble"):
        yield from lexicon.row("ensemble", span.id)["instruments"]


def _refuse_banned(instrument: str, span: Span | None, lexicon: Lexicon, notes: Notes) -> None:
    text = span.text if span else lexicon.name("instrument", instrument)
    notes.refused(text, "asked for and ruled out at once; left out", span, "instrument")


def _seat(
    instrument: str,
    span: Span | None,
    style: Style,
    excluded: tuple[str, ...],
    instruments: list[str],
    named: list[str],
    lexicon: Lexicon,
    notes: Notes,
) -> None:
    """Adds who plays one wished instrument."""
    row = lexicon.row("instrument", instrument)
    player = _player(instrument, style, excluded, lexicon)
    if "nearest" in row:
        why = (
            f"not yet; nearest is {lexicon.name('instrument', player)}"
            if player
            else "can't be made here"
        )
        text = span.text if span else lexicon.name("instrument", instrument)
        notes.refused(text, why, span, "instrument")
    elif span is not None:
        label = lexicon.name("instrument", instrument)
        notes.heard(span, f"a little {label}" if span.reduced else degrees.label(span, label))
        named.append(instrument)
    else:
        named.append(instrument)
    if player:
        instruments.append(player)


def _player(instrument: str, style: Style, excluded: tuple[str, ...], lexicon: Lexicon) -> str:
    """The playable id for an instrument, or "" where there is none that may play."""
    row = lexicon.row("instrument", instrument)
    options: list[str] = []
    if row.get("playable"):
        options.append(instrument)
    resolve = row.get("resolve", {})
    options += [resolve[g] for g in (*style.genres, style.genre, "*") if g in resolve]
    options += [row[key] for key in ("part_of", "nearest") if row.get(key)]
    if resolve:
        options += [i for i in lexicon.playable("instrument") if instrument in lexicon.kinds_of(i)]
    return next((o for o in options if not lexicon.is_excluded(o, excluded)), "")


def _without_covered(instruments: list[str], named: list[str], lexicon: Lexicon) -> list[str]:
    """Drops the stand-in of a kind (`guitar`) where a guitar was named as well."""
    specific = [n for n in named if lexicon.row("instrument", n).get("playable")]
    dropped = set()
    for kind in named:
        row = lexicon.row("instrument", kind)
        if row.get("resolve") and any(kind in lexicon.kinds_of(s) for s in specific):
            dropped |= set(row["resolve"].values()) - set(specific)
    kept = [i for i in instruments if i not in dropped]
    for general in ("drums", "percussion", "synth"):
        more = [i for i in kept if i != general and general in lexicon.kinds_of(i)]
        if general in kept and general == "synth" and more:
            kept.remove(general)
    return kept
