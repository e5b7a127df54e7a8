# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of the README anew, from the real program.

    .venv/bin/python docs/retake_screenshots.py [window-light] [takes-dark] [sound-example]

Makes a few tracks in a profile of its own, starts the window on a desktop of its own (Xvfb,
openbox, xdotool and ImageMagick are needed) and draws the sound of the README's sentence
(matplotlib is needed). Takes a few minutes. Not for: tests.
"""

from __future__ import annotations

import io
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from musicgen_desktop import paths  # noqa: E402  # the checkout is only now on the path
from musicgen_desktop.library.library import Library  # noqa: E402
from musicgen_desktop.settings import SettingsStore  # noqa: E402
from tests.helpers.desktop_rig import Box, Desktop, running_desktop  # noqa: E402
from tests.helpers.processes import wait_until  # noqa: E402

_IMAGES = _ROOT / "docs" / "images"
_SIZE = (1200, 800)
_PATIENCE_S = 300.0
_SENTENCE = "rainy night lo-fi, mellow rhodes, 75 bpm"
_TRACKS = (
    ("slow ambient tide, warm pads", 120, 0),
    ("late club house, deep bass, 124 bpm", 150, 3),
    ("tender solo piano in D major, 80 bpm", 60, 0),
    ("neon synthwave night drive, 80s arpeggio, 110 bpm", 90, 4),
    ("epic cinematic trailer in D minor, no choir", 75, 5),
    ("dark trap, 808, 140 bpm", 45, 0),
    ("bright pop for an ad, plucks and claps", 30, 0),
    (_SENTENCE, 60, 4),
)
"""Prompt, seconds and stars; the last one is the newest."""
_SEED = "7"
_COLOURS = 64
"""Of the picture of the sound: a quarter of the bytes, and nobody sees it."""


def main() -> int:
    """Takes the pictures that are named, or all."""
    jobs: dict[str, Callable[[], None]] = {
        "window-light": _window_light,
        "takes-dark": _takes_dark,
        "sound-example": _sound_example,
    }
    _IMAGES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or jobs:
        jobs[name]()
        target = _IMAGES / f"{name}.png"
        sys.stdout.write(f"{target.relative_to(_ROOT)}: {target.stat().st_size // 1024} KiB\n")
    return 0


# -- the window ------------------------------------------------------------------------------


def _window_light() -> None:
    profile = Path(tempfile.mkdtemp(prefix="mgd-pictures-"))
    for prompt, seconds, stars in _TRACKS:
        _generate(profile, prompt, seconds, stars)
    with running_desktop(_SIZE) as desktop:
        window = _open(desktop, profile, theme="light")
        desktop.xdotool(
            "type", "--delay", "15", "dreamy ambient for a film, soft piano, no drums, 2 minutes"
        )
        desktop.xdotool("sleep", "2", "key", "Escape", "sleep", "0.5", "key", "Return")
        desktop.xdotool("sleep", "1", "key", "--repeat", "3", "--delay", "300", "Right")
        desktop.xdotool("sleep", "2")
        _shoot(desktop, window, "window-light")


def _takes_dark() -> None:
    profile = Path(tempfile.mkdtemp(prefix="mgd-pictures-"))
    for prompt, seconds, stars in _TRACKS[:3]:
        _generate(profile, prompt, seconds, stars)
    with running_desktop(_SIZE) as desktop:
        window = _open(desktop, profile, theme="dark", takes=3, autoplay=True)
        desktop.xdotool("type", "--delay", "15", f"{_SENTENCE}, 1 minute")
        desktop.xdotool("sleep", "1", "key", "ctrl+Return")
        library = paths.in_profile(profile).default_library_dir
        wait_until(lambda: len(list(library.glob("*.mp3"))) >= 5, "two takes", _PATIENCE_S)
        desktop.xdotool("sleep", "2")
        _shoot(desktop, window, "takes-dark")


def _generate(profile: Path, prompt: str, seconds: int, stars: int) -> None:
    command = [sys.executable, "-m", "musicgen_desktop", "--profile", str(profile), "generate"]
    made = subprocess.run(
        [*command, prompt, "--duration", str(seconds), "--seed", _SEED, "--json"],
        cwd=_ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    own = paths.in_profile(profile)
    library = Library(own.default_library_dir, own)
    try:
        newest = library.search()[:1]
        library.set_star(newest, stars)
        library.mark_heard(newest if stars else [])
    finally:
        library.close()
    assert json.loads(made.stdout), prompt


def _open(desktop: Desktop, profile: Path, **settings: object) -> int:
    own = paths.in_profile(profile)
    own.make()
    store = SettingsStore(own)
    chosen = {"autoplay": False, "backend": "silent", **settings}
    store.save(replace(store.load(), **chosen))  # type: ignore[arg-type]  # checked by Settings
    desktop.environment["PYTHONPATH"] = str(_ROOT)
    command: list[str | Path] = [sys.executable, "-m", "musicgen_desktop", "--profile", profile]
    desktop.start(command, "program")
    window = desktop.wait_for_window("^MusicGen Desktop$", _PATIENCE_S)
    # without a frame the picture holds the program alone
    desktop.place(window, Box(0, 0, *_SIZE))
    desktop.xdotool("windowactivate", "--sync", window, "sleep", "3")
    return window


def _shoot(desktop: Desktop, window: int, name: str) -> None:
    desktop.xdotool("mousemove", _SIZE[0] - 1, _SIZE[1] - 1, "sleep", "0.5")
    target = _IMAGES / f"{name}.png"
    subprocess.run(
        ["import", "-window", str(window), "-depth", "8", "-strip", str(target)],
        env=desktop.environment, check=True,
    )  # fmt: skip


# -- the sound -------------------------------------------------------------------------------


def _sound_example() -> None:
    import matplotlib
    import numpy as np

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from PIL import Image

    from musicgen_desktop.audio import codec

    folder = Path(tempfile.mkdtemp(prefix="mgd-pictures-"))
    target = folder / "rain.mp3"
    command = [sys.executable, "-m", "musicgen_desktop", "--profile", str(folder), "generate"]
    subprocess.run(
        [*command, _SENTENCE, "--duration", "60", "--seed", _SEED, "--out", str(target)],
        cwd=_ROOT, check=True,
    )  # fmt: skip
    clip = codec.decode(target)
    mono = clip.samples.mean(axis=1)
    seconds = np.arange(len(mono)) / clip.rate
    figure, (wave, spectrum) = pyplot.subplots(
        2, 1, figsize=(10, 5.2), sharex=True, height_ratios=(1, 1.6), layout="constrained"
    )
    bins = 1200
    edges = np.linspace(0, len(mono), bins + 1).astype(int)
    high = [mono[a:b].max() for a, b in itertools.pairwise(edges)]
    low = [mono[a:b].min() for a, b in itertools.pairwise(edges)]
    wave.fill_between(seconds[edges[:-1]], low, high, color="#0f766e", linewidth=0)
    wave.set(ylim=(-1, 1), ylabel="amplitude", title=f"“{_SENTENCE}”, one minute")
    spectrum.specgram(
        mono + 1e-9, NFFT=4096, Fs=clip.rate, noverlap=2048, cmap="magma", vmin=-130, vmax=-35
    )
    spectrum.set(
        xlim=(0, 60), yscale="log", ylim=(40, 16_000), xlabel="seconds", ylabel="frequency (Hz)"
    )
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=100)
    small = Image.open(drawn).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(_IMAGES / "sound-example.png", optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
