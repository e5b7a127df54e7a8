# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a patch of the `sustained` voice nearer to two sampled instruments, knob by knob.

    python -m tests.quality.calibrate --font A.sf2 --font B.sf2 --seconds 30 PATCH …

A pattern search (after R. Hooke and T. Jeeves, 1961): each knob is moved by its step, up or down; a
gain keeps the move and widens the step, a loss narrows it. The patch file is written anew with the
numbers found; `gain_db` must be set again afterwards (see test_patch_levels).
Not for: measuring (see instruments), or knobs that samples can't tell: vibrato, glides, players.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.render.voices import VOICES
from musicgen_desktop.engines.composer.render.voices.dsp import seed_of
from musicgen_desktop.engines.composer.render.voices.finish import finish
from musicgen_desktop.engines.composer.render.voices.types import NoteRequest, Params
from tests.quality import instruments
from tests.quality.instruments import Sampled, Sound

_SECONDS = 1.2
_NARROWEST = 0.012
_OUTSIDE = (4.0, 6.0, 0.5)  # dB per octave of onset centroid, later centroid, attack
_LEEWAY_OCTAVES = 0.1
_NOISE_CEILING_DB = (-40.0, -28.0, -28.0, -28.0, -45.0, -60.0)
_DYNAMIC_SLOPE_DB = 3.0  # velocity must be heard, whatever the samples do


@dataclass(frozen=True, slots=True)
class Knob:
    """A number of a patch: where it stands, its range, its first step; ratios move by ratio."""

    path: tuple[str | int, ...]
    low: float
    high: float
    step: float
    is_ratio: bool = False

    def read(self, params: Any) -> float:
        """Its place in the range, 0 to 1."""
        for name in self.path:
            params = params[name]
        value = min(max(float(params), self.low), self.high)
        if self.is_ratio:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def set(self, params: Any, place: float) -> None:
        """Puts it at a place in the range, 0 to 1."""
        if self.is_ratio:
            value = self.low * (self.high / self.low) ** place
        else:
            value = self.low + (self.high - self.low) * place
        for name in self.path[:-1]:
            params = params[name]
        params[self.path[-1]] = round(value, 1 if abs(value) >= 3 else 3)


def knobs(params: Any) -> list[Knob]:
    """Everything of a sustained patch that samples can tell."""
    spectrum, noise = params["spectrum"], params["noise"]
    found = [
        Knob(("spectrum", name, i, 1), -45, 25, 6 / 70)
        for name in ("body", "soft_body")
        for i in range(len(spectrum.get(name, ())))
    ]
    lowest = -60 if "only" in spectrum else -24
    found += [
        Knob(("spectrum", "partials_db", i), lowest, 12, 5 / (12 - lowest))
        for i in range(len(spectrum.get("partials_db", ())))
    ]
    found.append(Knob(("spectrum", "soft_db"), _DYNAMIC_SLOPE_DB, 9, 0.3))
    if "even_db" in spectrum:
        found.append(Knob(("spectrum", "even_db"), -40, 0, 0.12))
        found.append(Knob(("spectrum", "even_hz"), 400, 5000, 0.25, True))
    for i, ceiling in zip(range(len(noise["curve"])), _NOISE_CEILING_DB, strict=False):
        found.append(Knob(("noise", "curve", i, 1), -105, ceiling, 6 / (ceiling + 105)))
    attack_s = float(params["amp"]["attack_s"])
    return [
        *found,
        Knob(("noise", "velocity_db"), 1.5, 12, 0.3),
        Knob(("noise", "chiff_db"), 3, 30, 0.2),
        Knob(("noise", "chiff_s"), 0.008, 0.14, 0.25, True),
        Knob(("amp", "attack_s"), max(0.006, attack_s / 4), min(0.35, attack_s * 4), 0.25, True),
        Knob(("amp", "sustain"), 0.45, 1.0, 0.2),
        Knob(("amp", "decay_s"), 0.15, 3.0, 0.25, True),
        Knob(("amp", "key"), -0.3, 0.8, 0.2),
        Knob(("dark", "share"), 0.1, 0.85, 0.2),
        Knob(("dark", "s"), 0.02, 0.4, 0.25, True),
        Knob(("dynamic",), 0.7, 2.2, 0.2),
    ]


class Likeness:
    """How unlike a patch is to the two banks, in dB.

    Args:
        patch: The patch file's content; its params are changed from outside.
        what: The notes. banks: per bank, the sampled notes.
    """

    def __init__(self, patch: dict[str, Any], what: Sampled, banks: Sequence[list[Sound]]) -> None:
        self._patch = patch
        self._strikes = what.strikes
        self._maps = [[instruments.mel_map(s, _SECONDS) for s in bank] for bank in banks]
        self._marks = [[_marks(sound) for sound in bank] for bank in banks]

    def cost(self) -> float:
        """The mean distance to both banks, more for what lies outside of what they measure."""
        params = self._patch["params"]
        body = [level for _, level in params["spectrum"].get("body", ())]
        kinks = float(np.mean(np.abs(np.diff(body, 2)))) if len(body) > 2 else 0.0
        return float(np.mean([self._of(k) for k in range(len(self._strikes))])) + 0.012 * kinks

    def _of(self, index: int) -> float:
        sound = self._render(*self._strikes[index])
        own = instruments.mel_map(sound, _SECONDS)
        first, second = (instruments.distance_db(own, maps[index]) for maps in self._maps)
        cost = 0.5 * (first + second) + 0.15 * abs(first - second)
        for weight, mark, one, other in zip(
            _OUTSIDE, _marks(sound), *(marks[index] for marks in self._marks), strict=True
        ):
            low, high = min(one, other) - _LEEWAY_OCTAVES, max(one, other) + _LEEWAY_OCTAVES
            cost += weight * max(0.0, low - mark, mark - high)
        return cost

    def _render(self, note: int, velocity: int) -> Sound:
        layers = int(self._patch.get("velocity_layers", 8))
        middle = velocity // (128 // layers) * (128 // layers) + 64 // layers
        seed = seed_of(self._patch["id"], note, middle, 0)
        request = NoteRequest(note, middle / 127, _SECONDS + 0.2, _SECONDS + 0.3, seed)
        dry = VOICES[self._patch["voice"]](request, Params(self._patch["params"]))
        audio = finish(dry, request, Params(self._patch.get("finish", {})))
        return instruments.from_onset(audio.mean(axis=0).astype(np.float64))


def _marks(sound: Sound) -> tuple[float, float, float]:
    """Onset centroid, later centroid and attack, in octaves."""
    onset_hz = instruments.centroid_hz(sound, 0.0, 0.08)
    later_hz = instruments.centroid_hz(sound, 0.3, 0.5)
    return math.log2(onset_hz), math.log2(later_hz), math.log2(10 + instruments.attack_ms(sound))


def search(params: Any, turn: Sequence[Knob], cost: Callable[[], float], seconds: float) -> float:
    """Moves the knobs in place until nothing is gained or the time is over; gives the cost."""
    random = np.random.default_rng(1)
    steps = [knob.step for knob in turn]
    ways = [1.0] * len(turn)
    best, end = cost(), time.monotonic() + seconds
    while max(steps) >= _NARROWEST and time.monotonic() < end:
        for i in random.permutation(len(turn)):
            was = turn[i].read(params)
            is_better = False
            for way in (ways[i], -ways[i]):
                turn[i].set(params, min(1.0, max(0.0, was + way * steps[i])))
                tried = cost()
                if tried < best - 1e-4:
                    best, ways[i], is_better = tried, way, True
                    break
                turn[i].set(params, was)
            steps[i] = min(0.4, steps[i] * 1.5) if is_better else steps[i] * 0.6
            if time.monotonic() > end:
                break
    return best


def main(arguments: Sequence[str] | None = None) -> int:
    """Calibrates the patches that are named."""
    parser = argparse.ArgumentParser(description="Bring patches nearer to two sound fonts.")
    parser.add_argument("patches", nargs="+", help="patch ids")
    parser.add_argument("--font", type=Path, action="append", required=True, help="given twice")
    parser.add_argument("--seconds", type=float, default=30.0, help="time for each patch")
    asked = parser.parse_args(arguments)
    for name in asked.patches:
        file = resources.path("patches", f"{name}.json")
        patch = json.loads(file.read_text(encoding="utf-8"))
        what = instruments.comparisons()[name]
        likeness = Likeness(patch, what, [instruments.sampled_notes(f, what) for f in asked.font])
        before = likeness.cost()
        after = search(patch["params"], knobs(patch["params"]), likeness.cost, asked.seconds)
        file.write_text(json.dumps(patch, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}: {before:.2f} → {after:.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
