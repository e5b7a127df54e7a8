# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Someone who writes songs: key and tempo in, MIDI and stems out, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
import soundfile

from musicgen_desktop import files
from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import wait_until
from tests.helpers.program_person import PATIENCE_S, Person

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(900)]

PROMPT = "tender solo piano in D major, 96 bpm, 15 seconds"
_D_MAJOR = {2, 4, 6, 7, 9, 11, 1}


@pytest.fixture
def musician(xvfb_desktop: Desktop, tmp_path: Path) -> Person:
    """With a finished track in the list, and the list in use; three actions were needed for it."""
    person = Person(xvfb_desktop, tmp_path / "profile")
    person.start("tests.helpers.window_program")
    person.types(PROMPT)
    person.hits("ctrl+Return")
    person.rows(1)  # the file is there a moment before its row
    person.hits("Escape")
    return person


def save_dialog(person: Person) -> None:
    """Opens Save As by its keys and waits for the dialog."""
    person.hits("ctrl+s")
    person.wait_for_focus("Save “")


def test_from_prompt_to_midi_in_five_actions(musician: Person) -> None:
    wanted = musician.desktop.home / "sketch.mid"
    save_dialog(musician)
    musician.types(f"{wanted}\n")
    wait_until(wanted.exists, "MIDI file", PATIENCE_S)
    assert len(musician.actions) <= 5, musician.actions
    score = mido.MidiFile(wanted)
    tempos = [m.tempo for track in score.tracks for m in track if m.type == "set_tempo"]
    assert mido.tempo2bpm(tempos[0]) == pytest.approx(96.0, abs=0.01)
    notes = [m.note % 12 for t in score.tracks for m in t if m.type == "note_on" and m.velocity]
    assert len(notes) > 20
    assert sum(note in _D_MAJOR for note in notes) / len(notes) > 0.85
    assert score.length <= 16.0
    musician.quits()


def test_stems_by_keyboard(musician: Person) -> None:
    save_dialog(musician)
    musician.hits("alt+t")
    musician.types("Stems\n")

    def whole() -> Path | None:
        found = [each.parent for each in musician.desktop.home.rglob("*.wav")]
        return next((each for each in found if not files.is_temporary(each)), None)

    folder = wait_until(whole, "folder of stems", PATIENCE_S)
    musician.quits()
    stems = sorted(folder.glob("*.wav"))
    lengths = {soundfile.info(stem).frames for stem in stems}
    assert len(stems) >= 2
    assert lengths == {15 * 44_100}
    assert all(".mp3" not in each.name for each in (folder, *stems))
    assert len(musician.actions) <= 6, musician.actions
