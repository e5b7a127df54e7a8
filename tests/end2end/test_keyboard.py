# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window without a mouse: Tab gets everywhere, and changes nothing on its way."""

from __future__ import annotations

from pathlib import Path

import pytest

from musicgen_desktop.library.library import Library
from tests.helpers import atspi_rig, library_files
from tests.helpers.atspi_rig import ScreenReader
from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import wait_until
from tests.helpers.program_person import PATIENCE_S, TITLE, Person

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(900)]

_MOST_TABS = 80
_IN_ONE_STOP = ("table cell", "frame", "filler")
"""Reached with the arrow keys, or no control at all."""


@pytest.fixture
def person(xvfb_desktop: Desktop, tmp_path: Path) -> Person:
    """The program with two tracks in its library."""
    atspi_rig.prepare(xvfb_desktop)
    made = Person(xvfb_desktop, tmp_path / "profile")
    library = Library(made.library, made.paths)
    for number, title in enumerate(("Rainy Night", "Late Club")):
        library_files.add(library, f"track{number}", title, created=2e9 - number)
    library.close()
    return made


def press_and_listen(person: Person, reader: ScreenReader, keys: str) -> str:
    """Presses keys; returns what got the focus."""
    before = len(reader.visited())
    person.hits(keys)
    return wait_until(lambda: " ".join(reader.visited()[before:]), f"focus by {keys}", PATIENCE_S)


def _is_typing_in_the_prompt(reader: ScreenReader) -> bool:
    focused = [node.name for node in reader.tree() if "FOCUSED" in node.states]
    return "What should it sound like?" in focused


def test_tab_reaches_every_control(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        reader.wait_for("table cell", "Rainy Night", exact=False, timeout_s=PATIENCE_S)
        start = "text What should it sound like?"
        wait_until(lambda: _is_typing_in_the_prompt(reader), "the cursor in the prompt", PATIENCE_S)
        reached: list[str] = []
        while len(reached) < _MOST_TABS:
            reached.append(press_and_listen(person, reader, "Tab"))
            if start in reached[-1]:
                break
        assert start in reached[-1], "the focus never came back"
        missed = [
            node.name
            for node in reader.tree()
            if node.is_focusable
            and "ENABLED" in node.states
            and node.role not in _IN_ONE_STOP
            and node.name != "Length in minutes and seconds"  # its list is the stop
            and not node.name.startswith("Drag and copy files as")  # the chosen one is the stop
            and not any(node.name in each for each in reached)
        ]
        assert missed == []
    person.quits()


def test_going_past_the_length_leaves_it_as_heard(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        person.types("calm piano, 15 seconds")
        reader.wait_for("push button", "15 s, heard in your words", timeout_s=PATIENCE_S)
        for _ in range(4):
            press_and_listen(person, reader, "Tab")
        reader.focus(reader.wait_for("text", "What should it sound like?"))
        person.hits("ctrl+a")
        person.types("calm piano, 40 seconds")
        reader.wait_for("push button", "40 s, heard in your words", timeout_s=20.0)
    person.quits()


def test_keys_act_on_the_row_that_the_focus_is_on(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        table = reader.wait_for("table", "Tracks", timeout_s=PATIENCE_S)
        reader.focus(table)
        person.hits("3")

        def stars() -> list[int]:
            library = Library(person.library, person.paths)
            try:
                return [track.star for track in library.tracks(library.search())]
            finally:
                library.close()

        wait_until(lambda: stars() == [3, 0], "three stars", 20.0)
    person.quits()


def test_the_windows_menu_opens_for_a_screen_reader(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        reader.press(reader.wait_for("push button", "Menu", timeout_s=PATIENCE_S))

        def is_read() -> bool:
            person.hits("Down")
            return "menu item Settings…" in reader.visited()

        wait_until(is_read, "item of the menu", 20.0)
        person.hits("Escape")
    person.quits()
