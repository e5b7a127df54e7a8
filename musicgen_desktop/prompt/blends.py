# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several genres gives the groove and which only colour.

1. The genre of the beat gives the groove: “celtic melody over a trap beat”.
2. Else the head of a compound: the last word in “celtic techno”, the first in “techno latino”.
3. An adjective (“jazzy”), and what follows “with” or goes before “influences”, is colour.
4. Else the order of the words counts: “rock meets reggae”.

The groove's genre is the first of `MusicPlan.genres`: metre, tempo, feel, form and band are its
own. The colour's genre adds its typical instruments and a quarter of its mood.

Not for: which genre is meant where none is named (see styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.spans import Reading, Span

COLOUR_SHARE = 0.25
"""How much of the colour's feeling goes into a blend."""
_HEAD_FIRST = frozenset({"fr", "es", "pt", "it"})
_BEAT = re.compile(
    r"[\s-]*(?:beats?|grooves?|rhythms?|drums|backbeat|bass\s?lines?|pulse)(?!\w)", re.IGNORECASE
)
_BEAT_WITHIN = re.compile(r"(?:beat|groove)s?$", re.IGNORECASE)
_TINGE = re.compile(
    r"[\s-]*(?:infused|tinged|flavou?red|influenced|inspired|tinted|style[dr]?|elements?|influences?|"
    r"touch(?:es)?|undertones?|overtones?|flavou?rs?|hints?|accents?|melod(?:y|ies)|motifs?|leads?|"
    r"chords?|harmon(?:y|ies)|samples?|colou?rs?|instruments?|instrumentation|textures?|sounds?|"
    r"guitars?|strings|vibes?|feel|twist|edge|arrangements?|einfl[uü]sse?n?|elementen?)(?!\w)",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"(?:(?:touch(?:es)?|hints?|dash|bit|elements?|influences?|flavou?rs?|sprinkle|splash|undertones?|"
    r"samples?|pinch|shades?|echoes|nod)\s+(?:of|to)|\b(?:with|plus|featuring|mit|avec|con|com))"
    r"(?:\s+(?:an?|some|the|subtle|light|slight|heavy|strong))*\s*$",
    re.IGNORECASE,
)
_ADJECTIVES = frozenset(
    {"jazzy", "funky", "bluesy", "folky", "rocky", "folksy", "soulful", "electronic", "orchestral",
     "symphonic", "acoustic", "cinematic", "tribal", "ambient", "latin", "celtic", "operatic",
     "industrial", "experimental", "medieval", "gothic", "tropical", "minimal"}
)  # fmt: skip
"""Words that are as much a manner as a genre."""


def main_first(reading: Reading, lexicon: Lexicon) -> list[str]:
    """Ids of the genres that are named, the one of the groove first."""
    spans = list(reading.of("genre"))
    if not spans:
        return []
    text = reading.text
    heads = list(_heads(spans, text, head_first=reading.language in _HEAD_FIRST))
    ranked = sorted(heads, key=lambda span: _rank(span, text, spans, lexicon))
    ids = [s.id for s in ranked] + [s.id for s in spans]
    whole = [i for i in ids if i == "solo_piano"]
    strong = [i for i in ids if not lexicon.row("genre", i).get("weak")]
    return list(dict.fromkeys([*whole, *strong, *ids]))


def _heads(spans: Sequence[Span], text: str, *, head_first: bool) -> Iterator[Span]:
    """The spans, those of a compound with its head first."""
    run: list[Span] = []
    for span in spans:
        if run and (text[run[-1].end : span.start].strip(" -") or span.start < run[-1].end):
            yield from run if head_first else reversed(run)
            run = []
        run.append(span)
    yield from run if head_first else reversed(run)


def _rank(span: Span, text: str, spans: Sequence[Span], lexicon: Lexicon) -> int:
    """0 for the genre of the beat, 1 for a plain one, 2 for a manner, 3 for an added colour."""
    after = text[span.end :]
    if _BEAT.match(after) or _BEAT_WITHIN.search(span.text):
        return 0
    if _TINGE.match(after) or _ADDED.search(text[: span.start]):
        return 3
    follower = next((s for s in spans if s.start >= span.end), None)
    in_compound = follower is not None and not text[span.end : follower.start].strip(" -")
    if span.text.lower() in _ADJECTIVES and not in_compound:
        return 2
    return 2 if span.degree < 1.0 or lexicon.row("genre", span.id).get("weak") else 1


def colours(genres: Sequence[str], genre: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Genre and instrument of what gives a blend, or a genre's stand-in, its colour.

    Args:
        genres: As named, the groove's first.
        genre: The one that is played.
        lexicon: The tables.
    """
    for named in genres[:3]:
        if named != genre:
            for instrument in lexicon.row("genre", named).get("colours", ()):
                yield named, str(instrument)
