# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files dropped onto the window: a recipe file or a track gives its settings to the form.

Not for: dragging out (see drag_out).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation import replay
from musicgen_desktop.gui.background import Background
from musicgen_desktop.library import tags
from musicgen_desktop.music.recipe import Recipe

SUFFIXES = frozenset({replay.RECIPE_SUFFIX, *tags.SUFFIXES.values()})


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

    def take_all(self, paths: Sequence[Path]) -> None:
        """Reads the one file that there is; several are too many for one form."""
        if len(paths) == 1:
            self.take(paths[0])
        else:
            self.failed.emit(
                self.tr("The form has room for the settings of one file."),
                self.tr("Open or drop one at a time."),
            )

    def take(self, path: Path) -> None:
        """Reads a file, off the GUI thread."""
        self._reader.start(lambda: recipe_of(path), self.recipe_dropped.emit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accepts files of other programs; what is wrong with them is told after the drop."""
        if isinstance(event, QDragEnterEvent | QDropEvent):
            paths = _paths_of(event)
            if not paths:
                return False
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.take_all(paths)
            return True
        return super().eventFilter(watched, event)


def recipe_of(path: Path) -> Recipe:
    """The recipe in a recipe file, or in a track's tags.

    Raises:
        MusicGenError: There is none, or the file can't be read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise MusicGenError(
            "“{name}” is neither a recipe nor a track of this program.",
            "Recipes end in .mgrecipe; tracks are MP3, WAV, FLAC or OGG files.",
            name=path.name,
        )
    return replay.read(path)[0]


def _paths_of(event: QDropEvent) -> list[Path]:
    """The files that another program offers."""
    if event.source() is not None:
        return []
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
