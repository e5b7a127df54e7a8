# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sense a word has beside its neighbours: “deep house” and “an empty house”.

Words of music after it keep the musical sense (“the house beat”). Not for: finding words (see
reader).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.prompt.spans import Span
from musicgen_desktop.prompt.text import Token, fold

_LEADS = frozenset({"lead", "leads", "lead line", "lead melody"})


def settle(spans: Sequence[Span], words: Sequence[Token], table: Mapping[str, Any]) -> list[Span]:
    """The spans without those that have another sense where they stand.

    Args:
        spans: In the order of the text.
        words: All tokens of the prompt.
        table: resources/lexicon/senses.json.
    """
    if not table:
        return list(spans)
    musical = frozenset(table["music"])
    before = {token.end: i for i, token in enumerate(words)}
    players = {s.start: s for s in spans if s.kind == "instrument"}
    kept = []
    for span in spans:
        neighbours = _neighbours(span, words, before.get(span.end))
        other = _other(table["words"].get(fold(span.text)), span, neighbours, musical)
        if other is not None:
            if other:
                kind, _, key = other.partition(":")
                kept.append(replace(span, kind=kind, value=key))
        elif not _is_task(span, neighbours, spans, players):
            kept.append(span)
    return list(dict.fromkeys(kept))


def _neighbours(span: Span, words: Sequence[Token], last: int | None) -> tuple[str, str]:
    """The words before and after, "" where there is none."""
    first = next((i for i, w in enumerate(words) if w.start >= span.start), 0)
    previous = words[first - 1] if first else None
    following = words[last + 1] if last is not None and last + 1 < len(words) else None
    return (previous.word if previous else "", following.word if following else "")


def _other(
    entries: Any, span: Span, neighbours: tuple[str, str], musical: frozenset[str]
) -> str | None:
    """What a word means where it stands: `kind:id`, "" for nothing; None for its usual sense."""
    previous, following = neighbours
    if not entries or following in musical:
        return None
    for entry in entries if isinstance(entries, list) else [entries]:
        everywhere = "after" not in entry and "before" not in entry
        met = previous in entry.get("after", ()) or following in entry.get("before", ())
        if span.kind in entry["kinds"] and (everywhere or met):
            return str(entry.get("instead", ""))
    return None


def _is_task(
    span: Span,
    neighbours: tuple[str, str],
    spans: Sequence[Span],
    players: Mapping[int, Span],
) -> bool:
    """Whether “lead” says what another instrument does: “electric guitar lead”, “lead flute”."""
    if span.id != "synth_lead" or span.text.lower() not in _LEADS:
        return False
    before = any(
        s.kind == "instrument" and s.id != "synth_lead" and 0 <= span.start - s.end <= 1
        for s in spans
    )
    after = players.get(span.end + 1)
    return before or (after is not None and after.id != "synth_lead" and bool(neighbours[1]))
