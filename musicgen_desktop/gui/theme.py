# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look: two sets of colours over the Fusion style, and one style sheet filled from them.

Widgets that paint themselves take every colour from their palette:

    Window            the quiet ground            Base            lists, text fields, cards
    AlternateBase     hovered rows, raised things Text            words
    PlaceholderText   second-rank words           Mid             hairlines
    Accent, Link      the one accent colour       Highlight       selection ground (a tint of it)
    HighlightedText   words on a selection        BrightText      words on the accent colour

Not for: icons (see icons) or layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from musicgen_desktop import resources
from musicgen_desktop.gui import icons

GRID_PX = 8
SIDE_PX = 24
"""From the window's sides to what it shows."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one look, as #rrggbb."""

    window: str
    surface: str
    raised: str
    field: str
    line: str
    line_strong: str
    text: str
    text_second: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    selection: str
    warning: str
    error: str
    warning_soft: str


LIGHT = Tokens(
    window="#f4f4f1",
    surface="#ffffff",
    raised="#f0f0ec",
    field="#ffffff",
    line="#e1e1db",
    line_strong="#c3c4bd",
    text="#1d2023",
    text_second="#5b6168",
    text_disabled="#a3a7ac",
    accent="#0d766e",
    accent_hover="#0b665f",
    accent_pressed="#09544f",
    on_accent="#ffffff",
    accent_soft="#dcefec",
    selection="#cfe9e5",
    warning="#8a5a00",
    error="#b3261e",
    warning_soft="#fbf0d9",
)
DARK = Tokens(
    window="#15171a",
    surface="#1c1f23",
    raised="#262a2f",
    field="#22262b",
    line="#2d3238",
    line_strong="#474e56",
    text="#eceef0",
    text_second="#a2a9b1",
    text_disabled="#5f666e",
    accent="#4ccdbd",
    accent_hover="#6bdacc",
    accent_pressed="#39b3a4",
    on_accent="#04211d",
    accent_soft="#17393a",
    selection="#1c3f40",
    warning="#f0b95a",
    error="#ff8a80",
    warning_soft="#3a301a",
)


_DRAWINGS = (
    "chevron_down",
    "arrow_left",
    "arrow_right",
    "arrow_up",
    "folder_new",
    "view_list",
    "view_grid",
)
"""What the style sheet shows in the colour of secondary words."""


class Theme(QObject):
    """Applies a look to the application and follows the system where it says which one it has.

    Signals:
        changed: Palette and style sheet are new; icons must be tinted again.
    """

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._tokens: Tokens | None = None
        self._drawings = QTemporaryDir()
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._apply()

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens or LIGHT

    @property
    def is_dark(self) -> bool:
        """Whether the dark look is in use."""
        return self.tokens is DARK

    def choose(self, choice: str) -> None:
        """Takes a look: "light", "dark", or "system" to follow the system."""
        self._choice = choice
        self._apply()

    @Slot()
    def _on_scheme_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        tokens = DARK if self._wants_dark() else LIGHT
        if tokens is self._tokens:
            return
        self._tokens = tokens
        self._application.setPalette(palette(tokens))
        self._application.setStyleSheet(style_sheet(tokens, self._draw(tokens)))
        self.changed.emit()

    def _draw(self, tokens: Tokens) -> dict[str, str]:
        """Puts the drawings of the style sheet into files: it can't take them any other way."""
        folder = Path(self._drawings.path())
        drawn = {name: icons.tinted_file(name, tokens.text_second, folder) for name in _DRAWINGS}
        return {**drawn, "check": icons.tinted_file("check", tokens.on_accent, folder)}

    def _wants_dark(self) -> bool:
        if self._choice in ("light", "dark"):
            return self._choice == "dark"
        return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark


def palette(tokens: Tokens) -> QPalette:
    """The palette of one look; the module's text says what each role is for."""
    role = QPalette.ColorRole
    result = QPalette()
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.on_accent,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.text_second,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.line_strong,
        role.Shadow: tokens.window,
        role.Accent: tokens.accent,
    }
    for each, colour in colours.items():
        result.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.text_disabled))
    return result


def tokens_of(palette: QPalette) -> Tokens:
    """The colours of the look that an application palette belongs to."""
    window = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
    return DARK if window.lightness() < 128 else LIGHT


def style_sheet(tokens: Tokens, drawings: Mapping[str, str]) -> str:
    """The style sheet of one look.

    Args:
        tokens: Its colours.
        drawings: Paths of tinted icons, by name.
    """
    template = Template(resources.path("styles", "window.qss").read_text(encoding="utf-8"))
    colours = {item.name: getattr(tokens, item.name) for item in fields(tokens)}
    return template.substitute(colours, **drawings)
