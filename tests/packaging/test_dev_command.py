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
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

import dev_setup
import dev_system
import pytest

import dev
from musicgen_desktop import __main__ as program

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


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.mgrecipe"],
        ["Rain.MP3"],
        ["--profile", "x", "tracks/rain.flac", "b.wav"],
        ["generate", "lo-fi.wav"],
        ["dev.py"],
        ["no such.txt"],
        ["doctor"],
    ],
)
def test_files_open_the_window_as_in_the_program(arguments: list[str]) -> None:
    _, opened = program._without_files(arguments)
    assert dev._wants_window(arguments) is bool(opened)


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


@pytest.fixture
def needs() -> list[dev_system.Need]:
    """Packages for two purposes, one of them wanted by both."""
    return [
        dev_system.Need("the window", lambda: ["libgl1", "libegl1"]),
        dev_system.Need("the tests", lambda: ["xvfb", "libgl1"]),
        dev_system.Need("nothing", list),
    ]


@pytest.mark.parametrize(
    ("programs", "user", "lists", "command"),
    [
        ({"apt-get", "sudo"}, 1000, True, "sudo apt-get install {}"),
        ({"apt-get", "sudo"}, 1000, False, "sudo apt-get update && sudo apt-get install {}"),
        ({"apt-get"}, 1000, True, "su - -c 'apt-get install {}'"),
        ({"apt-get"}, 1000, False, "su - -c 'apt-get update && apt-get install {}'"),
        ({"apt-get"}, 0, True, "apt-get install {}"),
    ],
)
def test_missing_system_packages_are_told_in_one_command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    needs: list[dev_system.Need],
    programs: set[str],
    user: int,
    lists: bool,
    command: str,
) -> None:
    monkeypatch.setattr(dev_system, "_APT_LISTS", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    if lists:
        (tmp_path / "debian_main_Packages").touch()
    dev_system.tell(dev_system.find_missing(needs))
    told = capsys.readouterr().err
    expected = command.format("--no-install-recommends libgl1 libegl1 xvfb")
    assert [line for line in told.splitlines() if "apt-get" in line] == [f"    {expected}"]
    assert "for the window: libgl1 libegl1" in told
    assert "nothing" not in told


def test_nothing_is_installed_where_that_is_not_permitted(
    monkeypatch: pytest.MonkeyPatch, needs: list[dev_system.Need]
) -> None:
    monkeypatch.setattr(dev_system, "apt_command", lambda: None)
    still = dev_system.install(needs, lambda command: pytest.fail(f"ran {command}"))
    assert still == {"the window": ["libgl1", "libegl1"], "the tests": ["xvfb", "libgl1"]}


def test_packages_are_tried_singly_when_one_name_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present: set[str] = set()

    def apt(command: Sequence[str]) -> bool:
        names = [word for word in command if word in {"good", "unknown"}]
        if "unknown" in names:
            return False
        present.update(names)
        return True

    monkeypatch.setattr(dev_system, "apt_command", lambda: ["apt-get"])
    need = dev_system.Need(
        "the tests", lambda: [name for name in ("good", "unknown") if name not in present]
    )
    assert dev_system.install([need], apt) == {"the tests": ["unknown"]}


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Python is a shell script")
def test_window_says_what_is_missing_where_qt_does_not_load(small_checkout: Path) -> None:
    python = small_checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 'ImportError: libGL.so.1: not found' >&2; exit 1\n", "utf-8")
    python.chmod(0o755)
    run = "import dev; dev._prepare = lambda stages: dev._see_packaging(); exit(dev.main(['run']))"
    done = _python("-c", run, folder=small_checkout, environment={"DISPLAY": ":99"})
    assert done.returncode == 1
    assert "(libGL.so.1: not found)" in done.stderr
    assert "python3 dev.py run generate" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_environment_without_pip_is_served_from_outside(
    tmp_path: Path,
) -> None:
    venv.create(tmp_path / "inside", with_pip=True, symlinks=True)
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    inside, bare = (tmp_path / name / "bin" / "python" for name in ("inside", "bare"))
    assert dev_setup._pip(inside) == [str(inside), "-m", "pip"]
    command = dev_setup._pip(bare)
    assert command == [sys.executable, "-m", "pip", "--python", str(bare)]
    listed = subprocess.run([*command, "list"], capture_output=True, text=True, check=True)
    assert "pytest" not in listed.stdout
