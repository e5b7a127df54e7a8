# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scorecard: renders tracks with the program itself and measures them.

    python -m tests.quality.scorecard --genres all --seeds 3 --duration 60

prints a table per track and, at the end, how many tracks passed each measure. Exit code 1 when a
hard measure failed. Measures 1 to 14 listen to the decoded MP3, 15 to 18 read the score, and 18
also adds up the stems.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Score
from tests.quality import music_measures, score_measures, sound_measures
from tests.quality.rows import GRID_GENRES, HARD_MEASURES, Row, row, table
from tests.quality.sound_measures import Sound

PROMPTS = {
    row["id"]: row["name"]
    for row in resources.load_json("lexicon", "genres.json")
    if row["playable"]
}


@dataclass(frozen=True, slots=True)
class Track:
    """A finished track: its file, its plan, its score and its stems (may be empty)."""

    audio: Path
    plan: MusicPlan
    score: Score
    stems: tuple[Path, ...] = ()


def generate(prompt: str, seed: int, duration_s: float, folder: Path, *, stems: bool) -> Track:
    """Makes a track with the program's own command line."""
    audio = folder / "track.mp3"
    command = [
        sys.executable, "-m", "musicgen_desktop", "generate", prompt, "--duration",
        str(duration_s), "--seed", str(seed), "--no-library", "--out", str(audio), "--midi",
        str(folder / "track.mid"), "--json", "--profile", str(folder / "profile"),
    ]  # fmt: skip
    if stems:
        command += ["--stems", str(folder / "stems")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"generate failed ({done.returncode}): {done.stderr[-2000:]}")
    record: dict[str, Any] = json.loads(done.stdout)
    plan = MusicPlan.from_json(record["recipe"]["plan"])
    parameters = record["recipe"].get("parameters", {})
    found = tuple(sorted((folder / "stems").glob("*.*"))) if stems else ()
    return Track(audio, plan, compose(plan, parameters=parameters), found)


def scorecard(track: Track) -> list[Row]:
    """All 18 measures of one track."""
    sound = sound_measures.read(track.audio)
    analysis = music_measures.Analysis(sound)
    rows = [
        *sound_measures.level_rows(sound, track.plan),
        *sound_measures.edge_rows(sound, track.plan),
        *music_measures.tempo_rows(analysis, track.plan),
        *music_measures.key_rows(analysis, track.plan),
        *sound_measures.spectrum_rows(sound, track.plan),
        *sound_measures.stereo_rows(sound),
        *music_measures.pulse_rows(analysis, track.plan),
        *music_measures.structure_rows(analysis, track.plan),
        *score_measures.score_rows(track.score, track.plan),
        *stem_rows(track, sound),
    ]
    return sorted(rows, key=lambda item: item.measure)


def gate_rows(track: Track) -> list[Row]:
    """Measures 19 to 22, from which gates were earned (see earn and docs/measures.md)."""
    from musicgen_desktop.library.naming import safe_name
    from tests.quality import earn, pairs, spectra

    files = {path.stem: path for path in track.stems}
    stems = {
        part.id: spectra.at_22k(sound_measures.read(files[safe_name(part.display_name)]))
        for part in track.score.parts
        if safe_name(part.display_name) in files
    }
    sound = sound_measures.read(track.audio)
    spectrum = sound_measures.spectrum_rows(sound, track.plan)
    take = pairs.Take(track.plan, track.score, sound, stems)
    return [*earn.further_rows(take), *earn.too_much_rows(spectrum)]


def gates_passed(cards: dict[str, list[Row]]) -> str:
    """How many figures of earned gates lie in their ranges, gate by gate."""
    from tests.quality import earn

    results: dict[str, list[bool]] = defaultdict(list)
    for rows in cards.values():
        for item in rows:
            if item.name in earn.gates() and item.value is not None:
                results[item.name].append(item.passed)
    lines = [f"{name:<34} {sum(found)}/{len(found)}" for name, found in sorted(results.items())]
    every = [passed for found in results.values() for passed in found]
    share = 100 * sum(every) / max(1, len(every))
    return "\n".join(["", *lines, f"earned gates: {sum(every)}/{len(every)} ({share:.1f} %)"])


def stem_rows(track: Track, sound: Sound) -> list[Row]:
    """Measure 18, by ear: each stem sounds, and together they are the track but for mastering."""
    if not track.stems:
        return [row(18, "stems sound", None)]
    decoded = [sound_measures.read(path) for path in track.stems]
    quiet = [
        path.stem
        for path, stem in zip(track.stems, decoded, strict=True)
        if float(np.abs(stem.samples).max()) < 1e-3
    ]
    length = min([len(sound.samples), *(len(stem.samples) for stem in decoded)])
    total = np.sum([stem.samples[:length] for stem in decoded], axis=0)
    whole = Sound(sound.samples[:length], sound.rate)
    likeness = sound_measures.likeness(Sound(total, sound.rate), whole)
    return [
        row(18, "stems sound", float(not quiet), 1.0, note=" ".join(quiet)),
        row(18, "stems add up to the track", likeness, 0.9, note="band levels, after mastering"),
    ]


def summary(cards: dict[str, list[Row]]) -> str:
    """How many tracks passed each measure (a measure passes when all its rows do)."""
    passed: dict[int, list[bool]] = defaultdict(list)
    lines = ["", "measure  passed", "-------  ------"]
    for name, rows in cards.items():
        genre = name.split(" ")[0]
        for measure in sorted({item.measure for item in rows}):
            if measure == 8 and genre not in GRID_GENRES:
                continue
            passed[measure].append(all(r.passed for r in rows if r.measure == measure))
    for measure, results in sorted(passed.items()):
        hard = "  hard" if measure in HARD_MEASURES else ""
        lines.append(f"{measure:7d}  {sum(results)}/{len(results)}{hard}")
    soft = [r for m, rs in passed.items() if m not in HARD_MEASURES for r in rs]
    hard_results = [r for m, rs in passed.items() if m in HARD_MEASURES for r in rs]
    figures = [item for rows in cards.values() for item in rows if not item.hard]
    lines += [
        f"hard measures: {sum(hard_results)}/{len(hard_results)}",
        f"other measures: {sum(soft)}/{len(soft)}",
        f"single figures of the others: {sum(f.passed for f in figures)}/{len(figures)}",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module's text."""
    parser = argparse.ArgumentParser(prog="tests.quality.scorecard", description=__doc__)
    parser.add_argument("--genres", default="all", help="comma list, or all")
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds per genre")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--duration", type=float, default=60.0, help="seconds")
    parser.add_argument("--stems", action="store_true", help="add up the stems as well")
    parser.add_argument("--gates", action="store_true", help="measures 19 to 22 and earned gates")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = parser.parse_args(arguments)
    genres = list(PROMPTS) if chosen.genres == "all" else chosen.genres.split(",")
    cards: dict[str, list[Row]] = {}
    for genre in genres:
        for number in range(chosen.seeds):
            seed = chosen.first_seed + 8 * number
            with tempfile.TemporaryDirectory(prefix="mgd-scorecard-") as folder:
                track = generate(
                    PROMPTS[genre], seed, chosen.duration, Path(folder), stems=chosen.stems
                )
                cards[f"{genre} {seed}"] = scorecard(track)
                if chosen.gates:
                    cards[f"{genre} {seed}"] += gate_rows(track)
            print(f"\n{genre}, seed {seed}\n{table(cards[f'{genre} {seed}'])}", flush=True)
    print(summary(cards))
    if chosen.gates:
        print(gates_passed(cards))
    if chosen.json:
        figures = {
            name: [asdict(item) | {"passed": item.passed} for item in rows]
            for name, rows in cards.items()
        }
        chosen.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    failed = any(r.hard and not r.passed for rows in cards.values() for r in rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
