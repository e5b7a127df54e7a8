# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wishes for a part of the piece ask of the form and the line-up, and what is said about them.

Not for: finding them (see scopes) or obeying them (the Composer's affair).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from musicgen_desktop.music.plan import Section
from musicgen_desktop.music.scope import Scope
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.spans import Reading, Span
from musicgen_desktop.prompt.templates import LABELS

_TEMPLATES = {
    "enter": "{who} from {when}", "leave": "{who} until {when}", "out": "no {who} in {when}",
    "only": "{who} only in {when}", "alone": "only {who} in {when}",
}  # fmt: skip
_ORDINALS = {2: "second", 3: "third", -1: "last"}
_PERCUSSION = {"percussion": "drums"}
"""What a ban of a player covers as well is spoken of as one."""


def wishes(reading: Reading) -> Iterator[tuple[Span, Scope]]:
    """The wishes with their places in the prompt."""
    for span in reading.of("scope"):
        if isinstance(span.value, Scope):
            yield span, span.value


def labels(reading: Reading) -> tuple[str, ...]:
    """The sections that they speak of."""
    found = [wish.section[0] for _, wish in wishes(reading) if wish.section]
    return tuple(dict.fromkeys(label for label in found if label in LABELS))


def repeated(reading: Reading) -> Mapping[str, int]:
    """How often a section must be there, for those of which a later one is spoken of."""
    found: dict[str, int] = {}
    for _, wish in wishes(reading):
        label, number = wish.section or ("", 0)
        least = 2 if number < 0 else number
        found[label] = max(found.get(label, 1), least)
    return found


def later_labels(reading: Reading) -> frozenset[str]:
    """Sections with which the form must not open, as somebody enters or plays only there."""
    return frozenset(
        wish.section[0]
        for _, wish in wishes(reading)
        if wish.section
        and wish.section[0] != "intro"
        and (wish.action in {"enter", "only"} or wish.when.startswith("0%.."))
        and not wish.when.startswith("after_")
    )


def ids(reading: Reading, instruments: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The wishes for the plan, with the players that there are.

    Args:
        reading: The prompt.
        instruments: Who plays, as the plan has it.
        lexicon: The tables.
    """
    found = []
    for _, wish in wishes(reading):
        who = tuple(_player(name, instruments, lexicon) for name in wish.who)
        if wish.action in {"enter", "out", "leave"}:
            who = tuple(_PERCUSSION.get(name, name) for name in who)
        found.append(replace(wish, who=who).id)
    return tuple(dict.fromkeys(found))


def _player(name: str, instruments: Sequence[str], lexicon: Lexicon) -> str:
    """The instrument itself, or the one that plays in its place."""
    row = lexicon.row("instrument", name)
    if name in instruments or any(name in lexicon.kinds_of(i) for i in instruments):
        return name
    stand_ins = [row.get(key) for key in ("part_of", "nearest")] + [
        *row.get("resolve", {}).values()
    ]
    return next((str(s) for s in stand_ins if s in instruments), name)


def note(
    reading: Reading, sections: Sequence[Section], duration_s: float, lexicon: Lexicon, notes: Notes
) -> None:
    """Says which are heard, and which the form has no place for."""
    for span, wish in wishes(reading):
        why = _impossible(wish, sections, duration_s)
        if why:
            notes.refused(span.text, why, span, "structure")
        else:
            notes.heard(span, _label(wish, lexicon), wish.id, "structure", again=True)


def _impossible(wish: Scope, sections: Sequence[Section], duration_s: float) -> str:
    """Why a wish can't be obeyed to the letter; "" where it can."""
    if wish.section is not None:
        label, number = wish.section
        there = sum(section.label == label for section in sections)
        name = label.replace("_", " ")
        if not there:
            return f"no room for a {name} in this length; the nearest place is taken"
        if number > there:
            return f"there is no {_ORDINALS.get(number, 'further')} {name}; the last one is taken"
    at_s = wish.when.split("..")[-1]
    if at_s.replace(".", "", 1).isdigit() and "." in at_s and float(at_s) >= duration_s:
        return f"the track is {duration_s:g} s long; that is after its end"
    return ""


def _label(wish: Scope, lexicon: Lexicon) -> str:
    names = [
        "melody" if name == "melody" else lexicon.name("instrument", name) for name in wish.who
    ]
    template = _TEMPLATES[wish.action]
    return template.format(who=" and ".join(names), when=_spoken(wish))


def _spoken(wish: Scope) -> str:
    """A moment or a stretch in words."""
    when = wish.when
    plain = {
        "start": "the opening", "end": "the ending", "later": "the second section",
        "0%..50%": "the first half", "50%..100%": "the second half",
    }  # fmt: skip
    if when in plain:
        return plain[when]
    if ".." not in when:
        return _moment(when)
    start, end = when.split("..")
    if start == "0%" and end.startswith("bar:"):
        return f"the first {int(end.removeprefix('bar:')) - 1} bars"
    if start == "0%":
        return f"the time until {_moment(end)}"
    is_last = "-" in start and end == "100%"
    return _moment(start) if is_last else f"the time after {_moment(start)}"


def _moment(when: str) -> str:
    """Such as `the second chorus`, `the end of the intro`, `bar 9`, `20 s`, `the middle`."""
    section = Scope("", (), when).section
    if section is not None:
        label, number = section
        name = " ".join(filter(None, (_ORDINALS.get(number, ""), label.replace("_", " "))))
        return f"the end of the {name}" if when.startswith("after_") else f"the {name}"
    if when.startswith("bar:"):
        number = int(when.removeprefix("bar:"))
        return f"bar {number}" if number > 0 else f"the last {-number} bars"
    if when.endswith("%"):
        return "the middle" if when == "50%" else when
    seconds = float(when)
    if seconds < 0:
        return f"the last {-seconds:g} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{seconds:g} s"
