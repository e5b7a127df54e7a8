# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `dev.py lint` and `dev.py test` run: lint, types, layers, tests.

Not for: setting up what they need (see dev_setup).
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

_NO_TESTS_LEFT = 5  # pytest's exit code when it ran none
_WITHOUT_QT = ["-p", "no:pytest-qt", "-p", "tests.helpers.without_qt", "--ignore=tests/gui"]


def lint(root: Path, python: Path) -> list[str]:
    """Runs the linters, the type checker and the layer contracts.

    Returns:
        The names of those that found something.
    """
    beside = str(python.parent / "lint-imports")
    checks: tuple[tuple[str, Sequence[str]], ...] = (
        ("ruff", [str(python), "-m", "ruff", "check", "."]),
        ("format", [str(python), "-m", "ruff", "format", "--check", "."]),
        ("mypy", [str(python), "-m", "mypy"]),
        ("layers", [beside, "--cache-dir", ".cache/import-linter"]),
    )
    return [name for name, command in checks if not _passes(root, name, command)]


def test(root: Path, python: Path, arguments: Sequence[str], qt_problem: str) -> int:
    """Runs everything, or only some tests where pytest's arguments are given.

    The tests run even where the linters found something, and pytest's closing line is the last.

    Args:
        root: The root of the checkout.
        python: The Python of the environment.
        arguments: `--long`, and arguments for pytest.
        qt_problem: Why Qt doesn't load here; what needs it is left out then, and the command fails.

    Returns:
        The exit code of the command.
    """
    long = "--long" in arguments
    chosen = [argument for argument in arguments if argument != "--long"]
    found = [] if chosen else lint(root, python)
    if found:
        print(f"Found by {', '.join(found)}: this fails, whatever the tests below say.", flush=True)
    command = [str(python), "-m", "pytest", *chosen]
    if qt_problem:
        print(f"Qt can't be loaded ({qt_problem}): this fails, whatever the tests say.", flush=True)
        command += _WITHOUT_QT
    if long:
        command += ["--long", "--long-journal", str(root / ".cache" / journal_name(chosen))]
    command = [*_ending_with_us(), *command]
    if shutil.which("dbus-run-session"):
        # a bus of its own: without one, Qt and GTK start a daemon that outlives the tests
        command = [*_ending_with_us(), "dbus-run-session", "--", *command]
    code = subprocess.call(command, cwd=root)
    if long and code == _NO_TESTS_LEFT:
        code = 0
    return code or (1 if found or qt_problem else 0)


def _ending_with_us() -> list[str]:
    """A start of a command that ends when this process does, even by a kill (on Linux).

    Otherwise a run that was ended would go on unseen, beside the one that resumes it.
    """
    if shutil.which("setpriv") is None:
        return []
    # pytest tidies up at an interrupt, unless a shell's background job makes it deaf to it
    deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return ["setpriv", "--pdeathsig", "TERM" if deaf else "INT"]


def journal_name(chosen: Sequence[str]) -> str:
    """The file of a long run's journal: one for each choice of tests.

    A journal is forgotten when its run has passed; passing some tests must not forget what a long
    run of all of them has reached.
    """
    if not chosen:
        return "long-run.jsonl"
    return f"long-run-{hashlib.sha256(repr(list(chosen)).encode()).hexdigest()[:8]}.jsonl"


def _passes(root: Path, name: str, command: Sequence[str]) -> bool:
    start_s = time.monotonic()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    took_s = time.monotonic() - start_s
    print(f"{name:8} {'ok' if passed else 'FAILED'}  {took_s:.1f} s", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed
