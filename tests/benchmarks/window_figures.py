# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints how quick the real window is; figures to look at, never a pass or fail.

    python -m tests.benchmarks.window_figures paint [RUNS]     process start to first paint, seconds
    python -m tests.benchmarks.window_figures gaps             event-loop gaps while three jobs run
    python -m tests.benchmarks.window_figures card             first start: Enter on a card to sound
    python -m tests.benchmarks.window_figures early            warm: wish to first sound, by genre

Needs a display (`xvfb-run`, or QT_QPA_PLATFORM=offscreen). Not for: pytest.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_BEAT_MS = 2


def main() -> int:
    """See the module."""
    what, *rest = sys.argv[1:] or ["paint"]
    if what == "paint":
        _paint(int(rest[0]) if rest else 5)
    elif what == "child":
        return _child(rest[0], Path(rest[1]), float(rest[2]))
    else:
        print(json.dumps(_run(what, Path(tempfile.mkdtemp(prefix="mgd-figures-")))))
    return 0


def _paint(runs: int) -> None:
    profile = Path(tempfile.mkdtemp(prefix="mgd-figures-"))
    seconds = [_run("first_paint", profile)["first_paint_s"] for _ in range(runs + 1)][1:]
    print(json.dumps({"first_paint_s": seconds, "median_s": statistics.median(seconds)}))


def _run(what: str, profile: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.window_figures", "child", what]
    done = subprocess.run(
        [*command, str(profile), repr(time.time())],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _child(what: str, profile: Path, started: float) -> int:
    """The program itself, with a stopwatch in it."""
    from musicgen_desktop import app, paths
    from musicgen_desktop.gui.error_report import BugCatcher
    from tests.benchmarks.stopwatch import Stopwatch

    application = app.make_application(sys.argv[:1])
    program = app.Program(application, paths.in_profile(profile), BugCatcher(application))
    watch = Stopwatch(program, started, what, _BEAT_MS)
    program.open()
    watch.begin()
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main())
