# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look: readable in light and dark, switched at once, icons tinted from it."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from musicgen_desktop import resources
from musicgen_desktop.gui import icons
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.number_field import NumberField
from musicgen_desktop.gui.theme import DARK, LIGHT, Theme, Tokens, palette

LOOKS = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
ALL_ICONS = sorted(path.stem for path in resources.path("icons").glob("*.svg"))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2), 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@LOOKS
def test_words_are_readable_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.surface, tokens.raised, tokens.field, tokens.selection):
        assert contrast(tokens.text, ground) >= 7
    for ground in (tokens.window, tokens.surface, tokens.raised, tokens.field):
        assert contrast(tokens.text_second, ground) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5
    assert contrast(tokens.text, tokens.accent_soft) >= 4.5
    assert contrast(tokens.error, tokens.surface) >= 4.5


@LOOKS
def test_the_focus_ring_stands_out(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.surface, tokens.raised, tokens.field):
        assert contrast(tokens.accent, ground) >= 3


def test_a_look_is_chosen_at_once(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")
    assert theme.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    with qtbot.assertNotEmitted(theme.changed):
        theme.choose("dark")


def test_the_style_sheet_is_filled_and_its_drawings_exist(theme: Theme, qapp: QApplication) -> None:
    sheet = qapp.styleSheet()
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    files = re.findall(r'url\("([^"]+)"\)', sheet)
    assert files
    assert all(not QImage(file).isNull() for file in files)


@pytest.mark.parametrize("name", ALL_ICONS)
def test_every_icon_is_drawn_in_the_colour_asked_for(name: str, qapp: QApplication) -> None:
    colour = QColor("#ff0044")
    image = icons.pixmap(name, colour, 32).toImage()
    seen = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    if name == "app":
        assert len(seen) > 3
    else:
        near = [QColor(each) for each in seen]
        assert all(abs(c.red() - 255) + c.green() + abs(c.blue() - 68) < 4 for c in near)
        assert any(image.pixelColor(x, y).alpha() > 80 for x in range(32) for y in range(32))


def test_an_icon_button_follows_the_look(theme: Theme, qtbot: QtBot) -> None:
    button = IconButton("play", "Play")
    qtbot.addWidget(button)

    def colour() -> str:
        image = button.icon().pixmap(24, 24).toImage()
        return str(image.pixelColor(12, 12).name())

    assert colour() == LIGHT.text_second
    theme.choose("dark")
    assert colour() == DARK.text_second


def test_a_label_takes_the_palette_of_the_look(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("words")
    qtbot.addWidget(label)
    theme.choose("dark")
    label.show()
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.text)
    assert palette(LIGHT).color(QPalette.ColorRole.Accent) == QColor(LIGHT.accent)


def test_a_number_is_seen_under_the_style_sheet(theme: Theme, qtbot: QtBot) -> None:
    field = NumberField(1, 8)
    qtbot.addWidget(field)
    field.resize(120, 36)
    field.show()
    assert field.lineEdit().width() > 80
    assert field.lineEdit().height() > field.fontMetrics().height()
