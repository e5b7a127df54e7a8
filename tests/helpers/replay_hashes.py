# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tracks of many recipes in a process of its own and prints what they came out like.

Run as a module: `python -m tests.helpers.replay_hashes CORES THREADS FILE`; the file holds recipes,
one in each line. Prints one JSON object: the SHA-256 of each track's PCM, by the line's number.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path


class _Silence:
    """A sink that hears the preview out, and keeps nothing."""

    def progress(self, stage: str, fraction: float) -> None:
        """Ignored."""

    def audio(self, block: bytes) -> None:
        """Ignored."""


def main(cores: int, threads: int, file: Path) -> None:
    """Uses so many cores and threads; with several threads the order is turned round."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    from musicgen_desktop.engines.base import CancelToken, Request
    from musicgen_desktop.engines.composer.engine import Composer
    from musicgen_desktop.music.recipe import Recipe

    composer = Composer(48.0, threads)
    lines = list(enumerate(file.read_text(encoding="utf-8").splitlines()))
    hashes: dict[int, str] = {}
    for number, line in lines if threads == 1 else reversed(lines):
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            request = Request(Recipe.loads(line), Path(folder), wants_preview=threads > 1)
            made = composer.generate(request, _Silence(), CancelToken(lambda: False))
            hashes[number] = hashlib.sha256(made.audio.read_bytes()).hexdigest()
    print(json.dumps(hashes))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
