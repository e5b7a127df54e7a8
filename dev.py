#!/usr/bin/env python3
# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One command from a fresh clone to the running program or its tests.

    python3 dev.py run                      the window
    python3 dev.py run generate "..."       any other command of the program; needs no display
    python3 dev.py test                     lint, types, layers, then all ordinary tests
    python3 dev.py test --long              the full matrices too; resumes where it stopped
    python3 dev.py test tests/unit -k NAME  only these tests (arguments go to pytest)
    python3 dev.py lint                     lint, types and layers only
    python3 dev.py listen                   blind pairs of tracks, for you to judge; resumes
    python3 dev.py install | uninstall      the entry in the applications menu and on the desktop
    python3 dev.py lock                     make the lock files anew, for maintainers

Each does the set-up it needs by itself: system libraries (apt where permitted), a virtual
environment in .venv, the locked libraries. What is done is noted in .venv, so that the next start
does none of it. A long test run notes every passed test in .cache/long-run.jsonl and leaves it out
when it is called again with the same files, until all have passed.

This file is the quick path: it needs the standard library only, and loads the set-up itself
(packaging/dev_setup.py) only when something is to do. Not for: users of a package or a bundle.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
NOTES = ENVIRONMENT / "musicgen-setup.json"
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)
_WINDOWS = sys.platform == "win32"
ALSA_HEADER = Path("/usr/include/alsa/asoundlib.h")
_WITHOUT_WINDOW = """\
The program works without the window too:

    python3 dev.py run generate "rainy night lo-fi"
"""
_NO_DISPLAY = "There is no display here, so the window can't open.\n"
_NO_QT = "The window can't open before these packages are there ({why}).\n"
_OURS = frozenset({".mgrecipe", ".mp3", ".wav", ".flac", ".ogg"})

# Raised when the list of system packages changes, so that they are looked for again.
_SYSTEM_LIST = "2"


def main(arguments: list[str]) -> int:
    """Runs one command of this file; returns its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in {"help", "-h", "--help"}:
        print(__doc__)
        return 0
    actions = {
        "run": _run,
        "test": _test,
        "lint": _lint,
        "listen": _listen,
        "install": _install,
        "uninstall": _uninstall,
        "lock": _lock,
    }
    if command not in actions:
        print(f"dev.py: there is no command {command!r}.\n{__doc__}", file=sys.stderr)
        return 2
    return actions[command](rest)


def environment_python() -> Path:
    """The Python of the virtual environment."""
    return ENVIRONMENT / ("Scripts/python.exe" if _WINDOWS else "bin/python")


def _run(arguments: list[str]) -> int:
    window = _wants_window(arguments)
    if window and _lacks_display():
        print(_NO_DISPLAY + _WITHOUT_WINDOW, end="", file=sys.stderr)
        return 1
    stages = ["environment", "program"]
    if window:
        stages += ["window-libraries", "simpleaudio"]
    _prepare([*stages, "warm-up"])
    problem = _qt_problem() if window else ""
    if problem:
        print(_NO_QT.format(why=problem) + _WITHOUT_WINDOW, end="", file=sys.stderr)
        return 1
    return _become([str(environment_python()), "-m", "musicgen_desktop", *arguments])


def _test(arguments: list[str]) -> int:
    _prepare_for_tests()
    import dev_checks

    return dev_checks.test(ROOT, environment_python(), arguments, qt_problem=_qt_problem())


def _lint(arguments: list[str]) -> int:
    del arguments
    _prepare(["environment", "program", "tests"])
    import dev_checks

    return 1 if dev_checks.lint(ROOT, environment_python()) else 0


def _listen(arguments: list[str]) -> int:
    _prepare(["environment", "program", "tests", "window-libraries", "simpleaudio"])
    import dev_listen

    return dev_listen.listen(ROOT, environment_python(), arguments, compiled_code())


def _install(arguments: list[str]) -> int:
    _prepare(["environment", "program", "window-libraries", "simpleaudio", "warm-up"])
    return _desktop_entry("install", arguments)


def _uninstall(arguments: list[str]) -> int:
    return _desktop_entry("uninstall", arguments)


def _lock(arguments: list[str]) -> int:
    del arguments
    _prepare(["environment", "program", "tests"])
    import dev_setup

    dev_setup.write_locks(ROOT, environment_python())
    return 0


def _prepare_for_tests() -> None:
    _prepare(
        ["environment", "program", "tests", "window-libraries", "test-programs", "simpleaudio"]
    )


def _qt_problem() -> str:
    """Why Qt's window modules don't load; empty, and not even asked, where all is there."""
    if is_done("window-libraries"):
        return ""
    import dev_setup

    return dev_setup.why_qt_does_not_load()


def _desktop_entry(action: str, arguments: list[str]) -> int:
    """Calls install() or uninstall() of packaging/desktop_entry.py."""
    if not (ROOT / "packaging" / "desktop_entry.py").exists():
        print("dev.py: the desktop entry is not part of this checkout.", file=sys.stderr)
        return 1
    _see_packaging()
    import importlib

    done = getattr(importlib.import_module("desktop_entry"), action)(*arguments)
    return done if isinstance(done, int) else 0


def _prepare(stages: list[str]) -> None:
    """Does what is missing for these stages; nothing when the notes say that all is done."""
    _see_packaging()
    if all(is_done(stage) for stage in stages):
        return
    import dev_setup

    dev_setup.prepare(ROOT, stages)


def _see_packaging() -> None:
    for folder in (str(ROOT), str(ROOT / "packaging")):
        if folder not in sys.path:
            sys.path.append(folder)


def compiled_code() -> dict[str, str]:
    """The variable for one cache of compiled kernels per checkout, whatever the profile."""
    return {"NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR") or str(ROOT / ".cache" / "numba")}


def read_notes() -> dict[str, str]:
    """What is set up already: the fingerprint of each stage that is done."""
    try:
        notes = json.loads(NOTES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def is_done(stage: str) -> bool:
    """Whether a stage is done, with what it depends on as it is now."""
    return read_notes().get(stage) == stage_fingerprint(stage)


def stage_fingerprint(stage: str) -> str:
    """What a stage depends on; another fingerprint means that it is to be done again."""
    if stage == "environment":
        return f"{ROOT}|{os.path.realpath(environment_python())}"
    if stage == "program":
        return _hash("requirements.lock")
    if stage == "tests":
        return _hash("requirements-dev.lock")
    if stage == "simpleaudio":
        return f"{_hash('requirements-simpleaudio.lock')}|{can_compile_simpleaudio()}"
    if stage == "warm-up":
        return f"{_hash('requirements.lock')}|{os.path.realpath(environment_python())}"
    return f"{stage} {_SYSTEM_LIST}"


def can_compile_simpleaudio() -> bool:
    """Whether a C compiler and the headers are there (on Linux, where it has no wheel)."""
    headers = ALSA_HEADER.exists() and python_header().exists()
    return headers and (shutil.which("gcc") or shutil.which("cc")) is not None


def python_header() -> Path:
    """Where the header of the environment's Python is, if it is there."""
    python = environment_python()
    real = Path(os.path.realpath(python if python.exists() else sys.executable))
    return real.parent.parent / "include" / real.name / "Python.h"


def _hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()[:16]


def _wants_window(arguments: list[str]) -> bool:
    """Whether the program would open its window with these arguments (as its __main__ decides)."""
    rest = list(arguments)
    while rest and rest[0].startswith("--profile"):
        del rest[: 1 if "=" in rest[0] else 2]
    if not rest:
        return True
    path = Path(rest[0])
    if rest[0].startswith("-"):
        return False
    if path.suffix.lower() in _OURS or path.name != rest[0]:
        return True
    return bool(path.suffix) and path.exists()


def _lacks_display() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _become(command: list[str]) -> int:
    """Turns into another program; on Windows, where that can't be, waits for it."""
    # a file of the user's called queue.py must not stand in for the library's
    environment = {**os.environ, **compiled_code(), "PYTHONSAFEPATH": "1"}
    if not _WINDOWS:
        os.execve(command[0], command, environment)
    import subprocess

    return subprocess.call(command, env=environment)


def _leave_unfit_python() -> None:
    """Goes on in another Python, or stops politely, where this one is too old or too new."""
    if OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        return
    for minor in range(NEWEST_PYTHON[1], OLDEST_PYTHON[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if (
            other is not None and os.system(f'"{other}" -c "" 2>{os.devnull}') == 0
        ):  # a shim may not
            sys.exit(_become([other, *sys.argv]))
    have = ".".join(str(number) for number in sys.version_info[:3])
    print(
        f"MusicGen Desktop needs Python 3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]}; "
        f"this is Python {have}. Please install one of them and start this command with it.",
        file=sys.stderr,
    )
    sys.exit(1)


if __name__ == "__main__":
    _leave_unfit_python()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
