# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a “no”, a “without” or an “only” reaches.

A negation reaches the things that follow it up to the end of its clause. A list is covered whole
when it is joined (“no drums, vocals or build”); a plain comma ends it (“no drums, soft piano”).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from musicgen_desktop.prompt import exchange
from musicgen_desktop.prompt.spans import Span
from musicgen_desktop.prompt.text import Token, cue_at

Cues = Mapping[str, frozenset[tuple[str, ...]]]

NEGATABLE = frozenset(
    {"genre", "instrument", "mood", "production", "structure", "use_case", "vocals", "tempo_word",
     "scene", "era", "ensemble"}
)  # fmt: skip
_NOUNS = frozenset({"genre", "instrument", "structure", "use_case", "vocals", "ensemble"})
_NOTHING = frozenset({"nothing", "nichts"})
_MANNERS = frozenset({"mood", "production", "tempo_word", "scene"})
"""Kinds that a “nothing” rules out: “nothing loud” is no word on instruments."""
_OPENS = frozenset(
    {"start", "starts", "starting", "begin", "begins", "beginning", "open", "opens", "opening",
     "intro", "end", "ends", "ending", "first"}
)  # fmt: skip
_SUBTRACTED = frozenset({"instrument", "vocals", "production"})
_ARTICLES = frozenset({"a", "an", "the", "any", "with", "use", "using", "much", "many"})
_DASHES = "-–−"
_OWN = frozenset({"vocals", "genre", "structure", "production", "scope", "name"})
"""Kinds whose words have a meaning of their own, also where one of them is a “no”."""
_FAR = 9
"""Most words between a negation and the last thing it reaches."""


def cue_places(words: Sequence[Token], cues: Cues) -> frozenset[int]:
    """Starts of the words that belong to a negation or an “only”."""
    places = set()
    for at in range(len(words)):
        for role in ("negation", "only_before", "reduce"):
            count = cue_at(words, at, cues[role])
            places |= {words[i].start for i in range(at, at + count)}
    return frozenset(places)


def without_cue_words(words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> list[Span]:
    """The spans without images that are part of a negation: “leave out” is no autumn leaf."""
    inner: set[int] = set()
    for at in range(len(words)):
        count = cue_at(words, at, cues["negation"])
        if count > 1:
            inner |= {token.start for token in words[at : at + count]}
    return [s for s in spans if s.kind not in {"scene", "mood"} or s.start not in inner]


def mark(text: str, words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> list[Span]:
    """The spans with `negated` and `reduced` set.

    A negation of one thing becomes part of its span (“no vocals”), so that leaving the span out
    leaves no stray “no” behind.
    """
    found = _cued(text, words, spans, cues)
    reached, starts = found.reached, found.starts
    reached |= exchange.given_up(words, spans, cues)
    reached -= set(exchange.excepted(words, spans, reached, cues))
    reached |= _suffixed(text, words, spans, cues)
    minuses = _minuses(text, spans)
    reached |= set(minuses)
    starts |= minuses
    marked = []
    for i, span in enumerate(_solos(text, spans, reached)):
        start = starts.get(i, span.start)
        marked.append(
            replace(
                span,
                start=start,
                text=text[start : span.end],
                negated=i in reached or span.negated,
                reduced=(i in found.lowered and i not in reached) or span.reduced,
            )
        )
    return marked


@dataclass(slots=True)
class _Found:
    """What the cues of a prompt reach.

    Attributes:
        reached: Places of the spans that are negated. lowered: of those that are wanted less.
        starts: Where a negation begins that becomes part of its span, by the span's place.
    """

    reached: set[int] = field(default_factory=set)
    lowered: set[int] = field(default_factory=set)
    starts: dict[int, int] = field(default_factory=dict)


def _cued(text: str, words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> _Found:
    """Walks through the words from cue to cue."""
    found = _Found()
    at = 0
    while at < len(words):
        count = cue_at(words, at, cues["reduce"])
        if count and not _inside(words[at], spans):
            found.lowered |= _next_only(words, at + count, spans)
            at += count
            continue
        count = cue_at(words, at, cues["negation"])
        if count and exchange.is_exception(words, at, spans, found.reached, cues):
            at += count
            continue
        if count and not _inside(words[at], spans) and not _not_only(words, at):
            new = _negated_by(text, words, at, count, spans, cues)
            found.reached |= new
            if len({spans[i].start for i in new}) == 1:
                found.starts |= dict.fromkeys(new, words[at].start)
            at += count
            continue
        at += 1
    return found


def _negated_by(
    text: str, words: Sequence[Token], at: int, count: int, spans: Sequence[Span], cues: Cues
) -> set[int]:
    """The places of the spans that the cue of `count` words at `at` negates."""
    spreads = tuple(t.word for t in words[at : at + count]) in cues["spreading"]
    new = _reach(text, words, at + count, spans, cues, spreads=spreads)
    if (tuple(t.word for t in words[at + count : at + count + 1])) in cues["too"]:
        new = _first_of(new, spans)  # “not too fast piano” wants a piano
    if words[at].word in _NOTHING:
        new = {i for i in new if spans[i].kind in _MANNERS}
    if words[at].word == "not" and count == 1:
        new = _plainly_named(new, words[at + 1 :], spans)
    return new


def _first_of(reached: set[int], spans: Sequence[Span]) -> set[int]:
    """The things that stand where the first one does."""
    start = min((spans[i].start for i in reached), default=0)
    return {i for i in reached if spans[i].start == start}


def _plainly_named(reached: set[int], words: Sequence[Token], spans: Sequence[Span]) -> set[int]:
    """What a “not” reaches: in “not childish ukulele” the manner, not the instrument."""
    things = [spans[i] for i in reached if spans[i].kind == "instrument"]
    start = min((s.start for s in things), default=0)
    between = [t.word for t in words if t.start < start]
    if not things or all(word in _ARTICLES for word in between):
        return reached
    return {i for i in reached if spans[i].kind != "instrument"}


def _minuses(text: str, spans: Sequence[Span]) -> dict[int, int]:
    """Things right after a leading minus (“pop -drums”), with its place.

    No minus: a hyphen inside a word, a dash with blanks around it, the bullets of a list.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    bullets = sum(line.lstrip()[0] in _DASHES for line in lines)
    found = {}
    for i, span in enumerate(spans):
        dash = span.start - 1
        if dash < 0 or text[dash] not in _DASHES or span.kind not in _SUBTRACTED:
            continue
        before = text[text.rfind("\n", 0, dash) + 1 : dash]
        if (before and before[-1] in " ,;(\t") or (not before and bullets < 2):
            found[i] = dash
    return found


def _solos(text: str, spans: Sequence[Span], reached: set[int]) -> list[Span]:
    """“No guitar solo” bans the solo: neither the guitar nor every melody."""
    found = list(spans)
    for i, span in enumerate(spans):
        for k, solo in enumerate(spans):
            follows = solo.id == "solo" and not text[span.end : solo.start].strip(" -")
            if i in reached and span.kind == "instrument" and follows and solo.start >= span.end:
                reached.add(k)
                reached.discard(i)
                found[i] = replace(span, kind="qualifier")
                found[k] = replace(solo, value="solo_part", start=span.start)
    return found


def _not_only(words: Sequence[Token], at: int) -> bool:
    following = words[at + 1].word if at + 1 < len(words) else ""
    if words[at].word in _NOTHING and following in {"but", "else", "als"}:
        return True
    return (words[at].word == "not" and following in {"only", "just"}) or (
        words[at].word == "no"
        and following
        in {"less", "more", "matter", "problem", "doubt", "rush", "nonsense", "frill", "frills"}
    )


def _inside(token: Token, spans: Sequence[Span]) -> bool:
    """Whether the word is part of something longer that has a meaning of its own."""
    return any(s.start <= token.start < s.end and s.kind in _OWN for s in spans)


def _next_only(words: Sequence[Token], at: int, spans: Sequence[Span]) -> set[int]:
    """The thing right after a word of restraint, with at most one adjective between."""
    for token in words[at : at + 2]:
        if not token.is_word:
            break
        hit = {i for i, s in enumerate(spans) if s.start <= token.start < s.end}
        things = {i for i in hit if spans[i].kind in {"instrument", "production", "structure"}}
        if things:
            return things
    return set()


def _reach(
    text: str, words: Sequence[Token], at: int, spans: Sequence[Span], cues: Cues, *, spreads: bool
) -> set[int]:
    """Indices of the spans that a negation just before token `at` covers."""
    reached: set[int] = set()
    listed = at < len(words) and words[at].word == ":"  # “avoid: drums, bass”
    covered_to = -1
    for place in range(at, min(len(words), at + _FAR)):
        token = words[place]
        if token.start < covered_to:
            continue
        if listed and token.word == ",":
            continue
        if place > at and _ends(words, place, spans, cues, spreads=spreads, has_hit=bool(reached)):
            break
        hit = {
            i for i, s in enumerate(spans) if s.start <= token.start < s.end and s.kind in NEGATABLE
        }
        if hit:
            joined = "/" in text[words[place - 1].end : token.start]  # “no drums/bass”
            if not joined and _new_noun(words[place - 1], spans, reached):
                break
            reached |= hit
            covered_to = max(spans[i].end for i in hit)
            at = place
    return reached


def _new_noun(before: Token, spans: Sequence[Span], reached: set[int]) -> bool:
    """Whether a thing follows a reached thing without a joiner: “no drums house”."""
    return any(spans[i].end == before.end and spans[i].kind in _NOUNS for i in reached)


def _ends(
    words: Sequence[Token],
    place: int,
    spans: Sequence[Span],
    cues: Cues,
    *,
    spreads: bool,
    has_hit: bool,
) -> bool:
    """Whether the clause of a negation ends before this token."""
    token = words[place]
    word = (token.word,)
    if token.word in {".", ";", "!", "?", "\n", ":", "(", ")"}:
        return True
    if word in cues["clause_end"] and not _inside(token, spans):
        return True
    if cue_at(words, place, cues["negation"]):
        return True
    if token.word == ",":
        return not _joined_later(words, place, spans, cues, spreads=spreads)
    if word in cues["joiner"]:
        return _starts_new_wish(words, place + 1, cues)
    if has_hit and not _thing_at(token, spans) and not _trailing(token, cues):
        return _thing_gap(words, place, spans)
    return False


def _trailing(token: Token, cues: Cues) -> bool:
    return (token.word,) in cues["joiner"]


def _thing_at(token: Token, spans: Sequence[Span]) -> bool:
    return any(s.start <= token.start < s.end and s.kind in NEGATABLE for s in spans)


def _thing_gap(words: Sequence[Token], place: int, spans: Sequence[Span]) -> bool:
    """After something was reached, a plain word ends the scope unless a joiner follows soon."""
    following = [t.word for t in words[place + 1 : place + 3]]
    return not any(
        w in {"or", "and", "nor", ",", "oder", "und", "ou", "et", "y", "o"} for w in following
    )


def _starts_new_wish(words: Sequence[Token], place: int, cues: Cues) -> bool:
    if place >= len(words):
        return True
    return (words[place].word,) in cues["list_break"] or (words[place].word,) in cues["clause_end"]


def _joined_later(
    words: Sequence[Token], place: int, spans: Sequence[Span], cues: Cues, *, spreads: bool
) -> bool:
    """Whether the list goes on after a comma and is joined by “or” (or “and” after “without”)."""
    joiners = {"or", "nor", "oder", "ou", "o", "ni"}
    if spreads:
        joiners |= {"and", "&", "und", "et", "y"}
    since_thing = 0
    for place_after in range(place + 1, min(len(words), place + _FAR)):
        token = words[place_after]
        if token.word in joiners:
            return not _starts_new_wish(words, place_after + 1, cues)
        if token.word in {".", ";", "!", "?", "\n"} or (token.word,) in cues["clause_end"]:
            return False
        if cue_at(words, place_after, cues["negation"]):
            return False
        since_thing = 0 if token.word == "," or _thing_at(token, spans) else since_thing + 1
        if since_thing > 2:
            return False
    return False


def _suffixed(text: str, words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> set[int]:
    """`drum-free`, `vocal-free`: the thing right before a hyphen and “free” or “less”."""
    reached = {
        i
        for i, s in enumerate(spans)
        if s.kind in {"instrument", "vocals"} and s.text.lower().endswith("less")
    }
    for i in range(1, len(words)):
        if (words[i].word,) not in cues["suffix"]:
            continue
        if text[words[i - 1].end : words[i].start] != "-":
            continue
        reached |= {
            k for k, s in enumerate(spans) if s.end == words[i - 1].end and s.kind in NEGATABLE
        }
    return reached


def is_only(words: Sequence[Token], spans: Sequence[Span], cues: Cues) -> bool:
    """Whether the instruments that are named are meant to be all."""
    instruments = [s for s in spans if s.kind == "instrument" and not s.negated]
    if any(s.kind == "only" and not s.negated and not _is_layer(s, spans) for s in spans):
        return True
    return any(
        _only_before(words, s, instruments, cues) or _only_after(words, s, instruments, cues)
        for s in instruments
    )


def _is_layer(only: Span, spans: Sequence[Span]) -> bool:
    """Whether a “piano loop” is one layer of more: another player or genre is named beside it."""
    if not only.text.lower().rstrip("s").endswith("loop"):
        return False
    return any(
        s.kind in {"genre", "instrument"}
        and not s.negated
        and s.start != only.start
        and not (s.kind == "genre" and 0 <= only.start - s.end <= 1)  # “house drum loop”
        for s in spans
    )


def _only_before(
    words: Sequence[Token], span: Span, instruments: Sequence[Span], cues: Cues
) -> bool:
    """“only piano”, “solo cello”, “just a soft piano”: at most two plain words between."""
    before = [i for i, t in enumerate(words) if t.end <= span.start]
    for place in before[-5:]:
        count = cue_at(words, place, cues["only_before"])
        gap = words[place + count : len(before)]
        if not count or len(gap) > 2 or _not_only(words, place - 1):
            continue
        if _OPENS & {t.word for t in words[max(0, place - 3) : place]}:
            continue  # “starts with a solo flute” says nothing of the rest
        if words[place].word == "solo" and place and _thing_at(words[place - 1], instruments):
            continue
        if all(t.is_word and (t.word,) not in cues["joiner"] for t in gap):
            return True
    return False


def _only_after(
    words: Sequence[Token], span: Span, instruments: Sequence[Span], cues: Cues
) -> bool:
    """“piano only”, “piano and cello duet”; a “guitar solo” is a section, not a line-up."""
    after = [i for i, t in enumerate(words) if t.start >= span.end]
    if not after:
        return False
    place = after[0]
    if words[place].word == "," and cue_at(words, place + 1, cues["only_after"]) > 1:
        place += 1  # “flute and harp, nothing else”
    word = words[place].word
    if word == "solo" or not cue_at(words, place, cues["only_after"]):
        return False
    if word in {"duet", "duo", "trio"}:
        return len(instruments) >= (3 if word == "trio" else 2) or word == "duo"
    return True
