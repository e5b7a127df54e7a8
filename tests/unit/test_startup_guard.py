# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard knows which pairs of versions crash, and that the installed one does not."""

from __future__ import annotations

import pytest

from musicgen_desktop import startup_guard


@pytest.mark.parametrize(
    ("pyside6", "python", "refused"),
    [
        ("6.12.0", (3, 11), True),
        ("6.12.1a1", (3, 11), True),
        ("7.0", (3, 11), True),
        ("6.11.3", (3, 11), False),
        ("6.8.3", (3, 11), False),
        ("6.12.0", (3, 12), False),
        ("6.12.0", (3, 14), False),
        (None, (3, 11), False),
    ],
)
def test_pyside6_pairs(pyside6: str | None, python: tuple[int, int], refused: bool) -> None:
    sentence = startup_guard.pyside6_problem(pyside6, python)
    assert (sentence is not None) == refused
    if sentence is not None:
        assert pyside6 is not None
        assert pyside6 in sentence


@pytest.mark.parametrize(
    ("original", "patched", "python", "safe"),
    [
        ("1.0.4", None, (3, 11), True),
        ("1.0.4", None, (3, 12), False),
        ("1.0.4", "1.0.5", (3, 13), False),
        (None, "1.0.5", (3, 14), True),
        (None, None, (3, 11), False),
    ],
)
def test_simpleaudio_pairs(
    original: str | None, patched: str | None, python: tuple[int, int], safe: bool
) -> None:
    assert startup_guard.simpleaudio_pair_is_safe(original, patched, python) is safe


def test_installed_set_is_not_refused() -> None:
    assert startup_guard.check() is None
