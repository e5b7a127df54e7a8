# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints how the real window handles ten thousand tracks; figures to look at, never pass or fail.

    python -m tests.benchmarks.big_library [TRACKS [PICTURE]]

Scrolls through the list and searches, in the real program with a library of stand-ins; saves a
picture of the window where asked. Needs a display (`xvfb-run`, or QT_QPA_PLATFORM=offscreen). Not
for: the library alone (see test_library) or pytest.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from musicgen_desktop import app, paths
from musicgen_desktop.gui.error_report import BugCatcher
from tests.helpers import program_library

_WINDOW = (1200, 800)
_STEPS = 240
_SEARCHES = ("r", "ra", "rainy", "rainy n", "neon dusk", "zzz", "")
_PATIENCE_S = 120.0


class Bench:
    """The program, with a hand that scrolls and types.

    Args:
        program: Open.
        tracks: How many are in its library.
    """

    def __init__(self, program: app.Program, tracks: int) -> None:
        self._view = program.window.library_view
        self._tracks = tracks
        program.window.resize(*_WINDOW)
        self._wait(lambda: self._view.model.rowCount() == tracks and self._view.isVisible())

    def scroll(self, step_rows: float) -> dict[str, float]:
        """Goes down the list from its top; frame times in milliseconds."""
        bar = self._view.table.verticalScrollBar()
        bar.setValue(0)
        self._settle()
        row_px = self._view.table.rowHeight(0)
        per_row = row_px if bar.maximum() > self._tracks * 2 else 1
        frames = []
        for number in range(1, _STEPS + 1):
            before = time.perf_counter()
            bar.setValue(round(number * step_rows * per_row))
            QApplication.processEvents()
            self._view.table.viewport().repaint()
            frames.append((time.perf_counter() - before) * 1000.0)
        return _summary(frames)

    def search(self, text: str) -> dict[str, float]:
        """Types into the search line; milliseconds until the list shows what was found."""
        model = self._view.model
        before = time.perf_counter()
        self._view.bar.search.setText(text)
        self._wait(lambda: model.query.text == text)
        self._view.table.viewport().repaint()
        took_ms = (time.perf_counter() - before) * 1000.0
        return {"ms": round(took_ms, 1), "found": model.rowCount()}

    def _settle(self) -> None:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            QApplication.processEvents()

    def _wait(self, is_there: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not is_there():
            assert time.monotonic() < end, "the window didn't get there"
            QApplication.processEvents()
            time.sleep(0.001)


def _summary(frames_ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(frames_ms)
    return {
        "median_ms": round(statistics.median(ordered), 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
        "max_ms": round(ordered[-1], 2),
    }


def main() -> int:
    """See the module."""
    tracks = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    profile = paths.in_profile(Path(tempfile.mkdtemp(prefix="mgd-big-")))
    profile.make()
    program_library.fill(profile, tracks, with_waveforms=True)
    before = time.perf_counter()
    application = app.make_application(sys.argv[:1])
    program = app.Program(application, profile, BugCatcher(application))
    program.open()
    bench = Bench(program, tracks)
    figures: dict[str, object] = {
        "tracks": tracks,
        "open_s": round(time.perf_counter() - before, 3),
        "scroll_a_third_of_a_row": bench.scroll(1 / 3),
        "scroll_a_page": bench.scroll(8.0),
        "scroll_through_everything": bench.scroll(tracks / _STEPS),
        "search": {text: bench.search(text) for text in _SEARCHES},
    }
    if len(sys.argv) > 2:
        program.window.grab().save(sys.argv[2])
    print(json.dumps(figures, indent=1))
    program.window.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
