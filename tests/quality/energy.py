# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a piece is alive: it follows its planned energy, things happen, bars aren't copies.

    python -m tests.quality.energy --genres all --seeds 5 --duration 90 [--sound]

prints a line per genre, the worst of its seeds; with `--sound` the tracks are rendered and their
short-term loudness (EBU Tech 3341, 3 s) is correlated with the plan, without it only notes are
read. Not for: melodies (see melody_bands).
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Note, Part, Score
from musicgen_desktop.music.theory import bar_seconds
from musicgen_desktop.prompt import planner
from tests.quality.scorecard import PROMPTS

LEAST_R = 0.7
MOST_ALIKE = 0.3
MOST_STILL_BARS = 8
MOST_STILL_BARS_OF = {"techno": 32, "ambient": 32}
_LEAST_SPREAD = 0.08
"""Standard deviation of the planned energy below which there is nothing to follow."""
_CYMBALS = frozenset({49, 52, 55, 57})
_TOMS = frozenset({41, 43, 45, 47, 48, 50})
_WINDOW_S = 3.0
_REGISTER = 5.0
_RHYTHM = 0.5


@dataclass(frozen=True, slots=True)
class Life:
    """How alive a piece is.

    Attributes:
        density_r: Correlation of notes per bar with the planned energy; None where the plan is
            level. loudness_r: likewise of the short-term loudness, None without sound.
        still_bars: Longest stretch without an event. still_at: the bar where it begins.
        alike: Share of bars that are copies of an earlier one, in the worst stem. worst: its name.
    """

    density_r: float | None
    loudness_r: float | None
    still_bars: int
    still_at: int
    alike: float
    worst: str


def life(plan: MusicPlan, score: Score, loudness: Sequence[float] | None = None) -> Life:
    """Measures a piece.

    Args:
        plan: Its plan.
        score: Its notes.
        loudness: Short-term loudness of each bar in LUFS, where it has been rendered.
    """
    still, at = longest_still(score)
    shares = copies(score)
    worst = max(shares, key=lambda part: shares[part], default="")
    return Life(
        density_r=follows(plan, density(plan, score)),
        loudness_r=None if loudness is None else follows(plan, loudness),
        still_bars=still,
        still_at=at,
        alike=shares.get(worst, 0.0),
        worst=worst,
    )


def planned(plan: MusicPlan) -> list[float]:
    """The planned energy of every bar but the ending's."""
    return [s.energy for s in plan.sections if s.label != "ending" for _ in range(s.bars)]


def follows(plan: MusicPlan, measured: Sequence[float]) -> float | None:
    """Pearson's r of a measured curve with the plan; None where the plan is level."""
    wished = planned(plan)
    return correlation(wished, measured[: len(wished)]) if _spread(wished) > _LEAST_SPREAD else None


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / max(1, len(values))
    return math.sqrt(sum((v - mean) ** 2 for v in values) / max(1, len(values)))


def correlation(one: Sequence[float], two: Sequence[float]) -> float:
    """Pearson's correlation coefficient; 0 where one of them is constant."""
    size = min(len(one), len(two))
    mean_1, mean_2 = sum(one[:size]) / size, sum(two[:size]) / size
    top = sum((a - mean_1) * (b - mean_2) for a, b in zip(one, two, strict=False))
    spread = _spread(one[:size]) * _spread(two[:size]) * size
    return top / spread if spread > 1e-9 else 0.0


def density(plan: MusicPlan, score: Score) -> list[float]:
    """Notes that begin in each bar, smoothed over about three seconds."""
    quarters = score.metre.bar_quarters
    counts = [0.0] * plan.total_bars
    for part in score.parts:
        for note in part.notes:
            bar = int((note.start + 0.1) / quarters)
            if bar < len(counts):
                counts[bar] += 1
    reach = max(0, round((_WINDOW_S / bar_seconds(plan.theory_metre, plan.bpm) - 1) / 2))
    return [
        sum(window) / len(window)
        for bar in range(len(counts))
        if (window := counts[max(0, bar - reach) : bar + reach + 1])
    ]


def copies(score: Score) -> dict[str, float]:
    """For each part the share of its played bars that repeat an earlier one to the velocity."""
    found = {}
    for part in score.parts:
        bars = [bar for bar in by_bar(part, score.metre.bar_quarters).values() if bar]
        if len(bars) >= 8 and part.role != "fx":
            seen = {_exact(bar, score.metre.bar_quarters) for bar in bars}
            found[part.id] = 1 - len(seen) / len(bars)
    return found


def _exact(bar: Sequence[Note], quarters: float) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(
        (round(n.start % quarters * 96), round(n.duration * 24), n.pitch, n.velocity) for n in bar
    )


def by_bar(part: Part, quarters: float) -> dict[int, list[Note]]:
    """A part's notes by the bar that they belong to (played a hair early: the bar they lead)."""
    bars: dict[int, list[Note]] = {}
    for note in part.notes:
        bars.setdefault(int((note.start + 0.1) / quarters), []).append(note)
    return bars


def longest_still(score: Score) -> tuple[int, int]:
    """The longest stretch of bars without an event, and where it begins (ending left out)."""
    ending = [m.beat for m in score.markers if m.label == "ending"]
    last = max((c.beat + c.duration for c in score.chords), default=0.0)
    total = round((ending[0] if ending else last) / score.metre.bar_quarters)
    marks = [0, *sorted(bar for bar in events(score) if 0 < bar < total), total]
    gaps = [(after - before, before) for before, after in pairwise(marks)]
    return max(gaps, key=lambda gap: gap[0], default=(0, 0))


def events(score: Score) -> dict[int, str]:
    """The bars in which something happens, and what.

    A part enters or leaves (for two bars at least), a cymbal or tom fill, an effect, another chord
    loop, a part that moves by a fourth in register or changes its rhythm for good.
    """
    quarters = score.metre.bar_quarters
    found: dict[int, str] = {}
    for part in score.parts:
        bars = by_bar(part, quarters)
        found.update(_entries(part, bars))
        if part.role == "fx":
            found.update(dict.fromkeys(bars, "effect"))
        elif part.is_drums:
            found.update(_fills(bars))
        else:
            found.update(_turns(part, bars))
    found.update(_loops(score))
    return found


def _entries(part: Part, bars: Mapping[int, Sequence[Note]]) -> Iterable[tuple[int, str]]:
    sounding = {b for bar, notes in bars.items() for n in notes for b in (bar,)}
    for bar in sorted(sounding):
        if not {bar - 1, bar - 2} & sounding:
            yield bar, f"{part.id} enters"
        if not {bar + 1, bar + 2} & sounding:
            yield bar + 1, f"{part.id} leaves"


def _fills(bars: Mapping[int, Sequence[Note]]) -> Iterable[tuple[int, str]]:
    for bar, notes in bars.items():
        before = bars.get(bar - 1, ())
        for keys, name in ((_CYMBALS, "crash"), (_TOMS, "fill")):
            has, had = (any(n.pitch in keys for n in some) for some in (notes, before))
            if has and not had:
                yield bar, name
        rolls, rolled = (sum(n.pitch in (37, 38, 39, 40) for n in s) for s in (notes, before))
        if rolls >= rolled + 3:
            yield bar, "roll"
        if before and 2 * len(notes) < len(before):
            yield bar, "break"


def _turns(part: Part, bars: Mapping[int, Sequence[Note]]) -> Iterable[tuple[int, str]]:
    """Register or rhythm of the next two bars unlike those of the two before."""
    for bar in bars:
        before = [n for b in (bar - 2, bar - 1) for n in bars.get(b, ())]
        after = [n for b in (bar, bar + 1) for n in bars.get(b, ())]
        if len(before) < 2 or len(after) < 2:
            continue
        moved = sum(n.pitch for n in after) / len(after) - sum(n.pitch for n in before) / len(
            before
        )
        if abs(moved) >= _REGISTER:
            yield bar, f"{part.id} moves"
        if part.role not in ("lead", "counter") and max(len(before), len(after)) >= (
            1 + _RHYTHM
        ) * min(len(before), len(after)):
            yield bar, f"{part.id} changes rhythm"


def _loops(score: Score) -> Iterable[tuple[int, str]]:
    """Where the chords of the next four bars aren't those of the four before, begun anywhere."""
    quarters = score.metre.bar_quarters
    last = max((c.beat + c.duration for c in score.chords), default=0.0)
    roots = {
        bar: frozenset(
            (c.chord.root, c.chord.quality)
            for c in score.chords
            if c.beat < (bar + 1) * quarters - 1e-6 and c.beat + c.duration > bar * quarters + 1e-6
        )
        for bar in range(round(last / quarters))
    }
    for bar in range(4, len(roots) - 3):
        before = set().union(*(roots[b] for b in range(bar - 4, bar)))
        after = set().union(*(roots[b] for b in range(bar, bar + 4)))
        if len(before & after) * 2 < len(after):
            yield bar, "other chords"


def loudness_of_bars(plan: MusicPlan, score: Score, folder: Path) -> list[float]:
    """Renders a piece without mastering; the short-term loudness around each bar's middle."""
    import numpy as np

    from musicgen_desktop.audio.clip import SAMPLE_RATE
    from musicgen_desktop.audio.loudness import LoudnessMeter
    from musicgen_desktop.engines.base import CancelToken
    from musicgen_desktop.engines.composer.render import settings
    from musicgen_desktop.engines.composer.render.bank import NoteBank
    from musicgen_desktop.engines.composer.render.renderer import Renderer

    renderer = Renderer(NoteBank(128.0))
    rendered = renderer.render(
        score, settings.for_plan(plan), folder, wants_stems=False, loop=plan.loop,
        progress=lambda _: None, cancel=CancelToken(lambda: False),
    )  # fmt: skip
    samples = np.fromfile(rendered.mix, dtype=np.float32).reshape(-1, 2).T
    rendered.mix.unlink()
    meter = LoudnessMeter(SAMPLE_RATE)
    meter.push(samples)
    hops = meter.hops
    bar_s = bar_seconds(plan.theory_metre, plan.bpm)
    found = []
    for bar in range(plan.total_bars):
        middle = (bar + 0.5) * bar_s
        reach = max(_WINDOW_S, bar_s) / 2
        window = hops[max(0, round((middle - reach) * 10)) : round((middle + reach) * 10)]
        power = float(window.mean()) if len(window) else 0.0
        found.append(10 * math.log10(max(power, 1e-7)))
    return found


def measured(genre: str, seed: int, duration_s: float, folder: Path | None) -> Life:
    """The life of a genre's usual piece."""
    plan = planner.plan(PROMPTS[genre], seed=seed, duration_s=duration_s).plan
    score = compose(plan)
    loudness = None if folder is None else loudness_of_bars(plan, score, folder)
    return life(plan, score, loudness)


def _least(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{min(known):6.2f} {sum(known) / len(known):6.2f}" if known else "     -      -"


def main() -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genres", default="all")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--duration", type=float, default=90.0)
    parser.add_argument("--sound", action="store_true")
    options = parser.parse_args()
    genres = list(PROMPTS) if options.genres == "all" else options.genres.split(",")
    print(f"{'genre':14} density r (least, mean)  loudness r     still bars   copies, in")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) if options.sound else None
        for genre in genres:
            seeds = range(options.first, options.first + options.seeds)
            found = [measured(genre, seed, options.duration, place) for seed in seeds]
            still = max(found, key=lambda one: one.still_bars)
            alike = max(found, key=lambda one: one.alike)
            print(
                f"{genre:14} {_least(f.density_r for f in found)}"
                f"          {_least(f.loudness_r for f in found)}"
                f"  {still.still_bars:3} at {still.still_at:3}   {alike.alike:5.2f} {alike.worst}",
                flush=True,
            )


if __name__ == "__main__":
    main()
