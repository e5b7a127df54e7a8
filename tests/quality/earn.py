# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which measures earn their place: those that prefer good tracks to their spoiled twins.

    python -m tests.quality.earn --cache FOLDER [--tracks 20] [--write]

renders twenty tracks and their twins (see spoil), runs every measure on all, and counts in how many
of the pairs that a measure is about (`claims.json`) it prefers the original. From 95 % on it is a
gate. `--write` puts the gates into `gates.json` and the table into docs/measures.md. Figures are
kept beside the takes, so that an interrupted run goes on.

A measure with one bound prefers the better value; one with two bounds prefers what lies inside, or
less far outside, and a tie isn't a preference. Not for: the measures themselves.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.music.score import Score
from musicgen_desktop.music.theory import bar_seconds
from tests.quality import (
    craft,
    energy,
    melody_bands,
    music_measures,
    report,
    score_measures,
    sound_measures,
    ugly,
)
from tests.quality.pairs import ORIGINAL, Studio, Take
from tests.quality.rows import Row, row
from tests.quality.scorecard import PROMPTS
from tests.quality.spoil import SPOILINGS

GENRES = (
    "pop", "lofi_hiphop", "house", "synthwave", "ambient", "cinematic", "solo_piano", "trap",
    "deep_house", "techno", "trance", "drum_and_bass", "chiptune", "rnb", "funk", "disco", "jazz",
    "bossa_nova", "rock", "metal",
)  # fmt: skip
DURATION_S = 36.0
EARNED = 0.95
FEWEST_PAIRS = 8
_HERE = Path(__file__).resolve().parent
CLAIMS_FILE, GATES_FILE = _HERE / "claims.json", _HERE / "gates.json"


def claims() -> dict[str, list[str]]:
    """For each measure the spoilings that it is about."""
    loaded: dict[str, list[str]] = json.loads(CLAIMS_FILE.read_text(encoding="utf-8"))
    return loaded


def gates() -> dict[str, Any]:
    """What the last run with `--write` found: the measures that earned their place."""
    loaded: dict[str, Any] = json.loads(GATES_FILE.read_text(encoding="utf-8"))
    return loaded


# -- figures of one take -----------------------------------------------------------------------


def quick_rows(take: Take) -> list[Row]:
    """What is measured on every take."""
    return [
        *sound_measures.level_rows(take.sound, take.plan),
        *sound_measures.spectrum_rows(take.sound, take.plan),
        *sound_measures.stereo_rows(take.sound),
        *score_measures.repetition_rows(take.score),
        *score_measures.note_rows(take.score, take.plan),
        *score_measures.clash_rows(take.score),
        *further_rows(take),
    ]


def further_rows(take: Take) -> list[Row]:
    """Measures 19 to 22, and more of 16: what the scorecard shows with `--gates`."""
    return [
        *craft.craft_rows(take.score),
        *life_rows(take),
        *melody_rows(take.score),
        *ugly.ugly_rows(take.sound, take.plan, take.score, take.stems),
    ]


def slow_rows(take: Take) -> list[Row]:
    """Tempo, key, pulse and form as heard: only where a claim needs them."""
    analysis = music_measures.Analysis(take.sound)
    return [
        *music_measures.tempo_rows(analysis, take.plan),
        *music_measures.key_rows(analysis, take.plan),
        *music_measures.pulse_rows(analysis, take.plan),
        *music_measures.structure_rows(analysis, take.plan),
    ]


def life_rows(take: Take) -> list[Row]:
    """Measure 19: whether the piece lives (see energy)."""
    still = energy.MOST_STILL_BARS_OF.get(take.plan.genre, energy.MOST_STILL_BARS)
    life = energy.life(take.plan, take.score, _loudness_of_bars(take))
    return [
        row(19, "identical bars in a stem (share)", life.alike, None, energy.MOST_ALIKE),
        row(19, "bars without an event", float(life.still_bars), None, float(still)),
        row(19, "density follows the energy (r)", life.density_r, energy.LEAST_R),
        row(19, "loudness follows the energy (r)", life.loudness_r, energy.LEAST_R),
    ]


def _loudness_of_bars(take: Take) -> list[float]:
    meter = LoudnessMeter(take.sound.rate)
    meter.push(np.ascontiguousarray(take.sound.samples.T, dtype=np.float32))
    hops = meter.hops
    bar_s = bar_seconds(take.plan.theory_metre, take.plan.bpm)
    reach = max(3.0, bar_s) / 2
    found = []
    for bar in range(take.plan.total_bars):
        middle = (bar + 0.5) * bar_s
        window = hops[max(0, round((middle - reach) * 10)) : round((middle + reach) * 10)]
        found.append(10 * float(np.log10(max(float(window.mean()) if len(window) else 0.0, 1e-7))))
    return found


def melody_rows(score: Score) -> list[Row]:
    """Measure 16, more of it: what melody_bands knows of real tunes, and the hook's return."""
    known = melody_bands.figures(score)
    bands = melody_bands.BANDS
    hook = melody_bands.hook_label(score)
    back = [min(r.alike) for r in melody_bands.returns(score) if r.label == hook]
    return [
        row(16, "melody leaps reversed", known.get("reversal"), bands["reversal"][0]),
        row(16, "melody ends on the tonic", known.get("ends on tonic"), 1.0),
        row(19, "hook returns", back[0] if back else None, melody_bands.LEAST_RETURN),
    ]


def figures(studio: Studio, folder: Path, genre: str, seed: int, way: str) -> dict[str, Row] | None:
    """The rows of one take by name, from the folder where they have been measured before."""
    take = studio.take(PROMPTS[genre], seed, DURATION_S, way)
    if take is None:
        return None
    home = folder / f"{genre}-{seed}-{DURATION_S:g}" / way
    rows = _kept(home / "quick.json", take, quick_rows, _QUICK_MODULES)
    if way == ORIGINAL or any(way in _claims_of_slow().get(name, ()) for name in _SLOW):
        rows += _kept(home / "slow.json", take, slow_rows, ("music_measures",))
    return _named(rows)


def _named(rows: Sequence[Row]) -> dict[str, Row]:
    return {item.name: item for item in (*rows, *too_much_rows(rows))}


def too_much_rows(rows: Sequence[Row]) -> list[Row]:
    """Mud and harshness: bands of measure 11 by their upper bounds alone, so less is better."""
    found = {item.name: item for item in rows}
    return [
        row(22, name, found[band].value, None, found[band].high)
        for name, band in _TOO_MUCH.items()
        if band in found
    ]


_TOO_MUCH = {
    "mud, 250 to 500 Hz (dB)": "low-mid band (dB)",
    "harshness, 2 to 8 kHz (dB)": "presence band (dB)",
}
_SLOW = (
    "tempo error (%)", "pulse deviation (ms)", "key found", "key fit", "pulse clarity",
    "boundaries heard (share)",
)  # fmt: skip


_QUICK_MODULES = (
    "chords_heard", "craft", "energy", "melody_bands", "score_measures", "sound_measures",
    "spectra", "ugly",
)  # fmt: skip


def _claims_of_slow() -> dict[str, list[str]]:
    return {name: ways for name, ways in claims().items() if name in _SLOW}


def _kept(
    file: Path, take: Take, measure: Callable[[Take], list[Row]], modules: Sequence[str]
) -> list[Row]:
    stamp = _stamp(take, modules)
    if file.exists():
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["stamp"] == stamp:
            return [Row(**item) for item in kept["rows"]]
    rows = measure(take)
    content = {"stamp": stamp, "rows": [asdict(item) for item in rows]}
    file.write_text(json.dumps(content, default=float), encoding="utf-8")
    return rows


def _stamp(take: Take, modules: Sequence[str]) -> str:
    """Changes with the measures and with the notes."""
    digest = hashlib.sha256(repr(take.score).encode())
    for name in modules:
        digest.update((_HERE / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


# -- preferences -------------------------------------------------------------------------------


def badness(item: Row) -> float | None:
    """How bad a figure is: less is better; None where there is nothing to judge."""
    if item.value is None:
        return None
    if item.high is None:
        return -item.value if item.low is not None else None
    if item.low is None:
        return item.value
    return max(item.low - item.value, item.value - item.high, 0.0)


@dataclass(slots=True)
class Count:
    """Of how many pairs: preferred the original; passed the original and failed the twin."""

    pairs: int = 0
    preferred: int = 0
    caught: int = 0

    def add(self, original: Row, twin: Row) -> None:
        """Counts a pair, where both can be judged."""
        good, bad = badness(original), badness(twin)
        if good is not None and bad is not None:
            self.pairs += 1
            self.preferred += good < bad - 1e-9
            self.caught += original.passed and not twin.passed

    @property
    def share(self) -> float:
        """Share of pairs in which the original was preferred."""
        return self.preferred / self.pairs if self.pairs else 0.0


Table = dict[tuple[str, str], Count]


def preferences(tracks: Sequence[Mapping[str, Mapping[str, Row]]]) -> Table:
    """Counts by measure and spoiling; each track gives the rows of its takes by spoiling."""
    table: Table = {}
    for takes in tracks:
        for way, rows in takes.items():
            if way == ORIGINAL:
                continue
            for name, twin in rows.items():
                original = takes[ORIGINAL].get(name)
                if original is not None:
                    table.setdefault((name, way), Count()).add(original, twin)
    return table


def verdicts(table: Table) -> dict[str, Count]:
    """For each measure with a claim the counts over all pairs that it is about."""
    found = {}
    for name, ways in claims().items():
        total = Count()
        for way in ways:
            part = table.get((name, way), Count())
            total.pairs += part.pairs
            total.preferred += part.preferred
            total.caught += part.caught
        found[name] = total
    return found


def earned(table: Table) -> dict[str, list[str]]:
    """The gates: measures that prefer the original in 95 % of all pairs that they are about."""
    return {
        name: claims()[name]
        for name, total in verdicts(table).items()
        if total.pairs >= FEWEST_PAIRS and total.share >= EARNED
    }


def as_markdown(table: Table, tracks: Sequence[Mapping[str, Mapping[str, Row]]]) -> str:
    """The table of measures and spoilings; claims in bold."""
    totals, won = verdicts(table), earned(table)
    lines = []
    for name, ways in claims().items():
        cells = [_cell(table.get((name, way)), bold=way in ways) for way in SPOILINGS]
        total = totals[name]
        good = [t[ORIGINAL][name] for t in tracks if name in t[ORIGINAL]]
        judged = [item for item in good if item.value is not None]
        passed = f"{sum(i.passed for i in judged)}/{len(judged)}"
        share = f"{100 * total.share:.0f} % of {total.pairs}" if total.pairs else "–"
        verdict = "gate" if name in won else "reported"
        caught = f"{100 * total.caught / total.pairs:.0f} %" if total.pairs else "–"
        lines.append([name, *cells, share, caught, passed, verdict])
    head = [way.replace("_", " ") for way in SPOILINGS]
    columns = ["measure", *head, "own pairs", "caught", "originals in range", "verdict"]
    return report.markdown(columns, lines)


def _cell(count: Count | None, *, bold: bool) -> str:
    if count is None or not count.pairs:
        return ""
    text = f"{100 * count.share:.0f}"
    return f"**{text}**" if bold else text


def measure(
    folder: Path, number: int, *, as_rendered: bool = False
) -> list[dict[str, dict[str, Row]]]:
    """The rows of all takes of the first so many tracks (see Studio for `as_rendered`)."""
    studio = Studio(folder, as_rendered=as_rendered)
    tracks = []
    for index, genre in enumerate(GENRES[:number]):
        takes = {}
        for way in (ORIGINAL, *SPOILINGS):
            found = figures(studio, folder, genre, 8 * index + 3, way)
            if found is not None:
                takes[way] = found
        tracks.append(takes)
        print(f"{genre}: {len(takes)} takes", flush=True)
    return tracks


def kept(folder: Path, number: int) -> list[dict[str, dict[str, Row]]]:
    """The figures of an earlier run as they are: of tracks whose takes have all been measured."""
    tracks = []
    for index, genre in enumerate(GENRES[:number]):
        home = folder / f"{genre}-{8 * index + 3}-{DURATION_S:g}"
        takes = {}
        for way in (ORIGINAL, *SPOILINGS):
            files = [home / way / name for name in ("quick.json", "slow.json")]
            rows = [
                Row(**item)
                for file in files
                if file.exists()
                for item in json.loads(file.read_text(encoding="utf-8"))["rows"]
            ]
            if rows:
                takes[way] = _named(rows)
        tracks.append(takes)
    names = _new_names(tracks[0])
    return [t for t in tracks if names == _new_names(t) and "over_limited" in t]


def _new_names(takes: Mapping[str, Mapping[str, Row]]) -> set[str]:
    """The figures of measures 19 to 22, which show the version of the measures."""
    return {name for name, item in takes.get(ORIGINAL, {}).items() if item.measure >= 19}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module's text."""
    parser = argparse.ArgumentParser(prog="tests.quality.earn", description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where takes are kept")
    parser.add_argument("--tracks", type=int, default=len(GENRES))
    parser.add_argument(
        "--as-rendered", action="store_true", help="judge the takes that are there, if outdated"
    )
    parser.add_argument("--kept", action="store_true", help="only count what is measured already")
    parser.add_argument("--write", action="store_true", help="into gates.json and the document")
    chosen = parser.parse_args(arguments)
    if chosen.kept:
        tracks = kept(chosen.cache, chosen.tracks)
    else:
        tracks = measure(chosen.cache, chosen.tracks, as_rendered=chosen.as_rendered)
    table = preferences(tracks)
    text = as_markdown(table, tracks)
    print(text)
    if chosen.write:
        GATES_FILE.write_text(json.dumps(_gate_data(table), indent=1) + "\n", encoding="utf-8")
        report.put("earned", text)
    return 0


def _gate_data(table: Table) -> dict[str, Any]:
    totals = verdicts(table)
    return {
        name: {
            "about": ways,
            "pairs": totals[name].pairs,
            "preferred": round(totals[name].share, 3),
        }
        for name, ways in earned(table).items()
    }


if __name__ == "__main__":
    sys.exit(main())
