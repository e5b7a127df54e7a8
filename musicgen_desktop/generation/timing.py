# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""True percentages and honest times left, learned from this computer's earlier runs.

Not for: showing them, or measuring what the worker measures itself.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from musicgen_desktop.files import write_atomically

STAGES = ("composing", "rendering", "mastering", "encoding")
_KEPT_RUNS = 20
_FIRST_GUESS_S = {"composing": (0.1, 0.002), "rendering": (1.0, 0.02), "mastering": (0.1, 0.006)}
"""Seconds before the first run was measured: fixed, and per second of music."""
_FIRST_GUESS_OTHER = (0.2, 0.016)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job stands.

    Attributes:
        stage: One of `STAGES`.
        fraction: Of the whole job, 0 to 1; never falls.
        left_s: Seconds until it is done.
    """

    stage: str
    fraction: float
    left_s: float


class Timings:
    """How long the stages took on this computer, by engine and format.

    Args:
        file: Where they are remembered; a missing or broken file means no memory.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._runs: dict[str, list[dict[str, float]]] = self._load()

    def expected(self, kind: str, duration_s: float) -> dict[str, float]:
        """Expected seconds of each stage for a track of the given length.

        Each stage is a fixed cost plus a cost per second of music, fitted by the median slope
        between earlier runs (Theil–Sen); one run alone is scaled from the first guess.
        """
        runs = self._runs.get(kind, [])
        return {stage: _expected_s(stage, duration_s, runs) for stage in STAGES}

    def remember(self, kind: str, duration_s: float, stages_s: Mapping[str, float]) -> None:
        """Adds one finished run and writes the file."""
        runs = self._runs.setdefault(kind, [])
        runs.append({"duration_s": duration_s, **{s: float(stages_s.get(s, 0.0)) for s in STAGES}})
        del runs[:-_KEPT_RUNS]
        write_atomically(self._file, json.dumps(self._runs).encode())

    def _load(self) -> dict[str, list[dict[str, float]]]:
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
            return {
                str(kind): [{str(k): float(v) for k, v in run.items()} for run in runs]
                for kind, runs in data.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


class StageClock:
    """Turns a worker's stage progress into the whole job's fraction and time left.

    Args:
        expected_s: Expected seconds by stage.
        now: A monotonic clock in seconds.
    """

    def __init__(
        self, expected_s: Mapping[str, float], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._expected_s = dict(expected_s)
        self._total_s = sum(self._expected_s.values()) or 1.0
        self._now = now
        self._started_s = now()
        self._fraction = 0.0

    def at(self, stage: str, fraction: float) -> Progress:
        """The whole job's progress when `stage` is done to `fraction`."""
        before_s = 0.0
        for name in STAGES:
            if name == stage:
                break
            before_s += self._expected_s.get(name, 0.0)
        done_s = before_s + self._expected_s.get(stage, 0.0) * min(1.0, max(0.0, fraction))
        self._fraction = min(0.999, max(self._fraction, done_s / self._total_s))
        return Progress(stage, self._fraction, self._left_s())

    def _left_s(self) -> float:
        """Memory at first, this run's own pace as it becomes known."""
        by_memory_s = self._total_s * (1.0 - self._fraction)
        if self._fraction < 0.05:
            return by_memory_s
        elapsed_s = self._now() - self._started_s
        by_pace_s = elapsed_s * (1.0 - self._fraction) / self._fraction
        trust = min(1.0, self._fraction * 1.5)
        return by_memory_s * (1.0 - trust) + by_pace_s * trust


def _expected_s(stage: str, duration_s: float, runs: list[dict[str, float]]) -> float:
    fixed_s, per_s = _FIRST_GUESS_S.get(stage, _FIRST_GUESS_OTHER)
    guess_s = fixed_s + per_s * duration_s
    points = [(run["duration_s"], run[stage]) for run in runs if {"duration_s", stage} <= set(run)]
    if not points:
        return guess_s
    slopes = [
        (y2 - y1) / (x2 - x1)
        for i, (x1, y1) in enumerate(points)
        for x2, y2 in points[i + 1 :]
        if abs(x2 - x1) > 10.0
    ]
    if not slopes:
        ratios = [y / (fixed_s + per_s * x) for x, y in points]
        return guess_s * statistics.median(ratios)
    slope = max(0.0, statistics.median(slopes))
    intercept = statistics.median([y - slope * x for x, y in points])
    return max(0.01, intercept + slope * duration_s)
