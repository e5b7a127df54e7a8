# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing the window while tracks are being saved: the saving is finished first, then it closes.

One line says so and lets the user decide otherwise. Not for: jobs, which the journal keeps.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.gui.exporting import Exporting
from musicgen_desktop.gui.message_bar import Message, MessageBar


class LeaveTaking(QObject):
    """Decides whether the window may close now.

    Args:
        exporting: What may still be saving.
        bar: Where the user is told.

    Signals:
        close_wanted: Nothing holds the window any more.
    """

    close_wanted = Signal()

    def __init__(
        self, exporting: Exporting, bar: MessageBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._exporting = exporting
        self._bar = bar
        self._is_leaving = False
        self._told: Message | None = None
        exporting.finished.connect(self._on_finished)
        exporting.failed.connect(self._on_failed)

    def may_leave(self) -> bool:
        """Whether nothing is being saved; else the window closes by itself afterwards."""
        if self._exporting.is_idle:
            return True
        self._is_leaving = True
        if self._told is None or self._bar.message is not self._told:
            self._told = Message(
                self.tr("Saving “{0}” first; then the window closes.").format(
                    self._exporting.current
                ),
                self.tr("It is on its way: nothing else is to be done."),
                "question",
                (
                    (self.tr("Close now, don’t save"), self._give_up),
                    (self.tr("Stay open"), self._stay),
                ),
            )
            self._bar.interrupt(self._told)
        return False

    def _give_up(self) -> None:
        self._is_leaving = True
        self._exporting.cancel()  # which is the end of saving: the window closes

    def _stay(self) -> None:
        self._is_leaving = False

    @Slot()
    def _on_failed(self) -> None:
        """The user must see what went wrong: the window stays."""
        self._is_leaving = False
        self._take_back()

    @Slot()
    def _on_finished(self) -> None:
        if self._is_leaving:
            self._is_leaving = False
            self.close_wanted.emit()
        else:
            self._take_back()

    def _take_back(self) -> None:
        """The line is no longer true."""
        if self._told is not None and self._bar.message is self._told:
            self._bar.close_message()
        self._told = None
