# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""dev.py: what it says, what it makes, that it makes it once, and that it recovers.

The set-up runs in a small checkout of its own whose locks pin nothing, so that no index is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import dev_system
import pytest

import dev

_ROOT = Path(__file__).resolve().parents[2]
_PREPARE = (
    "import sys, dev; dev._prepare(['environment', 'program']); print('dev_setup' in sys.modules)"
)
_NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


def _python(
    *arguments: str, folder: Path = _ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def small_checkout(tmp_path: Path) -> Path:
    """A checkout with dev.py and its set-up, whose lock pins no package."""
    root = tmp_path / "check out"
    (root / "packaging").mkdir(parents=True)
    shutil.copy(_ROOT / "dev.py", root)
    for module in (_ROOT / "packaging").glob("dev_*.py"):
        shutil.copy(module, root / "packaging")
    for lock in _ROOT.glob("requirements*.lock"):
        (root / lock.name).write_text("# nothing\n", encoding="utf-8")
    return root


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
@pytest.mark.parametrize("arguments", [(), ("--profile", "somewhere"), ("a.mgrecipe",)])
def test_window_without_display_names_the_command_that_works(arguments: tuple[str, ...]) -> None:
    done = _python("dev.py", "run", *arguments, environment=_NO_DISPLAY)
    assert done.returncode == 1
    assert 'python3 dev.py run generate "rainy night lo-fi"' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["--profile", "x"], True),
        (["--profile=x"], True),
        (["generate", "lo-fi"], False),
        (["--profile", "x", "plan", "lo-fi"], False),
        (["--version"], False),
    ],
)
def test_commands_of_the_program_need_no_display(arguments: list[str], window: bool) -> None:
    assert dev._wants_window(arguments) is window


def test_unknown_command_is_wrong_usage() -> None:
    done = _python("dev.py", "dance")
    assert done.returncode == 2
    assert "'dance'" in done.stderr


def test_unfit_python_is_told_politely(tmp_path: Path) -> None:
    program = (
        "import dev; dev.OLDEST_PYTHON = dev.NEWEST_PYTHON = (3, 99); dev._leave_unfit_python()"
    )
    done = _python("-c", program, environment={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert "needs Python 3.99" in done.stderr
    assert "Traceback" not in done.stderr


def test_supported_pythons_are_those_of_the_project() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, newest = dev.OLDEST_PYTHON[1], dev.NEWEST_PYTHON[1]
    assert project["requires-python"] == f">=3.{oldest},<3.{newest + 1}"


def test_set_up_is_done_once_and_recovers(small_checkout: Path) -> None:
    first = _python("-c", _PREPARE, folder=small_checkout)
    assert first.stdout.strip() == "True", first.stderr
    python = small_checkout / ".venv" / "bin" / "python"
    path = subprocess.run(
        [str(python), "-c", "import dev; print(dev.__file__)"],
        cwd=small_checkout.parent,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert path.stdout.strip() == str(small_checkout / "dev.py")

    again = _python("-c", _PREPARE, folder=small_checkout)
    assert again.stdout.strip() == "False"  # the set-up was not even loaded
    assert again.stderr == ""

    (small_checkout / ".venv" / "musicgen-setup.json").write_text('{"environment": ', "utf-8")
    python.unlink()
    python.symlink_to("/nowhere/python3")
    mended = _python("-c", _PREPARE, folder=small_checkout)
    assert mended.stdout.strip() == "True", mended.stderr
    assert _python("-c", _PREPARE, folder=small_checkout).stdout.strip() == "False"


@pytest.mark.long
def test_two_set_ups_at_once_do_not_collide(small_checkout: Path) -> None:
    command = [sys.executable, "-c", _PREPARE]
    both = [
        subprocess.Popen(command, cwd=small_checkout, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Making a virtual environment" in text for text in told) == 1


def test_missing_system_packages_are_told_where_installing_is_not_permitted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev_system, "apt_command", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    still = dev_system.install(lambda: ["libgl1", "libegl1"], "the window", lambda command: True)
    assert still == ["libgl1", "libegl1"]
    told = capsys.readouterr().err
    assert "sudo apt-get install --no-install-recommends libgl1 libegl1" in told


def test_packages_are_tried_singly_when_one_name_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present: set[str] = set()

    def apt(command: object) -> bool:
        assert isinstance(command, list)
        names = [word for word in command if word in {"good", "unknown"}]
        if "unknown" in names:
            return False
        present.update(names)
        return True

    monkeypatch.setattr(dev_system, "apt_command", lambda: ["apt-get"])
    still = dev_system.install(
        lambda: [name for name in ("good", "unknown") if name not in present], "the tests", apt
    )
    assert still == ["unknown"]
