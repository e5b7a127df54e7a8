# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the scorecard and what the measures know about genres. Not for: measuring."""

from __future__ import annotations

from dataclasses import dataclass

HARD_MEASURES = frozenset({1, 2, 5, 6, 7, 8, 9, 12, 18})
GRID_GENRES = frozenset(
    {
        "house", "synthwave", "pop", "trap", "deep_house", "techno", "trance", "drum_and_bass",
        "chiptune", "dubstep",
    }
)  # fmt: skip
"""Genres played on a strict grid: measure 8 is hard for these only."""
RHYTHMIC_GENRES = GRID_GENRES | {"lofi_hiphop"}
PULSELESS_GENRES = frozenset({"ambient", "solo_piano", "baroque", "classical", "lullaby"})
"""Genres without drums, in which a beat tracker has nothing to hold on to."""
QUIET_GENRES = frozenset({"solo_piano", "ambient", "orchestral", "baroque", "classical", "lullaby"})
"""Genres mastered to -16 LUFS instead of -14."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the scorecard.

    Attributes:
        measure: Number of the measure, 1 to 18.
        name: What was measured, with its unit.
        value: The figure; None where the measure doesn't apply.
        low: Smallest good value, or None. high: largest good value, or None.
        hard: Whether the track is refused when it fails.
        note: Anything that explains the figure.
    """

    measure: int
    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    hard: bool = False
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the value lies in its range (true where the measure doesn't apply)."""
        if self.value is None:
            return True
        above = self.low is None or self.value >= self.low
        return above and (self.high is None or self.value <= self.high)


def row(
    measure: int,
    name: str,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    genre: str = "",
    note: str = "",
) -> Row:
    """A row whose hardness follows from its measure (and for measure 8 from the genre)."""
    hard = measure in HARD_MEASURES and (measure != 8 or genre in GRID_GENRES)
    return Row(measure, name, value, low, high, hard, note)


def table(rows: list[Row]) -> str:
    """The rows as text for people."""
    lines = []
    for item in rows:
        shown = "n/a" if item.value is None else f"{item.value:.3f}"
        low = "" if item.low is None else f"{item.low:g}"
        high = "" if item.high is None else f"{item.high:g}"
        verdict = "ok" if item.passed else "FAIL" if item.hard else "off"
        hard = "hard" if item.hard else ""
        lines.append(
            f"{item.measure:3d}  {item.name:<34}{shown:>10}  [{low:>6} .. {high:<6}] "
            f"{verdict:<4} {hard:<4} {item.note}"
        )
    return "\n".join(lines)
