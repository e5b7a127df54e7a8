# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether music serves its purpose: room for a voice, calm, loops without a seam, fades.

    python -m tests.quality.purposes

renders the mix (unmastered) of a few prompts with and without their use case. The voice band is 300
Hz to 3 kHz; its level is given at equal overall loudness (K-weighted). Not for: the master (see
the scorecard).
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import signal

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.engines.base import CancelToken
from musicgen_desktop.engines.composer.compose.arranger import compose
from musicgen_desktop.engines.composer.render import settings
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.renderer import Renderer
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.prompt import planner

Audio = npt.NDArray[np.float32]
VOICE_HZ = (300.0, 3000.0)
LEAST_ROOM_DB = 3.0
_EDGE_S = 0.05


@dataclass(frozen=True, slots=True)
class Seam:
    """Where a loop's end meets its start.

    Attributes:
        jump: The step from the last to the first sample over the largest step near it.
        level_db: Level of the 50 ms after the seam less that of the 50 ms before it, where the
            same music is played straight through.
    """

    jump: float
    level_db: float


def rendered(plan: MusicPlan) -> Audio:
    """The mix of a plan, unmastered: (2, frames)."""
    with tempfile.TemporaryDirectory() as folder:
        done = Renderer(NoteBank(128.0)).render(
            compose(plan), settings.for_plan(plan), Path(folder), wants_stems=False,
            loop=plan.loop, progress=lambda _: None, cancel=CancelToken(lambda: False),
        )  # fmt: skip
        return np.fromfile(done.mix, dtype="<f4").reshape(-1, 2).T.copy()


def of(prompt: str, seed: int, duration_s: float | None = 30.0) -> tuple[MusicPlan, Audio]:
    """A prompt's plan and mix."""
    plan = planner.plan(prompt, seed=seed, duration_s=duration_s).plan
    return plan, rendered(plan)


def loudness(audio: Audio) -> float:
    """Integrated loudness in LUFS."""
    meter = LoudnessMeter(SAMPLE_RATE)
    meter.push(audio)
    return meter.integrated_lufs


def loudness_range(audio: Audio) -> float:
    """Loudness range in LU."""
    meter = LoudnessMeter(SAMPLE_RATE)
    meter.push(audio)
    return meter.range_lu


def voice_band_db(audio: Audio) -> float:
    """Mean power between 300 Hz and 3 kHz in dB, at an overall loudness of 0 LUFS."""
    band = signal.butter(4, VOICE_HZ, "bandpass", fs=SAMPLE_RATE, output="sos")
    power = float(np.mean(np.square(signal.sosfilt(band, audio.astype(np.float64)))))
    return 10 * math.log10(max(power, 1e-12)) - loudness(audio)


def room_db(prompt: str, use: str, seed: int) -> float:
    """How much softer the voice band is with the use case than without, at equal loudness."""
    genre = planner.plan(f"{prompt} {use}", seed=seed, duration_s=30.0).plan
    overrides = {"genre": genre.genre, "bpm": genre.bpm}
    without = planner.plan(prompt, seed=seed, duration_s=30.0, overrides=overrides).plan
    return voice_band_db(rendered(without)) - voice_band_db(rendered(genre))


def seam(audio: Audio) -> Seam:
    """The seam of a loop."""
    edge = round(_EDGE_S * SAMPLE_RATE)
    end, start = audio[:, -edge:], audio[:, :edge]
    steps = np.abs(np.diff(np.concatenate([end, start], axis=1), axis=1))
    own = float(steps[:, edge - 1].max())
    others = np.delete(steps, edge - 1, axis=1)
    levels = [10 * math.log10(float(np.mean(np.square(x))) + 1e-12) for x in (end, start)]
    return Seam(own / max(1e-9, float(others.max())), levels[1] - levels[0])


def main() -> None:
    """Prints the report."""
    for prompt, use in (("lofi", "podcast bed"), ("pop", "vlog"), ("piano", "tutorial"),
                        ("cinematic", "documentary")):  # fmt: skip
        print(f"{prompt} as {use}: voice band {-room_db(prompt, use, 101):.1f} dB", flush=True)
    for prompt in ("meditation", "ambient", "study lofi", "lofi"):
        _, audio = of(prompt, 101, 60.0)
        print(f"{prompt}: loudness range {loudness_range(audio):.1f} LU", flush=True)
    for prompt in ("seamless house loop", "lofi loop", "game loop"):
        plan, audio = of(prompt, 101, 16.0)
        found = seam(audio)
        exact = audio.shape[1] - plan.duration_s * SAMPLE_RATE
        print(
            f"{prompt}: jump {found.jump:.2f}, level {found.level_db:+.1f} dB, {exact:+.1f} frames"
        )
    _, audio = of("pop that fades out", 101, 30.0)
    seconds = [audio[:, s * SAMPLE_RATE : (s + 1) * SAMPLE_RATE] for s in range(30)]
    levels = [10 * math.log10(float(np.mean(np.square(x))) + 1e-12) for x in seconds]
    print("fade out, dB by second:", " ".join(f"{level:.0f}" for level in levels[20:]))


if __name__ == "__main__":
    main()
