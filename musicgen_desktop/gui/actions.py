# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every action of the window, with its words, its icon and its keys, in one place.

Actions of a single row (rename, star, delete …) belong to the library view. Not for: what an action
does (main_window connects them).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QWidget

from musicgen_desktop.gui import icons

_CONTEXT = "Actions"


@dataclass(frozen=True, slots=True)
class Spec:
    """One action: its English words, icon and keys."""

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    checkable: bool = False


SPECS = (
    Spec("generate", "Generate", "wave", ("Ctrl+Return", "Ctrl+Enter")),
    Spec("focus_prompt", "Go to the prompt", "pencil", ("Ctrl+L",)),
    Spec("focus_search", "Search the library", "search", ("Ctrl+F",)),
    Spec("show_details", "Details", "details", ("Ctrl+D",), checkable=True),
    Spec("roll_dice", "Surprise me with a prompt", "dice", ("Ctrl+R",)),
    Spec("show_history", "Earlier prompts", "history", ("Ctrl+H",)),
    Spec("show_presets", "Presets", "bookmark", ("Ctrl+B",)),
    Spec("save_preset", "Save these settings as a preset…", "plus", ("Ctrl+Shift+B",)),
    Spec("play_pause", "Play or pause", "play", ("F8", "Media Play")),
    Spec("next_track", "Next track", "next", ("Ctrl+Right", "Media Next")),
    Spec("previous_track", "Previous track", "previous", ("Ctrl+Left", "Media Previous")),
    Spec("open_folder", "Open the library folder", "folder", ("Ctrl+O",)),
    Spec("rescan", "Look for changed files", "retry", ("F5",)),
    Spec("empty_trash", "Empty trash…", "trash"),
    Spec("show_settings", "Settings…", "settings", ("Ctrl+,",)),
    Spec("show_shortcuts", "Keyboard shortcuts", "keyboard", ("F1",)),
    Spec("show_about", "About MusicGen Desktop", "info"),
    Spec("quit", "Quit", "close", ("Ctrl+Q",)),
)
_MENU = (
    "save_preset",
    "show_presets",
    "show_history",
    "",
    "open_folder",
    "rescan",
    "empty_trash",
    "",
    "show_settings",
    "show_shortcuts",
    "show_about",
    "",
    "quit",
)
IN_LIST = (
    ("Space", "Play or pause (outside text fields)"),
    ("Left, Right", "Back and forward by five seconds"),
    ("Up, Down", "From track to track"),
    ("Enter", "Play the selected track"),
    ("Ctrl+C", "Copy the files of the selected tracks"),
    ("0 to 5", "Give the selected tracks stars"),
    ("K", "Keep the selected tracks"),
    ("Ctrl+S", "Save the selected tracks as…"),
    ("Ctrl+M", "More like the selected track"),
    ("Ctrl+U", "Use the settings of the selected track again"),
    ("F2", "Rename"),
    ("Delete", "Delete, with Undo"),
    ("Alt+Up, Alt+Down", "Make a waiting track earlier or later"),
    ("Escape", "From the prompt to the list"),
)
"""Keys that are no actions of the window, for the list of shortcuts."""


class Actions(QObject):
    """The actions, by name: `actions["generate"]`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        for spec in SPECS:
            action = QAction(QCoreApplication.translate(_CONTEXT, spec.text), window)
            action.setObjectName(spec.name)
            action.setData(spec.icon)
            action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
            action.setCheckable(spec.checkable)
            window.addAction(action)
            self._by_name[spec.name] = action
        self.tint(window.palette())

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def names(self) -> tuple[str, ...]:
        """The names of all actions, in the order of the list of shortcuts."""
        return tuple(self._by_name)

    def tint(self, palette: QPalette) -> None:
        """Gives the icons the colour of the look."""
        for spec in SPECS:
            if spec.icon:
                icon = icons.palette_icon(spec.icon, palette, QPalette.ColorRole.PlaceholderText)
                self._by_name[spec.name].setIcon(icon)

    def menu(self, parent: QWidget) -> QMenu:
        """The window's menu."""
        menu = QMenu(parent)
        for name in _MENU:
            if name:
                menu.addAction(self._by_name[name])
            else:
                menu.addSeparator()
        return menu


def label_of(text: str) -> str:
    """Translates one of the texts of this module."""
    return QCoreApplication.translate(_CONTEXT, text)
