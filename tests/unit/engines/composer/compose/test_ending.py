# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last chord: as loud as what it follows, and played by those who are still there."""

from __future__ import annotations

from musicgen_desktop.engines.composer.compose.arranger import compose
from tests.unit.engines.composer.compose.plans import make_plan

QUIET = (("intro", 4, 0.3), ("climax", 8, 1.0), ("aftermath", 4, 0.25), ("ending", 1, 0.3))
LOUD = (("intro", 4, 0.3), ("theme", 8, 0.5), ("climax", 8, 1.0), ("ending", 1, 0.3))


def last_chord(form: tuple[tuple[str, int, float], ...]) -> dict[str, int]:
    """Velocity of each part's strongest note in the ending."""
    score = compose(make_plan("cinematic", seed=5, form=form))
    start = score.markers[-1].beat - 0.1
    return {
        part.id: max(n.velocity for n in part.notes if n.start >= start)
        for part in score.parts
        if any(n.start >= start for n in part.notes)
    }


def test_a_quiet_end_has_no_tutti() -> None:
    assert not {"drums", "brass", "stabs", "fx"} & set(last_chord(QUIET))
    assert "strings" in last_chord(QUIET)


def test_a_climax_ends_with_everybody_and_louder() -> None:
    assert "drums" in last_chord(LOUD)
    assert last_chord(LOUD)["strings"] > last_chord(QUIET)["strings"]
