# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rigs do what other tests rely on: the sink hears, the desktop shows and can be clicked."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.desktop_rig import Box, Desktop
from tests.helpers.processes import wait_until
from tests.helpers.sound_rig import RATE_HZ, NullSink

_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QPushButton
app = QApplication([])
button = QPushButton("press")
button.setWindowTitle("RIG WINDOW")
button.clicked.connect(lambda: (print("pressed", flush=True), app.quit()))
button.show()
sys.exit(app.exec())
"""


def _write_tone(target: Path, seconds: float) -> None:
    time_s = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    tone = np.stack([np.sin(2 * np.pi * hz * time_s) for hz in (440.0, 660.0)], axis=1)
    with wave.open(str(target), "wb") as stream:
        stream.setnchannels(2)
        stream.setsampwidth(2)
        stream.setframerate(RATE_HZ)
        stream.writeframes((tone * 16_000).astype("<i2").tobytes())


@pytest.mark.audio
def test_null_sink_records_what_is_played(null_sink: NullSink, tmp_path: Path) -> None:
    _write_tone(tmp_path / "tone.wav", 1.0)
    with null_sink.recording() as heard:
        subprocess.run(["paplay", str(tmp_path / "tone.wav")], env=dict(os.environ), check=True)
    sound = heard.sound()
    assert abs(len(sound) / RATE_HZ - 1.0) < 0.05
    peaks_hz = np.abs(np.fft.rfft(sound, axis=0)).argmax(axis=0) * RATE_HZ / len(sound)
    assert peaks_hz == pytest.approx([440.0, 660.0], abs=3.0)


@pytest.mark.end2end
def test_desktop_shows_a_window_that_can_be_clicked(xvfb_desktop: Desktop, tmp_path: Path) -> None:
    program = xvfb_desktop.start([sys.executable, "-c", _WINDOW], "program")
    window = xvfb_desktop.wait_for_window("RIG WINDOW")
    xvfb_desktop.place(window, Box(100, 100, 300, 200))
    box = xvfb_desktop.box(window)
    assert xvfb_desktop.screenshot(tmp_path / "screen.png").stat().st_size > 1000
    xvfb_desktop.click((box.x + box.width // 2, box.y + box.height // 2))
    wait_until(lambda: program.poll() is not None, "end of the program")
    assert "pressed" in xvfb_desktop.log("program")
