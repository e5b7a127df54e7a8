# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the selection of the track list while its model is filled anew.

By track, not by row: after a search or a new track the same tracks are selected, wherever they
stand. Not for: what is done with the selection (see track_table).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QAbstractItemView

from musicgen_desktop.gui.track_model import TrackModel

_MOST_RECALLED = 500


class KeptSelection(QObject):
    """Remembers before a reset of the model, recalls after it.

    Args:
        view: Whose selection; the model is set already.
        model: What it shows.
    """

    def __init__(self, view: QAbstractItemView, model: TrackModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._ids: list[str] = []
        self._current = ""
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._recall)

    @Slot()
    def _remember(self) -> None:
        ids = self._model.ids
        rows = [index.row() for index in self._view.selectionModel().selectedRows()]
        current = self._view.currentIndex().row()
        self._ids = [ids[row] for row in rows]
        self._current = ids[current] if 0 <= current < len(ids) else ""

    @Slot()
    def _recall(self) -> None:
        selection = self._view.selectionModel()
        flag = selection.SelectionFlag
        row = self._model.row_of(self._current) if self._current else -1
        if row >= 0:
            selection.setCurrentIndex(self._model.index(row, 0), flag.NoUpdate)
        for track_id in self._ids[:_MOST_RECALLED]:
            row = self._model.row_of(track_id)
            if row >= 0:
                selection.select(self._model.index(row, 0), flag.Select | flag.Rows)
