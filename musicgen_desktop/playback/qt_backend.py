# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend on QtMultimedia: a QAudioSink that pulls from a feed.

Imported on the first play only. Not for: decoding (QMediaPlayer isn't used: it can't mix).
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QIODevice, QObject
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.errors import PlaybackError
from musicgen_desktop.playback.feed import Feed

_FRAME_BYTES = 8
_BUFFER_FRAMES = SAMPLE_RATE // 8


def is_available() -> bool:
    """Whether there is an output device."""
    return bool(QMediaDevices.audioOutputs())


class _FeedDevice(QIODevice):
    """The feed as a device that never ends."""

    def __init__(self, feed: Feed, parent: QObject) -> None:
        super().__init__(parent)
        self._feed = feed
        self.open(QIODevice.OpenModeFlag.ReadOnly)

    def readData(self, maxlen: int) -> object:
        return self._feed.pull(max(0, maxlen) // _FRAME_BYTES).astype("<f4").tobytes()

    def writeData(self, data: bytes | bytearray | memoryview, _length: int, /) -> int:
        return -1

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        return _BUFFER_FRAMES * _FRAME_BYTES + super().bytesAvailable()


class QtBackend:
    """Lets a feed be heard through QtMultimedia.

    Args:
        parent: Owns the Qt objects.
    """

    name = "qt"

    def __init__(self, parent: QObject) -> None:
        self._parent = parent
        self._sink: QAudioSink | None = None
        self._device: _FeedDevice | None = None
        self._feed: Feed | None = None

    def start(self, feed: Feed) -> None:
        """See Backend."""
        self.stop()
        output = QMediaDevices.defaultAudioOutput()
        if output.isNull():
            raise _no_device()
        wanted = QAudioFormat()
        wanted.setSampleRate(SAMPLE_RATE)
        wanted.setChannelCount(2)
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Float)
        self._feed = feed
        self._sink = QAudioSink(output, wanted, self._parent)
        self._sink.setBufferSize(_BUFFER_FRAMES * _FRAME_BYTES)
        self._device = _FeedDevice(feed, self._parent)
        self._sink.start(cast("QIODevice", self._device))
        if self._sink.error() in (QtAudio.Error.OpenError, QtAudio.Error.FatalError):
            self.stop()
            raise _no_device()

    def feed_changed(self) -> None:
        """See Backend: the buffer is short, so the change is heard soon by itself."""

    def heard_frame(self) -> int:
        """See Backend."""
        if self._sink is None or self._feed is None:
            return 0
        buffered = (self._sink.bufferSize() - self._sink.bytesFree()) // _FRAME_BYTES
        return max(0, self._feed.mark().frame - max(0, buffered))

    def is_working(self) -> bool:
        """See Backend."""
        if self._sink is None:
            return False
        fatal = self._sink.error() in (QtAudio.Error.FatalError, QtAudio.Error.IOError)
        return not fatal and self._sink.state() != QtAudio.State.StoppedState

    def stop(self) -> None:
        """See Backend."""
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
        if self._device is not None:
            self._device.close()
            self._device.deleteLater()
        self._sink = self._device = self._feed = None


def _no_device() -> PlaybackError:
    return PlaybackError(
        "No sound device was found.", "Connect speakers or headphones, then press play again."
    )
