# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roughness and sharpness of our tracks beside a sample bank that plays the same scores.

    python -m tests.quality.rough --cache FOLDER --font FONT.sf2 [--write]

Needs the `fluidsynth` program and a General MIDI sound font (see docs/instruments.md). The bank
plays with its own reverb and chorus and is not mastered; both figures don't depend on the level.
Not for: single instruments (see instruments).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from musicgen_desktop.music import midi
from musicgen_desktop.music.score import Score
from tests.quality import report, sound_measures, spectra, ugly
from tests.quality.earn import DURATION_S, GENRES
from tests.quality.pairs import ORIGINAL, Studio
from tests.quality.scorecard import PROMPTS
from tests.quality.sound_measures import Sound

_LEEWAY = 1.05


def sampled(score: Score, font: Path) -> Sound:
    """The score as FluidSynth plays it with a sound font.

    Raises:
        subprocess.CalledProcessError: FluidSynth can't play it.
    """
    with tempfile.TemporaryDirectory(prefix="mgd-rough-") as folder:
        notes, wave = Path(folder) / "score.mid", Path(folder) / "score.wav"
        midi.write_midi(score, notes)
        command = ["fluidsynth", "-ni", "-g", "0.5", "-r", "44100", "-F", str(wave)]
        subprocess.run([*command, str(font), str(notes)], check=True, capture_output=True)
        return sound_measures.read(wave)


def figures(sound: Sound) -> tuple[float, float]:
    """Roughness and sharpness, 95th percentiles."""
    mono = spectra.at_22k(sound)
    return ugly.roughness(mono), ugly.sharpness(mono)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module's text."""
    parser = argparse.ArgumentParser(prog="tests.quality.rough", description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where takes are kept")
    parser.add_argument("--font", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="into docs/measures.md")
    chosen = parser.parse_args(arguments)
    studio = Studio(chosen.cache, as_rendered=True)
    lines, good = [], [0, 0]
    for index, genre in enumerate(GENRES):
        take = studio.take(PROMPTS[genre], 8 * index + 3, DURATION_S, ORIGINAL)
        if take is None:
            continue
        own, other = figures(take.sound), figures(sampled(take.score, chosen.font))
        for i in (0, 1):
            good[i] += own[i] <= _LEEWAY * other[i]
        lines.append([genre, *(f"{v:.2f}" for v in (own[0], other[0], own[1], other[1]))])
        print(*lines[-1], flush=True)
    count = len(lines)
    lines.append(
        ["**not worse (5 %)**", f"**{good[0]}/{count}**", "", f"**{good[1]}/{count}**", ""]
    )
    head = ["genre", "roughness, ours", chosen.font.stem, "sharpness, ours", chosen.font.stem]
    text = report.markdown(head, lines)
    if chosen.write:
        report.put("rough", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
