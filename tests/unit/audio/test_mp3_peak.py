# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peak of an MP3 is measured while it is written, and is the one that its decoding has."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import codec
from musicgen_desktop.audio.clip import Clip, Samples
from musicgen_desktop.audio.dynamics import TruePeakMeter
from musicgen_desktop.audio.mp3_peak import PeakFollower
from musicgen_desktop.errors import AudioFileError, Cancelled
from tests.helpers.sounds import noise


def _clip(seconds: float = 6.0, level: float = 0.25) -> Clip:
    return Clip(np.ascontiguousarray(noise(seconds, level).T))


def _decoded_peak(path: Path) -> float:
    meter = TruePeakMeter()
    sound: Samples = np.ascontiguousarray(codec.decode(path).samples.T)
    meter.push(sound)
    return meter.peak_dbtp


def _no_one_is_left() -> bool:
    names = [thread.name for thread in threading.enumerate()]
    return not any(name.startswith(("peak", "ffmpeg")) for name in names)


def test_it_is_the_peak_of_the_decoded_file(tmp_path: Path) -> None:
    target = tmp_path / "it's a [new] track, 音|楽.mp3"
    encoded = codec.encode_below(_clip(), target, "mp3", "192", ceiling_dbtp=6.0)
    assert encoded.gain_db == 0.0
    assert encoded.peak_dbtp == pytest.approx(_decoded_peak(target), abs=1e-6)
    assert _no_one_is_left()


def test_too_high_a_peak_is_written_again(tmp_path: Path) -> None:
    target = tmp_path / "loud.mp3"
    encoded = codec.encode_below(_clip(3.0, 0.6), target, "mp3", "192", ceiling_dbtp=-1.0)
    assert encoded.gain_db < 0.0
    assert _decoded_peak(target) <= -1.0


def test_a_failed_writing_ends_everything(tmp_path: Path) -> None:
    target = tmp_path / "stopped.mp3"

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        codec.encode_below(_clip(), target, "mp3", "192", check=stop)
    assert not target.exists()
    assert _no_one_is_left()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    target = tmp_path / "broken.mp3"
    with PeakFollower(target, lambda: None) as follower:
        target.write_bytes(b"this is no music" * 1000)
    with pytest.raises(AudioFileError):
        follower.peak_dbtp()
