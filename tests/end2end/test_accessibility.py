# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program used through the accessibility tree alone, as a screen reader's user does."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from musicgen_desktop.audio import codec
from musicgen_desktop.library.library import Library
from tests.helpers import atspi_rig
from tests.helpers.atspi_rig import Node, ScreenReader
from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import wait_until
from tests.helpers.program_person import PATIENCE_S, TITLE, Person

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(900)]

PROMPT = "rainy night lo-fi, mellow rhodes, 75 bpm, 10 seconds"
ROW = "Rainy Night Rhodes, lo-fi hip hop, 10 seconds"
_NO_ROLE = ("", "invalid", "unknown", "redundant object")


def prompt_field(reader: ScreenReader) -> Node:
    return reader.wait_for("text", "What should it sound like?", timeout_s=PATIENCE_S)


def assert_all_named(reader: ScreenReader) -> None:
    tree = reader.tree()
    assert sum(node.is_focusable for node in tree) > 10
    assert atspi_rig.nameless(tree) == []
    assert [str(n) for n in tree if n.is_focusable and n.role in _NO_ROLE] == []


def within(reader: ScreenReader, row: str, role: str, name: str) -> Node:
    """A control inside the row of the job list with that name."""

    def look() -> Node | None:
        inside = False
        depth = 0
        for node in reader.tree():
            if inside and node.depth <= depth:
                return None
            if node.role == "panel" and node.name.startswith(row):
                inside, depth = True, node.depth
            if inside and (node.role, node.name) == (role, name):
                return node
        return None

    return wait_until(look, f"{role} {name!r} in {row!r}", PATIENCE_S)


@pytest.fixture
def person(xvfb_desktop: Desktop, tmp_path: Path) -> Person:
    atspi_rig.prepare(xvfb_desktop)
    return Person(xvfb_desktop, tmp_path / "profile")


def test_from_prompt_to_exported_file_in_five_actions(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        assert_all_named(reader)
        person.writes(reader, prompt_field(reader), PROMPT)
        person.presses(reader, reader.wait_for("push button", "Generate"))
        assert reader.wait_to_hear("Making it: ", PATIENCE_S).endswith(PROMPT)
        heard = reader.wait_to_hear("is ready", PATIENCE_S)
        assert heard == f"{ROW}, new is ready."
        person.goes_to(reader, reader.wait_for("panel", ROW, exact=False))
        person.hits("ctrl+s")
        person.presses(reader, reader.wait_for("push button", "Save"))
        assert reader.wait_to_hear("Saved “", PATIENCE_S)
        assert len(person.actions) <= 5, person.actions
        (track,) = person.tracks()
        (saved,) = person.desktop.home.rglob("Rainy Night Rhodes*.mp3")
        assert abs(codec.decode(saved).duration_s - codec.decode(track).duration_s) < 0.05
        assert_all_named(reader)
    person.quits()


def test_played_starred_and_gone_through_by_keys(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        person.writes(reader, prompt_field(reader), PROMPT)
        person.presses(reader, reader.wait_for("push button", "Generate"))
        reader.wait_to_hear("is ready", PATIENCE_S)
        cell = reader.wait_for("table cell", ROW, exact=False)
        assert cell.name == f"{ROW}, new"
        person.presses(reader, within(reader, ROW, "push button", "Play"))
        wave = reader.wait_for("slider", "Position in Rainy Night Rhodes")
        assert wave.value is not None
        assert wave.value[0] == 0.0
        assert wave.value[2] == pytest.approx(10_000.0, abs=50.0)
        assert wave.description.endswith(" of 0:10")
        reader.wait_for("table cell", ROW)  # it is no longer new
        reader.press(reader.wait_for("slider", wave.name), "Increase")

        def went_on() -> bool:
            moved = reader.find("slider", wave.name)
            return bool(moved and moved.value and moved.value[1] >= 5_000)

        wait_until(went_on, "position five seconds on", PATIENCE_S)
        reader.focus(prompt_field(reader))
        person.hits("Escape")  # from the words to the list
        wait_until(
            lambda: (found := reader.focused()) and found.role == "table cell", "focus in the list"
        )
        person.hits("4")
        wait_until(lambda: stars(person) == [4], "four stars", PATIENCE_S)
    person.quits()


def test_the_menu_of_a_take_is_read(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        person.writes(reader, prompt_field(reader), PROMPT)
        person.presses(reader, reader.wait_for("push button", "Generate"))
        reader.wait_to_hear("is ready", PATIENCE_S)
        person.presses(reader, within(reader, ROW, "push button", "More"))

        def has_read(item: str) -> bool:
            person.hits("Down")
            return f"menu item {item}" in reader.visited()

        for item in ("More like this", "Save as…", "Copy file", "Show in folder"):
            wait_until(partial(has_read, item), f"menu item {item!r}", PATIENCE_S)
        person.hits("Escape")
    person.quits()


def test_takes_read_as_sentences(xvfb_desktop: Desktop, tmp_path: Path) -> None:
    atspi_rig.prepare(xvfb_desktop)
    person = Person(xvfb_desktop, tmp_path / "profile", takes=2)
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        person.writes(reader, prompt_field(reader), "rainy night lo-fi, rhodes, 8 seconds")
        person.presses(reader, reader.wait_for("push button", "Generate"))
        assert "2 takes" in reader.wait_to_hear("Making", PATIENCE_S)
        for take in (1, 2):
            sentence = f"Rainy Night Rhodes, take {take} of 2, lo-fi hip hop, 8 seconds, new"
            reader.wait_to_hear(sentence, PATIENCE_S)
            reader.wait_for("table cell", sentence, timeout_s=PATIENCE_S)
        assert_all_named(reader)
    person.quits()


def test_a_failure_is_announced_with_what_to_do(person: Person) -> None:
    person.start()
    with atspi_rig.reading(person.desktop, TITLE) as reader:
        person.writes(reader, prompt_field(reader), "calm piano, 10 seconds")
        shutil.rmtree(person.library)
        person.library.write_text("in the way")
        person.presses(reader, reader.wait_for("push button", "Generate"))
        assert reader.wait_to_hear("could not be made", PATIENCE_S)
        reader.wait_for("push button", "Try again")
        assert_all_named(reader)
        person.library.unlink()
        person.library.mkdir()
        person.presses(reader, reader.wait_for("push button", "Try again"))
        person.wait_for_tracks(1)
    person.quits()


def stars(person: Person) -> list[int]:
    library = Library(person.library, person.paths)
    try:
        return [track.star for track in library.tracks(library.search())]
    finally:
        library.close()
