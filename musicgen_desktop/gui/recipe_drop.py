# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files dropped onto the window: a recipe file or a track gives its settings to the form.

Not for: dragging out (see drag_out).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.background import Background
from musicgen_desktop.library import tags
from musicgen_desktop.music import recipe as recipes
from musicgen_desktop.music.recipe import Recipe

RECIPE_SUFFIX = ".mgrecipe"
SUFFIXES = frozenset({RECIPE_SUFFIX, *tags.SUFFIXES.values()})


class RecipeDrop(QObject):
    """Makes a window take dropped files.

    Args:
        window: It takes them from other programs, never from itself.

    Signals:
        recipe_dropped(Recipe): A file held one.
        failed(message, hint): It held none.
    """

    recipe_dropped = Signal(object)
    failed = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._reader = Background(1, self)
        self._reader.failed.connect(self.failed)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def take(self, path: Path) -> None:
        """Reads a file, off the GUI thread."""
        self._reader.start(lambda: recipe_of(path), self.recipe_dropped.emit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accepts one file of the right kind."""
        if isinstance(event, QDragEnterEvent | QDropEvent):
            path = _path_of(event)
            if path is None:
                return False
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.take(path)
            return True
        return super().eventFilter(watched, event)


def recipe_of(path: Path) -> Recipe:
    """The recipe in a recipe file, or in a track's tags.

    Raises:
        MusicGenError: There is none, or the file can't be read.
    """
    if path.suffix.lower() != RECIPE_SUFFIX:
        text = tags.read(path).recipe
    else:
        try:
            with path.open("rb") as file:
                text = file.read(recipes.MAX_BYTES + 1).decode("utf-8", "replace")
        except OSError as error:
            raise MusicGenError(
                "“{name}” can’t be read ({reason}).",
                "Copy it to this computer and try again.",
                name=path.name,
                reason=error.strerror or type(error).__name__,
            ) from error
    if not text:
        raise MusicGenError(
            "“{name}” doesn’t say how it was made.",
            "Only tracks of this program, saved with their settings, do.",
            name=path.name,
        )
    return Recipe.loads(text)


def _path_of(event: QDropEvent) -> Path | None:
    """The one file that another program offers, where it is of the right kind."""
    urls = event.mimeData().urls()
    if event.source() is not None or len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in SUFFIXES else None
