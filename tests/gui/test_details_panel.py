# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The details: what they show of a reading and what they set."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.details_panel import DetailsPanel
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.prompt import planner
from tests.helpers.accessible import nameless


@pytest.fixture
def panel(wish: LiveWish, terms: Terms, theme: Theme, qtbot: QtBot) -> DetailsPanel:
    made = DetailsPanel(wish)
    made.set_terms(terms)
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    return made


def test_it_shows_what_the_words_led_to(panel: DetailsPanel, wish: LiveWish) -> None:
    wish.replace_prompt("house in D minor, 124 bpm, with piano, no strings")
    assert panel._genre.currentText() == "auto · house"
    assert "D" in panel._key.tonic.currentText()
    assert panel._key.mode.currentData() == "minor"
    assert panel._bpm.text() == "auto · 124"
    assert panel._instruments.chosen == ("piano",)
    assert "strings" in panel._excluded.chosen


def test_a_genre_is_set_and_given_back(panel: DetailsPanel, wish: LiveWish) -> None:
    wish.replace_prompt("sunny pop")
    index = panel._genre.findData("house")
    panel._genre.setCurrentIndex(index)
    panel._genre.activated.emit(index)
    assert wish.wish.overrides == {"genre": "house"}
    panel._reset.click()
    assert wish.wish.overrides == {}
    assert panel._genre.currentText() == "auto · pop"


def test_tempo_key_and_metre_are_set(panel: DetailsPanel, wish: LiveWish, qtbot: QtBot) -> None:
    wish.replace_prompt("calm piano")
    panel._bpm.setValue(72)
    panel._bpm.editingFinished.emit()
    panel._key.tonic.setCurrentIndex(panel._key.tonic.findData("F#"))
    panel._key.mode.setCurrentIndex(panel._key.mode.findData("harmonic_minor"))
    panel._key.mode.activated.emit(panel._key.mode.currentIndex())
    panel._metre.setCurrentIndex(panel._metre.findData("3/4"))
    panel._metre.activated.emit(panel._metre.currentIndex())
    assert wish.wish.overrides == {"bpm": 72.0, "key": "F# harmonic minor", "metre": "3/4"}
    assert wish.result is not None
    plan = wish.result.plan
    assert (plan.bpm, plan.key, plan.mode, plan.metre) == (72.0, "F#", "harmonic_minor", "3/4")


def test_an_instrument_is_found_by_another_name(
    panel: DetailsPanel, wish: LiveWish, qtbot: QtBot
) -> None:
    wish.replace_prompt("calm pop")
    qtbot.keyClicks(panel._instruments.field, "rhodes")
    qtbot.keyClick(panel._instruments.field, Qt.Key.Key_Return)
    assert wish.wish.overrides["instruments"] == ["electric_piano"]
    assert panel._instruments.field.text() == ""
    panel._instruments.buttons[0].click()
    assert panel._instruments.chosen == ()


def test_what_is_not_there_yet_is_not_offered(panel: DetailsPanel) -> None:
    lexicon = planner.lexicon()
    assert "sitar" in lexicon.tables["instrument"]
    assert panel._instruments.matching("sitar") == ()
    assert panel._genre.findData("tango") < 0
    assert panel._genre.count() == 1 + len(lexicon.playable("genre"))


def test_the_seed_can_be_typed_locked_and_drawn(
    panel: DetailsPanel, wish: LiveWish, qtbot: QtBot
) -> None:
    panel._seed.field.setFocus()
    panel._seed.field.setText("1234")
    qtbot.keyClick(panel._seed.field, Qt.Key.Key_Return)
    assert wish.wish.seed == 1234
    assert panel._seed.lock.isChecked()
    panel._seed.die.click()
    assert wish.wish.seed != 1234
    assert panel._seed.field.text() == str(wish.wish.seed)
    panel._seed.lock.click()
    assert not wish.seed.is_locked


def test_everything_has_a_name(panel: DetailsPanel, wish: LiveWish) -> None:
    wish.replace_prompt("pop with piano, no drums, happy")
    assert nameless(panel) == []


@pytest.mark.parametrize("energy", [0.25, 1.0])
def test_energy_reaches_the_plan(panel: DetailsPanel, wish: LiveWish, energy: float) -> None:
    wish.replace_prompt("pop")
    panel._energy.setCurrentIndex(panel._energy.findData(energy))
    panel._energy.activated.emit(panel._energy.currentIndex())
    assert wish.wish.overrides == {"energy": energy}
