# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks and their spoiled twins as sound, made by the program's own renderer and master.

A take is the finished master, the stems before mastering, the score and the plan. Takes are kept
in a folder, so that measures can be tried again without rendering. Not for: judging (see earn).
"""

from __future__ import annotations

import pickle
import random
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from musicgen_desktop.audio import raw
from musicgen_desktop.audio.mastering import MasterSettings, master_file
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.render import settings
from musicgen_desktop.engines.composer.render.bank import NoteBank, NoteSound
from musicgen_desktop.engines.composer.render.mixer import AMBIENCE
from musicgen_desktop.engines.composer.render.renderer import Renderer
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import Score
from musicgen_desktop.prompt import planner
from tests.quality import spoil
from tests.quality.sound_measures import Array, Sound

RATE = 44_100
STEM_RATE = 22_050
ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Take:
    """One rendering.

    Attributes:
        sound: The master. stems: mono at 22 050 Hz by part id, before mastering.
    """

    plan: MusicPlan
    score: Score
    sound: Sound
    stems: Mapping[str, Array]


class _DetunedBank(NoteBank):
    """A bank in which one patch is 30 cents sharp; takes all other notes from a common one."""

    def __init__(self, common: NoteBank, patch: str) -> None:
        super().__init__(64.0)
        self._common = common
        self._off = patch

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
        sound = self._common.note(
            patch, pitch, velocity, duration_s, variant, glide_to, articulation, from_pitch
        )
        if patch != self._off:
            return sound
        ratio = 2 ** (spoil.DETUNED_CENTS / 1200)
        frames = sound.samples.shape[1]
        at = np.arange(int(frames / ratio)) * ratio
        sharp = [np.interp(at, np.arange(frames), channel) for channel in sound.samples]
        return NoteSound(np.ascontiguousarray(sharp, dtype=np.float32), sound.gain)


class Studio:
    """Makes takes and keeps them.

    Args:
        folder: Where finished takes are kept.
        as_rendered: Whether takes that are there count even where the program would write other
            notes today, so that measures can be tried while composing changes.
    """

    def __init__(self, folder: Path, *, as_rendered: bool = False) -> None:
        self._folder = folder
        self._as_rendered = as_rendered
        self._bank = NoteBank(400.0)

    def take(self, prompt: str, seed: int, duration_s: float, spoiling: str) -> Take | None:
        """A track (spoiling `original`) or one of its twins.

        Returns:
            None where the piece has nothing that could be spoiled this way.
        """
        plan = planner.plan(prompt, seed=seed, duration_s=duration_s).plan
        name = f"{plan.genre}-{seed}-{duration_s:g}"
        there = self._folder / name / spoiling / "score.pickle"
        if self._as_rendered and there.exists():
            return _load(there.parent, plan, pickle.loads(there.read_bytes()))
        original = compose(plan)
        score = self._score(original, plan, spoiling, name)
        if score is None:
            return None
        home = self._folder / name / spoiling
        if not _is_kept(home, score):
            home.mkdir(parents=True, exist_ok=True)
            if spoil.SPOILINGS.get(spoiling) in _OF_SOUND and spoiling != "detuned":
                self.take(prompt, seed, duration_s, ORIGINAL)
                _spoil_sound(self._folder / name / ORIGINAL, home, spoiling)
            else:
                self._render(score, plan, home, spoiling)
            (home / "score.pickle").write_bytes(pickle.dumps(score))
        return _load(home, plan, score)

    def _score(self, score: Score, plan: MusicPlan, spoiling: str, name: str) -> Score | None:
        if spoiling == ORIGINAL:
            return score
        if spoiling == "detuned":
            return score if spoil.detuned_patch(score) else None
        change = spoil.SPOILINGS[spoiling].of_score
        if change is None:
            return score
        return change(score, plan, random.Random(f"{name} {spoiling}"))

    def _render(self, score: Score, plan: MusicPlan, home: Path, spoiling: str) -> None:
        bank = self._bank
        if spoiling == "detuned":
            bank = _DetunedBank(bank, spoil.detuned_patch(score) or "")
        mix = settings.for_plan(plan)
        with tempfile.TemporaryDirectory(prefix="mgd-pairs-") as work:
            rendered = Renderer(bank).render(score, mix, Path(work), wants_stems=True)
            master_file(rendered.mix, Path(work) / "master.f32", mix.master)
            _keep_master(Path(work) / "master.f32", home)
            (home / "stems").mkdir(exist_ok=True)
            for part, file in rendered.stems.items():
                if part != AMBIENCE:
                    mono = _samples(file).mean(axis=1).reshape(-1)
                    halved = _halved(mono)
                    np.save(home / "stems" / f"{part}.npy", halved.astype(np.float16))


_OF_SOUND = tuple(way for way in spoil.SPOILINGS.values() if way.of_score is None)


def _is_kept(home: Path, score: Score) -> bool:
    file = home / "score.pickle"
    return file.exists() and pickle.loads(file.read_bytes()) == score


def _halved(mono: Array) -> Array:
    from scipy import signal

    half: Array = signal.resample_poly(mono, 1, 2)
    return half


def _samples(file: Path) -> Array:
    return np.fromfile(file, dtype="<f4").reshape(-1, 2).astype(np.float64)


def _keep_master(file: Path, home: Path) -> None:
    soundfile.write(home / "master.flac", _samples(file), RATE, subtype="PCM_24")


def _load(home: Path, plan: MusicPlan, score: Score) -> Take:
    samples, rate = soundfile.read(home / "master.flac", dtype="float64", always_2d=True)
    stems_home = home if (home / "stems").exists() else home.parent / ORIGINAL
    stems = {
        file.stem: np.load(file).astype(np.float64)
        for file in sorted((stems_home / "stems").glob("*.npy"))
    }
    return Take(plan, score, Sound(samples, rate), stems)


def _spoil_sound(original: Path, home: Path, spoiling: str) -> None:
    """An equaliser's bump, or far too much limiting; as loud as the original afterwards."""
    samples, rate = soundfile.read(original / "master.flac", dtype="float64", always_2d=True)
    target_lufs = _loudness(samples, rate)
    plain = MasterSettings(
        target_lufs=target_lufs, correction=0.0, glue_ratio=1.0, drive=0.0, clip_db=0.1
    )
    back_db = 0.0
    if spoiling == "over_limited":
        plain = replace(plain, target_lufs=target_lufs + spoil.OVERDRIVE_DB, ceiling_dbtp=-0.5)
    else:
        samples = _bumped(samples, 250.0 if spoiling == "bump_250" else 3000.0, rate)
    with tempfile.TemporaryDirectory(prefix="mgd-pairs-") as work:
        source, target = Path(work) / "in.f32", Path(work) / "out.f32"
        with raw.RawWriter(source) as writer:
            writer.write(np.ascontiguousarray(samples.T, dtype=np.float32))
        report = master_file(source, target, plain)
        back_db = target_lufs - report.loudness_lufs
        done = _samples(target) * 10 ** (back_db / 20)
    soundfile.write(home / "master.flac", done, rate, subtype="PCM_24")


def _loudness(samples: Array, rate: int) -> float:
    import pyloudnorm

    return float(pyloudnorm.Meter(rate).integrated_loudness(samples))


def _bumped(samples: Array, frequency: float, rate: int, q: float = 1.0) -> Array:
    """A peaking filter after R. Bristow-Johnson's cookbook."""
    from scipy import signal

    amplitude = 10 ** (spoil.BUMP_DB / 40)
    angle = 2 * np.pi * frequency / rate
    alpha = np.sin(angle) / (2 * q)
    b = np.array([1 + alpha * amplitude, -2 * np.cos(angle), 1 - alpha * amplitude])
    a = np.array([1 + alpha / amplitude, -2 * np.cos(angle), 1 - alpha / amplitude])
    out: Array = signal.lfilter(b / a[0], a / a[0], samples, axis=0)
    return out
