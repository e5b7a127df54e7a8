# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison with sampled instruments measures what it says (without any sound font)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.engines.composer.render.patches import load_patch, patch_ids
from tests.quality.instruments import (
    RATE,
    Figures,
    Row,
    comparisons,
    distance_db,
    figures,
    mel_map,
    updated,
)

TIME = np.arange(2 * RATE) / RATE
PITCH = 69


def tone(vibrato_cents: float = 0.0, noise: float = 0.0, attack_s: float = 0.05) -> np.ndarray:
    """A 440 Hz tone of eight partials."""
    swing = vibrato_cents * np.log(2) / 1200 * 440 / 5.5 * -np.cos(2 * np.pi * 5.5 * TIME)
    turns = 440 * TIME + swing / (2 * np.pi)
    made = sum(np.sin(2 * np.pi * k * turns) / k for k in range(1, 9))
    hiss = noise * np.random.default_rng(1).normal(size=len(TIME))
    return np.asarray((made + hiss) * np.minimum(TIME / attack_s, 1.0))


def test_a_sound_is_at_no_distance_from_itself_however_loud() -> None:
    assert distance_db(mel_map(tone()), mel_map(3.0 * tone())) == pytest.approx(0.0, abs=1e-6)
    assert distance_db(mel_map(tone()), mel_map(tone(noise=0.05))) > 3


def test_the_figures_of_a_known_tone() -> None:
    found = figures(tone(vibrato_cents=20.0, noise=0.01, attack_s=0.1), PITCH)
    assert found.vibrato_hz == pytest.approx(5.5, abs=0.3)
    assert found.vibrato_cents == pytest.approx(20.0, abs=3.0)
    assert found.attack_ms == pytest.approx(70, abs=15)
    assert abs(found.late_db_s) < 1.0
    noisy = figures(tone(noise=0.1), PITCH)
    assert found.harmonic_db - noisy.harmonic_db == pytest.approx(20.0, abs=2.0)


def test_every_comparison_is_of_a_patch_that_is_there() -> None:
    for patch, what in comparisons().items():
        assert patch in patch_ids()
        if not what.drum:
            assert all(
                load_patch(patch).low <= note <= load_patch(patch).high for note in what.notes
            )
        assert len(what.strikes) >= 2


def test_rows_are_put_into_the_document_in_order() -> None:
    blank = Figures(*[0.0] * 8)
    document = "words\n\n| patch | a |\n|---|---|\n| zither | 1 |\n| banjo | 1 |\n"
    row = Row("banjo", (1.0, 2.0), 3.0, blank, (blank, blank))
    lines = updated(document, [row]).splitlines()
    assert lines[0] == "words"
    assert lines[4].startswith("| banjo | 1.0 / 2.0 | 3.0 | yes |")
    assert lines[5] == "| zither | 1 |"


def test_every_row_of_the_document_is_a_patch() -> None:
    document = Path(__file__).parents[2] / "docs" / "instruments.md"
    table = [line for line in document.read_text().splitlines() if line.startswith("| ")]
    assert all(line.split("|")[1].strip() in patch_ids() for line in table[1:])
