# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The player at the bottom: transport, the loaded track and its waveform, loop, volume.

Not for: playing (see playback) or which track comes next (see library_view).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.gui import spoken
from musicgen_desktop.gui.announcer import Announcer
from musicgen_desktop.gui.background import Background
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.job_faces import Elided
from musicgen_desktop.gui.theme import SIDE_PX
from musicgen_desktop.gui.volume import Volume
from musicgen_desktop.gui.waveform import WaveformSlider
from musicgen_desktop.library.track import spoken_genre

if TYPE_CHECKING:
    from musicgen_desktop.library.library import Library
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.playback.player import Player

_WORDS_PX = (124, 280)
_PLAY_PX = 44
_HEIGHT_PX = 80
_COMPACT_PX = 62
_CLOSE_WAIT_MS = 500


class PlayerBar(QFrame):
    """The bar.

    Args:
        player: Plays.
        library: Knows title and waveform of a track.

    Signals:
        next_wanted, previous_wanted: The user wants another track.
    """

    next_wanted = Signal()
    previous_wanted = Signal()

    def __init__(self, player: Player, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("playerBar")
        self._player = player
        self._library = library
        self._announcer = Announcer(self)
        self._reads = Background(1, self)
        self._track: Track | None = None
        self._build()
        self._connect()
        self.show_track(player.track_id)
        self._on_state_changed(player.state)
        self._show_silence()

    def close_work(self) -> None:
        """Loads no more waveforms; for the end of the program."""
        self._reads.close(_CLOSE_WAIT_MS)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        ends = (self.loop, self.volume.mute, self.volume.slider)
        return [self.previous, self.play, self.next, self.waveform, *ends]

    def set_compact(self, on: bool) -> None:
        """Less air above and below, for a low window."""
        above = 2 if on else 8
        self._row.setContentsMargins(SIDE_PX - 8, above, SIDE_PX, above)
        self.setMinimumHeight(_COMPACT_PX if on else _HEIGHT_PX)

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.previous = IconButton("previous", self.tr("Previous track"), self)
        self.play = IconButton("play", self.tr("Play"), self, role=QPalette.ColorRole.BrightText)
        self.play.setObjectName("playButton")
        self.play.setFixedSize(_PLAY_PX, _PLAY_PX)
        self.play.setIconSize(QSize(22, 22))
        self.next = IconButton("next", self.tr("Next track"), self)
        self.title = Elided("heading", self)
        self.note = Elided("second", self)
        self.waveform = WaveformSlider(self)
        self.time = QLabel(self)
        self.time.setProperty("rank", "second")
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.loop = IconButton("loop", self.tr("Loop"), self)
        self.loop.setCheckable(True)
        self.volume = Volume(self)
        self.silence = QLabel(self)
        self.silence.setObjectName("silence")
        self.silence.setWordWrap(True)
        self.silence.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.silence)
        row = self._row = QHBoxLayout()
        column.addLayout(row)
        row.setContentsMargins(SIDE_PX - 8, 8, SIDE_PX, 8)  # a button has air of its own
        row.setSpacing(4)
        for button in (self.previous, self.play, self.next):
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self._build_words(), 1)
        row.addSpacing(4)
        row.addWidget(self.waveform, 3)
        row.addSpacing(4)
        row.addWidget(self.time)
        row.addSpacing(4)
        row.addWidget(self.loop)
        row.addWidget(self.volume)
        self.setMinimumHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _build_words(self) -> QWidget:
        words = QWidget(self)
        words.setMinimumWidth(_WORDS_PX[0])
        words.setMaximumWidth(_WORDS_PX[1])
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addStretch()
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addStretch()
        return words

    def _connect(self) -> None:
        player = self._player
        self.previous.clicked.connect(self.previous_wanted)
        self.next.clicked.connect(self.next_wanted)
        self.play.clicked.connect(player.toggle)
        self.loop.toggled.connect(player.set_loop)
        self.volume.changed.connect(player.set_volume)
        self.waveform.seek_wanted.connect(player.seek)
        player.set_volume(self.volume.percent / 100.0)
        player.state_changed.connect(self._on_state_changed)
        player.position_changed.connect(self._on_position_changed)
        player.duration_changed.connect(self._on_duration_changed)
        player.track_changed.connect(self.show_track)
        player.silence_changed.connect(self._show_silence)
        player.backend_changed.connect(self._show_silence)

    # -- showing -----------------------------------------------------------------------------

    @Slot(str)
    def show_track(self, track_id: str) -> None:
        """Shows the loaded track, or the one that is heard while it is made."""
        self._track = self._library.track(track_id) if track_id else None
        track = self._track
        self._show_words()
        self._show_shape(None)
        for widget in (self.play, self.loop, self.previous):
            widget.setEnabled(bool(track_id))
        if track is not None:
            self._reads.start(
                partial(_load, self._library, track.id), partial(self._on_loaded, track.id)
            )

    @Slot(list)
    def on_tracks_changed(self, ids: list[str]) -> None:
        """The loaded track may have another title."""
        if self._track is not None and self._track.id in ids:
            self._track = self._library.track(self._track.id) or self._track
            self._show_words()

    def _show_words(self) -> None:
        track = self._track
        if track is None:
            is_made = bool(self._player.track_id)
            nothing, early = self.tr("Nothing is playing"), self.tr("Your new track, in the making")
            self.title.setText(early if is_made else nothing)
            self.note.setText("")
            self.note.hide()
            return
        self.title.setText(track.display_title)
        tempo = f"{spoken.tempo(track.bpm)} bpm" if track.bpm else ""
        is_off = self._player.backend == "silent" and not self._player.silence[0]
        off = self.tr("sound is off in the settings") if is_off else ""
        facts = (off, spoken_genre(track.genre), tempo, track.key)
        self.note.setText(" · ".join(filter(None, facts)))
        self.note.setVisible(bool(self.note.text()))

    def _on_loaded(self, track_id: str, shape: Waveform | None) -> None:
        if self._track is not None and self._track.id == track_id:
            self._show_shape(shape)

    def _show_shape(self, shape: Waveform | None) -> None:
        track = self._track
        if track is None:
            duration_s = self._player.duration_s if self._player.track_id else 0.0
            self.waveform.set_track("", None, duration_s)
        else:
            duration_s = self._player.duration_s or track.duration_s
            self.waveform.set_track(track.display_title, shape, duration_s, track.sections)
        self._on_position_changed(self._player.position_s)

    @Slot()
    def _show_silence(self) -> None:
        """Says in a line of its own why the moving play head can't be heard."""
        message, hint = self._player.silence
        text = f"{spoken.plain(message)} {spoken.plain(hint)}".strip()
        self._show_words()
        if text and text != self.silence.text():
            self._announcer.announce(text, urgent=True)
        self.silence.setText(text)
        self.silence.setVisible(bool(text))

    def _show_time(self) -> None:
        place = spoken.clock(self._player.position_s)
        self.time.setText(f"{place} / {spoken.length(self.waveform.duration_s)}")
        self.time.setMinimumWidth(self.fontMetrics().horizontalAdvance("00:00 / 00:00"))

    # -- reacting ----------------------------------------------------------------------------

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        is_playing = state == "playing"
        self.play.set_icon("pause" if is_playing else "play")
        self.play.set_name(self.tr("Pause") if is_playing else self.tr("Play"), "F8")

    @Slot(float)
    def _on_position_changed(self, position_s: float) -> None:
        self.waveform.set_position(position_s)
        self._show_time()

    @Slot(float)
    def _on_duration_changed(self, duration_s: float) -> None:
        self.waveform.set_duration(duration_s)
        self._show_time()


def _load(library: Library, track_id: str) -> Waveform | None:
    from musicgen_desktop.generation import waveforms  # not needed to open the window

    return waveforms.waveform(library, track_id)
