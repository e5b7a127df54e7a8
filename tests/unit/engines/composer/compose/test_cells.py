# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells: the grid's notation, and all the data that is written in it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose import cells, harmony, numerals
from musicgen_desktop.engines.composer.compose.riffs import RIFF_SYMBOLS
from musicgen_desktop.engines.composer.compose.seats import ROLE_OF_FIGURE
from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.theory import MODES, Key, Metre, parse_metre
from tests.unit.engines.composer.compose.plans import GENRES

FOUR = Metre(4, 4)
BASS_TOKEN = re.compile(r"\d+:\d+:[R35678Lacpw][-!]?(~[R358])?")


def test_holds_lengthen_the_event_before_them() -> None:
    events = cells.held_events("x--.u-..")
    assert [(e.start, e.duration, e.symbol) for e in events] == [(0, 0.75, "x"), (1.0, 0.5, "u")]


def test_rolls_divide_their_steps_evenly() -> None:
    assert [start for start, _ in cells.strokes("2.t.")] == pytest.approx(
        [0, 0.125, 0.5, 0.5 + 1 / 6, 0.5 + 2 / 6]
    )


def test_a_pattern_of_two_bars_alternates() -> None:
    pattern = "x............... | ....x..........."
    assert cells.bar_text(pattern, FOUR, 0).index("x") == 0
    assert cells.bar_text(pattern, FOUR, 3).index("x") == 4


@pytest.mark.parametrize("name", ["2/4", "5/4", "7/8", "9/8", "12/8"])
def test_patterns_fit_every_metre_and_keep_the_downbeat(name: str) -> None:
    metre = parse_metre(name)
    source = cells.source_metre(metre)
    text = "X" + "." * (cells.bar_steps(source) - 1)
    fitted = cells.fitted(text, metre)
    assert len(fitted) % cells.bar_steps(metre) == 0
    assert fitted[0] == "X"


def test_patterns_in_five_and_seven_keep_their_groups() -> None:
    beats = "1... 2... 3... 4..."
    assert cells.fitted(beats, parse_metre("5/4")) == "1...2...3...3...4..."
    assert cells.fitted(beats, parse_metre("7/8")) == "1...2...3...4."
    assert cells.fitted("12345.6.789...0.1.2.", parse_metre("5/4")) == "12345.6.789...0.1.2."


def test_two_bars_of_six_are_one_of_twelve_and_a_bar_of_four_two_of_two() -> None:
    assert cells.fitted("1.....2..... | 3.....4.....", parse_metre("12/8")).count(".") == 20
    assert cells.fitted("1.....2.....", parse_metre("12/8")) == "1.....2.....1.....2....."
    assert cells.fitted("x--------------x", parse_metre("2/4")) == "x-------x------x"


def test_a_cell_without_a_middle_has_two_levels() -> None:
    cell = {"id": "c", "low": "a", "high": "b"}
    assert [cells.variant(cell, e) for e in (0.2, 0.5, 0.6, 0.9)] == ["a", "a", "b", "b"]


def _patterns(cell: dict[str, Any]) -> list[str]:
    found = []
    for level in ("low", "mid", "high"):
        value = cell.get(level)
        if isinstance(value, dict):
            found += list(value.values())
        elif value is not None:
            found.append(value)
    return found


def _whole_bars(pattern: str, metre: str) -> bool:
    return len(cells.clean(pattern)) % cells.bar_steps(parse_metre(metre)) == 0


@pytest.mark.parametrize("name", [*GENRES, "common", "percussion"])
def test_drum_cells_are_well_formed(name: str) -> None:
    data = cells.load("drums", name)
    ids = {cell["id"]: cell for cell in data["cells"]}
    assert len(ids) == len(data["cells"])
    for groove in data.get("grooves", ()):
        for cell in (ids[i] for i in groove["cells"]):
            for pattern in _patterns(cell):
                assert _whole_bars(pattern, groove.get("metre", "4/4")), (cell["id"], pattern)
                assert set(cells.clean(pattern)) <= set("Xxogt.0123456789")
    for fill in data.get("fills", ()):
        assert all(len(p) == fill["steps"] for p in fill["lanes"].values()), fill["id"]


@pytest.mark.parametrize("name", GENRES)
def test_each_genre_has_a_groove_for_each_take(name: str) -> None:
    for metre in ("4/4", "3/4", "6/8"):
        pool = cells.pool("drums", name, "grooves", parse_metre(metre))
        assert len({groove["id"] for groove in pool}) >= TAKES_PER_GROUP
        assert cells.pool("drums", name, "fills", parse_metre(metre))


@pytest.mark.parametrize("name", [*GENRES, "common"])
def test_figure_and_chord_cells_are_well_formed(name: str) -> None:
    for group, members in cells.load("comp", name).items():
        if group.startswith(("power", "riff", "boogie")):
            allowed = RIFF_SYMBOLS
        elif group.startswith("comp"):
            allowed = frozenset("XxorbuBDd^m-.")
        else:
            allowed = frozenset("0123456789defgh-.")
        for cell in members:
            for pattern in _patterns(cell):
                assert _whole_bars(pattern, cell.get("metre", "4/4")), (cell["id"], pattern)
                assert set(cells.clean(pattern)) <= allowed, (group, cell["id"])


@pytest.mark.parametrize("name", [*GENRES, "common"])
def test_bass_cells_are_well_formed(name: str) -> None:
    for cell in cells.load("bass", name)["cells"]:
        steps = cells.bar_steps(parse_metre(cell.get("metre", "4/4")))
        for pattern in _patterns(cell):
            for token in pattern.replace("|", " ").split():
                assert BASS_TOKEN.fullmatch(token), (cell["id"], token)
                start, length, _ = token.split(":")
                assert int(start) + int(length) <= steps, (cell["id"], token)


@pytest.mark.parametrize("name", GENRES)
def test_progressions_can_be_read_in_their_modes(name: str) -> None:
    entries = cells.load("progressions", name)["progressions"]
    assert len({entry["id"] for entry in entries}) == len(entries) >= 12
    style = cells.load("genres", name)
    for entry in entries:
        for mode in entry["modes"]:
            assert mode in MODES
            bars = harmony.read(entry["chords"], Key(2, mode), style["colours"], False)
            assert len(bars) in (2, 4, 8, 12, 16), entry["id"]


@pytest.mark.parametrize("name", GENRES)
def test_styles_are_complete(name: str) -> None:
    style = cells.load("genres", name)
    table = resources.load_json("cells", "instruments.json")
    known = {entry["id"] for entry in table["instruments"]}
    assert style["id"] == name
    for family in ("major", "minor"):
        key = Key(0, family)
        for texts in style["cadences"][family].values():
            for text in texts:
                harmony.read(text, key, style["colours"], False)
        assert numerals.parse("I" if family == "major" else "i", key).quality in ("", "m")
    parts = [seat["part"] for seat in style["seats"]]
    assert len(set(parts)) == len(parts)
    for seat in style["seats"]:
        assert seat["role"] == ROLE_OF_FIGURE[seat["figure"]]
        assert all(option[0] in known for option in seat["options"]), seat["part"]
    leads = next(seat for seat in style["seats"] if seat["figure"] == "lead")
    assert "follows" in leads or len({o[1] for o in leads["options"]}) >= TAKES_PER_GROUP


def test_instruments_are_complete() -> None:
    table = resources.load_json("cells", "instruments.json")
    for entry in table["instruments"]:
        assert entry["patches"], entry["id"]
        assert 0 <= entry["program"] <= 127, entry["id"]
        assert all(figure in ROLE_OF_FIGURE for figure in entry["figures"]), entry["id"]
