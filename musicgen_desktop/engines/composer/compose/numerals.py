# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roman numerals: from `IVmaj7` or `bVII/5` in a key to a chord, coloured as a genre likes.

A numeral counts the degrees of the key's own mode. Upper case is major, lower case minor, `o`
diminished; what follows is a chord quality to be taken literally; `/n` puts scale degree n in the
bass. A numeral without a quality may be coloured with sevenths and ninths of the scale.
Not for: choosing progressions (see harmony).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from musicgen_desktop.music.theory import CHORDS, Chord, Key

_DEGREES = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_NUMERAL = re.compile(r"([b#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)([^/]*)(?:/(\d))?")
_MINOR_QUALITIES = {
    "": "m", "7": "m7", "9": "m9", "11": "m11", "6": "m6", "add9": "madd9", "7b5": "m7b5",
    "maj7": "mmaj7", "o": "dim", "o7": "dim7",
}  # fmt: skip

Colours = Mapping[str, Sequence[str]]


def parse(numeral: str, key: Key, *, adapt: bool = False, colours: Colours | None = None) -> Chord:
    """The chord of a numeral.

    Args:
        numeral: Such as `vi`, `V7`, `bVI`, `IV/1`.
        key: Tonic and mode; degrees are the mode's.
        adapt: Whether the numeral comes from another mode: its quality is then taken from the
            scale, and a diminished or augmented triad gives way to its neighbour a third away.
        colours: Qualities by `major` and `minor`, richest first; the first inside the scale is
            taken.

    Raises:
        ValueError: Not a numeral.
    """
    match = _NUMERAL.fullmatch(numeral)
    if match is None:
        raise ValueError(f"not a roman numeral: {numeral}")
    degree = _DEGREES.index(match[2].lower())
    literal = match[3]
    quality = _quality(match[2].islower(), literal)
    if adapt:
        degree = _consonant_degree(key, degree)
        quality, literal = _diatonic_triad(key, degree), ""
    root = key.pitch_class(degree, 0 if adapt else {"b": -1, "#": 1, "": 0}[match[1]])
    if colours is not None and not literal and quality in ("", "m"):
        quality = _coloured(key, root, quality, colours)
    bass = key.pitch_class(int(match[4]) - 1) if match[4] and not adapt else root
    return Chord(root, quality, bass)


def _quality(is_minor: bool, literal: str) -> str:
    quality = _MINOR_QUALITIES.get(literal, literal) if is_minor else literal
    if quality not in CHORDS:
        raise ValueError(f"not a chord quality: {literal}")
    return quality


def _diatonic_triad(key: Key, degree: int) -> str:
    root = key.pitch_class(degree)
    third, fifth = ((key.pitch_class(degree + step) - root) % 12 for step in (2, 4))
    return {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "aug"}.get((third, fifth), "5")


def _consonant_degree(key: Key, degree: int) -> int:
    """The degree itself, or the one a third away whose triad is a consonance."""
    candidates = (
        (degree, degree - 2, degree + 2) if degree == 6 else (degree, degree + 2, degree - 2)
    )
    if degree == 0:
        return 0
    for candidate in candidates:
        if _diatonic_triad(key, candidate) in ("", "m"):
            return candidate % len(key.scale)
    return degree


def _coloured(key: Key, root: int, triad: str, colours: Colours) -> str:
    scale = set(key.scale)
    own = {(root + step) % 12 for step in CHORDS[triad]}
    for quality in colours["minor" if triad == "m" else "major"]:
        if all((root + step) % 12 in scale | own for step in CHORDS[quality]):
            return quality
    return triad
