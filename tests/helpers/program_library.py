# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A library of thousands of tracks without making their music: stand-ins that the index knows.

Not for: anything that plays or reads a file (see library_files).
"""

from __future__ import annotations

import math
import random
from dataclasses import replace

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.library.entry import of_file
from musicgen_desktop.library.library import Library
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import tag_data

_WORDS = [
    "rainy", "night", "calm", "piano", "neon", "drive", "slow", "house", "synth", "wave", "deep",
    "ocean", "mellow", "rhodes", "golden", "dusk", "late", "club", "trap", "bells",
]  # fmt: skip
_BINS = 400
_SHAPES = 16


def fill(profile: Paths, count: int, *, with_waveforms: bool = False) -> None:
    """Fills the library of a profile.

    Args:
        profile: Whose.
        count: Number of tracks.
        with_waveforms: Whether they have waveforms, of which there are sixteen different ones.
    """
    library = Library(profile.default_library_dir, profile)
    chance = random.Random(1)
    base = tag_data("base")
    found = []
    for number in range(count):
        path = library.folder / f"{number}.mp3"
        path.write_bytes(b"")
        data = replace(
            base,
            track_id=f"id{number:05d}",
            title=" ".join(chance.sample(_WORDS, 3)).title(),
            prompt=" ".join(chance.sample(_WORDS, 8)),
            bpm=chance.uniform(60.0, 170.0),
            created=1.6e9 + number,
        )
        found.append(of_file(data, path, library.folder, "mp3"))
    records = [(e.tags.track_id, e.to_record(), e.tags.recipe) for e in found]
    library._user_data.remember_all(records, library.folder)
    library._index.put(found)
    if with_waveforms:
        shapes = [_shape(chance) for _ in range(_SHAPES)]
        for number, entry in enumerate(found):
            library._peaks.save(entry.tags.track_id, shapes[number % _SHAPES])
    library.close()


def _shape(chance: random.Random) -> bytes:
    """Verses, choruses and an end."""
    parts = [chance.uniform(0.2, 0.9) for _ in range(6)] + [0.1]
    highs = tuple(
        parts[k * len(parts) // _BINS] * (0.8 + 0.2 * math.sin(k * chance.uniform(0.5, 2.0)))
        for k in range(_BINS)
    )
    return Waveform(
        60.0, tuple(-high for high in highs), highs, tuple(high * 0.4 for high in highs)
    ).to_bytes()
