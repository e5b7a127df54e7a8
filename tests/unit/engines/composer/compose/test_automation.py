# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters follow the energy, sweep and swing; gates chop; swells rise."""

from __future__ import annotations

from typing import Any

import pytest

from musicgen_desktop.engines.composer.compose.automation import write_automation
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.music.score import AutomationPoint
from tests.unit.engines.composer.compose.plans import make_plan
from tests.unit.engines.composer.compose.test_groove import DROP, make_context


def lanes(**settings: Any) -> dict[str, tuple[AutomationPoint, ...]]:
    context = make_context(make_plan("house", seed=3, form=DROP, brightness=0.0))
    seat = Seat("pad", "pad", "pad", "pad", "warm_pad", settings=settings)
    return write_automation(context, seat)


def between(points: tuple[AutomationPoint, ...], start: float, end: float) -> list[float]:
    return [p.value for p in points if start <= p.beat < end]


def test_a_seat_without_wishes_has_no_automation() -> None:
    assert lanes() == {}


def test_the_filter_follows_the_energy() -> None:
    points = lanes(cutoff=[0.2, 0.8])["cutoff"]
    assert max(between(points, 0, 16)) < min(between(points, 16, 48))


def test_a_sweep_moves_from_one_end_to_the_other_and_jumps_back() -> None:
    points = lanes(cutoff=[0.2, 0.4], sweep={"build": [0.1, 1.0]})["cutoff"]
    build = between(points, 0, 16)
    assert build == sorted(build)
    assert build[0] == pytest.approx(0.1)
    assert build[-1] == pytest.approx(1.0)
    assert between(points, 16, 20)[0] < 0.5


def test_a_wave_swings_around_the_energy() -> None:
    plain = lanes(cutoff=[0.5, 0.5])["cutoff"]
    waved = lanes(cutoff=[0.5, 0.5], wave=[8, 0.2])["cutoff"]
    moves = [b.value - a.value for a, b in zip(plain, waved, strict=True)]
    assert max(moves) == pytest.approx(0.2)
    assert min(moves) == pytest.approx(-0.2)


def test_a_gate_opens_and_closes_where_its_pattern_says() -> None:
    points = lanes(gate=["x...x...x...x..."], gate_in=["drop"])["level"]
    assert set(between(points, 0, 16)) == {1.0}
    beats = [p.beat for p in points]
    assert beats == sorted(beats)
    first = [(p.beat - 16, p.value) for p in points if 16 <= p.beat < 16.9]
    assert first == [(0.0, 1.0), (0.25, 1.0), (pytest.approx(0.27), 0.1)]


def test_a_swell_rises() -> None:
    points = lanes(swell={"build": [0.2, 1.0]})["level"]
    assert between(points, 0, 1)[0] == pytest.approx(0.2)
    assert set(between(points, 16, 48)) == {1.0}
