# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job: one track that is wanted, and how far it is.

queued → running → done | failed | cancelled; retry → queued. A `running` found at the start means
interrupted. Not for: doing the work (see generation.produce).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from musicgen_desktop.music.recipe import Recipe


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
MAX_CRASHES = 2
"""After so many crashes of the worker a job isn't resumed by itself."""


@dataclass(frozen=True, slots=True)
class Job:
    """One track that is wanted.

    Attributes:
        id: The future track's id. title: what it is to be called. recipe: what to make.
        group: Id of the click. take: 1-based number in it. takes: size of the group.
        created: Unix time of the click.
        position: Place in the order; smaller is earlier.
        state, stage, fraction: How far it is; fraction is of the whole job, 0 to 1.
        left_s: Seconds until it is done, or None where that isn't known.
        message, hint: What went wrong and what to do, for FAILED.
        crashes: How often the worker died of it.
    """

    id: str
    title: str
    recipe: Recipe
    group: str
    take: int
    takes: int
    created: float
    position: int
    state: JobState = JobState.QUEUED
    stage: str = ""
    fraction: float = 0.0
    left_s: float | None = None
    message: str = ""
    hint: str = ""
    crashes: int = 0

    @property
    def is_ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in ENDED
