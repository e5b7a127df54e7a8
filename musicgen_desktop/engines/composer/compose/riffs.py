# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes riffs of an electric guitar: power chords, palm mutes that keep to the kick, boogies.

In cells of riffs (groups `power`, `riff`, `boogie` …) `X x o` is the power chord on the root; a
digit the one that many scale degrees up (`1` = the root's); `m M` palm-muted, soft or stressed;
`a`–`g` single notes, the first to seventh degree above the root; `p s v q` the root with its fifth,
sixth, minor seventh or fourth (the boogie); `-` holds, `.` is a rest.
Not for: chords in full (see accompaniment).
"""

from __future__ import annotations

from collections.abc import Sequence

from musicgen_desktop.engines.composer.compose import cells
from musicgen_desktop.engines.composer.compose.accompaniment import (
    VELOCITIES,
    BarText,
    played,
    yielding,
)
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.groove import Groove, kick_starts
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import CHORDS, Key

RIFF_SYMBOLS = frozenset("Xxo12345678mMabcdefgpsvq-.")
_BOOGIE = {"p": 7, "s": 9, "v": 10, "q": 5}
_SINGLE = "abcdefg"
_LINE_VELOCITY = -4


def write_power(
    context: Context,
    seat: Seat,
    levels: Sequence[float],
    groove: Groove | None,
    tune: Sequence[Draft] = (),
) -> list[Draft]:
    """A riff guitar's notes for the whole piece but the ending.

    A seat with `lock` has a palm-muted chug wherever the kick falls and the riff rests, and
    stresses those that fall together with it.

    Args:
        context: The piece.
        seat: The player; its range's lowest note is the lowest string's.
        levels: Its level in each bar.
        groove: What the drums play, if there are any.
        tune: The melodies; the passing notes of riffs and boogies give way to them.
    """

    def sound(event: cells.Event, span: ChordSpan) -> list[tuple[int, int, int]]:
        root = seat.low + (span.chord.root - seat.low) % 12
        pitches = _pitches(event.symbol, root, span, context.key)
        change = VELOCITIES.get(event.symbol, 0) if event.symbol not in _SINGLE else _LINE_VELOCITY
        return [(p, change, i) for i, p in enumerate(pitches)]

    group = str(seat.settings.get("cells", "power"))
    lock = _locked(context, groove) if groove is not None and seat.settings.get("lock") else None
    drafts = list(played(context, seat, levels, sound, "chords", group=group, bar_text=lock))
    return _out_of_the_way(context, drafts, tune) if is_riff(seat) else drafts


def is_riff(seat: Seat) -> bool:
    """Whether a seat plays more than the roots: riffs and boogies move like a second tune."""
    return seat.figure == "power" and "cells" in seat.settings


def _out_of_the_way(
    context: Context, drafts: Sequence[Draft], tune: Sequence[Draft]
) -> list[Draft]:
    """The riff, its passing notes moved where they rub against the tune."""
    firm: list[Draft] = []
    passing: list[Draft] = []
    for draft in drafts:
        tones = context.chord_at(draft.start).chord.pitch_classes
        (firm if draft.pitch % 12 in tones else passing).append(draft)
    return sorted([*firm, *yielding(context, passing, tune)], key=lambda d: (d.start, d.pitch))


def _pitches(symbol: str, root: int, span: ChordSpan, key: Key) -> list[int]:
    if symbol in _BOOGIE:
        return [root, root + _boogie_step(symbol, root, span, key)]
    if symbol in _SINGLE:
        return [_above(root, _SINGLE.index(symbol), key)]
    if symbol.isdigit():
        return _power(_above(root, int(symbol) - 1, key), key)
    has_fifth = 7 in CHORDS[span.chord.quality]
    if symbol in "mM":
        return [root, root + 7] if has_fifth else [root]
    return [root, root + 7, root + 12] if has_fifth else [root, root + 12]


def _power(pitch: int, key: Key) -> list[int]:
    """A power chord inside the scale: with its fifth where that is perfect, else its octave."""
    return [pitch, pitch + 7] if (pitch + 7) % 12 in key.scale else [pitch, pitch + 12]


def _boogie_step(symbol: str, root: int, span: ChordSpan, key: Key) -> int:
    """The boogie's upper note; the fifth where the wished one is foreign to chord and key."""
    step = _BOOGIE[symbol]
    known = {*key.scale, *span.chord.pitch_classes}
    return step if (root + step) % 12 in known or 10 in CHORDS[span.chord.quality] else 7


def _above(root: int, degrees: int, key: Key) -> int:
    """The pitch so many scale degrees above a root (the next note of the scale counts as one)."""
    pitch = root
    for _ in range(degrees):
        pitch += 1
        while pitch % 12 not in key.scale:
            pitch += 1
    return pitch


def _locked(context: Context, groove: Groove) -> BarText:
    def locked(text: str, frame: SectionFrame, bar: int, level: float) -> str:
        kicks = kick_starts(groove.at(frame.label), context, bar, level)
        steps = {round(k / cells.STEP) for k in kicks if (k / cells.STEP) % 1 == 0}
        return "".join(
            {".": "m", "m": "M"}.get(symbol, symbol) if step in steps else symbol
            for step, symbol in enumerate(text)
        )

    return locked
