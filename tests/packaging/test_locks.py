# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock files pin everything by hash, name no host, and agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_LOCKS = sorted(_ROOT.glob("requirements*.lock"))


def _name(path: Path) -> str:
    return path.name


def _blocks(lock: Path) -> list[str]:
    """One text per pinned package: the pin and its hashes."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _pins(lock: Path) -> set[str]:
    return {re.split(r"\s+--hash", block)[0].strip() for block in _blocks(lock)}


def test_all_locks_are_there() -> None:
    assert {path.name for path in _LOCKS} >= {
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-build.lock",
        "requirements-simpleaudio.lock",
    }


@pytest.mark.parametrize("lock", _LOCKS, ids=_name)
def test_every_package_is_pinned_by_hash(lock: Path) -> None:
    blocks = _blocks(lock)
    assert blocks
    pattern = re.compile(r"^[a-z0-9-]+==\S+( ; .+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$")
    assert [block for block in blocks if not pattern.match(block)] == []


@pytest.mark.parametrize("lock", _LOCKS, ids=_name)
def test_lock_names_no_host_and_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert re.findall(r"://|--index|--extra|--find-links|@ ", text) == []


def test_test_libraries_pin_the_same_as_the_program() -> None:
    assert _pins(_ROOT / "requirements.lock") <= _pins(_ROOT / "requirements-dev.lock")


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[^A-Za-z0-9-]", need)[0].lower() for need in project["dependencies"]}
    locked = {pin.split("==")[0] for pin in _pins(_ROOT / "requirements.lock")}
    assert names - locked == set()
