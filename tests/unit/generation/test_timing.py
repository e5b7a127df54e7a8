# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Percentages that never fall and times left that learn from this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from musicgen_desktop.generation.timing import STAGES, StageClock, Timings

KIND = "composer/mp3/high"


def run(duration_s: float, factor: float = 1.0) -> dict[str, float]:
    return {
        "composing": 0.1 * factor,
        "rendering": (1.0 + 0.03 * duration_s) * factor,
        "mastering": 0.01 * duration_s * factor,
        "encoding": 0.02 * duration_s * factor,
    }


def test_without_memory_there_is_a_guess(tmp_path: Path) -> None:
    expected = Timings(tmp_path / "t.json").expected(KIND, 60.0)
    assert set(expected) == set(STAGES)
    assert all(seconds > 0 for seconds in expected.values())


def test_one_run_scales_the_guess_and_several_teach_the_line(tmp_path: Path) -> None:
    timings = Timings(tmp_path / "t.json")
    timings.remember(KIND, 60.0, run(60.0))
    assert timings.expected(KIND, 60.0)["rendering"] == pytest.approx(2.8)
    for duration_s in (30.0, 120.0, 300.0):
        timings.remember(KIND, duration_s, run(duration_s))
    for stage, seconds in run(200.0).items():
        assert timings.expected(KIND, 200.0)[stage] == pytest.approx(seconds, rel=0.05, abs=0.02)


def test_memory_survives_and_old_runs_are_forgotten(tmp_path: Path) -> None:
    first = Timings(tmp_path / "t.json")
    for _ in range(30):
        first.remember(KIND, 60.0, run(60.0, factor=9.0))
    for _ in range(20):
        first.remember(KIND, 60.0, run(60.0))
    again = Timings(tmp_path / "t.json")
    assert again.expected(KIND, 60.0)["encoding"] == pytest.approx(1.2)
    assert again.expected("another/kind", 60.0)["encoding"] != pytest.approx(1.2)


@pytest.mark.parametrize("content", ["", "[]", '{"a": 3}', '{"composer/mp3/high": [{}]}', "\x00"])
def test_a_broken_memory_is_no_memory(tmp_path: Path, content: str) -> None:
    file = tmp_path / "t.json"
    file.write_text(content)
    assert Timings(file).expected(KIND, 60.0)["rendering"] > 0


def test_the_fraction_is_of_the_whole_job_and_never_falls() -> None:
    now = [0.0]
    clock = StageClock(
        {"composing": 1, "rendering": 2, "mastering": 3, "encoding": 4}, lambda: now[0]
    )
    assert clock.at("rendering", 0.5).fraction == pytest.approx(0.2)
    assert clock.at("composing", 0.9).fraction == pytest.approx(0.2)
    assert clock.at("encoding", 1.0).fraction < 1.0


def test_time_left_turns_from_memory_to_this_runs_own_pace() -> None:
    now = [0.0]
    clock = StageClock({"rendering": 10.0}, lambda: now[0])
    assert clock.at("rendering", 0.0).left_s == pytest.approx(10.0)
    now[0] = 15.0  # half done in 15 s: this run is three times slower than remembered
    assert clock.at("rendering", 0.5).left_s > 11.0
    now[0] = 27.0
    assert clock.at("rendering", 0.9).left_s == pytest.approx(3.0)
