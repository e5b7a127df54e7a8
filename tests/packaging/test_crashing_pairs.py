# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed libraries survive what killed other versions of them.

In child processes: a failure of these is a crash. Not for: the guard's table of versions (see
tests/unit/test_startup_guard.py).
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading

import pytest

from musicgen_desktop.playback import simpleaudio_backend
from tests.helpers.sound_rig import NullSink

_SET_TEXT = """
import sys
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
pixmap = QPixmap(20, 20)
painter = QPainter(pixmap)
before = sys.getrefcount(None)
for number in range(500):
    label.setText(str(number))
    painter.setPen(QColor("red"))
    painter.drawLine(0, 0, 9, 9)
painter.end()
print(sys.getrefcount(None) - before)
"""
_SOUNDS_THAT_END = """
import array, simpleaudio
silence = array.array("h", [0] * 2 * 4410)
for _ in range(3):
    simpleaudio.play_buffer(silence, 2, 2, 44100).wait_done()
ballast = [bytes(number) for number in range(2000)]
print("survived")
"""


def _run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_qt_calls_do_not_use_up_none() -> None:
    done = _run(_SET_TEXT, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > -100


@pytest.mark.audio
def test_sounds_that_end_do_not_crash(null_sink: NullSink) -> None:
    if importlib.util.find_spec("simpleaudio") is None:
        pytest.skip("simpleaudio is not installed: it needs a C compiler and ALSA's headers")
    done = _run(_SOUNDS_THAT_END, **null_sink.environment())
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "survived"


class _Drained:
    """A sound that is over when it is told so."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def is_playing(self) -> bool:
        return not self.over.is_set()


def test_interpreter_waits_for_the_end_of_a_stopped_sound() -> None:
    """Python 3.14 aborts when simpleaudio's thread asks for the lock of an ended interpreter."""
    sound = _Drained()
    before = set(threading.enumerate())
    simpleaudio_backend._outlast(sound)
    (waiting,) = set(threading.enumerate()) - before
    assert not waiting.daemon  # these are what the interpreter waits for
    sound.over.set()
    waiting.join(30)
    assert not waiting.is_alive()
