# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A piece that fades out: every player's level sinks to silence over the last seconds.

Not for: how the form leaves room for it (see the planner's forms).
"""

from __future__ import annotations

from collections.abc import Mapping

from musicgen_desktop.engines.composer.compose.context import Context
from musicgen_desktop.music.score import AutomationPoint
from musicgen_desktop.music.theory import quarter_seconds

FADE = "fade_out"
"""The plan's wish for it."""
_SHARE = 0.16
_LIMITS_S = (4.0, 14.0)
_STEPS = 16
Lanes = Mapping[str, tuple[AutomationPoint, ...]]


def faded(context: Context, lanes: Lanes) -> dict[str, tuple[AutomationPoint, ...]]:
    """A player's automation with the fade, where the plan asks for one.

    Args:
        context: The piece.
        lanes: The automation without it.
    """
    plan = context.plan
    if FADE not in plan.structure or plan.loop or context.sections[-1].label == "ending":
        return dict(lanes)
    quarter_s = quarter_seconds(context.metre, plan.bpm)
    least, most = _LIMITS_S
    length_s = min(0.5 * plan.duration_s, max(least, min(most, _SHARE * plan.duration_s)))
    end = plan.duration_s / quarter_s
    start = (plan.duration_s - length_s) / quarter_s
    own = lanes.get("level") or (AutomationPoint(0.0, 1.0),)
    before = [p for p in own if p.beat < start]
    inside = sorted(
        {p.beat for p in own if start <= p.beat < end}
        | {start + (end - start) * i / _STEPS for i in range(_STEPS + 1)}
    )
    fading = [
        AutomationPoint(beat, _value(own, beat) * max(0.0, (end - beat) / (end - start)))
        for beat in inside
    ]
    return {**lanes, "level": (*before, *fading)}


def _value(points: tuple[AutomationPoint, ...], beat: float) -> float:
    """The lane's value at a beat: straight lines between its points."""
    before = next((p for p in reversed(points) if p.beat <= beat), None)
    after = next((p for p in points if p.beat > beat), None)
    if before is None or after is None:
        found = before or after
        return 1.0 if found is None else found.value
    share = (beat - before.beat) / (after.beat - before.beat)
    return before.value + share * (after.value - before.value)
