# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the window share: a look, a wish with the real planner, real services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from musicgen_desktop import paths, services
from musicgen_desktop.gui.terms import Terms, of_lexicon
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.prompt import planner


@pytest.fixture(scope="session")
def one_theme(qapp: QApplication) -> Theme:
    """The look of all tests: filling the style sheet anew for each would be most of their time."""
    return Theme(qapp, "light")


@pytest.fixture
def theme(one_theme: Theme) -> Iterator[Theme]:
    """The light look; whatever the test chooses is undone."""
    one_theme.choose("light")
    yield one_theme
    one_theme.choose("light")


@pytest.fixture
def terms() -> Terms:
    """What the real lexicon offers."""
    return of_lexicon(planner.lexicon())


@pytest.fixture
def wish(qapp: QApplication) -> LiveWish:
    """A wish that reads with the real planner."""
    made = LiveWish(planner.plan)
    made.set_ready()
    return made


@pytest.fixture
def real_services(profile: paths.Paths) -> Iterator[services.Services]:
    """The collaborators of an empty profile."""
    made = services.build(profile)
    yield made
    made.close()
