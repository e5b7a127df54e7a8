# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables, read once for all tests of the prompt."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.planner import Planner


@pytest.fixture(scope="session")
def planner() -> Planner:
    return Planner.load()


@pytest.fixture(scope="session")
def lexicon(planner: Planner) -> Lexicon:
    return planner.lexicon
