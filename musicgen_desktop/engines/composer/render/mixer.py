# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixer: sums the strips, feeds the rooms and the echo, ages the whole, fades the edges.

Everything from the strips' outputs on is linear, so that the stems (one per part, and the ambience)
sum to the mix. The order of summing is fixed: same strips, same bits. Not for: notes (see
placement) or files (see renderer).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.engines.composer.render import effects, noise
from musicgen_desktop.engines.composer.render.placement import add_sound
from musicgen_desktop.engines.composer.render.reverb import Room
from musicgen_desktop.engines.composer.render.settings import MixSettings
from musicgen_desktop.engines.composer.render.strip import Strip

AMBIENCE = "ambience"
_ECHO_TO_HALL = 0.3


@dataclass(frozen=True, slots=True)
class MixedBlock:
    """A mixed block, (2, frames), and the stems by id where they are wanted."""

    mix: Samples
    stems: Mapping[str, Samples]


class Mixer:
    """Mixes strips block by block.

    Args:
        strips: By part id, in the order of summing.
        settings: The genre's mix.
        quarter_s: Length of a quarter note, for the echo.
        wants_stems: Whether stems are made.
        period: Where the music loops, in frames; 0 for none.
    """

    def __init__(
        self,
        strips: Mapping[str, Strip],
        settings: MixSettings,
        quarter_s: float,
        *,
        wants_stems: bool = False,
        period: int = 0,
    ) -> None:
        self._strips = strips
        self._room = Room(settings.room, period)
        self._hall = Room(settings.hall, period)
        echo = settings.echo
        self._echo = effects.echo(
            min(1.5, echo.quarters * quarter_s), echo.feedback, echo.high_cut_hz
        )
        self._has_echo = any(strip.settings.echo > 0.0 for strip in strips.values())
        self._bed = noise.Bed(settings.bed)
        names = [*strips, AMBIENCE] if wants_stems else []
        self._tape = self._new_tape(settings, period)
        self._stem_tapes = {name: self._new_tape(settings, period) for name in names}

    @staticmethod
    def _new_tape(settings: MixSettings, period: int) -> effects.Tape | None:
        tape = settings.tape
        if tape.low_pass_hz <= 0.0:
            return None
        return effects.Tape(tape.low_pass_hz, tape.wow_cents, tape.flutter_cents, period)

    @property
    def latency_frames(self) -> int:
        """How much later everything comes out."""
        return 0 if self._tape is None else self._tape.latency_frames

    def seek(self, frame: int) -> None:
        """Sets the place in time; before the first block."""
        for tape in (self._tape, *self._stem_tapes.values()):
            if tape is not None:
                tape.seek(frame)
        for strip in self._strips.values():
            strip.seek(frame)

    def mix(self, blocks: Mapping[str, Samples | None], start: int, frames: int) -> MixedBlock:
        """Mixes what the strips rendered (None: silent) for the block that starts at a frame."""
        mix = np.zeros((2, frames), dtype=np.float32)
        ambience = self._ambience(blocks, start, frames)
        for block in (*blocks.values(), ambience):
            if block is not None:
                add_sound(mix, block, 0, 0, frames, 1.0)
        if self._tape is not None:
            self._tape.process(mix)
        stems = {name: self._stem(name, blocks, ambience, frames) for name in self._stem_tapes}
        return MixedBlock(mix, stems)

    def _stem(
        self, name: str, blocks: Mapping[str, Samples | None], ambience: Samples, frames: int
    ) -> Samples:
        source = ambience if name == AMBIENCE else blocks[name]
        stem = np.zeros((2, frames), dtype=np.float32) if source is None else source.copy()
        tape = self._stem_tapes[name]
        if tape is not None:
            tape.process(stem)
        return stem

    def _sent(
        self, blocks: Mapping[str, Samples | None], frames: int, level: Callable[[Strip], float]
    ) -> Samples:
        bus = np.zeros((2, frames), dtype=np.float32)
        for name, block in blocks.items():
            amount = level(self._strips[name])
            if block is not None and amount > 0.0:
                add_sound(bus, block, 0, 0, frames, amount)
        return bus

    def _ambience(self, blocks: Mapping[str, Samples | None], start: int, frames: int) -> Samples:
        room = self._sent(blocks, frames, lambda strip: strip.settings.room)
        self._room.process(room)
        echo = self._sent(blocks, frames, lambda strip: strip.settings.echo)
        if self._has_echo:
            self._echo.process(echo)
        hall = self._sent(blocks, frames, lambda strip: strip.settings.hall)
        add_sound(hall, echo, 0, 0, frames, _ECHO_TO_HALL)
        self._hall.process(hall)
        for returned in (room, hall):
            add_sound(echo, returned, 0, 0, frames, 1.0)
        self._bed.add(echo, start)
        return echo


class Edges:
    """The first and last moments: no click at the start, silence before the end.

    Args:
        frames: Length of the track; an attribute as well.
        fade_frames: Length of the fade at its end; 0 for music that loops, which has no edges.
    """

    _IN_FRAMES = 220  # 5 ms: a lossy coder smears the first drum hit back to the first sample

    def __init__(self, frames: int, fade_frames: int) -> None:
        self.frames = frames
        self._fade = min(fade_frames, frames)

    def gain(self, start: int, stop: int) -> Samples | None:
        """The gain from frame start to stop; None where it is 1."""
        if self._fade <= 0:
            return None
        rest = round(0.02 * SAMPLE_RATE)
        begin = self.frames - self._fade
        if start >= self._IN_FRAMES and stop <= begin:
            return None
        at = np.arange(start, stop)
        rising = np.clip(at / self._IN_FRAMES, 0.0, 1.0) ** 2
        falling = np.clip((at - begin) / max(1, self._fade - rest), 0.0, 1.0)
        gain: Samples = (rising * (0.5 + 0.5 * np.cos(np.pi * falling))).astype(np.float32)
        return gain


def apply_gain(blocks: Sequence[Samples], gain: Samples | None) -> None:
    """Multiplies blocks (2, frames) by a gain (frames) in place."""
    if gain is not None:
        for block in blocks:
            block *= gain
