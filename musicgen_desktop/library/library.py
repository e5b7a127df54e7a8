# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Library: the tracks of one folder, from any thread, without Qt.

Audio files and their tags are the truth for what a track is; user.db holds what only the user
knows; index.db is for speed and can be lost. Not for: making tracks (see generation) or playing
them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from musicgen_desktop import log
from musicgen_desktop.errors import LibraryError
from musicgen_desktop.library import entry as entries
from musicgen_desktop.library import naming, query, tags
from musicgen_desktop.library.index import Index
from musicgen_desktop.library.ledger import Ledger
from musicgen_desktop.library.peaks_store import PeaksStore
from musicgen_desktop.library.scanner import Progress, Scanner
from musicgen_desktop.library.shelf import Shelf, is_whole
from musicgen_desktop.library.tag_data import TagData, clean, is_track_id
from musicgen_desktop.library.track import (
    DeletedFile,
    Deletion,
    NewTrack,
    Presence,
    ScanReport,
    Track,
)
from musicgen_desktop.library.trash import Trash
from musicgen_desktop.library.user_data import UserData
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.paths import Paths

_MAX_TITLE = 200
_MAX_STAR = 5


class Library:
    """The tracks of one folder.

    Every method may be called from any thread. Those that only read never wait for a file to be
    written; those that change files or marks wait for the disk, so call them off the GUI thread.

    Args:
        folder: The library folder; made when it is new, left alone when it is away.
        paths: Where index, user data and waveforms are.

    Raises:
        LibraryTooNew: user.db was written by a newer version of the program.
        LibraryError: The files can't be opened.
    """

    def __init__(self, folder: Path, paths: Paths) -> None:
        paths.make()
        self._folder = folder.expanduser().resolve()
        self._user_data = UserData(paths.user_db, paths.data_dir / "backups")
        try:
            self._index = Index(paths.index_db, paths.user_db, self._folder)
        except BaseException:
            self._user_data.close()
            raise
        self._ledger = Ledger(self._user_data, self._index, self._folder)
        self._guard = threading.RLock()
        self._shelf = Shelf(self._folder, lambda: self._user_data.has_any(self._folder))
        self._scanner = Scanner(self._shelf, self._index, self._user_data, self._guard)
        self._peaks = PeaksStore(paths.peaks_dir)
        byproducts = (paths.masters_dir, paths.peaks_dir)
        self._trash = Trash(self._shelf, self._user_data, self._guard, byproducts)
        self._shelf.prepare()
        if not self._index.is_fresh:
            self._index.copy_marks()
        elif not self._ledger.fill(self.is_away()) and self._shelf.has_few_files():
            self.rescan()  # a long look is for the caller to start, in the background

    def close(self) -> None:
        """Closes the files; the library can't be used afterwards."""
        self._index.close()
        self._user_data.close()

    @property
    def folder(self) -> Path:
        """The library folder, absolute."""
        return self._folder

    @property
    def notices(self) -> Sequence[str]:
        """Sentences about what was repaired at opening, for the user to see once."""
        return tuple(self._user_data.notices)

    @property
    def trash(self) -> Trash:
        """What was deleted and not removed yet."""
        return self._trash

    def is_away(self) -> bool:
        """Whether the folder is unavailable, for example unplugged."""
        return self._shelf.is_away()

    def add(self, new: NewTrack) -> Track:
        """Takes a finished file into the library under a free readable name.

        The second time with the same track id changes nothing and removes the new file, unless the
        first file is missing or damaged; a damaged one goes into the trash.

        Raises:
            LibraryError: The folder is away or can't be written to; the file stays where it was.
        """
        track_id = new.tags.track_id
        if not is_track_id(track_id) or new.format not in tags.SUFFIXES:
            raise ValueError(f"not a track: {track_id!r}, {new.format!r}")
        with self._guard:
            existing = self.track(track_id)
            if existing is not None and existing.presence is Presence.PRESENT:
                new.part.unlink(missing_ok=True)
                return existing
            self._shelf.require()
            if existing is not None and existing.presence is Presence.DAMAGED:
                self._shelf.trash(existing.path, self._shelf.place_in_trash(existing.path))
            data = new.tags
            stem = naming.file_stem(data.title, data.take, data.takes, data.bpm, data.key)
            path = self._shelf.place(new.part, stem, tags.SUFFIXES[new.format])
            self._ledger.enter(entries.of_file(data, path, self._folder, new.format))
        if new.peaks:
            self._peaks.save(track_id, new.peaks)
        return _existing(self.track(track_id))

    def track(self, track_id: str) -> Track | None:
        """One track, with a look at its file.

        Returns:
            None when it isn't in the library.
        """
        found = self.tracks([track_id])
        if not found:
            return None
        track = found[0]
        if track.presence is Presence.AWAY:
            return track
        if not is_whole(track.path):
            return replace(track, presence=Presence.MISSING)
        if track.presence is Presence.MISSING:
            return replace(track, presence=Presence.PRESENT)  # it has come back
        return track

    def tracks(self, ids: Sequence[str]) -> list[Track]:
        """The tracks in the order of the ids; unknown ids are left out. Looks at no files."""
        return self._index.tracks(ids, self._folder, self.is_away()) if ids else []

    def search(
        self, text: str = "", order: str = "created", descending: bool = True, min_star: int = 0
    ) -> list[str]:
        """Ids of the tracks that have every word of the text in title, prompt or facts.

        Args:
            text: The beginnings of words will do; case and accents don't matter; "" finds all.
            order: A key of query.ORDERS: created, title, duration, bpm, key, star.
            descending: Newest, longest, … first.
            min_star: Only tracks with that many stars.
        """
        if order not in query.ORDERS:
            raise ValueError(f"no such order: {order!r}")
        return self._index.search(text, order, descending, min_star)

    def rename(self, track_id: str, title: str) -> Track:
        """Gives a track another title: in its tags, its file name and the list.

        A file that is in use elsewhere, or isn't there, keeps its name and bytes: only the list
        shows the new title.

        Raises:
            LibraryError: No such track, an empty title, or the file can't be changed.
        """
        title = " ".join(clean(title, _MAX_TITLE).split())
        if not title:
            raise LibraryError("A track needs a title.", "Type a few words.")
        with self._guard:
            track = _existing(self.track(track_id))
            if track.in_use_elsewhere or track.presence is not Presence.PRESENT:
                self._ledger.retitle(track, title)
            else:
                data = replace(self._ledger.tags_of(track), title=title)
                stem = naming.file_stem(title, data.take, data.takes, data.bpm, data.key)
                self._shelf.retag(track.path, data)
                path = self._shelf.rename(track.path, stem)
                self._ledger.enter(entries.of_file(data, path, self._folder, track.format))
        return _existing(self.track(track_id))

    def set_star(self, ids: Sequence[str], star: int) -> None:
        """Gives tracks 0 to 5 stars."""
        self._ledger.mark(ids, "star", min(max(star, 0), _MAX_STAR))

    def set_kept(self, ids: Sequence[str], kept: bool) -> None:
        """Marks tracks as kept, or not."""
        self._ledger.mark(ids, "kept", int(kept))

    def mark_heard(self, ids: Sequence[str]) -> None:
        """Notes that tracks were listened to: they aren't new any more."""
        self._ledger.mark(ids, "heard", 1)

    def mark_in_use(self, ids: Sequence[str]) -> None:
        """Notes that files were dragged or copied out: their names and bytes stay from now on."""
        self._ledger.mark(ids, "in_use", 1)

    def never_in_use(self) -> frozenset[str]:
        """Ids of the tracks, deleted ones included, whose files were never dragged or copied out.

        A track that nothing is known of isn't among them.
        """
        return self._user_data.never_in_use()

    def delete(self, ids: Sequence[str]) -> Deletion:
        """Moves tracks into the trash inside the library folder.

        Returns:
            The ticket for `undo`.

        Raises:
            LibraryError: The folder is away, or a file can't be moved.
        """
        deleted: list[DeletedFile] = []
        in_use = False
        with self._guard:
            self._shelf.require()
            try:
                for track in self.tracks(ids):
                    place = self._shelf.place_in_trash(track.path)
                    file = entries.relative(track.path, self._folder)
                    deleted.append(DeletedFile(track.id, track.display_title, file, place))
                    # Crossed out first: ended here, the next rescan finds the file and lists it.
                    self._ledger.cross_out(track.id, place)
                    if place:
                        self._shelf.trash(track.path, place)
                    in_use = in_use or track.in_use_elsewhere
            except LibraryError:
                self.undo(Deletion(tuple(deleted), in_use))  # all or nothing
                raise
        return Deletion(tuple(deleted), in_use)

    def undo(self, deletion: Deletion) -> list[str]:
        """Brings deleted tracks back.

        Returns:
            The ids of the tracks that are in the list again.

        Raises:
            LibraryError: The folder is away, or a file can't be moved.
        """
        with self._guard:
            self._shelf.require()
            return [f.track_id for f in deletion.files if _undo(f, self._ledger, self._shelf)]

    def peaks(self, track_id: str) -> bytes | None:
        """The waveform as audio.peaks made it; None when it has to be made again."""
        return self._peaks.load(track_id)

    def save_peaks(self, track_id: str, peaks: bytes) -> None:
        """Keeps a waveform that was measured again."""
        self._peaks.save(track_id, peaks)

    def recipe(self, track_id: str) -> Recipe:
        """The recipe a track was made from; known even when its file is missing.

        Raises:
            LibraryError: There is none.
            MusicGenError: It is of a newer version of the program.
        """
        text = self._user_data.recipe(track_id)
        if not text:
            raise LibraryError("This track has no recipe.", "It was saved without its prompt.")
        return Recipe.loads(text)

    def tags(self, track: Track) -> TagData:
        """The tags of a track's file, or what is known of them where it is gone."""
        return self._ledger.tags_of(track)

    def rescan(self, progress: Progress | None = None) -> ScanReport:
        """Brings the list up to date with the folder; quick where nothing changed.

        Args:
            progress: Called with the number of files done and of all files to read.
        """
        report = self._scanner.scan(progress)
        if not report.away:
            self._shelf.mark()
        return report

    def check(
        self,
        progress: Progress | None = None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> list[str]:
        """Looks for problems, also inside the sound of every track: some tenths of a second each.

        Args:
            progress: Called with the number of tracks listened to and of all tracks.
            is_cancelled: Asked again and again.

        Returns:
            One sentence per problem; none when all is well.

        Raises:
            Cancelled: On the user's wish.
        """
        self._scanner.scan()
        self._scanner.listen(progress, is_cancelled)
        report = self.rescan()
        problems = []
        if report.away:
            problems.append(f"The library folder “{self._folder}” isn’t there.")
        problems += [
            f"The file of “{track.display_title}” is missing ({track.path.name})."
            for track in self.tracks(report.missing)
        ]
        problems += [
            f"The sound of “{track.display_title}” is damaged ({track.path.name})."
            for track in self.tracks(report.damaged)
        ]
        problems += [f"“{file}” is a second copy of a track." for file in report.duplicates]
        problems += [f"“{file}” can’t be read as a sound file." for file in report.unreadable]
        if not self._user_data.is_sound():
            problems.append("The file with stars and marks is damaged; start the program again.")
        return problems


def _existing(track: Track | None) -> Track:
    if track is None:
        raise LibraryError("This track isn’t in the library any more.", "Undo the deletion first.")
    return track


def _undo(deleted: DeletedFile, ledger: Ledger, shelf: Shelf) -> bool:
    """Brings one track back; a file that left the trash meanwhile comes back as missing."""
    entry = ledger.deleted(deleted.track_id)
    if entry is None:
        return False
    entry = replace(entry, file=deleted.file, missing=True)
    path = shelf.folder / deleted.file
    if deleted.trashed:
        try:
            path = shelf.restore(deleted.trashed, deleted.file)
        except FileNotFoundError:
            log.topic("library").warning("not in the trash: %s", deleted.trashed)
    if path.exists():
        entry = entries.of_file(entry.tags, path, shelf.folder, entry.format)
    ledger.bring_back(entry)
    return True
