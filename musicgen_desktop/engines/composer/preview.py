# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preview: hands the first bars on to be heard, mastered as foretold, while the rest is rendered.

Not for: the finished file (see audio.mastering) or playing (see playback).
"""

from __future__ import annotations

import numpy as np

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.forecast import EarlyMaster, Excerpt
from musicgen_desktop.audio.mastering import MasterSettings
from musicgen_desktop.engines.base import Sink

_LEAST_S = 60.0
_SHARE = 0.4
"""Making a track takes a small part of its length; more than this nobody hears of a preview."""


class Preview:
    """Hears a mix (see renderer.Listener) and gives it to the sink.

    Args:
        sink: Its `audio` is called.
        settings: Of the master.
        duration_s: Of the track.
        loop: Whether the end continues at the start.
    """

    def __init__(
        self, sink: Sink, settings: MasterSettings, duration_s: float, *, loop: bool
    ) -> None:
        self._sink = sink
        self._settings = settings
        self._loop = loop
        self._last = round(max(_LEAST_S, _SHARE * duration_s) * SAMPLE_RATE)
        self._master: EarlyMaster | None = None

    def prepare(self, excerpts: list[Excerpt]) -> None:
        """See Listener."""
        self._master = EarlyMaster(excerpts, self._settings, loop=self._loop)

    def hear(self, block: Samples, start: int) -> None:
        """See Listener."""
        if self._master is None or start >= self._last:
            return
        mastered = self._master.process(block, start)
        self._sink.audio(np.ascontiguousarray(mastered.T, dtype="<f4").tobytes())
