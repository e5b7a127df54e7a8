# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""NoteBank: the sound of one note of any patch, rendered once and kept.

A note depends on its arguments alone: the same bits in any order, thread or process, whatever the
cache holds. To make that so and still cheap, a note is rendered for its velocity layer (8 at
most), round robin and length class, and then cut to its length with a release; velocity inside
the layer is the `gain` of the result.
Not for: placing notes in time, or effects (see the mixer).
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from musicgen_desktop.engines.composer.render.patches import Patch, load_patch
from musicgen_desktop.engines.composer.render.voices import VOICES
from musicgen_desktop.engines.composer.render.voices.dsp import seed_of
from musicgen_desktop.engines.composer.render.voices.finish import finish
from musicgen_desktop.engines.composer.render.voices.types import (
    SAMPLE_RATE,
    Audio,
    NoteRequest,
)

_LENGTH_CLASSES_S = (0.25, 0.4, 0.6, 0.9, 1.3, 1.9, 2.8, 4.0, 5.6, 8.0, 11.3, 16.0)
_OFF_GRID_S = 0.01
_SHORTEST_S = 0.03
_CHEAP_TO_CUT_S = 0.6  # longer cuts are made anew: memory is dearer than the copy
_QUIET = 10 ** (-66 / 20)
_TRIM_FADE_S = 0.03
_GLIDE_VOICES = ("oscillator", "electric", "acid", "wobble", "reese", "chip")
_EXACT_VOICES = ("sweep", "reverse", "wobble")
_ARTICULATIONS = {
    "sustained": (
        "legato", "staccato", "slide", "trill", "tremolo", "roll", "accent", "mute", "fall",
    ),
    "oscillator": ("legato", "slide", "fall"),
}  # fmt: skip
_GLIDED_STEPS = (1, 2, 4, 7, 12)  # other intervals sound like the nearest: fewer renders
_STANDINS = {
    35: 36, 36: 35, 40: 38, 38: 40, 39: 38, 37: 39, 42: 44, 44: 42, 46: 42, 49: 57, 57: 49, 51: 49,
    53: 51, 59: 51, 52: 49, 55: 49, 41: 45, 43: 45, 45: 47, 47: 48, 48: 50, 50: 48,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoteSound:
    """One rendered note.

    Attributes:
        samples: float32 (2, frames), contiguous, release included. Shared: never write to it.
        gain: What the velocity inside its layer adds; multiply by it.
    """

    samples: Audio
    gain: float


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a note is played, as far as its voice can: part of what it is cached under."""

    glide_to: int = 0
    articulation: str = ""
    from_pitch: int = 0


class NoteBank:
    """Renders notes and keeps the most recent ones. Safe to call from several threads.

    Args:
        cache_mb: Memory for rendered notes, about; the oldest are dropped first.
    """

    def __init__(self, cache_mb: float = 256.0) -> None:
        self._limit_bytes = int(cache_mb * 1e6)
        self._lock = threading.Lock()
        self._patches: dict[str, Patch] = {}
        self._cache: OrderedDict[Hashable, Audio] = OrderedDict()
        self._bytes = 0
        self._rendering: dict[Hashable, threading.Lock] = {}

    def note(
        self,
        patch: str,
        pitch: int,
        velocity: int,
        duration_s: float,
        variant: int,
        glide_to: int = 0,
        articulation: str = "",
        from_pitch: int = 0,
    ) -> NoteSound:
        """The sound of one note.

        Args:
            patch: Patch id (resources/patches).
            pitch: MIDI number; in a kit the percussion key.
            velocity: 1 to 127.
            duration_s: How long the note is held; 16 s at most are rendered.
            variant: Any number; notes in a row should count up (round robins).
            glide_to: MIDI number that the pitch slides to during the note, or 0.
            articulation: As in music.score.Note; voices without it play a plain note.
            from_pitch: MIDI number of the note that a legato one is bound to, or 0.

        Raises:
            EngineError: There is no such patch.
        """
        voiced = _key_of(self._patch(patch), pitch)
        velocity = min(max(velocity, 1), 127)
        layer = _layer_of(voiced, velocity)
        gain = _loudness(voiced, velocity) / _loudness(voiced, layer)
        variant = variant % max(voiced.round_robins, 1)
        held_s = min(max(round(duration_s / _OFF_GRID_S) * _OFF_GRID_S, _SHORTEST_S), 16.0)
        glide = glide_to if voiced.voice in _GLIDE_VOICES and glide_to != pitch else 0
        manner = _manner(voiced, pitch, glide, articulation, from_pitch)
        raw = self._raw(voiced, pitch, layer, variant, held_s, manner)
        if voiced.ring:
            return NoteSound(raw, gain)
        frames = _cut_frames(voiced, held_s)
        if frames >= raw.shape[1] and not voiced.sustained:
            return NoteSound(raw, gain)
        if held_s > _CHEAP_TO_CUT_S:
            return NoteSound(_cut(raw, voiced, held_s, frames), gain)
        key = ("cut", voiced.id, pitch, layer, variant, manner, round(held_s / _OFF_GRID_S))
        cut = self._keep(key, lambda: _cut(raw, voiced, held_s, frames))
        return NoteSound(cut, gain)

    @property
    def cached_bytes(self) -> int:
        """What the rendered notes take at the moment."""
        with self._lock:
            return self._bytes

    def warm_up(self) -> None:
        """Loads or compiles every kernel of the voices, by way of short notes."""
        for patch in ("rhodes", "warm_pad", "fm_bell", "rotary_organ"):
            self.note(patch, 60, 80, 0.1, 0)

    def _patch(self, patch_id: str) -> Patch:
        """The patch, read once."""
        with self._lock:
            found = self._patches.get(patch_id)
        if found is None:
            found = load_patch(patch_id)
            with self._lock:
                self._patches[patch_id] = found
        return found

    def _raw(
        self, patch: Patch, pitch: int, layer: int, variant: int, held_s: float, manner: _Manner
    ) -> Audio:
        """The render that notes of this length class are cut from."""
        exact = manner.glide_to or manner.articulation == "fall"
        length = held_s if exact else _length_class(patch, held_s)
        key = ("raw", patch.id, pitch, layer, variant, manner, round(length, 4))
        seed = seed_of(patch.id, pitch, layer, variant)
        request = NoteRequest(
            pitch=pitch,
            velocity=layer / 127,
            held_s=length,
            length_s=_render_length(patch, length),
            seed=seed,
            glide_to=manner.glide_to,
            articulation=manner.articulation,
            from_pitch=manner.from_pitch,
        )
        level = _loudness(patch, layer) * 10 ** (patch.gain_db / 20)
        return self._keep(key, lambda: _render(patch, request, level))

    def _keep(self, key: Hashable, make: Callable[[], Audio]) -> Audio:
        """The sound under `key`, made at most once at a time."""
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
            busy = self._rendering.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                if key in self._cache:
                    return self._cache[key]
            made = make()
            with self._lock:
                self._cache[key] = made
                self._bytes += made.nbytes
                self._rendering.pop(key, None)
                while self._bytes > self._limit_bytes and len(self._cache) > 1:
                    _, oldest = self._cache.popitem(last=False)
                    self._bytes -= oldest.nbytes
        return made


def _key_of(patch: Patch, pitch: int) -> Patch:
    """The patch itself, or of a kit the key or its nearest relative."""
    if not patch.keys:
        return patch
    key = pitch
    for _ in range(3):
        if key in patch.keys:
            return patch.keys[key]
        key = _STANDINS.get(key, key)
    return patch.keys[min(patch.keys, key=lambda known: (abs(known - pitch), known))]


def _manner(patch: Patch, pitch: int, glide_to: int, articulation: str, from_pitch: int) -> _Manner:
    """What of the wished articulation this patch's voice renders."""
    if articulation not in _ARTICULATIONS.get(patch.voice, ()):
        return _Manner(glide_to)
    interval = from_pitch - pitch
    if articulation != "legato" or not from_pitch or interval == 0:
        return _Manner(glide_to, articulation)
    steps = min(_GLIDED_STEPS, key=lambda known: abs(known - abs(interval)))
    return _Manner(glide_to, articulation, pitch + (steps if interval > 0 else -steps))


def _layer_of(patch: Patch, velocity: int) -> int:
    """The velocity in the middle of the layer that renders this one."""
    step = 128 // patch.velocity_layers
    return velocity // step * step + step // 2


def _loudness(patch: Patch, velocity: int) -> float:
    """Amplitude for a velocity; 1.0 at 100."""
    return float((velocity / 100.0) ** patch.velocity_exponent)


def _length_class(patch: Patch, held_s: float) -> float:
    """The held time that is rendered for a note held for `held_s`."""
    if patch.ring:
        return patch.ring_s
    if patch.voice in _EXACT_VOICES:
        return held_s
    rounded = next((length for length in _LENGTH_CLASSES_S if length >= held_s), 16.0)
    return rounded if patch.sustained else min(rounded, patch.ring_s)


def _render_length(patch: Patch, class_s: float) -> float:
    """How much is rendered for a length class."""
    return class_s if patch.ring else class_s + patch.release_s


def _cut_frames(patch: Patch, held_s: float) -> int:
    """The length of a cut note, its release included."""
    return round((held_s + patch.release_s) * SAMPLE_RATE)


def _render(patch: Patch, request: NoteRequest, level: float) -> Audio:
    """Renders one note from scratch."""
    dry = VOICES[patch.voice](request, patch.params)
    audio = finish(dry, request, patch.finish)
    audio *= np.float32(level)
    if patch.sustained:
        return audio
    if request.held_s >= patch.ring_s:
        share = 0.25 * patch.ring_s if patch.ring else patch.release_s
        _fade_out(audio, round(share * SAMPLE_RATE), audio.shape[1])
    return _trim(audio)


def _fade_out(audio: Audio, frames: int, end: int) -> None:
    """Fades in place to silence at `end`, over `frames`; smooth at its start, as a damper is."""
    place = np.linspace(0.0, 1.0, max(frames, 2), dtype=np.float32)
    curve = np.exp(-4.0 * place * place) * np.cos(place * np.float32(math.pi / 2))
    start = max(end - frames, 0)
    length = min(end, audio.shape[1]) - start
    if length > 0:
        audio[:, start : start + length] *= curve[:length]


def _trim(audio: Audio) -> Audio:
    """Takes off the inaudible end of a sound that has died away."""
    peak = np.maximum(np.abs(audio[0]), np.abs(audio[1]))
    loud = np.flatnonzero(peak > float(peak.max()) * _QUIET)
    fade = round(_TRIM_FADE_S * SAMPLE_RATE)
    last = (int(loud[-1]) if len(loud) else 0) + fade
    if last >= audio.shape[1]:
        return audio
    kept = audio[:, :last].copy()
    kept[:, -fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return kept


def _cut(raw: Audio, patch: Patch, held_s: float, frames: int) -> Audio:
    """The first `held_s` of a render, then its release."""
    out = raw[:, : min(frames, raw.shape[1])].copy()
    _fade_out(out, frames - round(held_s * SAMPLE_RATE), frames)
    tail = min(out.shape[1], 64)
    out[:, -tail:] *= np.linspace(1.0, 0.0, tail, dtype=np.float32)
    return out
