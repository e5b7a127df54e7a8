# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stopwatch inside the real program; see window_figures."""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot

from musicgen_desktop import services
from musicgen_desktop.app import Program

_HEAVY = ("numpy", "scipy", "numba", "pydub", "musicgen_desktop.engines.composer.render.renderer")
_GENRES = ("lo-fi hip hop", "house", "synthwave", "ambient", "cinematic", "solo piano", "trap")
_WARM_MS = 20_000
"""The worker is ready by then."""


class Stopwatch(QObject):
    """Measures one thing and ends the program.

    Args:
        program: Not yet open.
        started: Unix time at which the process was wanted.
        what: first_paint, gaps, card or early.
        beat_ms: Interval of the heartbeat that finds gaps.
    """

    def __init__(self, program: Program, started: float, what: str, beat_ms: int) -> None:
        super().__init__()
        self._program = program
        self._started = started
        self._what = what
        self._last = 0.0
        self._gaps: list[float] = []
        self._early_s: list[float] = []
        self._is_heard = True
        self._wanted = 0.0
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.setInterval(beat_ms)
        self._beat.timeout.connect(self.on_beat)

    def begin(self) -> None:
        """Called once the window was told to show."""
        self._program.window.installEventFilter(self)
        self._program.window.form.installEventFilter(self)
        if self._what == "gaps":
            QTimer.singleShot(3000, self.submit)
        elif self._what == "card":
            QTimer.singleShot(300, self.press_card)
        elif self._what == "early":
            self._program.queue.job_finished.connect(self.on_early_finished)
            self._program.player.position_changed.connect(self.on_heard)
            QTimer.singleShot(_WARM_MS, self.want_next)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._what == "first_paint" and event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self.on_painted)
            self._what = ""
        return False

    @Slot()
    def on_painted(self) -> None:
        heavy = [name for name in _HEAVY if name in sys.modules]
        self._end({"first_paint_s": round(time.time() - self._started, 4), "heavy": heavy})

    @Slot()
    def submit(self) -> None:
        recipes = services.recipes_for("lo-fi", seed=16, count=3, duration_s=120.0)
        self._program.queue.submit(recipes, "Lo-fi")
        self._program.queue.job_finished.connect(self.on_finished)
        self._last = time.perf_counter()
        self._beat.start()

    @Slot()
    def on_beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._last) * 1000.0)
        self._last = now

    @Slot(str)
    def on_finished(self, _job: str) -> None:
        if any(not job.is_ended for job in self._program.queue.jobs()):
            return
        ordered = sorted(self._gaps)
        self._end(
            {
                "beats": len(ordered),
                "median_ms": round(ordered[len(ordered) // 2], 2),
                "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
                "max_ms": round(ordered[-1], 2),
            }
        )

    @Slot()
    def want_next(self) -> None:
        """Wishes for the next genre; twice, for the second time its notes are in the bank."""
        self._program.player.stop()
        prompt = _GENRES[len(self._early_s) // 2]
        recipes = services.recipes_for(prompt, seed=16, count=1, duration_s=60.0)
        self._wanted = time.perf_counter()
        self._is_heard = False
        self._program.queue.submit(recipes, prompt)

    @Slot(float)
    def on_heard(self, position_s: float) -> None:
        if position_s > 0.0 and not self._is_heard:
            self._is_heard = True
            self._early_s.append(round(time.perf_counter() - self._wanted, 2))

    @Slot(str)
    def on_early_finished(self, _job: str) -> None:
        if len(self._early_s) < 2 * len(_GENRES):
            QTimer.singleShot(500, self.want_next)
            return
        pairs = zip(self._early_s[::2], self._early_s[1::2], strict=True)
        self._end({"first_sound_s": dict(zip(_GENRES, pairs, strict=True))})

    @Slot()
    def press_card(self) -> None:
        self._program.player.state_changed.connect(self.on_state)
        self._wanted = time.perf_counter()
        self._program.window.cards.cards[0].click()

    @Slot(str)
    def on_state(self, state: str) -> None:
        if state == "playing":
            self._end({"card_to_sound_s": round(time.perf_counter() - self._wanted, 3)})

    def _end(self, figures: dict[str, object]) -> None:
        print(json.dumps(figures), flush=True)
        self._program.window.close()
