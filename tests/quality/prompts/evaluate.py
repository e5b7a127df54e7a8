# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores plans against a table of prompts with what they should be read as.

    python -m tests.quality.prompts.evaluate FILE [--verbose]

FILE is JSON: [{"prompt": …, "expect": {genre_any, mood_any, bpm | bpm_range, tempo_word, key,
mode, meter, instruments_all, exclude, vocals, duration_s, structure_any, era, production_any,
language}}]. Every present field counts once; `*_any` needs one hit, `*_all` all. A genre or
instrument that can't be played yet counts when it is said (refused). Not for: how the music sounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musicgen_desktop.music.theory import parse_key
from musicgen_desktop.prompt.explain import PlanResult
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.planner import Planner

EXPLICIT = frozenset({"bpm", "key", "meter", "duration_s", "exclude"})
"""Fields that must be right every time."""

_SYNONYMS = {
    "peaceful": {"calm"}, "relaxed": {"chill", "calm"}, "upbeat": {"happy"}, "C": {"bridge"},
    "breakdown": {"break"}, "high_energy": {"energetic"},
}  # fmt: skip


@dataclass
class Report:
    """Hits and misses by field.

    Attributes:
        hits: By field. total: by field. misses: lines for people. slowest_ms: of any plan.
    """

    hits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: list[str] = field(default_factory=list)
    slowest_ms: float = 0.0

    @property
    def share(self) -> float:
        """Share of all fields that are right."""
        return sum(self.hits.values()) / max(1, sum(self.total.values()))

    def share_of(self, name: str) -> float:
        """Share of one field that is right; 1 where it never occurs."""
        return self.hits[name] / self.total[name] if self.total.get(name) else 1.0


def evaluate(
    items: Sequence[Mapping[str, Any]],
    planner: Planner,
    seeds: Sequence[int] = (8, 1608, 99_999_992),
) -> Report:
    """Plans every prompt with each seed and scores it."""
    report = Report()
    for item in items:
        for seed in seeds:
            started = time.perf_counter()
            result = planner.plan(item["prompt"], seed=seed)
            report.slowest_ms = max(report.slowest_ms, (time.perf_counter() - started) * 1000)
            for name, wanted in item["expect"].items():
                check = _CHECKS.get(name)
                if check is None:
                    continue
                report.total[name] += 1
                if check(wanted, result, planner.lexicon):
                    report.hits[name] += 1
                else:
                    report.misses.append(f"{name}: wanted {wanted!r} in {item['prompt'][:90]!r}")
    return report


def _said(result: PlanResult) -> set[str]:
    """Ids of everything that was refused with a word on it."""
    return {str(c.value) for c in result.refused}


def _any(wanted: Sequence[str], found: set[str]) -> bool:
    return any(w in found or found & _SYNONYMS.get(w, set()) for w in wanted)


def _genre(wanted: Sequence[str], result: PlanResult, _: Lexicon) -> bool:
    return _any(wanted, {result.plan.genre, *result.plan.genres})


def _mood(wanted: Sequence[str], result: PlanResult, _: Lexicon) -> bool:
    return _any(wanted, set(result.plan.moods))


def _bpm_range(wanted: Sequence[float], result: PlanResult, _: Lexicon) -> bool:
    low, high = wanted
    return any(low <= bpm <= high for bpm in (result.plan.bpm, result.plan.felt_bpm))


def _tempo_word(wanted: str, result: PlanResult, _: Lexicon) -> bool:
    return result.plan.tempo_word == wanted


def _key(wanted: str, result: PlanResult, _: Lexicon) -> bool:
    return parse_key(f"{result.plan.key} {result.plan.mode}") == parse_key(wanted)


def _instruments(wanted: Sequence[str], result: PlanResult, lexicon: Lexicon) -> bool:
    there = set().union(*(lexicon.kinds_of(i) for i in result.plan.instruments), set())
    return set(wanted) <= there | set(result.named) | _said(result)


def _exclude(wanted: Sequence[str], result: PlanResult, lexicon: Lexicon) -> bool:
    plan = result.plan
    playing = set().union(*(lexicon.kinds_of(i) for i in plan.instruments), set())
    labels = {section.label for section in plan.sections}
    same = {"breakdown": "break"}
    return all(
        w not in playing
        and same.get(w, w) not in labels
        and w not in plan.moods
        and (w != "drums" or "drums" in plan.excluded or plan.genre in {"ambient", "solo_piano"})
        for w in wanted
    )


def _structure(wanted: Sequence[str], result: PlanResult, _: Lexicon) -> bool:
    found = {s.split("@")[0] for s in result.plan.structure}
    found |= {s.label for s in result.plan.sections} | ({"loop"} if result.plan.loop else set())
    return _any([w.lower() for w in wanted], found)


def _production(wanted: Sequence[str], result: PlanResult, _: Lexicon) -> bool:
    return _any(wanted, set(result.plan.production))


_CHECKS: dict[str, Callable[[Any, PlanResult, Lexicon], bool]] = {
    "genre_any": _genre,
    "mood_any": _mood,
    "bpm": lambda wanted, result, _: result.plan.bpm == wanted,
    "bpm_range": _bpm_range,
    "tempo_word": _tempo_word,
    "key": _key,
    "mode": lambda wanted, result, _: (
        parse_key(f"C {wanted}").is_minor == result.plan.theory_key.is_minor
    ),
    "meter": lambda wanted, result, _: result.plan.metre == wanted,
    "instruments_all": _instruments,
    "exclude": _exclude,
    "vocals": lambda wanted, result, _: result.plan.vocals == wanted,
    "duration_s": lambda wanted, result, _: abs(result.plan.duration_s - wanted) < 0.05,
    "structure_any": _structure,
    "era": lambda wanted, result, _: result.plan.era == wanted,
    "production_any": _production,
    "language": lambda wanted, result, _: result.plan.language == wanted,
}


def main() -> int:
    """Prints the score; exit code 1 for a missed explicit field or less than 80 % in all."""
    parser = argparse.ArgumentParser(description="Scores plans against a table of prompts.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    report = evaluate(json.loads(arguments.file.read_text(encoding="utf-8")), Planner.load())
    for name in sorted(report.total):
        print(
            f"{name:16} {report.hits[name]:4}/{report.total[name]:4} {report.share_of(name):7.1%}"
        )
    print(f"{'all':16} {report.share:.1%}   slowest plan {report.slowest_ms:.1f} ms")
    if arguments.verbose:
        for line in dict.fromkeys(report.misses):
            print("-", line)
    good = report.share >= 0.8 and all(report.share_of(name) == 1.0 for name in EXPLICIT)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
