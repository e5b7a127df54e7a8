# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A title from the prompt's own words, four at most, in any script. Not for: file names."""

from __future__ import annotations

from dataclasses import replace

from musicgen_desktop.prompt import passages
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.spans import Reading, Span

MOST_WORDS = 4
_MOST_CHARACTERS = 48
_WIDE_SCRIPTS = {"ja", "zh", "ko", "th"}


def title(reading: Reading, lexicon: Lexicon) -> str:
    """The most telling words in the order in which they were typed; "" for an empty prompt."""
    if reading.language in _WIDE_SCRIPTS:
        return (
            reading.text.strip().splitlines()[0][:16].strip(" 、。,.")
            if reading.text.strip()
            else ""
        )
    picked = [w for span in _telling(reading) for w in _words(span.text)]
    if not picked:
        picked = _fallback(reading, lexicon)
    text = " ".join(_capital(word) for word in dict.fromkeys(picked))
    return text[:_MOST_CHARACTERS].strip(" -")


def _telling(reading: Reading) -> list[Span]:
    """Scene or mood first, the thing itself last: “Rainy Night” and “Rhodes”."""
    scenes = list(reading.of("scene"))
    colours = _fitting(scenes, 3 if _head(reading, scenes) else MOST_WORDS, [])
    head = _head(reading, scenes)
    colours = colours or _fitting(list(reading.of("mood")), 2, [head] if head else [])
    if head is None:
        return colours
    return [*colours, *_fitting([head], MOST_WORDS - _length(colours), colours)]


def _head(reading: Reading, scenes: list[Span]) -> Span | None:
    genre = reading.first("genre")
    instrument = reading.first("ensemble") or reading.first("instrument")
    if instrument is not None and (scenes or genre is None):
        return instrument
    if genre is not None:
        return _compound(reading, genre)
    return instrument or reading.first("use_case") or reading.first("era")


def _compound(reading: Reading, first: Span) -> Span:
    """The genres that stand together as one: “celtic techno”."""
    end = first.end
    for span in reading.of("genre"):
        if span.start > end and not reading.text[end : span.start].strip(" -"):
            end = span.end
    return replace(first, end=end, text=reading.text[first.start : end])


def _fitting(spans: list[Span], words: int, taken: list[Span]) -> list[Span]:
    """The first spans that don't overlap others and have so many words at most together."""
    chosen: list[Span] = []
    for span in spans:
        apart = all(s.end <= span.start or span.end <= s.start for s in [*taken, *chosen])
        if apart and _length([*chosen, span]) <= words:
            chosen.append(span)
    return sorted(chosen, key=lambda s: s.start)


def _length(spans: list[Span]) -> int:
    return sum(len(_words(span.text)) for span in spans)


def _words(text: str) -> list[str]:
    return [w for w in text.replace("\n", " ").split(" ") if w]


def _fallback(reading: Reading, lexicon: Lexicon) -> list[str]:
    """Words that mean nothing to the lexicon may mean something to the user."""
    if reading.ignored:
        return list(reading.ignored[:MOST_WORDS])
    players = [name for _, wish in passages.wishes(reading) for name in wish.who]
    if players or any(reading.of("name")):
        return [w for name in players for w in lexicon.name("instrument", name).split()][
            :MOST_WORDS
        ]
    plain = lexicon.cues["plain"]
    words = [w.strip(".,;:!?()\"'") for w in _words(reading.text)]
    telling = [w for w in words if w and (w.lower(),) not in plain]
    return (telling or [w for w in words if w])[:MOST_WORDS]


def _capital(word: str) -> str:
    word = word.strip('.,;:!?()"“”')
    return word[:1].upper() + word[1:] if word[:1].islower() else word
