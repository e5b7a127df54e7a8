# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which metre a piece has: the one that is stated, a dance's own, or one that its genre likes.

Not for: reading metres in words (see keys).
"""

from __future__ import annotations

from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.theory import Metre, parse_metre
from musicgen_desktop.prompt.chance import weighted
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.keys import nearest_metre
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.overrides import Overrides
from musicgen_desktop.prompt.spans import Reading, Span
from musicgen_desktop.prompt.styles import Style


def metre(
    reading: Reading,
    overrides: Overrides,
    style: Style,
    lexicon: Lexicon,
    notes: Notes,
    seed: int,
) -> tuple[Metre, bool]:
    """The metre and whether it was stated."""
    if overrides.metre is not None:
        notes.was_set("metre", overrides.metre, overrides.metre)
        return parse_metre(overrides.metre), True
    spans = list(reading.of("metre"))
    unknown = list(reading.of("unknown_metre"))
    implied = _implied_metre(reading, lexicon)
    if spans:
        for span in spans:
            if span.id == spans[0].id:
                notes.heard(span, span.id)
            else:
                notes.refused(
                    span.text, f"one metre per track; {spans[0].id} came first", span, "metre"
                )
        if implied is not None and implied[0] != spans[0].id:
            notes.refused(
                implied[1].text, f"would be in {implied[0]}, but {spans[0].id} was asked for",
                implied[1], "metre",
            )  # fmt: skip
        return parse_metre(spans[0].id), True
    if unknown:
        near = nearest_metre(unknown[0].id)
        notes.refused(unknown[0].text, f"not yet; nearest is {near}", unknown[0], "metre")
        return parse_metre(near), False
    if implied is not None:
        notes.heard(implied[1], implied[0], implied[0], "metre")
        return parse_metre(implied[0]), True
    usual = lexicon.row("genre", style.main).get("metres", {"4/4": 1.0})
    chosen = weighted(f"{seed // TAKES_PER_GROUP}:metre", usual)
    options = tuple(dict.fromkeys((chosen, "4/4", "3/4", "6/8")))
    notes.assumed("metre", chosen, chosen, "usual for this genre", options)
    return parse_metre(chosen), False


def _implied_metre(reading: Reading, lexicon: Lexicon) -> tuple[str, Span] | None:
    """The metre of a dance such as the waltz."""
    for span in reading.of("genre", "structure"):
        found = lexicon.row(span.kind, span.id).get("metre")
        if found:
            return str(found), span
    return None
