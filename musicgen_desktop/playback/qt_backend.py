# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend on QtMultimedia: a QAudioSink that pulls from a feed.

Imported on the first play only. Not for: decoding (QMediaPlayer isn't used: it can't mix).
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QIODevice, QMetaObject, QObject, Qt, QThread, QTimer, Slot
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.errors import PlaybackError
from musicgen_desktop.playback.feed import Feed

_FRAME_BYTES = 8
_BUFFER_FRAMES = SAMPLE_RATE // 5
_WATCH_MS = 15
_STOP_MS = 1000


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


class _SinkHost(QObject):
    """The audio sink on a thread of its own, so that a busy window never makes gaps.

    Attributes:
        is_open: Whether the device took the sound.
        is_alive: Whether it still does.
        buffered_frames: Pulled, but not played yet.
    """

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed
        self._sink: QAudioSink | None = None
        self._device: _FeedDevice | None = None
        self.is_open = False
        self.is_alive = False
        self.buffered_frames = 0

    @Slot()
    def begin(self) -> None:
        """Opens the device and begins to pull; runs on the sink's thread."""
        wanted = QAudioFormat()
        wanted.setSampleRate(SAMPLE_RATE)
        wanted.setChannelCount(2)
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Float)
        self._sink = QAudioSink(QMediaDevices.defaultAudioOutput(), wanted, self)
        self._sink.setBufferSize(_BUFFER_FRAMES * _FRAME_BYTES)
        self._device = _FeedDevice(self._feed, self)
        self._sink.start(cast("QIODevice", self._device))
        failed = (QtAudio.Error.OpenError, QtAudio.Error.FatalError)
        self.is_open = self.is_alive = self._sink.error() not in failed
        self._watch = QTimer(self)
        self._watch.timeout.connect(self.look)
        self._watch.start(_WATCH_MS)

    @Slot()
    def look(self) -> None:
        """Notes how the device does, for the other threads."""
        if self._sink is None:
            return
        dead = self._sink.error() in (QtAudio.Error.FatalError, QtAudio.Error.IOError)
        self.is_alive = not dead and self._sink.state() != QtAudio.State.StoppedState
        waiting = self._sink.bufferSize() - self._sink.bytesFree()
        self.buffered_frames = max(0, waiting // _FRAME_BYTES)

    @Slot()
    def end(self) -> None:
        """Lets go of the device; runs on the sink's thread."""
        self._watch.stop()
        if self._sink is not None:
            self._sink.stop()
        if self._device is not None:
            self._device.close()
        self._sink = None


class QtBackend:
    """Lets a feed be heard through QtMultimedia.

    Args:
        parent: Owns the thread.
    """

    name = "qt"

    def __init__(self, parent: QObject) -> None:
        self._parent = parent
        self._thread: QThread | None = None
        self._host: _SinkHost | None = None
        self._feed: Feed | None = None

    def start(self, feed: Feed) -> None:
        """See Backend."""
        self.stop()
        if QMediaDevices.defaultAudioOutput().isNull():
            raise _no_device()
        self._feed = feed
        self._thread = QThread(self._parent)
        self._host = _SinkHost(feed)
        self._host.moveToThread(self._thread)
        self._thread.finished.connect(self._host.deleteLater)
        self._thread.start(QThread.Priority.TimeCriticalPriority)
        self._on_its_thread("begin")
        if not self._host.is_open:
            self.stop()
            raise _no_device()

    def feed_changed(self) -> None:
        """See Backend: the buffer is short, so the change is heard soon by itself."""

    def heard_frame(self) -> int:
        """See Backend."""
        if self._host is None or self._feed is None:
            return 0
        return max(0, self._feed.mark().frame - self._host.buffered_frames)

    def is_working(self) -> bool:
        """See Backend."""
        return self._host is not None and self._host.is_alive

    def stop(self) -> None:
        """See Backend."""
        if self._thread is not None:
            self._on_its_thread("end")
            self._thread.quit()
            self._thread.wait(_STOP_MS)
            self._thread.deleteLater()
        self._thread = self._host = self._feed = None

    def _on_its_thread(self, slot: str) -> None:
        if self._host is not None:
            QMetaObject.invokeMethod(self._host, slot, Qt.ConnectionType.BlockingQueuedConnection)


def _no_device() -> PlaybackError:
    return PlaybackError(
        "No sound device was found.", "Connect speakers or headphones, then press play again."
    )
