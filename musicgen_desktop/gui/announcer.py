# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says things to a screen reader without moving the focus.

Not for: showing them (see message_bar).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class Announcer(QObject):
    """Announces short sentences in the name of one widget.

    Signals:
        announced: The sentence was handed to the accessibility bridge.
    """

    announced = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget

    def announce(self, sentence: str, *, urgent: bool = False) -> None:
        """Says a sentence.

        Args:
            sentence: Plain words.
            urgent: Whether it may interrupt what is being read.
        """
        event = QAccessibleAnnouncementEvent(self._widget, sentence)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)
        self.announced.emit(sentence)
