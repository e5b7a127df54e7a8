# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program, which also says where the rows of its list are on the screen.

    python -m tests.helpers.window_program PROFILE

Prints `ROWS [[x, y], ...]`, the middles of the words of the visible rows, whenever that changes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from musicgen_desktop import app, paths
from musicgen_desktop.gui.error_report import BugCatcher

_LOOK_EVERY_MS = 100


class RowTeller(QObject):
    """Prints where the rows are."""

    def __init__(self, program: app.Program) -> None:
        super().__init__(program)
        self._program = program
        self._told: list[list[int]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tell)
        self._timer.start(_LOOK_EVERY_MS)

    @Slot()
    def tell(self) -> None:
        view = self._program.window.library_view
        table = view.table
        places = []
        for row in range(view.model.rowCount() if table.isVisible() else 0):
            box = table.visualRect(view.model.index(row, 0))
            if table.viewport().rect().contains(box.center()):
                at = table.viewport().mapToGlobal(table.parts_of(row).words.center())
                places.append([at.x(), at.y()])
        if places and places != self._told:
            self._told = places
            print(f"ROWS {json.dumps(places)}", flush=True)


def main() -> int:
    application = app.make_application(sys.argv[:1])
    catcher = BugCatcher(application)
    catcher.install()
    program = app.Program(application, paths.in_profile(Path(sys.argv[1])), catcher)
    program.open()
    teller = RowTeller(program)
    try:
        return application.exec()
    finally:
        teller.deleteLater()
        catcher.remove()


if __name__ == "__main__":
    sys.exit(main())
