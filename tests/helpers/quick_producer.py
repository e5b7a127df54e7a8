# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A producer that finishes at once: its track is a tone, everything about it is real.

Not for: music (see the engines).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Outcome
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.library.track import NewTrack
from tests.helpers import library_files


class QuickProducer:
    """Puts half a second of a tone into the library for every order.

    Attributes:
        error: Raised instead, when a test sets it.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.error: MusicGenError | None = None

    def produce(
        self,
        order: Order,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
        on_audio: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        """Makes the track."""
        on_progress(Progress("rendering", 0.5, 1.0))
        if self.error is not None:
            raise self.error
        data = TagData.of(
            order.recipe,
            track_id=order.track_id,
            title=order.title,
            licence="",
            duration_s=library_files.SECONDS,
            group=order.group,
            take=order.take,
            takes=order.takes,
            created=1_700_000_000.0,
        )
        made: NewTrack = library_files.finished(self._library, data)
        track = self._library.add(made)
        return Outcome(track, Path(track.path), {})
