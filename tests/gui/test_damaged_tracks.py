# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window does about broken sound and about waveforms that were lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.library_view import LibraryView
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.waveform_shapes import WaveformShapes
from musicgen_desktop.library.track import Presence
from musicgen_desktop.services import Services
from tests.helpers.track_bench import TrackBench


@pytest.fixture
def bench(real_services: Services, theme: Theme, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    yield made
    made.close()


def test_damaged_sound_is_not_played_but_can_be_made_again(bench: TrackBench, qtbot: QtBot) -> None:
    view = LibraryView(bench.services, bench.player, bench.commands)
    qtbot.addWidget(view)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    path = bench.track("t1").path
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    bench.library.rescan()
    view.refresh()
    assert bench.track("t1").presence is Presence.DAMAGED
    view.table.setFocus()
    view.table.select_track("t1")
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert "is damaged" in bench.messages[-1].text
    assert bench.player.track_id == ""
    assert view.track_actions["make_again"].isVisible()
    with qtbot.waitSignal(bench.commands.make_again_requested) as wanted:
        bench.press()
    assert wanted.args == ["t1"]
    view.close_work()


def test_lost_waveforms_come_back_by_themselves(bench: TrackBench, qtbot: QtBot) -> None:
    shutil.rmtree(bench.services.paths.peaks_dir, ignore_errors=True)
    shapes = WaveformShapes(bench.library)
    with qtbot.waitSignal(shapes.shape_loaded, timeout=20_000):
        assert shapes.shape("t1") is None
    assert shapes.shape("t1") is not None
    assert bench.library.peaks("t1")
    shapes.close(5_000)
