# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings dialog is made from the declarations and works at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.settings_dialog import FolderField, SettingsDialog
from musicgen_desktop.gui.settings_keeper import SettingsKeeper
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.services import Services
from musicgen_desktop.settings import Settings, declarations
from tests.helpers.accessible import nameless


@pytest.fixture
def dialog(theme: Theme, qtbot: QtBot) -> SettingsDialog:
    made = SettingsDialog(Settings(), "/music/MusicGen Desktop")
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_declared_setting_has_a_control(dialog: SettingsDialog) -> None:
    assert list(dialog.controls) == [field.name for field in declarations()]
    assert nameless(dialog) == []


def test_a_choice_works_at_once(dialog: SettingsDialog, qtbot: QtBot) -> None:
    box = dialog.controls["format"]
    assert isinstance(box, QComboBox)
    index = box.findData("flac")
    box.setCurrentIndex(index)
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        box.activated.emit(index)
    assert changed.args is not None
    assert changed.args[0] == Settings(format="flac")


def test_a_switch_and_a_number_work_at_once(dialog: SettingsDialog, qtbot: QtBot) -> None:
    switch, number = dialog.controls["level_match"], dialog.controls["takes"]
    assert isinstance(switch, QCheckBox)
    assert isinstance(number, QSpinBox)
    with qtbot.waitSignal(dialog.settings_changed):
        switch.click()
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        number.setValue(4)
    assert changed.args is not None
    assert changed.args[0] == Settings(level_match=False, takes=4)


def test_the_folder_shows_the_usual_one_and_takes_another(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    folder = dialog.controls["library_dir"]
    assert isinstance(folder, FolderField)
    assert folder.field.text() == ""
    assert folder.field.placeholderText() == "/music/MusicGen Desktop"
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        folder.choose("/elsewhere")
    assert changed.args is not None
    assert changed.args[0].library_dir == "/elsewhere"
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        folder.choose("/music/MusicGen Desktop")
    assert changed.args is not None
    assert changed.args[0].library_dir == ""
    assert folder.field.text() == ""
    folder.choose("/elsewhere")
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        folder.choose("")
    assert changed.args is not None
    assert changed.args[0].library_dir == ""


def test_showing_settings_changes_nothing(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.settings_changed):
        dialog.show_settings(Settings(format="ogg", takes=3, autoplay=True, library_dir="/x"))
    folder = dialog.controls["library_dir"]
    assert isinstance(folder, FolderField)
    assert folder.folder == "/x"


def test_the_keeper_stores_and_tells(real_services: Services, qtbot: QtBot) -> None:
    keeper = SettingsKeeper(real_services)
    with qtbot.waitSignals([keeper.theme_chosen, keeper.changed]):
        keeper.apply(Settings(theme="dark"))
    assert real_services.settings.theme == "dark"
    stored = json.loads(real_services.paths.settings_file.read_text())
    assert stored["theme"] == "dark"
    with qtbot.assertNotEmitted(keeper.changed):
        keeper.apply(Settings(theme="dark"))


def test_settings_that_cannot_be_stored_are_in_force_and_told(
    real_services: Services, qtbot: QtBot, tmp_path: Path
) -> None:
    keeper = SettingsKeeper(real_services)
    config_dir = real_services.paths.config_dir
    config_dir.rmdir()
    config_dir.write_text("a file where the folder should be")
    with qtbot.waitSignal(keeper.failed):
        keeper.apply(Settings(takes=2))
    assert real_services.settings.takes == 2
