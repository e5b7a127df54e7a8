# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library as an item model: ordered ids, and the tracks that are looked at.

Only ids are held for all rows; tracks are fetched in pages and the least used are dropped. What
changed is told row by row where little changed, so that selection and place stay. Not for:
painting (see track_delegate) or changing tracks (see track_deeds).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

if TYPE_CHECKING:
    from musicgen_desktop.library.library import Library
    from musicgen_desktop.library.track import Track

PAGE_ROWS = 64
TRACK_ROLE = Qt.ItemDataRole.UserRole
_MOST_HELD = 64 * PAGE_ROWS
_MOST_STEPS = 64
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Query:
    """What the list shows.

    Attributes:
        text: Words to look for.
        order: A key of library.query.ORDERS.
        descending: Newest, longest, … first.
        min_star: Only tracks with that many stars.
    """

    text: str = ""
    order: str = "created"
    descending: bool = True
    min_star: int = 0

    @property
    def is_filter(self) -> bool:
        """Whether it may leave tracks out."""
        return bool(self.text.strip()) or self.min_star > 0


class TrackModel(QAbstractTableModel):
    """The tracks, one per row, in one column.

    Args:
        library: Where they are.

    Signals:
        title_edited(track_id, title): The user typed another title.
    """

    title_edited = Signal(str, str)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._query = Query()
        self._ids: list[str] = library.search()
        self._tracks: OrderedDict[str, Track] = OrderedDict()

    # -- asking ------------------------------------------------------------------------------

    @property
    def query(self) -> Query:
        """What is shown."""
        return self._query

    @property
    def ids(self) -> Sequence[str]:
        """The tracks shown, in their order."""
        return self._ids

    def track_at(self, row: int) -> Track | None:
        """The track of a row; None when it was removed meanwhile."""
        track_id = self._ids[row]
        if track_id not in self._tracks:
            self._fetch(row)
        track = self._tracks.get(track_id)
        if track is not None:
            self._tracks.move_to_end(track_id)
        return track

    def row_of(self, track_id: str) -> int:
        """The row of a track, or -1."""
        try:
            return self._ids.index(track_id)
        except ValueError:
            return -1

    # -- changing what is shown --------------------------------------------------------------

    def set_query(self, query: Query) -> None:
        """Shows something else."""
        if query != self._query:
            self._query = query
            self._take_over(self._search())

    def refresh(self) -> None:
        """Looks again at everything: tracks may have come, gone or changed."""
        self._tracks.clear()
        self._take_over(self._search())
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, 0))

    def update_tracks(self, ids: Sequence[str]) -> None:
        """Looks again at some tracks; their place in the order may change."""
        for track_id in ids:
            self._tracks.pop(track_id, None)
        self._take_over(self._search())
        for track_id in ids:
            row = self.row_of(track_id)
            if row >= 0:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def _search(self) -> list[str]:
        query = self._query
        return self._library.search(query.text, query.order, query.descending, query.min_star)

    def _take_over(self, ids: list[str]) -> None:
        added = len(ids) - len(self._ids)
        if added == 0 and ids == self._ids:
            return
        if 0 < added <= _MOST_STEPS and ids[added:] == self._ids:
            self._insert(ids, 0, added - 1)  # by far the most frequent case: new tracks on top
            return
        old, new = set(self._ids), set(ids)
        stayed = [track_id for track_id in self._ids if track_id in new]
        steps = len(old) + len(new) - 2 * len(stayed)
        if steps > _MOST_STEPS or stayed != [i for i in ids if i in old]:
            self.beginResetModel()
            self._ids = ids
            self.endResetModel()
            return
        for first, last in _runs([r for r, i in enumerate(self._ids) if i not in new], last=True):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()
        for first, last in _runs([row for row, i in enumerate(ids) if i not in old]):
            self._insert(ids, first, last)

    def _insert(self, ids: Sequence[str], first: int, last: int) -> None:
        self.beginInsertRows(QModelIndex(), first, last)
        self._ids[first:first] = ids[first : last + 1]
        self.endInsertRows()

    def _fetch(self, row: int) -> None:
        first = row // PAGE_ROWS * PAGE_ROWS
        page = self._ids[first : first + PAGE_ROWS]
        for track in self._library.tracks(page):
            self._tracks[track.id] = track
        while len(self._tracks) > _MOST_HELD:
            self._tracks.popitem(last=False)

    # -- QAbstractTableModel -----------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Number of tracks."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """One column: the row is painted as a whole."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The track, its title or its sentence."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        track = self.track_at(index.row())
        if track is None:
            return None
        if role == TRACK_ROLE:
            return track
        if role == Qt.ItemDataRole.DisplayRole:
            return track.display_title
        if role == Qt.ItemDataRole.EditRole:
            return track.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return track.sentence()
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Passes a typed title on; the row changes when the track has been renamed."""
        track = self.data(index, TRACK_ROLE)
        title = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or track is None or not title:
            return False
        if title != track.title:
            self.title_edited.emit(track.id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be selected, edited and dragged."""
        flags = super().flags(index)
        if index.isValid():
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
            flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags

    def supportedDragActions(self) -> Qt.DropAction:
        """Tracks are copied out, never moved."""
        return Qt.DropAction.CopyAction


def _runs(rows: Sequence[int], *, last: bool = False) -> list[tuple[int, int]]:
    """Runs of neighbouring rows as (first, last); the last run first where asked."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    ordered = reversed(runs) if last else runs
    return [(first, end) for first, end in ordered]
