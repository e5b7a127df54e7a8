# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The takes of one click, together under one heading.

Not for: the rows (see job_row) or the list of groups (see job_list).
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from musicgen_desktop.gui.job_faces import Elided
from musicgen_desktop.gui.job_row import JobRow

_HEAD_PX = (17, 10, 12, 2)


class TakeGroup(QFrame):
    """One click's rows; a single take has no heading.

    Args:
        title: Of the click.
        takes: How many it makes.
    """

    def __init__(self, title: str, takes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("takeGroup")
        self.rows: list[JobRow] = []
        self._takes = takes
        self._heading = Elided("heading", self)
        self._heading.setText(self.tr("{0} · {1} takes").format(title, takes))
        self._heading.setVisible(takes > 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        head = QHBoxLayout()  # margins of the label itself are lost under a style sheet
        head.setContentsMargins(*(_HEAD_PX if takes > 1 else (0, 0, 0, 0)))
        head.addWidget(self._heading)
        self._column.addLayout(head)

    @property
    def position(self) -> tuple[int, float]:
        """Its place among the groups: that of its first row."""
        return min((row.job.position, row.job.created) for row in self.rows)

    def add(self, row: JobRow) -> None:
        """Adds a row at the end."""
        self.rows.append(row)
        self._column.addWidget(row)
        row.set_dense(self._takes > 1)

    def remove(self, row: JobRow) -> None:
        """Takes a row away."""
        self.rows.remove(row)
        self._column.removeWidget(row)

    def arrange(self, hidden: Collection[str]) -> None:
        """Puts the rows in order and hides what was deleted."""
        self.rows.sort(key=lambda row: (row.job.position, row.job.created))
        for number, row in enumerate(self.rows, start=1):
            if self._column.indexOf(row) != number:
                self._column.insertWidget(number, row)
            row.setVisible(row.job.id not in hidden)
        self.setVisible(any(row.job.id not in hidden for row in self.rows))
