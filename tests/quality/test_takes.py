# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The takes of one click differ where it counts, and keep what was asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from typing import Any

import pytest

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Score
from musicgen_desktop.prompt import planner
from tests.quality import obedience
from tests.quality.score_measures import melody
from tests.quality.scorecard import PROMPTS

GROUP = 4711
TAKES = 4
_SCORE_CODE = """
import hashlib, sys
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.prompt import planner
for prompt in sys.argv[1:]:
    plan = planner.plan(prompt, seed=12345, duration_s=60.0).plan
    print(hashlib.sha256(repr(compose(plan)).encode()).hexdigest())
"""


@dataclass(frozen=True, slots=True)
class Portrait:
    """What makes a take itself, as comparable values."""

    progression: tuple[tuple[int, str], ...]
    groove: frozenset[tuple[str, int, int]]
    lead_sound: str
    hook: tuple[tuple[int, int], ...]
    form: tuple[tuple[str, int], ...]

    def differences(self, other: Portrait) -> list[str]:
        """What differs so that one hears it, and not in a detail only."""
        common = len(self.groove & other.groove) / max(1, len(self.groove | other.groove))
        hooks = SequenceMatcher(None, self.hook, other.hook, autojunk=False).ratio()
        found = {
            "progression": self.progression != other.progression,
            "groove": common < 0.8,
            "lead_sound": self.lead_sound != other.lead_sound,
            "hook": hooks < 0.8,
            "form": self.form != other.form,
        }
        return [name for name, differs in found.items() if differs]


def portrait(score: Score) -> Portrait:
    """The portrait of a piece; keys and tempos don't matter in it."""
    tonic = score.chords[-1].chord.root
    return Portrait(
        progression=tuple(
            dict.fromkeys(((s.chord.root - tonic) % 12, s.chord.quality) for s in score.chords[:-1])
        ),
        groove=_groove(score),
        lead_sound=next((p.patch for p in score.parts if p.role == "lead" and p.notes), ""),
        hook=_hook(score),
        form=_form(score),
    )


def _loudest(score: Score) -> tuple[float, float]:
    """Start and end, in quarters, of the first four bars of the section with most energy."""
    marker = max(score.markers, key=lambda m: (m.energy, -m.beat))
    return marker.beat, marker.beat + 4 * score.metre.bar_quarters


def _groove(score: Score) -> frozenset[tuple[str, int, int]]:
    """Onsets of the drums (of the accompaniment where there are none) in the fullest section."""
    start, end = _loudest(score)
    drums = [part for part in score.parts if part.role == "drums"]
    parts = drums or [p for p in score.parts if p.role in ("chords", "arp", "pad", "bass")]
    return frozenset(
        (part.role, round((note.start - start) * 4), note.pitch if part.is_drums else 0)
        for part in parts
        for note in part.notes
        if start - 0.1 <= note.start < end - 0.1
    )


def _hook(score: Score) -> tuple[tuple[int, int], ...]:
    """Rhythm and intervals of the melody's first eight notes in the fullest section."""
    start, _ = _loudest(score)
    line = [note for note in melody(score) if note.start >= start - 0.1][:9]
    return tuple((round((b.start - a.start) * 4), b.pitch - a.pitch) for a, b in pairwise(line))


def _form(score: Score) -> tuple[tuple[str, int], ...]:
    """The sections with their lengths in bars."""
    starts = [round(marker.beat / score.metre.bar_quarters) for marker in score.markers]
    lengths = [after - before for before, after in pairwise([*starts, starts[-1] + 1])]
    return tuple((m.label, bars) for m, bars in zip(score.markers, lengths, strict=True))


def takes(prompt: str, **overrides: Any) -> list[tuple[MusicPlan, Score]]:
    """The takes of one click."""
    found = []
    for take in range(TAKES):
        plan = planner.plan(
            prompt, seed=GROUP * 8 + take, duration_s=90.0, overrides=overrides
        ).plan
        found.append((plan, compose(plan)))
    return found


@pytest.mark.parametrize("genre", PROMPTS)
def test_each_pair_of_takes_differs_in_three_things(genre: str) -> None:
    portraits = [portrait(score) for _, score in takes(PROMPTS[genre])]
    for one, two in combinations(portraits, 2):
        assert len(one.differences(two)) >= 3, one.differences(two)


@pytest.mark.parametrize("genre", PROMPTS)
def test_wishes_are_the_same_in_all_takes(genre: str) -> None:
    prompt = f"{PROMPTS[genre]}, 96 bpm, in D minor, with flute, no guitar"
    for plan, score in takes(prompt):
        assert (plan.bpm, plan.key, plan.mode) == (96.0, "D", "minor")
        assert [row for row in obedience.rows(score, plan) if not row.passed] == []


@pytest.mark.parametrize("genre", PROMPTS)
def test_takes_have_melodies_of_their_own(genre: str) -> None:
    lines = []
    for _, score in takes(PROMPTS[genre]):
        line = melody(score)
        lines.append(
            [(b.pitch - a.pitch, round((b.start - a.start) * 4)) for a, b in pairwise(line)]
        )
    for one, two in combinations(lines, 2):
        assert SequenceMatcher(None, one, two, autojunk=False).ratio() <= 0.8


def test_the_score_is_the_same_in_another_process() -> None:
    prompts = [PROMPTS[genre] for genre in ("lofi_hiphop", "cinematic", "trap")]
    found = []
    for hash_seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", _SCORE_CODE, *prompts],
            check=True, capture_output=True, text=True, env=_environment(hash_seed),
        )  # fmt: skip
        found.append(done.stdout.split())
    assert len(found[0]) == len(prompts)
    assert found[0] == found[1]


def test_a_plan_from_json_makes_the_same_score() -> None:
    plan = planner.plan("pop", seed=99, duration_s=45.0).plan
    again = MusicPlan.from_json(json.loads(json.dumps(plan.to_json())))
    assert compose(again) == compose(plan)


def _environment(hash_seed: str) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": hash_seed}
