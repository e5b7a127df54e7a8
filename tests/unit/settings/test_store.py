# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings file: whole or not at all, and tolerant of what it finds."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys

import pytest

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.paths import Paths
from musicgen_desktop.settings import Settings, SettingsStore, declarations


def test_every_setting_is_declared_once() -> None:
    declared = declarations()
    assert [field.name for field in declared] == [f.name for f in dataclasses.fields(Settings)]
    for field in declared:
        assert field.label
        assert field.help.endswith(".")
        assert field.accepts(field.default)
        assert getattr(Settings(), field.name) == field.default
        assert (field.kind == "choice") == bool(field.choices)


def test_defaults_without_a_file(profile: Paths) -> None:
    store = SettingsStore(profile)
    assert store.load() == Settings()
    assert store.notices == []
    assert not profile.settings_file.exists()


def test_what_is_saved_is_loaded(profile: Paths) -> None:
    settings = Settings(library_dir="/Música/雨", takes=4, autoplay=True, theme="dark")
    SettingsStore(profile).save(settings)
    assert SettingsStore(profile).load() == settings


def test_unknown_keys_survive(profile: Paths) -> None:
    profile.settings_file.write_text('{"from_the_future": {"a": [1]}, "takes": 2}')
    store = SettingsStore(profile)
    settings = store.load()
    assert settings.takes == 2
    store.save(dataclasses.replace(settings, takes=3))
    data = json.loads(profile.settings_file.read_text())
    assert data["from_the_future"] == {"a": [1]}
    assert data["takes"] == 3


def test_wrong_values_become_the_usual_ones_and_are_told(profile: Paths) -> None:
    profile.settings_file.write_text(
        '{"takes": 900, "theme": "pink", "autoplay": "yes", "masters_cap_mb": true,'
        ' "format": "flac"}'
    )
    store = SettingsStore(profile)
    assert store.load() == Settings(format="flac")
    assert len(store.notices) == 4


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe\x00", b"[" * 200_000, b'"x"'])
def test_a_broken_file_is_set_aside(profile: Paths, content: bytes) -> None:
    for number in (1, 2):
        profile.settings_file.write_bytes(content)
        store = SettingsStore(profile)
        assert store.load() == Settings()
        aside = profile.settings_file.with_name(f"settings.broken-{number}.json")
        assert aside.read_bytes() == content
        assert aside.name in store.notices[0]
        assert not profile.settings_file.exists()


def test_any_json_is_taken(profile: Paths) -> None:
    chance = random.Random(11)
    names = [f.name for f in dataclasses.fields(Settings)]
    values: list[object] = [
        None,
        True,
        False,
        0,
        -1,
        10**30,
        1.5,
        "",
        "mp3",
        [],
        {},
        "x" * 1000,
        "\ud800",
    ]
    for _ in range(200):
        wanted = {name: chance.choice(values) for name in chance.sample(names, 6)}
        profile.settings_file.write_text(json.dumps(wanted))
        settings = SettingsStore(profile).load()
        for field in declarations():
            assert field.accepts(getattr(settings, field.name))
        SettingsStore(profile).save(settings)


def test_a_folder_that_cannot_be_written_is_told(profile: Paths) -> None:
    profile.config_dir.rmdir()
    profile.config_dir.write_text("a file where the folder should be")
    with pytest.raises(MusicGenError) as told:
        SettingsStore(profile).save(Settings())
    assert told.value.hint


def test_settings_import_nothing_heavy() -> None:
    program = (
        "import sys, musicgen_desktop.settings;"
        "print(sorted({'numpy', 'PySide6', 'mutagen'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
