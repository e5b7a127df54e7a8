# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Empties the trash of the library for good, after asking once.

Not for: deleting tracks, which moves them into the trash (see track_deeds).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Slot

from musicgen_desktop.gui.background import Background
from musicgen_desktop.gui.message_bar import Message, MessageBar

if TYPE_CHECKING:
    from musicgen_desktop.errors import MusicGenError
    from musicgen_desktop.library.trash import Trash, TrashContents

_CLOSE_WAIT_MS = 2000


class TrashCan(QObject):
    """Asks and empties.

    Args:
        trash: Of the library.
        bar: Where it is asked and told.
    """

    def __init__(self, trash: Trash, bar: MessageBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trash = trash
        self._bar = bar
        self._background = Background(1, self)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being looked at or removed."""
        return self._background.is_idle

    def close(self) -> None:
        """Finishes what is being removed; for the end of the program."""
        self._background.close(_CLOSE_WAIT_MS)

    @Slot()
    def ask(self) -> None:
        """Says how much there is, and offers to remove it."""
        self._background.start(self._trash.contents, self._on_counted, self._on_failed)

    def _on_counted(self, contents: TrashContents) -> None:
        if contents.count == 0:
            self._bar.say(self.tr("The trash is empty."))
            return
        size = QLocale().formattedDataSize(contents.size_bytes)
        if contents.count == 1:
            text = self.tr("Remove the one file in the trash for good ({0})?").format(size)
        else:
            text = self.tr("Remove the {0} files in the trash for good ({1})?")
            text = text.format(contents.count, size)
        self._bar.post(
            Message(
                text,
                self.tr("This can’t be undone."),
                "question",
                (
                    (self.tr("Empty trash"), self._empty),
                    (self.tr("Keep them"), _do_nothing),
                ),
            )
        )

    def _empty(self) -> None:
        self._background.start(self._trash.empty, self._on_emptied, self._on_failed)

    def _on_emptied(self, removed: TrashContents) -> None:
        size = QLocale().formattedDataSize(removed.size_bytes)
        self._bar.say(self.tr("The trash is empty: {0} are free again.").format(size), kind="done")

    def _on_failed(self, error: MusicGenError) -> None:
        self._bar.say(error.message, error.hint, "error")


def _do_nothing() -> None:
    """The press itself closes the line."""
