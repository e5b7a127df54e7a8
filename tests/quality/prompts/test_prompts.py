# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own table of prompts: explicit wishes always, the rest nearly always."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from musicgen_desktop.prompt.planner import Planner
from tests.quality.prompts.evaluate import EXPLICIT, Report, evaluate

TABLE = Path(__file__).with_name("prompts.json")
STYLES = Path(__file__).with_name("styles.json")


def _report(path: Path) -> Report:
    return evaluate(json.loads(path.read_text(encoding="utf-8")), Planner.load())


def test_our_own_table() -> None:
    report = _report(TABLE)
    for name in EXPLICIT:
        assert report.share_of(name) == 1.0, report.misses
    assert report.share >= 0.97, report.misses


def test_all_ways_of_asking() -> None:
    """Tags, sentences, briefs, images, bans, slips of the pen, seven languages."""
    report = _report(STYLES)
    for name in EXPLICIT:
        assert report.share_of(name) == 1.0, report.misses
    assert report.share >= 0.97, report.misses


@pytest.mark.skipif("MGD_PROMPTS" not in os.environ, reason="MGD_PROMPTS names no table")
def test_a_table_from_elsewhere() -> None:
    report = _report(Path(os.environ["MGD_PROMPTS"]))
    for name in EXPLICIT:
        assert report.share_of(name) == 1.0, report.misses
    assert report.share >= 0.8, report.misses
