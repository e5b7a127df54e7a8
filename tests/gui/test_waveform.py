# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The waveform: a true shape, a slider for mouse, keys and screen readers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from pytestqt.qtbot import QtBot

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.waveform import WaveformSlider
from musicgen_desktop.gui.waveform_painter import Ink, draw
from tests.helpers.track_bench import shape

pytestmark = pytest.mark.usefixtures("qapp")  # pixmaps need one, whichever test is the first

SECTIONS = (("intro", 0.0), ("a", 20.0), ("ending", 50.0))


@pytest.fixture
def slider(qtbot: QtBot, theme: Theme) -> WaveformSlider:
    made = WaveformSlider()
    qtbot.addWidget(made)
    made.resize(608, 56)
    made.set_track("Rainy Night", shape(), 60.0, SECTIONS)
    made.show()
    return made


def height_at(image: QImage, x: int) -> int:
    return sum(image.pixelColor(x, y).alpha() > 0 for y in range(image.height()))


def test_bars_follow_the_shape_and_are_sharp_at_every_scale() -> None:
    quiet_then_loud = Waveform(
        1.0, (-0.1,) * 50 + (-1.0,) * 50, (0.1,) * 50 + (1.0,) * 50, (0.05,) * 100
    )
    for ratio in (1.0, 1.5, 2.0):
        ink = Ink.of(QColor("black"), 1.0, 0.5)
        image = draw(quiet_then_loud, QSize(300, 40), ratio, ink).toImage()
        assert image.width() == round(300 * ratio)
        heights = [height_at(image, x) for x in range(image.width())]
        bar = round(2 * ratio)
        step = bar + round(ratio)
        assert all(heights[step * k + bar] == 0 for k in range(30)), "gaps are empty"
        assert heights[0] < 0.25 * image.height()
        assert heights[step * 80] > 0.9 * image.height()


def test_a_missing_shape_is_a_quiet_line() -> None:
    image = draw(None, QSize(90, 40), 1.0, Ink.of(QColor("black"), 1.0, 1.0)).toImage()
    assert 1 <= height_at(image, 0) <= 3


def test_played_part_is_in_the_accent(slider: WaveformSlider, theme: Theme) -> None:
    slider.set_position(30.0)
    image = slider.grab().toImage()
    middle = image.height() // 2
    accent = QColor(theme.tokens.accent)
    played = [image.pixelColor(x, middle) for x in range(10, 290)]
    waiting = [image.pixelColor(x, middle) for x in range(320, 590)]
    assert accent in played
    assert accent not in waiting


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (Qt.Key.Key_Right, 35.0),
        (Qt.Key.Key_Left, 25.0),
        (Qt.Key.Key_PageUp, 45.0),
        (Qt.Key.Key_PageDown, 15.0),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 60.0),
    ],
)
def test_keys_seek(slider: WaveformSlider, qtbot: QtBot, key: Qt.Key, place: float) -> None:
    slider.set_position(30.0)
    with qtbot.waitSignal(slider.seek_wanted) as wanted:
        qtbot.keyClick(slider, key)
    assert wanted.args == [place]
    assert slider.position_s == place


def test_a_click_seeks_and_a_drag_seeks_once_at_its_end(
    slider: WaveformSlider, qtbot: QtBot
) -> None:
    wanted: list[float] = []
    slider.seek_wanted.connect(wanted.append)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(4 + 150, 20))
    assert wanted == [pytest.approx(15.0, abs=0.1)]
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    qtbot.mouseMove(slider, QPoint(304, 20))
    assert slider.position_s == pytest.approx(30.0, abs=0.1)
    slider.set_position(2.0)  # the music goes on while the user drags
    assert slider.position_s == pytest.approx(30.0, abs=0.1)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(304, 20))
    assert wanted[1:] == [pytest.approx(30.0, abs=0.1)]


def test_following_the_music_is_no_seek(slider: WaveformSlider, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(slider.seek_wanted):
        slider.set_position(12.3)
        slider.set_duration(59.5)
    assert slider.value() == 12300


def test_a_screen_reader_sees_a_slider_and_can_move_it(
    slider: WaveformSlider, qtbot: QtBot
) -> None:
    slider.set_position(34.2)
    interface = QAccessible.queryAccessibleInterface(slider)
    assert interface.role() == QAccessible.Role.Slider
    assert interface.text(QAccessible.Text.Name) == "Position in Rainy Night"
    assert interface.text(QAccessible.Text.Description) == "0:34 of 1:00"
    with qtbot.waitSignal(slider.seek_wanted) as wanted:
        interface.valueInterface().setCurrentValue(10_000)
    assert wanted.args == [10.0]


def test_sections_are_known_by_their_place(slider: WaveformSlider) -> None:
    assert [slider.section_at(s) for s in (0.0, 19.9, 20.0, 55.0)] == [
        "intro",
        "intro",
        "a",
        "ending",
    ]
    qtbot_image = slider.grab(QRect(0, 0, 608, 56)).toImage()
    assert not qtbot_image.isNull()


def test_without_a_track_it_is_off(slider: WaveformSlider) -> None:
    slider.set_track("", None, 0.0)
    assert not slider.isEnabled()
    assert slider.accessibleName() == "Position"
