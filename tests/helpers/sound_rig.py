# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sound server without hardware: what a program plays is recorded and can be looked at.

A throw-away PulseAudio with one null sink runs in a private runtime folder; it works for root, in a
container and beside a real sound server. The fixture `null_sink` hands one out:

    def test_what_is_heard(null_sink):
        with null_sink.recording() as heard:
            subprocess.run([...], env={**os.environ, **null_sink.environment()}, check=True)
        assert heard.sound().shape[1] == 2      # float32, frames x 2, 44100 Hz, silence cut off

The environment is also set in the test's own process. Qt and ALSA look for the server once per
process, so play from a child process wherever several tests play.

Not for: judging music (see tests/quality).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.helpers.processes import end_process_group, require_programs, wait_until

RATE_HZ = 44_100
_PROGRAMS = ("pulseaudio", "parec", "pactl")
_FRAME_BYTES = 4


class Recording:
    """What the null sink played while the recording ran."""

    def __init__(self, raw_file: Path) -> None:
        self._raw_file = raw_file

    @property
    def seconds(self) -> float:
        """How long has been recorded so far."""
        return self._raw_file.stat().st_size / _FRAME_BYTES / RATE_HZ

    def samples(self) -> NDArray[np.float32]:
        """All that was recorded: frames x 2, from -1 to 1."""
        raw = self._raw_file.read_bytes()
        usable = len(raw) - len(raw) % _FRAME_BYTES
        frames = np.frombuffer(raw[:usable], "<i2").reshape(-1, 2)
        return frames.astype(np.float32) / np.float32(32768)

    def sound(self, threshold: float = 1e-3) -> NDArray[np.float32]:
        """The part from the first to the last sample above the threshold; empty when silent."""
        samples = self.samples()
        loud = np.nonzero(np.abs(samples).max(axis=1) > threshold)[0]
        return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


class NullSink:
    """A running PulseAudio with one null sink (44.1 kHz, stereo, 16 bit)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runtime_dir = folder / "run"
        self._runtime_dir.mkdir(mode=0o700)
        self._log = (folder / "pulseaudio.log").open("wb")
        self._server = self._start()
        self._recordings = 0
        wait_until(self._answers, "answer from the sound server")

    def environment(self) -> dict[str, str]:
        """The variables that lead a program to this server."""
        return {
            "XDG_RUNTIME_DIR": str(self._runtime_dir),
            "PULSE_SERVER": f"unix:{self._runtime_dir}/pulse/native",
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "PIPEWIRE_RUNTIME_DIR": str(self._runtime_dir),
        }

    @contextlib.contextmanager
    def recording(self, tail_s: float = 0.3) -> Iterator[Recording]:
        """Records what is played inside the with block, and `tail_s` longer."""
        self._recordings += 1
        target = self._folder / f"recording-{self._recordings}.raw"
        command = ["parec", "--device=lab.monitor", "--format=s16le", f"--rate={RATE_HZ}"]
        command += ["--channels=2", "--latency-msec=20", "--raw"]
        with target.open("wb") as stream:
            recorder = subprocess.Popen(
                command, stdout=stream, env=self._full_environment(), start_new_session=True
            )
        recording = Recording(target)
        try:
            wait_until(lambda: recording.seconds > 0, "first block of the recording")
            yield recording
            end_s = recording.seconds + tail_s
            wait_until(lambda: recording.seconds >= end_s or not self.alive, "end of the recording")
        finally:
            end_process_group(recorder)

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._server.poll() is None

    def kill(self) -> None:
        """Makes the server die under the programs that play."""
        self._server.kill()
        self._server.wait()

    def close(self) -> None:
        """Ends the server."""
        end_process_group(self._server)
        self._log.close()

    def _start(self) -> subprocess.Popen[bytes]:
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit"]
        command += ["--use-pid-file=no", "--log-target=stderr", "--disable-shm=yes"]
        for module in (
            "module-native-protocol-unix auth-anonymous=1",
            f"module-null-sink sink_name=lab rate={RATE_HZ} channels=2 format=s16le",
            "module-always-sink",
        ):
            command += ["-L", module]
        return subprocess.Popen(
            command, stderr=self._log, env=self._full_environment(), start_new_session=True
        )

    def _full_environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self._folder), **self.environment()}

    def _answers(self) -> bool:
        assert self.alive, (self._folder / "pulseaudio.log").read_text()
        asked = subprocess.run(
            ["pactl", "info"], env=self._full_environment(), capture_output=True, check=False
        )
        return asked.returncode == 0


@contextlib.contextmanager
def running_null_sink() -> Iterator[NullSink]:
    """A null sink for the time of a with block; skips the test where PulseAudio is missing."""
    require_programs(_PROGRAMS)
    # not under pytest's folder: the path of a socket may have 107 characters at most
    folder = Path(tempfile.mkdtemp(prefix="mgd-sound-"))
    try:
        sink = NullSink(folder)
        try:
            yield sink
        finally:
            sink.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
