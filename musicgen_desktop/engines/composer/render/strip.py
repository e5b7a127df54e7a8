# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strip: one part's way through the mixer: its notes, channel, automation, side-chain and chorus.

Not for: rooms and sums (see mixer).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from musicgen_desktop.audio import channel
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.engines.composer.render import effects
from musicgen_desktop.engines.composer.render.placement import Placer
from musicgen_desktop.engines.composer.render.settings import DuckSettings, RoleSettings
from musicgen_desktop.music.score import AutomationPoint, Part, TempoMap

Numbers = npt.NDArray[np.float64]

_LOWEST_CUTOFF_HZ = 220.0
_CUTOFF_SPAN = 80.0


class Lane:
    """One lane of a part's automation, in frames."""

    def __init__(self, points: tuple[AutomationPoint, ...], tempo: TempoMap) -> None:
        self._frames = np.array([tempo.seconds(p.beat) * SAMPLE_RATE for p in points])
        self._values = np.array([p.value for p in points])

    @property
    def is_open(self) -> bool:
        """Whether the value is 1 throughout."""
        return len(self._values) == 0 or bool(np.all(self._values >= 0.999))

    def values(self, start: int, stop: int, step: int = 1, period: int = 0) -> Numbers:
        """The lane's value at every `step`-th frame from start to stop."""
        at = np.arange(start, stop, step)
        if period:
            at %= period
        values: Numbers = np.interp(at, self._frames, self._values)
        return values


def cutoff_hz(value: Numbers) -> Numbers:
    """The low-pass frequency of the `cutoff` lane: exponential from 220 Hz (0) to 17.6 kHz (1)."""
    frequencies: Numbers = _LOWEST_CUTOFF_HZ * np.power(_CUTOFF_SPAN, value)
    return frequencies


class Duck:
    """The gain that the kick presses on other parts.

    Args:
        kicks: Frames of the kick's strokes, ascending.
        settings: Depth and times.
    """

    ATTACK_FRAMES = 132

    def __init__(self, kicks: list[int], settings: DuckSettings) -> None:
        self._kicks = np.array(kicks, dtype=np.int64)
        hold = round(settings.hold_ms * SAMPLE_RATE / 1000.0)
        release = max(2, round(settings.release_ms * SAMPLE_RATE / 1000.0))
        down = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, self.ATTACK_FRAMES))
        up = 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, release))
        self._depth_db = settings.depth_db
        self._shape = np.concatenate([down, np.ones(hold), up])

    def gain(self, start: int, stop: int, share: float) -> Samples | None:
        """The gain from frame start to stop, or None where nothing is pressed."""
        length = len(self._shape)
        first = int(np.searchsorted(self._kicks, start - length))
        last = int(np.searchsorted(self._kicks, stop + self.ATTACK_FRAMES))
        if first >= last or self._depth_db * share < 0.1:
            return None
        shape = np.zeros(stop - start)
        for kick in self._kicks[first:last]:
            begin = int(kick) - self.ATTACK_FRAMES // 2
            a, b = max(begin, start), min(begin + length, stop)
            if a < b:
                part = shape[a - start : b - start]
                np.maximum(part, self._shape[a - begin : b - begin], out=part)
        gain: Samples = np.power(10.0, shape * (-self._depth_db * share / 20.0)).astype(np.float32)
        return gain


def _first_sound(block: Samples) -> int:
    """The first frame of a block, (2, frames), that isn't silent."""
    return int(np.argmax(np.any(block != 0.0, axis=0)))


class Strip:
    """One part's sound, block by block.

    Attributes:
        settings: Of the part's role, sends included.
    """

    def __init__(
        self,
        part: Part,
        placer: Placer,
        settings: RoleSettings,
        gain_db: float,
        tempo: TempoMap,
        period: int = 0,
    ) -> None:
        self.settings = settings
        pan = max(-1.0, min(1.0, part.pan + settings.channel.pan))
        self._channel = channel.Channel(replace(settings.channel, pan=pan))
        self._placer = placer
        self._gain = 10.0 ** ((settings.gain_db + part.gain_db + gain_db) / 20.0)
        self._level = Lane(part.automation.get("level", ()), tempo)
        self._cutoff = Lane(part.automation.get("cutoff", ()), tempo)
        self._period = period
        self._chorus = effects.chorus(settings.chorus, period) if settings.chorus > 0 else None
        self._quiet = True

    def seek(self, frame: int) -> None:
        """Sets the place in time; before the first block."""
        if self._chorus is not None:
            self._chorus.seek(frame)

    def render(
        self, start: int, stop: int, duck: Samples | None, check: Callable[[], None]
    ) -> Samples | None:
        """The part from frame start to stop, (2, frames), or None where it is silent."""
        block = np.zeros((2, stop - start), dtype=np.float32)
        sounds = self._placer.play(block, start, check)
        if not sounds and self._quiet:
            return None
        rest = _first_sound(block) if self._quiet else 0
        if self._quiet:
            self._wake(start)
        self._quiet = not sounds
        gain = np.full(stop - start, self._gain, dtype=np.float32)
        if not self._level.is_open:
            gain *= np.power(self._level.values(start, stop, 1, self._period), 1.7).astype(
                np.float32
            )
        if duck is not None:
            gain *= duck
        self._channel.process(block, gain, self._cutoff_coefficients(start, stop))
        if self._chorus is not None:
            self._chorus.process(block)
        block[:, :rest] = 0.0  # filters fed with nothing still put out their last bits
        return block

    def _wake(self, start: int) -> None:
        """After a rest all begins afresh: what comes depends on the place, not on the past."""
        self._channel.reset()
        if self._chorus is not None:
            self._chorus.reset()
            self._chorus.seek(start)

    def _cutoff_coefficients(self, start: int, stop: int) -> Numbers | None:
        if self._cutoff.is_open:
            return None
        step = channel.CONTROL_FRAMES
        values = self._cutoff.values(start, stop + step, step, self._period)
        return channel.cutoff_coefficients(cutoff_hz(values))
