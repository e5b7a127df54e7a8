# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The score's clock."""

from __future__ import annotations

import pytest

from musicgen_desktop.music.score import Score, TempoMap, TempoPoint
from musicgen_desktop.music.theory import Metre

POINTS = (TempoPoint(0.0, 0.5), TempoPoint(4.0, 1.0), TempoPoint(6.0, 0.25))


def test_time_runs_through_all_tempos() -> None:
    clock = TempoMap(POINTS)
    times = [clock.seconds(beat) for beat in (0.0, 2.0, 4.0, 5.0, 6.0, 8.0)]
    assert times == pytest.approx([0.0, 1.0, 2.0, 3.0, 4.0, 4.5])


def test_a_score_tells_the_time() -> None:
    score = Score("", Metre(4, 4), "A minor", POINTS, (), (), (), 10.0, "pop")
    assert score.seconds(5.0) == pytest.approx(3.0)
