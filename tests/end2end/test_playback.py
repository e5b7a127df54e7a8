# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes out of the sound server is the track: both backends, recorded from a null sink."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from musicgen_desktop.audio import codec
from musicgen_desktop.audio.clip import SAMPLE_RATE, Clip
from musicgen_desktop.playback import simpleaudio_backend
from tests.helpers.processes import wait_until
from tests.helpers.sound_rig import NullSink

pytestmark = [pytest.mark.audio, pytest.mark.end2end]

ROOT = Path(__file__).resolve().parents[2]
Sound = NDArray[np.float32]


@pytest.fixture(params=["qt", "simpleaudio"])
def backend(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name == "simpleaudio" and simpleaudio_backend.load() is None:
        pytest.skip("simpleaudio isn't installed here")
    return name


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds in which no place sounds like another: noise that moves through the bands."""
    noise = np.random.default_rng(5).normal(size=(6 * SAMPLE_RATE, 2))
    sos = signal.butter(2, [80, 6000], "band", fs=SAMPLE_RATE, output="sos")
    shaped = signal.sosfilt(sos, noise, axis=0)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * np.arange(len(noise)) / SAMPLE_RATE)
    sound = (0.25 * shaped / np.abs(shaped).std() * swell[:, None]).clip(-0.95, 0.95)
    target = tmp_path_factory.mktemp("track") / "noise ž.mp3"
    codec.encode(Clip(sound.astype(np.float32)), target, "mp3", "320")
    return target


def play(backend: str, track: Path, *commands: str, timeout_s: float = 60) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.play_track", backend, str(track), "6", *commands],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def likeness(recorded: Sound, wanted: Sound) -> float:
    """Correlation at the best alignment, over all that was wanted."""
    lag = int(np.argmax(signal.correlate(recorded[:, 0], wanted[:, 0], "valid", "fft")))
    there = recorded[lag : lag + len(wanted)]
    return float(np.corrcoef(there.ravel(), wanted.ravel())[0, 1])


def padded(recorded: Sound) -> Sound:
    quiet = np.zeros((SAMPLE_RATE // 2, 2), np.float32)
    return np.concatenate([quiet, recorded, quiet])


def test_what_is_heard_is_the_track(null_sink: NullSink, backend: str, track: Path) -> None:
    wanted = codec.decode(track).samples[2000:-2000]
    best = 0.0
    for _ in range(3):  # on a starved machine the sound server itself loses blocks now and then
        with null_sink.recording() as heard:
            lines = play(backend, track)
        assert f"BACKEND {backend}" in lines
        assert any(line.startswith("FINISHED track at 6.0") for line in lines)
        best = max(best, likeness(padded(heard.samples()), wanted))
        if best >= 0.99:
            break
    assert best >= 0.99


def test_pause_keeps_the_place(null_sink: NullSink, backend: str, track: Path) -> None:
    with null_sink.recording() as heard:
        lines = play(backend, track, "1.5:pause", "2.7:play", "5.0:quit")
    (paused,) = [
        line for line in lines if line.startswith("STATE paused at") and " 0.0" not in line
    ][:1]
    place_s = float(paused.split()[-1])
    sound = heard.sound()
    loud = np.abs(sound).max(axis=1) > 0.01
    gaps = np.flatnonzero(np.diff(np.flatnonzero(loud)) > SAMPLE_RATE // 2)
    assert len(gaps) == 1  # one silence, that of the pause
    first = np.flatnonzero(loud)[gaps[0]] + 1
    second = np.flatnonzero(loud)[gaps[0] + 1]
    wanted = codec.decode(track).samples
    assert likeness(padded(sound[:first]), wanted[3000 : int((place_s - 0.2) * SAMPLE_RATE)]) > 0.99
    after = sound[second + 1000 : second + SAMPLE_RATE]
    lag = int(np.argmax(signal.correlate(wanted[:, 0], after[:, 0], "valid", "fft")))
    assert abs(lag / SAMPLE_RATE - place_s) < 0.35  # goes on where it stopped being heard


def test_seek_goes_to_the_place(null_sink: NullSink, backend: str, track: Path) -> None:
    with null_sink.recording() as heard:
        play(backend, track, "0.8:seek=4.0", "2.8:quit")
    wanted = codec.decode(track).samples[int(4.1 * SAMPLE_RATE) : int(5.2 * SAMPLE_RATE)]
    assert likeness(padded(heard.samples()), wanted) > 0.98


def test_the_loop_has_no_gap(null_sink: NullSink, backend: str, track: Path) -> None:
    with null_sink.recording() as heard:
        play(backend, track, "0:loop", "0.3:seek=4.8", "3.0:quit")
    samples = codec.decode(track).samples
    seam = np.concatenate([samples[-SAMPLE_RATE // 2 :], samples[: SAMPLE_RATE // 2]])
    assert likeness(padded(heard.samples()), seam) > 0.98


def test_volume_follows_the_slider(null_sink: NullSink, backend: str, track: Path) -> None:
    with null_sink.recording() as heard:
        play(backend, track, "0:volume=0.5", "0.2:seek=2.0", "2.3:quit")
    wanted = codec.decode(track).samples[int(2.3 * SAMPLE_RATE) : int(3.3 * SAMPLE_RATE)]
    recorded = padded(heard.samples())
    assert likeness(recorded, wanted) > 0.98
    lag = int(np.argmax(signal.correlate(recorded[:, 0], wanted[:, 0], "valid", "fft")))
    there = recorded[lag : lag + len(wanted)]
    assert np.std(there) / np.std(wanted) == pytest.approx(0.125, rel=0.05)


def test_without_a_device_it_is_said_once_and_time_goes_on(track: Path, tmp_path: Path) -> None:
    quiet = {"XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": f"unix:{tmp_path}/none"}
    before = {name: os.environ.get(name) for name in quiet}
    os.environ.update(quiet)
    try:
        lines = play("auto", track, "0.2:seek=5.2")
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    assert "BACKEND silent" in lines
    assert not any(line.startswith("FAILED") for line in lines)
    told = [line for line in lines if line.startswith("SILENCE")]
    assert len(told) == 1
    assert "No sound device" in told[0]
    assert any(line.startswith("FINISHED") for line in lines)


def test_a_dying_sound_server_is_told_and_breaks_nothing(
    null_sink: NullSink, backend: str, track: Path
) -> None:
    command = [sys.executable, "-m", "tests.helpers.play_track", backend, str(track), "6"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    said: list[str] = []
    with subprocess.Popen(
        [*command, "9:quit"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if line.startswith("POSITION 1.") and null_sink.alive:
                null_sink.kill()
    wait_until(lambda: process.poll() is not None, "end of the player")
    assert process.returncode == 0
    assert any(line.startswith("FAILED") for line in said)
