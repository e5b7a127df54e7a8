# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The set-up behind dev.py: virtual environment, locked libraries, compiled parts.

Each stage is noted when it is done, so that an interrupted set-up goes on at the next start. Only
the standard library is used. Not for: the quick path (dev.py) or system packages (dev_system).
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import dev_system

import dev

_LOCK_HEADER = (
    "# The exact files that are installed, each by its hash."
    " Made by `python3 dev.py lock`; not edited by hand.\n"
)
_PIP_OPTIONS = (
    "install",
    "--require-hashes",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
)
_SYSTEM = {
    "environment": dev_system.Need("the virtual environment", dev_system.missing_for_environment),
    "window-libraries": dev_system.Need("the window", dev_system.missing_for_window),
    "test-programs": dev_system.Need("the tests", dev_system.missing_for_tests),
    "simpleaudio": dev_system.Need(
        "playing through simpleaudio (optional)", dev_system.missing_for_simpleaudio
    ),
}
_LOAD_QT = "import PySide6.QtMultimedia, PySide6.QtSvg, PySide6.QtWidgets"
_SHOWN = ("Downloading ", "Installing collected", "ERROR", "Get:", "Setting up ")


class SetupError(Exception):
    """The set-up can't go on; the text says what happened and what to do."""


def prepare(root: Path, stages: Sequence[str]) -> None:
    """Does every stage whose fingerprint is not noted yet, in order; exits where one can't be done.

    Args:
        root: The root of the checkout.
        stages: Names of stages, each after those it builds on.
    """
    with _alone(root):
        setup = _Setup(root)
        setup.install_system_packages([stage for stage in stages if not dev.is_done(stage)])
        work: dict[str, Callable[[], bool]] = {
            "environment": setup.make_environment,
            "program": setup.install_program,
            "tests": setup.install_tests,
            "window-libraries": setup.find_window_libraries,
            "test-programs": setup.find_test_programs,
            "simpleaudio": setup.install_simpleaudio,
            "warm-up": setup.warm_up,
        }
        for stage in stages:
            if dev.is_done(stage):
                continue
            try:
                done = work[stage]()
            except SetupError as error:
                print(f"dev.py: {error}", file=sys.stderr)
                sys.exit(1)
            if done:
                note(stage, dev.stage_fingerprint(stage))


def note(stage: str, value: str) -> None:
    """Notes a stage as done; a reader never sees half a note."""
    notes = {**dev.read_notes(), stage: value}
    part = dev.NOTES.with_suffix(".part")
    part.write_text(json.dumps(notes, indent=1), encoding="utf-8")
    part.replace(dev.NOTES)


def why_qt_does_not_load() -> str:
    """What is missing for Qt's window modules, in the loader's words; empty when they load."""
    asked = subprocess.run(
        [dev.environment_python(), "-c", _LOAD_QT],
        capture_output=True,
        text=True,
        check=False,
        cwd=dev.ENVIRONMENT,
    )
    if asked.returncode == 0:
        return ""
    return _last_line(asked.stderr).removeprefix("ImportError: ") or f"exit code {asked.returncode}"


def write_locks(root: Path, python: Path) -> None:
    """Makes the lock files anew from pyproject.toml, for all systems and Pythons."""
    project = "pyproject.toml"
    wanted: tuple[tuple[str, list[str], str], ...] = (
        ("requirements.lock", [project], ""),
        ("requirements-dev.lock", [project, "--group", "dev", "-c", "requirements.lock"], ""),
        ("requirements-build.lock", ["-", "-c", "requirements-dev.lock"], "setuptools"),
        ("requirements-simpleaudio.lock", ["-"], "simpleaudio-patched==1.0.5"),
    )
    for name, source, text in wanted:
        command = [str(python), "-m", "uv", "pip", "compile", *source, "--quiet", "--universal"]
        command += ["--python-version", f"3.{dev.OLDEST_PYTHON[1]}", "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
        made = subprocess.run(
            command, cwd=root, input=text, capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            print(made.stderr, file=sys.stderr)
            sys.exit(1)
        (root / name).write_text(_LOCK_HEADER + made.stdout, encoding="utf-8")
        print(f"{name}: {made.stdout.count('==')} packages", file=sys.stderr)


class _Setup:
    """The work of each stage; a stage returns whether it is done for good."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._log = root / ".cache" / "setup.log"
        self._log.write_bytes(b"")

    def make_environment(self) -> bool:
        if not _is_healthy(dev.environment_python()):
            print("Making a virtual environment in .venv", file=sys.stderr)
            if not any(self._do(command) for command in _environment_makers()):
                needed = " ".join(dev_system.missing_for_environment()) or "its venv module"
                raise SetupError(
                    f"a virtual environment can't be made before {needed} is installed; "
                    f"please do that and start this command again. Details are in {self._log}"
                )
        folder = subprocess.run(
            [
                dev.environment_python(),
                "-c",
                "import sysconfig; print(sysconfig.get_path('purelib'))",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        link = Path(folder.stdout.strip()) / "musicgen_desktop_checkout.pth"
        link.write_text(f"{self._root}\n", encoding="utf-8")
        return True

    def install_program(self) -> bool:
        print("Installing the libraries of the program (once, about 400 MB)", file=sys.stderr)
        return self._install_lock("requirements.lock", "--only-binary=:all:")

    def install_tests(self) -> bool:
        print("Installing the libraries of the tests (once)", file=sys.stderr)
        return self._install_lock("requirements-dev.lock", "--only-binary=:all:")

    def install_system_packages(self, stages: Sequence[str]) -> None:
        """Installs, or tells in one go, the system packages that these stages need."""
        if not sys.platform.startswith("linux"):
            return
        needs = {stage: _SYSTEM[stage] for stage in stages if stage in _SYSTEM}
        if _is_healthy(dev.environment_python()):
            needs.pop("environment", None)
        missing = dev_system.find_missing(list(needs.values()))
        if missing and dev.read_notes().get("packages") == _tried(missing):
            dev_system.tell(missing)  # installing them did not work before
            return
        still = dev_system.install(list(needs.values()), self._do)
        if still and dev_system.apt_command() is not None and dev.ENVIRONMENT.exists():
            note("packages", _tried(still))

    def find_window_libraries(self) -> bool:
        return not dev_system.missing_for_window() or not sys.platform.startswith("linux")

    def find_test_programs(self) -> bool:
        return not dev_system.missing_for_tests() or not sys.platform.startswith("linux")

    def install_simpleaudio(self) -> bool:
        if not sys.platform.startswith("linux"):
            return True  # there it is a wheel, and part of requirements.lock
        if dev_system.missing_for_simpleaudio():
            print("Going on without simpleaudio; Qt plays the sound.", file=sys.stderr)
            return True  # tried again when a compiler appears: the fingerprint knows
        print("Compiling simpleaudio", file=sys.stderr)
        try:
            self._install_lock("requirements-build.lock", "--only-binary=:all:")
            self._install_lock("requirements-simpleaudio.lock", "--no-deps", "--no-build-isolation")
        except SetupError:
            print(
                "simpleaudio can't be compiled here; going on without it, Qt plays the sound. "
                f"See {self._log}",
                file=sys.stderr,
            )
        return True

    def warm_up(self) -> bool:
        worker = self._root / "musicgen_desktop" / "generation" / "worker.py"
        if not worker.exists():
            return False
        print("Compiling the sound engine (once)", file=sys.stderr)
        command = [str(dev.environment_python()), "-m", "musicgen_desktop.generation.worker"]
        if not self._do([*command, "--warm-up"]):
            print("That did not work now; the first track will take longer.", file=sys.stderr)
        return True

    def _install_lock(self, name: str, *options: str) -> bool:
        command = [*_pip(dev.environment_python()), *_PIP_OPTIONS, *options]
        if not self._do([*command, "-r", str(self._root / name)]):
            raise SetupError(
                f"installing {name} did not work. Is the package index reachable? "
                f"Details are in {self._log}\n{_last_lines(self._log)}"
            )
        return True

    def _do(self, command: Sequence[str]) -> bool:
        """Runs a command, its output in the log and its milestones on the terminal."""
        environment = {**os.environ, **dev.compiled_code()}
        environment |= {"PIP_ROOT_USER_ACTION": "ignore", "PIP_USER": "0"}
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            try:
                process = subprocess.Popen(
                    command,
                    cwd=self._log.parent,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                )
            except OSError as error:
                log.write(f"{error}\n")
                return False
            with process:
                for line in process.stdout or ():
                    log.write(line)
                    if line.lstrip().startswith(_SHOWN):
                        print(f"  {line.strip()[:100]}", file=sys.stderr)
        return process.returncode == 0


def _environment_makers() -> Iterator[list[str]]:
    """Commands that make the environment, the best first."""
    target = str(dev.ENVIRONMENT)
    yield [sys.executable, "-m", "venv", "--clear", target]
    if shutil.which("virtualenv"):
        yield ["virtualenv", "--clear", "--python", sys.executable, target]
    if shutil.which("uv"):
        yield ["uv", "venv", "--clear", "--seed", "--python", sys.executable, target]
    if importlib.util.find_spec("pip") is not None:
        # Debian with python3-pip and without python3-venv: that pip installs from outside
        yield [sys.executable, "-m", "venv", "--clear", "--without-pip", target]


def _pip(python: Path) -> list[str]:
    """The command of the environment's pip, or of one outside that serves it."""
    inside = [str(python), "-m", "pip"]
    found = subprocess.run([*inside, "--version"], capture_output=True, check=False)
    if found.returncode == 0:
        return inside
    return [sys.executable, "-m", "pip", "--python", str(python)]


def _is_healthy(python: Path) -> bool:
    """Whether an environment is there, can be filled and is of a Python that we know."""
    if not python.exists():
        return False
    pip = "" if importlib.util.find_spec("pip") is not None else ", pip"
    test = f"import sys{pip}; print(sys.version_info[0], sys.version_info[1])"
    asked = subprocess.run(
        [python, "-c", test], capture_output=True, text=True, check=False, cwd=python.parent
    )
    if asked.returncode != 0:
        return False
    major, minor = (int(number) for number in asked.stdout.split())
    return dev.OLDEST_PYTHON <= (major, minor) <= dev.NEWEST_PYTHON


def _tried(missing: Mapping[str, Sequence[str]]) -> str:
    """The note that installing these packages did not work."""
    return f"tried: {' '.join(name for names in missing.values() for name in names)}"


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _last_lines(log: Path, count: int = 12) -> str:
    return "\n".join(log.read_text(encoding="utf-8").splitlines()[-count:])


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Waits until no other set-up works in this checkout."""
    folder = root / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as stream:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another set-up is at work in this checkout; waiting.", file=sys.stderr)
                fcntl.flock(stream, fcntl.LOCK_EX)
        yield
