# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of wishes for a part of the piece: who plays, rests or enters where.

“No drums until the chorus”, “piano alone at the start”, “strings enter in the second half”.

A clause is a place in time, a player, and a word that says what the player does there. What is read
becomes ids as `music.scope` has them. Not for: places of sections (see numbers), bans for the whole
piece (see negation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from musicgen_desktop.music.scope import Scope
from musicgen_desktop.prompt.scope_places import Place, PlaceGrammar
from musicgen_desktop.prompt.scope_wishes import each_player, wishes_of
from musicgen_desktop.prompt.spans import Scratch, Span

Finder = Callable[[int, int], Sequence[Span]]
"""Finds the players named between two places of the prompt."""

_JOINS = re.compile(r"\s*(?:,|&|\+|/|and|or|nor|und|oder|et|ou|y|o|ni|the|a|\s)*\s*")
_HARD = ".;:!?\n()"
_SINGING = "vocals"
_HEDGES = frozenset({"too", "only", "just", "so", "very", "overly", "less", "more"})


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words on one side of a place in which its player is looked for."""

    start: int
    end: int
    is_before: bool


class ScopeGrammar:
    """Reads such wishes.

    Args:
        words: resources/lexicon/scopes.json, patterns of words by role.
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words
        self._grammar = PlaceGrammar(words)

    def read(self, scratch: Scratch, find: Finder) -> None:
        """Takes all such wishes out of a prompt, as spans of the kind `scope`."""
        find = self._apart(scratch, find)
        for place in list(self._grammar.places(scratch.left)):
            for clause in self._clauses(scratch.left, place):
                if self._take(scratch, place, clause, find):
                    break
        self._take_openings(scratch, find)
        self._take_plain(scratch, find)
        for place in list(self._grammar.places(scratch.left)):
            if place.is_no_length:  # “the first 10 seconds” is no length, whatever happens in it
                scratch.blank(place.start, place.end)

    def _apart(self, scratch: Scratch, find: Finder) -> Finder:
        """Finds players apart from “only” and “alone”: “solo piano” is a player here, no genre."""
        words = re.compile(
            rf"(?<!\w)(?:{self._grammar.any('only')}|{self._grammar.any('alone')})(?!\w)"
        )

        def found(start: int, end: int) -> list[Span]:
            spans: list[Span] = []
            for match in words.finditer(scratch.left, start, end):
                spans += find(start, match.start())
                start = match.end()
            return [*spans, *find(start, end)]

        return found

    # --- clauses ------------------------------------------------------------------------------

    def _clauses(self, text: str, place: Place) -> Iterator[_Clause]:
        """The words before a place, then those after it where it stands first in its clause."""
        start = self._clause_start(text, place.start)
        yield _Clause(start, place.start, True)
        if not text[start : place.start].strip(" \x00"):
            at = place.end
            if text[at : at + 1] == ",":
                at += 1
            yield _Clause(at, self._clause_end(text, at), False)

    def _splits(self) -> re.Pattern[str]:
        words = "|".join([*self._words["splits"], *self._words["later"]])
        return re.compile(rf"[,{re.escape(_HARD)}–—]|\s-\s|(?<!\w)(?:{words})(?!\w)")

    def _clause_start(self, text: str, before: int) -> int:
        ends = [m.end() for m in self._splits().finditer(text, 0, before)]
        start = ends[-1] if ends else 0
        return self._listed_start(text, start, before)

    def _listed_start(self, text: str, start: int, before: int) -> int:
        """Farther back where a “no” opens a list: “no drums, bass or strings until …”."""
        if not re.search(r"(?<!\w)(?:or|and|&|nor|oder|und|ou|et|y|ni)(?!\w)", text[start:before]):
            return start
        place = start
        for _ in range(4):
            if place == 0 or text[place - 1] != ",":
                return start
            ends = [m.end() for m in self._splits().finditer(text, 0, place - 1)]
            place = ends[-1] if ends else 0
            if re.match(rf"\s*{self._grammar.any('negation')}(?!\w)", text[place:before]):
                return place
        return start

    def _clause_end(self, text: str, at: int) -> int:
        found = self._splits().search(text, at)
        return found.start() if found else len(text)

    # --- wishes -------------------------------------------------------------------------------

    def _take(self, scratch: Scratch, place: Place, clause: _Clause, find: Finder) -> bool:
        """Takes one wish; False where the clause holds none."""
        text = scratch.left
        verb = self._verb(text, clause)
        gap = (verb.start, verb.end) if verb else (clause.end, clause.end)
        spans = [*find(clause.start, gap[0]), *find(gap[1], clause.end)]
        cue = self._cue(text, clause, place, spans, verb)
        who, first, last = _players(text, spans, after=cue.start if cue and cue.is_first else -1)
        if not who:
            return False
        if _SINGING in who:  # can't be had at any time; the time must not be read as a length
            scratch.blank(place.start, place.end)
            return True
        if cue is None and not (place.start >= last and not text[last : place.start].strip()):
            return False
        name = cue.name if cue else _name_before(scratch, place, first)
        wishes = list(wishes_of(name, place, who, goes_on=_goes_on(text, place)))
        if not wishes:
            return False
        edges = [first, last, place.start, place.end]
        if cue:
            edges += [cue.start, cue.end]
        if verb:
            edges += [verb.start, verb.end]
        _note(scratch, min(edges), max(edges), wishes)
        return True

    def _verb(self, text: str, clause: _Clause) -> _Cue | None:
        """“comes in”, “drops out”: the last one before the place, the first one after it."""
        found = [
            _Cue(name, m.start(), m.end())
            for name in ("leave", "enter")
            for m in re.finditer(rf"(?<!\w){self._grammar.any(name)}(?!\w)", text[: clause.end])
            if m.start() >= clause.start
        ]
        if not found:
            return None
        return max(found, key=_start) if clause.is_before else min(found, key=_start)

    def _cue(
        self,
        text: str,
        clause: _Clause,
        place: Place,
        spans: Sequence[Span],
        verb: _Cue | None,
    ) -> _Cue | None:
        """What is said about the player: a ban, alone, only, or the verb."""
        if not spans:
            return None
        ban = self._ban(text, clause, place, spans, verb)
        if ban is not None or verb is not None:
            return ban or verb
        first, last = spans[0].start, spans[-1].end
        before = self._search("only", text, clause.start, first)
        if before is not None and len(text[before.end() : first].split()) <= 2:
            return _Cue("alone", before.start(), before.end())
        following = text[last : clause.end]
        after = re.match(rf"\s*(?:\w+\s+){{0,2}}{self._grammar.any('alone')}(?!\w)", following)
        if after is not None:
            return _Cue("alone", last, last + after.end())
        only = re.match(rf"\s*{self._grammar.any('only_after')}(?!\w)", following)
        return _Cue("only", last, last + only.end()) if only is not None else None

    def _ban(
        self,
        text: str,
        clause: _Clause,
        place: Place,
        spans: Sequence[Span],
        verb: _Cue | None,
    ) -> _Cue | None:
        """The “no” right before a player, or the “don’t” between a player and its verb."""
        for span in spans:  # “drumless”, “percussion-free”
            end = span.end + (5 if text[span.end : span.end + 5] == "-free" else 0)
            if end > span.end or span.text.lower().endswith("less"):
                return _Cue("ban", span.start, end, is_first=True)
        for match in self._each_of("negation", text, clause.start, clause.end):
            following = next((s for s in spans if s.start >= match.end()), None)
            if following is not None:
                between = text[match.end() : following.start].split()
                if len(between) <= 2 and not set(between) & _HEDGES:
                    return _Cue("ban", match.start(), match.end(), is_first=True)
            elif verb is not None or not text[match.end() : place.start].strip():
                return _Cue("ban", match.start(), match.end())
        return None

    def _each_of(self, role: str, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        return re.compile(rf"(?<![\w-]){self._grammar.any(role)}(?!\w)").finditer(text, start, end)

    def _search(self, role: str, text: str, start: int, end: int) -> re.Match[str] | None:
        return re.compile(rf"(?<![\w-]){self._grammar.any(role)}(?!\w)").search(text, start, end)

    # --- wishes without a place of their own --------------------------------------------------

    def _take_openings(self, scratch: Scratch, find: Finder) -> None:
        """“starts with just piano”, “ends without drums”, “solo piano intro”."""
        only, ban = self._grammar.any("only"), self._grammar.any("negation")
        for role, where in (("opens", "start"), ("closes", "end")):
            pattern = re.compile(
                rf"(?<!\w){self._grammar.any(role)}\s+(?:with|as|mit|avec|con)?\s*(?:(?P<only>{only})|(?P<ban>{ban}))\s"
                rf"|(?<!\w){self._grammar.any(role)}\s+(?:with|mit|avec|con)\s(?=[^,.;\n]*?(?P<alone>{self._grammar.any('alone')})(?!\w))"
            )
            for match in list(pattern.finditer(scratch.left)):
                end = self._clause_end(scratch.left, match.end())
                spans = find(match.end(), end)
                who, _, last = _players(scratch.left, spans, after=-1, nearest=True)
                if who and _SINGING not in who:
                    action = "out" if match["ban"] else "alone"
                    tail = match.end("alone") if match["alone"] else last
                    _note(
                        scratch,
                        match.start(),
                        max(last, tail),
                        list(each_player(action, who, where)),
                    )
        self._take_sections(scratch, find)
        self._take_suffixed(scratch, find)
        intros = re.compile(
            rf"(?<!\w){only}\s[^,.;\n]{{2,30}}?\sintro(?!\w)|(?<!\w)\w+[\s-]only\s+intro(?!\w)"
        )
        for match in list(intros.finditer(scratch.left)):
            who, first, _ = _players(scratch.left, find(*match.span()), after=-1)
            if who and _SINGING not in who:
                wish = Scope("alone", who, "intro")
                _note(scratch, min(first, match.start()), match.end(), [wish])

    def _take_sections(self, scratch: Scratch, find: Finder) -> None:
        """“an intro with just piano”, “the bridge without drums”."""
        pattern = re.compile(
            rf"(?:(?<!\w)(?:an?|the)\s+|^\s*|[,.;\n]\s*)(?:\w+\s+)?{self._grammar.section}\s+(?:with|has|is|of|:)?\s*"
            rf"(?:(?P<only>{self._grammar.any('only')})|(?P<ban>{self._grammar.any('negation')}))\s"
        )
        for match in list(pattern.finditer(scratch.left)):
            end = self._clause_end(scratch.left, match.end())
            who, _, last = _players(scratch.left, find(match.end(), end), after=-1, nearest=True)
            if who and _SINGING not in who:
                action = "out" if match["ban"] else "alone"
                label = self._grammar.label(match["sec"], match["ord"] or match["post"])
                _note(scratch, match.start("sec"), last, list(each_player(action, who, label)))

    def _take_suffixed(self, scratch: Scratch, find: Finder) -> None:
        """“a drumless intro”, “percussion-free verses”."""
        pattern = re.compile(
            rf"(?<![\w-])(?P<who>\w+)(?:-free|less)\s+{self._grammar.section}(?!\w)"
        )
        for match in list(pattern.finditer(scratch.left)):
            start, end = match.span("who")
            who, _, _ = _players(scratch.left, find(start, end) or find(start, end + 4), after=-1)
            if who and _SINGING not in who:
                label = self._grammar.label(match["sec"], match["ord"] or match["post"])
                _note(scratch, start, match.end(), list(each_player("out", who, label)))

    def _take_plain(self, scratch: Scratch, find: Finder) -> None:
        """“…, then the drums come in” and “the beat drops out”, without saying where."""
        enters = re.compile(
            rf"(?<!\w){self._grammar.any('later')}\s(?P<who>[^,.;\n]{{2,40}}?)\s{self._grammar.any('enter')}(?!\w)"
        )
        leaves = re.compile(
            r"(?<!\w)(?P<who>(?:the\s+)?(?:drums|beat|bass|rhythm))\s+(?:drop|cut|fall)s?\s+(?:out|away)(?!\w)"
        )
        for pattern, action, when in ((enters, "enter", "later"), (leaves, "out", "break")):
            for match in list(pattern.finditer(scratch.left)):
                spans = find(*match.span("who"))
                who, _, _ = _players(scratch.left, spans, after=-1)
                if who and _SINGING not in who:
                    _note(scratch, match.start(), match.end(), list(each_player(action, who, when)))


@dataclass(frozen=True, slots=True)
class _Cue:
    """A word that says what a player does, and its place."""

    name: str
    start: int
    end: int
    is_first: bool = False


def _start(cue: _Cue) -> int:
    return cue.start


def _players(
    text: str, spans: Sequence[Span], *, after: int, nearest: bool = False
) -> tuple[tuple[str, ...], int, int]:
    """The ids of one list of players, where it starts and where it ends.

    Args:
        text: The prompt.
        spans: Players in its order.
        after: Only those that start later.
        nearest: Whether the first list is taken, not the last one.
    """
    chains: list[list[Span]] = []
    for span in spans:
        if span.start < after:
            continue
        gap = text[chains[-1][-1].end : span.start] if chains else ""
        if chains and (_JOINS.fullmatch(gap) or _has_adjective(gap)):
            chains[-1].append(span)
        else:
            chains.append([span])
    if not chains:
        return (), 0, 0
    chain = chains[0] if nearest or after >= 0 else chains[-1]
    ids = tuple(dict.fromkeys(s.id for s in chain))
    return ids, chain[0].start, chain[-1].end


def _has_adjective(gap: str) -> bool:
    return re.fullmatch(r"\s*(?:,\s*)?(?:and|or|&|und|oder|et|ou|y)\s+\w+\s+", gap) is not None


def _goes_on(text: str, place: Place) -> bool:
    """Whether a place is meant from there on: “from the bridge on”."""
    return re.search(r"\son(?:wards?)?$", text[: place.end]) is not None


def _name_before(scratch: Scratch, place: Place, first: int) -> str:
    """What the wish right before said, for one cut short: “drums join at 0:20, bass at 0:40”."""
    last = scratch.spans[-1] if scratch.spans else None
    if last is None or not isinstance(last.value, Scope) or place.relation != "at":
        return ""
    between = scratch.text[last.end : first].strip()
    return last.value.action if between in {",", "and", ", and", "then", ", then"} else ""


def _note(scratch: Scratch, start: int, end: int, wishes: Sequence[Scope]) -> None:
    """Takes the words and notes every wish that they hold."""
    scratch.take(start, end, "scope", wishes[0])
    taken = scratch.spans[-1]
    for wish in wishes[1:]:
        scratch.spans.append(Span(taken.start, taken.end, taken.text, "scope", wish))
