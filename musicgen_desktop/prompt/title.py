# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A title from the prompt's own words, four at most, in any script. Not for: file names."""

from __future__ import annotations

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.spans import Reading, Span

MOST_WORDS = 4
_MOST_CHARACTERS = 48
_RANK = {"scene": 0, "mood": 1, "genre": 2, "instrument": 3, "use_case": 4, "era": 5}
_WIDE_SCRIPTS = {"ja", "zh", "ko", "th"}


def title(reading: Reading, lexicon: Lexicon) -> str:
    """The most telling words in the order in which they were typed; "" for an empty prompt."""
    if reading.language in _WIDE_SCRIPTS:
        return reading.text.strip().splitlines()[0][:16].strip(" 、。,.") if reading.text.strip() else ""
    chosen: list[Span] = []
    candidates = [s for s in reading.spans if s.kind in _RANK and not s.negated]
    words = 0
    for span in sorted(candidates, key=lambda s: (_RANK[s.kind], s.start)):
        length = len(_words(span.text))
        overlaps = any(s.start < span.end and span.start < s.end for s in chosen)
        if not overlaps and words + length <= MOST_WORDS:
            chosen.append(span)
            words += length
    picked = [w for s in sorted(chosen, key=lambda s: s.start) for w in _words(s.text)]
    if not picked:
        picked = _fallback(reading, lexicon)
    text = " ".join(_capital(word) for word in dict.fromkeys(picked))
    return text[:_MOST_CHARACTERS].strip(" -")


def _words(text: str) -> list[str]:
    return [w for w in text.replace("\n", " ").split(" ") if w]


def _fallback(reading: Reading, lexicon: Lexicon) -> list[str]:
    """Words that mean nothing to the lexicon may mean something to the user."""
    if reading.ignored:
        return list(reading.ignored[:MOST_WORDS])
    plain = lexicon.cues["plain"]
    words = [w.strip(".,;:!?()\"'") for w in _words(reading.text)]
    telling = [w for w in words if w and (w.lower(),) not in plain]
    return (telling or [w for w in words if w])[:MOST_WORDS]


def _capital(word: str) -> str:
    word = word.strip(".,;:!?()\"“”")
    return word[:1].upper() + word[1:] if word[:1].islower() else word
