# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps index and user data in step: user data first, since the index can be made from it.

Not for: moving files (see shelf) or looking for them (see scanner).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from musicgen_desktop import log
from musicgen_desktop.errors import AudioFileError
from musicgen_desktop.library import tags
from musicgen_desktop.library.entry import Entry
from musicgen_desktop.library.index import Index
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.library.track import Track
from musicgen_desktop.library.user_data import Known, UserData


class Ledger:
    """What is known of the tracks of one folder.

    Args:
        user_data: The durable part.
        index: The part for searching.
        folder: The library folder.
    """

    def __init__(self, user_data: UserData, index: Index, folder: Path) -> None:
        self._user_data = user_data
        self._index = index
        self._folder = folder

    def enter(self, entry: Entry) -> None:
        """Stores what a file that the program has just written says."""
        track_id = entry.tags.track_id
        self._user_data.remember(track_id, self._folder, entry.to_record(), entry.tags.recipe)
        self._user_data.mark([track_id], "title", None)
        self._index.put([entry])

    def retitle(self, track: Track, title: str) -> None:
        """Gives a track a title that its file doesn't have."""
        entry = self._entry(track)
        self._user_data.mark([track.id], "title", title)
        self._index.put([replace(entry, tags=replace(entry.tags, title=title))])

    def mark(self, ids: Sequence[str], column: str, value: int) -> None:
        """Sets a mark of some tracks."""
        self._user_data.mark(ids, column, value)
        self._index.copy_marks(ids)

    def cross_out(self, track_id: str, trashed: str) -> None:
        """Takes a deleted track out of the list; what is known of it stays."""
        self._user_data.mark([track_id], "trashed", trashed)
        self._index.remove([track_id])

    def bring_back(self, entry: Entry) -> None:
        """Puts a deleted track back into the list."""
        self._user_data.mark([entry.tags.track_id], "trashed", None)
        self._index.put([entry])

    def deleted(self, track_id: str) -> Entry | None:
        """What is known of a deleted track; None when it isn't deleted."""
        known = self._user_data.one(track_id)
        return None if known is None or known.trashed is None else _entry_of(known)

    def fill(self, away: bool) -> bool:
        """Fills a new index from what user.db knows.

        Args:
            away: Whether the folder is away, so that files can't be looked for.

        Returns:
            False when it knows nothing.
        """
        found = [_entry_of(k) for k in self._user_data.known(self._folder) if k.trashed is None]
        if not away:
            found = [replace(e, missing=not (self._folder / e.file).exists()) for e in found]
        self._index.put(found)
        return bool(found)

    def tags_of(self, track: Track) -> TagData:
        """The tags of a track's file, or what is known of them where they can't be read."""
        try:
            data = tags.read(track.path)
        except AudioFileError:
            log.topic("library").warning("unreadable tags in %s", track.path)
            data = TagData()
        if data.track_id == track.id:
            return data
        return replace(self._entry(track).tags, recipe=self._user_data.recipe(track.id))

    def _entry(self, track: Track) -> Entry:
        """The entry behind a track, without looking at its file."""
        known = self._user_data.one(track.id)
        entry = Entry.from_record(track.id, {} if known is None else known.record)
        file, size, mtime_ns, missing = self._index.files()[track.id]
        return replace(entry, file=file, size=size, mtime_ns=mtime_ns, missing=missing)


def _entry_of(known: Known) -> Entry:
    entry = Entry.from_record(known.id, known.record)
    if known.title is None:
        return entry
    return replace(entry, tags=replace(entry.tags, title=known.title))
