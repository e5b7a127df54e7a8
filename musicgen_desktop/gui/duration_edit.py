# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The length of a track: minutes and seconds, typed or taken from a list.

Not for: durations that are only shown (see `clock_text`, which everything uses).
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

SHORTEST_S = 5.0
LONGEST_S = 600.0
PRESETS_S = (15, 30, 60, 90, 120, 180, 300)
_CLOCK = re.compile(
    r"^\s*(?:(\d{1,2})\s*:\s*(\d{1,2})|(\d{1,4})\s*(s|sec|m|min)?)\s*$", re.IGNORECASE
)


def clock_text(duration_s: float) -> str:
    """Minutes and seconds: 95.2 gives "1:35"."""
    whole = round(duration_s)
    return f"{whole // 60}:{whole % 60:02d}"


def parse_clock(text: str) -> float | None:
    """Reads "1:30", "90", "90 s" or "2 min"; None where it is none of them.

    Returns:
        Seconds, held between the shortest and the longest track.
    """
    found = _CLOCK.match(text)
    if found is None:
        return None
    minutes, seconds, number, unit = found.groups()
    if minutes is not None:
        value = int(minutes) * 60 + int(seconds)
    else:
        value = int(number) * (60 if unit and unit.lower().startswith("m") else 1)
    return min(LONGEST_S, max(SHORTEST_S, float(value)))


class DurationEdit(QComboBox):
    """A field for a length with a list of usual ones; its first entry is "auto".

    Signals:
        duration_chosen(float | None): Seconds, or None for automatic.
    """

    duration_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit(self)
        self.setEditable(True)
        self.setLineEdit(self._line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(self.tr("Length in minutes and seconds"))
        self.setAccessibleDescription(self.tr("Length in minutes and seconds"))
        self.setToolTip(self.tr("Length: type 1:30, or choose"))
        self.addItem(self.tr("auto"), None)
        for preset in PRESETS_S:
            self.addItem(clock_text(preset), float(preset))
        self._shown = ""
        self._duration_s: float | None = None
        self.setMaxVisibleItems(12)
        self.setFixedWidth(92)
        self.activated.connect(self._on_activated)
        self._line.editingFinished.connect(self._on_edited)
        self._line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._line.setAccessibleName(self.tr("Length in minutes and seconds"))

    def show_duration(self, chosen_s: float | None, planned_s: float | None) -> None:
        """Shows the chosen length, or the planned one where none is chosen."""
        self._duration_s = chosen_s
        value = chosen_s if chosen_s is not None else planned_s
        self._shown = self.tr("auto") if value is None else clock_text(value)
        if not self._line.hasFocus() or not self._line.isModified():
            self.setEditText(self._shown)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        value = self.itemData(index)
        # leaving the field says this too, of the entry that it shows: nothing was chosen then
        if value is not None and clock_text(value) == self._shown:
            return
        if value is None and self._duration_s is None:
            return
        self._choose(value)

    @Slot()
    def _on_edited(self) -> None:
        text = self._line.text()
        if text == self._shown:
            return
        if text.strip().casefold() in ("", self.tr("auto").casefold()):
            self._choose(None)
            return
        value = parse_clock(text)
        if value is None:
            self.setEditText(self._shown)
        else:
            self._choose(value)

    def _choose(self, duration_s: float | None) -> None:
        self._line.setModified(False)
        self.show_duration(duration_s, duration_s)
        self.duration_chosen.emit(duration_s)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Typing replaces what is there."""
        super().focusInEvent(event)
        self._line.selectAll()
