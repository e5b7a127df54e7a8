# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A track as a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop.library.track import Presence, Track, spoken_duration, spoken_genre

_TRACK = Track(
    "id", Path("x.mp3"), "Rainy Night Rhodes", "", "lofi_hiphop", (), 75.0, "Am", "4/4", 60.0,
    0.0, "", "", "", 0, "", 2, 4, "", 0.0, "mp3", 0, False, True, False, Presence.PRESENT, (),
)  # fmt: skip


def test_sentence() -> None:
    assert _TRACK.sentence() == "Rainy Night Rhodes, take 2 of 4, lo-fi hip hop, one minute, new"
    heard = replace(_TRACK, takes=1, take=1, unread=False, star=1, kept=True, genre="house")
    assert heard.sentence() == "Rainy Night Rhodes, house, one minute, 1 star, kept"
    assert replace(heard, presence=Presence.MISSING).sentence().endswith("file missing")
    assert replace(heard, presence=Presence.AWAY).sentence().endswith("unavailable")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60.0, "one minute"),
        (45.2, "45 seconds"),
        (1.0, "1 second"),
        (0.0, "0 seconds"),
        (150.0, "two minutes 30 seconds"),
        (600.0, "ten minutes"),
        (661.0, "11 minutes 1 second"),
    ],
)
def test_spoken_duration(seconds: float, words: str) -> None:
    assert spoken_duration(seconds) == words


def test_numbered_title_and_genre() -> None:
    assert _TRACK.display_title == "Rainy Night Rhodes 2"
    assert replace(_TRACK, takes=1).display_title == "Rainy Night Rhodes"
    assert spoken_genre("solo_piano") == "solo piano"
