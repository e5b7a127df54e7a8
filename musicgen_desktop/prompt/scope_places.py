# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of places in time: “until the chorus”, “in the last 8 bars”, “halfway through”.

Words are data (resources/lexicon/scopes.json). Not for: who does what there (see scopes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from musicgen_desktop.prompt.numbers import SPOKEN_NUMBER, value_of

_NUMBER = rf"(?:\d+(?:[.,]\d+)?|{SPOKEN_NUMBER})"
_UNIT = r"(?:seconds?|secs?|s|sekunden?|secondes?|segundos?|minutes?|mins?|minuten?|minutos?|m)"
_BAR = r"(?:bars?|measures?|takten?|mesures?|compases)"
_LISTED = re.compile(r"\s*(?:,|&|and|or|und|oder|et|ou|y)\s*(?:in\s+)?")
_DECADE = re.compile(r"[2-9]0s")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in time, as found.

    Attributes:
        start: In the text. end: one past it.
        relation: until, in, from, after, at.
        moment: As in `music.scope`, or "" where it is a stretch only.
        stretches: As in `music.scope`; the places of a list, none for a mere moment.
    """

    start: int
    end: int
    relation: str
    moment: str
    stretches: tuple[str, ...]

    @property
    def is_no_length(self) -> bool:
        """Whether it is so many seconds from the start or before the end."""
        return any(".." in s and "." in s.replace("..", "") for s in self.stretches)


class PlaceGrammar:
    """Reads places in time.

    Args:
        words: resources/lexicon/scopes.json, patterns of words by role.
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words

    def any(self, role: str) -> str:
        """A pattern of all words of a role, the longest first."""
        return "(?:" + "|".join(sorted(self._words[role], key=len, reverse=True)) + ")"

    @cached_property
    def section(self) -> str:
        """A pattern of sections: groups `ord`, `sec` and `post` (“verse 2”)."""
        sections = "|".join(p for words in self._words["sections"].values() for p in words)
        ordinals = "|".join(self._words["ordinals"])
        post = rf"(?:\s+(?P<post>[1-9])(?![\d:.]|\s*(?:x|{_BAR}|{_UNIT})))?"
        return rf"(?:(?P<ord>{ordinals})\s+)?(?P<sec>{sections})(?:\s+sections?)?{post}"

    @cached_property
    def _place_pattern(self) -> re.Pattern[str]:
        halves = "|".join(self._words["halves"])
        things = (
            rf"(?P<edge>first|last|ersten|letzten|premi[eè]res|primeros)\s+(?:(?P<n>{_NUMBER})[\s-]*)?"
            rf"(?P<unit>{_UNIT}|{_BAR})",
            rf"(?P<half>{halves})",
            self.section,
            rf"(?P<start>{self.any('start')})(?!\s+\w*\d)",
            rf"(?P<endp>{self.any('end')})",
            rf"(?P<middle>{self.any('middle')})",
            r"(?P<cm>\d{1,2}):(?P<cs>\d{2})",
            r"(?:bar|measure|takt)\s+(?P<bar>\d{1,3})",
            rf"(?P<tn>{_NUMBER})[\s-]*(?P<tu>{_UNIT}|{_BAR})(?:[\s-]+mark)?(?P<into>\s+in(?:to\s+it)?)?",
        )
        relations = "|".join(
            rf"(?P<{name}>{self.any(name)})" for name in ("until", "from", "after", "in")
        )
        articles = self.any("articles")
        return re.compile(
            rf"(?<![\w-])(?!in\s+{_NUMBER}\s*(?:{_UNIT}|{_BAR})\s+in\b)(?:(?:{relations}|(?P<at>@|around|by|bei|about))\s+(?:(?:right|just)\s+)?(?:(?<=until\s)after\s+|(?<=till\s)after\s+)?"
            rf"(?:{articles}\s*(?<=[\s'’]))*(?:{'|'.join(things)})"
            rf"|(?P<bare>{self.any('middle')}|at\s+first|initially|anfangs|zuerst"
            rf"|(?P<an>{_NUMBER})\s*(?P<au>{_UNIT}|{_BAR})\s+in))(?![\w-])"
            r"(?:\s+(?:only|on|onwards?|onward|hits?|begins?|kicks?\s+in|comes?\s+in)(?!\w))?"
        )

    def places(self, text: str) -> Iterator[Place]:
        """All places in a text in small letters."""
        for match in self._place_pattern.finditer(text):
            place = self._place(match, text)
            if place is not None:
                yield place

    def _place(self, match: re.Match[str], text: str) -> Place | None:
        relation = next((r for r in ("until", "from", "after", "in", "at") if match[r]), "at")
        start, end = match.span()
        if match["sec"]:
            return self._of_sections(match, text, relation)
        if match["half"]:
            number = next(
                n for p, n in self._words["halves"].items() if re.fullmatch(p, match["half"])
            )
            stretch = "0%..50%" if number == 1 else "50%..100%"
            is_second = (number == 2) != (relation == "after")
            return Place(
                start,
                end,
                relation,
                "50%" if is_second or relation == "after" else "0%",
                (stretch,),
            )
        if match["edge"]:
            return self._of_edge(match, relation)
        if match["start"] or (
            match["bare"] and not match["an"] and not self._is_middle(match["bare"])
        ):
            return Place(
                start, end, "in" if relation in {"at", "from"} else relation, "", ("start",)
            )
        if match["endp"]:
            return Place(start, end, "in", "", ("end",)) if relation == "in" else None
        moment = self._moment(match, relation)
        return (
            Place(start, end, "at" if relation == "in" else relation, moment, ())
            if moment
            else None
        )

    def _is_middle(self, word: str) -> bool:
        return re.fullmatch(self.any("middle"), word) is not None

    def _moment(self, match: re.Match[str], relation: str) -> str:
        if match["middle"] or (match["bare"] and not match["an"]):
            return "50%"
        if match["bar"]:
            return f"bar:{int(match['bar'])}"
        if match["cm"]:
            return f"{int(match['cm']) * 60.0 + int(match['cs']):.1f}"
        number, unit = (match["an"], match["au"]) if match["an"] else (match["tn"], match["tu"])
        is_decade = relation in {"in", "from"} and _DECADE.fullmatch(f"{number}{unit}")
        return "" if is_decade else _counted(number, unit, 1)

    def _of_edge(self, match: re.Match[str], relation: str) -> Place:
        """“the first 8 bars”, “the last 10 seconds”."""
        number = match["n"] or "1"
        is_last = match["edge"] in {"last", "letzten"}
        moment = _counted(number, match["unit"], -1 if is_last else 1)
        stretch = f"{moment}..100%" if is_last else f"0%..{moment}"
        return Place(match.start(), match.end(), relation, moment, (stretch,))

    def _of_sections(self, match: re.Match[str], text: str, relation: str) -> Place:
        found = [self.label(match["sec"], match["ord"] or match["post"])]
        end = match.end()
        more = re.compile(rf"(?:(?:the)\s+)?{self.section}(?![\w-])")
        while relation == "in":
            joiner = _LISTED.match(text, end)
            following = more.match(text, joiner.end()) if joiner else None
            if following is None:
                break
            found.append(self.label(following["sec"], following["ord"] or following["post"]))
            end = following.end()
        is_after = relation == "after" or re.search(r"\bafter\b", match[0]) is not None
        moment = f"after_{found[0]}" if is_after else found[0]
        return Place(match.start(), end, relation, moment, tuple(found))

    def label(self, word: str, ordinal: str | None) -> str:
        """The section of a word, with its number as `music.scope` has it."""
        label = next(
            name for name, patterns in self._words["sections"].items()
            if any(re.fullmatch(p, word) for p in patterns)
        )  # fmt: skip
        ordinals = self._words["ordinals"].items()
        spoken = (n for p, n in ordinals if ordinal and re.fullmatch(p, ordinal))
        number = int(ordinal) if ordinal and ordinal.isdigit() else next(spoken, 0)
        return f"{label}#{number}" if number not in (0, 1) else label


def _counted(number: str, unit: str, sign: int) -> str:
    """The moment after so many seconds or bars from the start, or before the end."""
    value = value_of(number)
    if re.fullmatch(_BAR, unit):
        return f"bar:{int(value) + 1}" if sign > 0 else f"bar:-{int(value)}"
    seconds = value * (60.0 if unit.startswith("m") else 1.0)
    return f"{sign * seconds:.1f}"
