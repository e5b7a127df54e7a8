# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Earlier prompts, the dice and presets, from start to start."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.preset_popup import PresetPopup
from musicgen_desktop.gui.presets import Preset, PresetStore
from musicgen_desktop.gui.prompt_history import MOST, Dice, PromptHistory, load_examples
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.prompt import planner
from tests.helpers.accessible import nameless


def test_the_history_survives_and_holds_each_prompt_once(tmp_path: Path) -> None:
    history = PromptHistory(tmp_path / "prompts.json")
    for prompt in ("one", "two", "one", " ", "three 日本語"):
        history.add(prompt)
    assert PromptHistory(tmp_path / "prompts.json").prompts == ("three 日本語", "one", "two")


def test_walking_goes_back_and_forth(tmp_path: Path) -> None:
    history = PromptHistory(tmp_path / "prompts.json")
    assert history.earlier() is None
    assert history.later() is None
    for prompt in ("old", "new"):
        history.add(prompt)
    assert [history.earlier() for _ in range(3)] == ["new", "old", None]
    assert [history.later() for _ in range(3)] == ["new", "", None]


def test_the_history_has_an_end(tmp_path: Path) -> None:
    history = PromptHistory(tmp_path / "prompts.json")
    for number in range(MOST + 5):
        history.add(str(number))
    assert len(history.prompts) == MOST
    history.clear()
    assert PromptHistory(tmp_path / "prompts.json").prompts == ()


@pytest.mark.parametrize(
    "content", ["", "[", "{}", '{"prompts": 3}', '{"prompts": [1, null]}', "\x00"]
)
def test_a_broken_file_counts_as_empty(tmp_path: Path, content: str) -> None:
    file = tmp_path / "kept.json"
    file.write_text(content)
    assert PromptHistory(file).prompts == ()
    assert PresetStore(file).presets() == ()


def test_the_dice_shows_everything_before_it_repeats() -> None:
    examples = load_examples()
    dice = Dice(examples, random.Random(1))
    assert {dice.throw() for _ in examples} == set(examples)


def test_there_are_enough_examples_and_each_is_understood() -> None:
    examples = load_examples()
    assert len(set(examples)) >= 60
    for prompt in examples:
        result = planner.plan(prompt, seed=8)
        assert any(chip.state == "heard" for chip in result.chips), prompt
        assert 5 <= result.plan.duration_s <= 600


def test_presets_survive_replace_and_delete(tmp_path: Path) -> None:
    store = PresetStore(tmp_path / "presets.json")
    store.save(Preset("Night", "rainy lo-fi", {"bpm": 75.0}, 60.0))
    store.save(Preset("Day", "", {"genre": "pop"}))
    store.save(Preset("night", "", {"bpm": 70.0}))
    again = PresetStore(tmp_path / "presets.json")
    assert [preset.name for preset in again.presets()] == ["Day", "night"]
    deleted = again.delete("NIGHT")
    assert deleted is not None
    assert deleted.overrides == {"bpm": 70.0}
    assert [preset.name for preset in PresetStore(tmp_path / "presets.json").presets()] == ["Day"]


def test_a_preset_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(MusicGenError):
        PresetStore(tmp_path / "presets.json").save(Preset("  "))


def test_the_popup_saves_applies_and_deletes(
    tmp_path: Path, wish: LiveWish, theme: Theme, qtbot: QtBot
) -> None:
    store = PresetStore(tmp_path / "presets.json")
    popup = PresetPopup(store, wish)
    qtbot.addWidget(popup)
    popup.show()
    assert nameless(popup) == []
    wish.replace_prompt("house, 124 bpm")
    wish.set_override("bpm", 126.0)
    popup.name.setText("  My   house ")
    with qtbot.waitSignal(popup.saved) as saved:
        popup.save()
    assert saved.args == ["My house"]
    wish.replace_prompt("calm piano")
    popup.refresh()
    with qtbot.waitSignal(popup.applied):
        popup.list.itemActivated.emit(popup.list.item(0))
    assert (wish.wish.prompt, wish.wish.overrides) == ("house, 124 bpm", {"bpm": 126.0})
    popup.list.setCurrentRow(0)
    with qtbot.waitSignal(popup.deleted):
        popup.delete_current()
    assert store.presets() == ()
