# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's own tracks against the scorecard: a sample always, the whole matrix when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality import scorecard
from tests.quality.rows import Row, table

SAMPLE = (("lofi_hiphop", 3), ("house", 8))
MATRIX_SEEDS = (0, 8, 16)


def card(genre: str, seed: int, duration_s: float, folder: Path) -> list[Row]:
    track = scorecard.generate(scorecard.PROMPTS[genre], seed, duration_s, folder, stems=True)
    rows = scorecard.scorecard(track)
    print(table(rows))
    return rows


@pytest.mark.end2end
@pytest.mark.parametrize(("genre", "seed"), SAMPLE)
def test_a_sample_passes_every_hard_measure(genre: str, seed: int, tmp_path: Path) -> None:
    rows = card(genre, seed, 30.0, tmp_path)
    assert [row for row in rows if row.hard and not row.passed] == []
    others = [row for row in rows if not row.hard]
    assert sum(row.passed for row in others) >= 0.8 * len(others)


@pytest.mark.long
@pytest.mark.end2end
@pytest.mark.parametrize("seed", MATRIX_SEEDS)
@pytest.mark.parametrize("genre", scorecard.PROMPTS)
def test_every_family_passes_the_scorecard(genre: str, seed: int, tmp_path: Path) -> None:
    rows = card(genre, seed, 90.0, tmp_path)
    assert [row for row in rows if row.hard and not row.passed] == []
    others = [row for row in rows if not row.hard]
    assert sum(row.passed for row in others) >= 0.9 * len(others)
