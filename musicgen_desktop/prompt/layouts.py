# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms that a prompt spells out: “AABA”, “verse, chorus, verse”, “a breakdown in the middle”.

Not for: sections with their bars or seconds (see numbers), or filling the form with bars (see
templates).
"""

from __future__ import annotations

import re

from musicgen_desktop.prompt.numbers import label_id
from musicgen_desktop.prompt.spans import Scratch

_WORD = (
    r"(?:intro|verse|pre[\s-]?chorus|chorus|refrain|hook|bridge|break(?:down)?|drop|"
    r"build(?:[\s-]?up)?|outro|solo|climax|theme)(?:\s*\d(?![\d:])(?!\s*(?:bar|measure|sec|min|s\b)))?"
)
_THEN = (
    r"\s*(?:,?\s*(?:and\s+)?then\s+(?:an?\s+|the\s+)?|,\s*and\s+|,|[-–—]+>?|>|→|/|\+|\band\b|\s)\s*"
)
_RUN = re.compile(rf"(?<![\w]){_WORD}(?:{_THEN}{_WORD}){{2,15}}(?![\w])")
_ONE = re.compile(_WORD)
_BARRED = re.compile(
    r"(?<!\w)(?:no|without|not|never|in|until|during|from|for|before|after|ohne|sans|sin)"
    r"(?:\s+(?:the|a|an|any))?\s*$"
)
_FORM = r"(?:\s*-?\s*(?:song\s+)?(?:form|structure|pattern))?"
_LETTERS = re.compile(
    rf"(?<![\w-])(?P<letters>A['’]?(?:-?[A-D]['’]?){{2,9}})(?![\w'’-])(?P<form>{_FORM})"
)
_SPOKEN_LETTERS = re.compile(
    r"(?<![\w-])(?P<letters>a(?:-?[a-d]){2,9})(?P<form>\s*-?\s*(?:song\s+)?(?:form|structure))(?!\w)"
)
_LETTER_LABELS = {"a": "a", "b": "b", "c": "bridge", "d": "develop"}
_NAMED = {
    "rondo": ("a", "b", "a", "bridge", "a"),
    "ternary form": ("a", "b", "a"),
    "binary form": ("a", "b"),
    "rondo form": ("a", "b", "a", "bridge", "a"),
}
_BAND = "abba"
_PLACED = re.compile(
    r"(?<!\w)(?P<label>breakdown|break|drop|build(?:[\s-]?up)?|chorus|bridge|solo|climax|hook)\s+"
    r"(?:right\s+)?(?:(?:in|at|around|near)\s+(?:the\s+)?(?P<half>middle|half|halfway(?:\s+(?:mark|point))?"
    r"|midpoint|centre|center)|(?P<way>halfway)(?:\s+through)?)(?!\w)"
)


def read_layouts(scratch: Scratch) -> None:
    """Takes spelt forms (`layout`: labels in order) and placed sections (`placed`)."""
    _take_letters(scratch)
    for name, labels in _NAMED.items():
        for match in list(re.finditer(rf"(?<!\w){name}(?!\w)", scratch.left)):
            scratch.take(match.start(), match.end(), "layout", labels)
    _take_runs(scratch)
    for match in list(_PLACED.finditer(scratch.left)):
        if not _BARRED.search(scratch.left[: match.start()]):
            value = (label_id(match["label"]), 0.5)
            scratch.take(match.start(), match.end(), "placed", value)


def _take_letters(scratch: Scratch) -> None:
    """Capital letters in the text as typed; small ones where the word “form” follows."""
    found = [*_LETTERS.finditer(scratch.text), *_SPOKEN_LETTERS.finditer(scratch.left)]
    for match in found:
        letters = re.sub(r"[^a-d]", "", match["letters"].lower())
        is_taken = "\x00" in scratch.left[match.start() : match.end()]
        is_vague = letters == _BAND or len(set(letters)) == len(letters) or len(set(letters)) < 2
        if is_taken or (is_vague and not match["form"].strip()):
            continue
        labels = tuple(_LETTER_LABELS[letter] for letter in letters)
        scratch.take(match.start(), match.end(), "layout", labels)


def _take_runs(scratch: Scratch) -> None:
    """Three sections or more in a row, unless they are banned or say where something happens."""
    for match in list(_RUN.finditer(scratch.left)):
        if _BARRED.search(scratch.left[: match.start()]):
            continue
        words = (re.sub(r"\s*\d$", "", word[0]) for word in _ONE.finditer(match[0]))
        labels = tuple("chorus" if w == "refrain" else label_id(w) for w in words)
        scratch.take(match.start(), match.end(), "layout", labels)
