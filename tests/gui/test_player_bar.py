# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The player bar with the real player (silent backend)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import PlaybackError
from musicgen_desktop.gui.player_bar import PlayerBar
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.playback import output
from musicgen_desktop.playback.feed import Feed
from musicgen_desktop.playback.player import Player
from musicgen_desktop.playback.silent_backend import SilentBackend
from musicgen_desktop.services import Services
from tests.helpers.accessible import nameless
from tests.helpers.track_bench import TrackBench

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bench(real_services: Services, theme: Theme, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    yield made
    made.close()


@pytest.fixture
def bar(bench: TrackBench, qtbot: QtBot) -> Iterator[PlayerBar]:
    made = PlayerBar(bench.player, bench.library)
    qtbot.addWidget(made)
    bench.commands.deeds.changed.connect(made.on_tracks_changed)
    made.resize(1000, 80)
    made.show()
    yield made
    made.close_work()


def test_without_a_track_there_is_nothing_to_press(bar: PlayerBar) -> None:
    assert bar.title.text() == "Nothing is playing"
    assert not bar.play.isEnabled()
    assert not bar.waveform.isEnabled()


def test_it_shows_what_is_loaded(bar: PlayerBar, bench: TrackBench, qtbot: QtBot) -> None:
    bench.commands.listening.play("t1")
    assert bar.title.text() == "Late Club"
    assert bar.note.text().endswith("lo-fi hip hop · 75 bpm · Am")
    assert bar.play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: bar.waveform._shape is not None)
    qtbot.mouseClick(bar.play, LEFT)
    assert bench.player.state == "paused"
    assert bar.play.accessibleName() == "Play"


def test_the_waveform_follows_and_seeks(bar: PlayerBar, bench: TrackBench, qtbot: QtBot) -> None:
    bench.commands.listening.play("t1")
    bench.player.pause()
    bench.player.seek(0.2)
    assert bar.waveform.position_s == pytest.approx(0.2)
    qtbot.keyClick(bar.waveform, Qt.Key.Key_Home)
    assert bench.player.position_s == 0.0
    assert bar.time.text() == "0:00 / 0:01"


def test_loop_volume_and_mute_reach_the_player(
    bar: PlayerBar, bench: TrackBench, qtbot: QtBot
) -> None:
    bench.commands.listening.play("t1")
    qtbot.mouseClick(bar.loop, LEFT)
    assert bench.player.is_looping
    bar.volume.set_percent(40)
    assert bench.player.volume == pytest.approx(0.4)
    qtbot.mouseClick(bar.volume.mute, LEFT)
    assert bench.player.volume == 0.0
    assert bar.volume.mute.accessibleName() == "Sound on"
    bar.volume.set_percent(50)  # moving the slider ends the silence
    assert bench.player.volume == pytest.approx(0.5)
    assert not bar.volume.mute.isChecked()


def test_next_and_previous_are_wishes(bar: PlayerBar, bench: TrackBench, qtbot: QtBot) -> None:
    bench.commands.listening.play("t1")
    with qtbot.waitSignal(bar.next_wanted):
        qtbot.mouseClick(bar.next, LEFT)
    with qtbot.waitSignal(bar.previous_wanted):
        qtbot.mouseClick(bar.previous, LEFT)


def test_a_new_title_is_shown(bar: PlayerBar, bench: TrackBench) -> None:
    bench.commands.listening.play("t1")
    bench.commands.deeds.rename("t1", "Later Club")
    bench.settle()
    assert bar.title.text() == "Later Club"


def test_every_control_has_a_name(bar: PlayerBar, bench: TrackBench) -> None:
    bench.commands.listening.play("t1")
    assert nameless(bar) == []


@pytest.mark.parametrize("width", [640, 720, 2400])
def test_it_fits_every_width(bar: PlayerBar, bench: TrackBench, width: int) -> None:
    bench.commands.listening.play("t1")
    bar.resize(width, 80)
    assert bar.waveform.width() >= 120
    assert bar.volume.geometry().right() <= width


def test_without_a_track_the_words_are_whole(bar: PlayerBar) -> None:
    bar.resize(900, 80)
    assert bar.note.isHidden()
    room = bar.title.fontMetrics().horizontalAdvance(bar.title.text())
    assert bar.title.width() >= room


def test_without_a_device_the_bar_says_why_nothing_is_heard(
    bench: TrackBench, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_device = False

    def start(self: SilentBackend, feed: Feed) -> None:
        if not has_device:
            raise PlaybackError("No sound device was found.", "Connect headphones, press play.")
        play_on(self, feed)

    class Device(SilentBackend):
        name = "device"

    play_on = SilentBackend.start
    Device.start = start  # type: ignore[method-assign]
    monkeypatch.setattr(
        output, "_make", lambda name, _: SilentBackend() if name == "silent" else Device()
    )
    player = Player("auto")
    bar = PlayerBar(player, bench.library)
    bar.setParent(bench.window)
    track = bench.track("t1")
    with qtbot.assertNotEmitted(player.playback_failed):
        player.load(track.id, track.path, duration_s=track.duration_s)
    assert player.state == "playing"
    assert bar.silence.text() == "No sound device was found. Connect headphones, press play."
    assert not bar.silence.isHidden()
    has_device = True
    player.pause()
    player.play()  # what the line advises
    assert player.backend == "device"
    assert bar.silence.isHidden()
    bar.close_work()
    player.shut_down()


def test_sound_that_was_switched_off_is_named(bar: PlayerBar, bench: TrackBench) -> None:
    assert bar.silence.isHidden()
    bench.commands.listening.play("t1")
    assert bench.player.backend == "silent"
    assert bar.note.text() == "sound is off in the settings · lo-fi hip hop · 75 bpm · Am"
