# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the library folder with the index: finds new, renamed, changed and missing files.

Files that didn't change since the last look aren't opened. A file renamed outside the program is
known by the track id in its tags. Not for: deciding when to look (see library).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from musicgen_desktop.audio import wholeness
from musicgen_desktop.errors import AudioFileError
from musicgen_desktop.library import entry as entries
from musicgen_desktop.library import tags
from musicgen_desktop.library.entry import Entry
from musicgen_desktop.library.index import Index
from musicgen_desktop.library.shelf import Shelf, is_whole
from musicgen_desktop.library.track import ScanReport
from musicgen_desktop.library.user_data import UserData

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""

_BATCH = 200


@dataclass(slots=True)
class _Findings:
    """What a scan has found so far."""

    seen: set[str] = field(default_factory=set)
    added: list[str] = field(default_factory=list)
    relinked: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    others: dict[str, tuple[int, int]] = field(default_factory=dict)


class Scanner:
    """Looks through the library folder.

    Args:
        shelf: The folder.
        index: Is brought up to date.
        user_data: Learns of new tracks.
        guard: Held by everybody who moves files of the library.
    """

    def __init__(
        self, shelf: Shelf, index: Index, user_data: UserData, guard: threading.RLock
    ) -> None:
        self._shelf = shelf
        self._index = index
        self._user_data = user_data
        self._guard = guard

    def scan(self, progress: Progress | None = None) -> ScanReport:
        """Brings the index up to date with the folder.

        Args:
            progress: Told how far it is.

        Returns:
            What was found; all files that are missing or damaged now, not only the new ones.
        """
        if self._shelf.is_away():
            return ScanReport(away=True)
        indexed = self._index.files()
        findings = _Findings()
        pending = self._changed_files(indexed, findings)
        for start in range(0, len(pending), _BATCH):
            self._look_at(pending[start : start + _BATCH], indexed, findings)
            if progress is not None:
                progress(min(start + _BATCH, len(pending)), len(pending))
        missing = self._missing(indexed, findings)
        self._index.put_others(findings.others)
        return ScanReport(
            total=len(findings.seen),
            added=tuple(findings.added),
            relinked=tuple(findings.relinked),
            changed=tuple(findings.changed),
            missing=tuple(missing),
            damaged=tuple(self._index.damaged()),
            duplicates=tuple(findings.duplicates),
            unreadable=tuple(findings.unreadable),
            foreign=len(findings.others),
        )

    def listen(self, progress: Progress | None, is_cancelled: Callable[[], bool]) -> None:
        """Decodes every track and notes which are damaged; finds what `scan` can't see.

        Raises:
            Cancelled: On the user's wish.
        """
        folder = self._shelf.folder
        files = {} if self._shelf.is_away() else self._index.files()
        for done, track in enumerate(self._index.tracks(list(files), folder, away=False), start=1):
            if is_whole(track.path):
                damaged = wholeness.is_damaged_inside(track.path, track.duration_s, is_cancelled)
                self._note_damage(track.id, files[track.id], damaged)
            if progress is not None:
                progress(done, len(files))

    def _changed_files(
        self, indexed: dict[str, tuple[str, int, int, bool]], findings: _Findings
    ) -> list[Path]:
        """Files to read: not in the index or not as they were; known names first."""
        by_file = {state[0]: (track_id, state) for track_id, state in indexed.items()}
        others = self._index.others()
        known: list[Path] = []
        unknown: list[Path] = []
        found_again: list[str] = []
        for item in self._shelf.audio_files():
            path = Path(item.path)
            try:
                stat = item.stat()
            except OSError:
                continue  # gone since the listing
            state = (stat.st_size, stat.st_mtime_ns)
            file = entries.relative(path, self._shelf.folder)
            match = by_file.get(file)
            if match is None:
                if others.get(file) == state:
                    findings.others[file] = state
                else:
                    unknown.append(path)
                continue
            track_id, (_, size, mtime_ns, missing) = match
            if state != (size, mtime_ns):
                known.append(path)
                continue
            findings.seen.add(track_id)
            if missing:
                found_again.append(track_id)
        if found_again:
            self._index.set_missing(found_again, missing=False)
        return known + unknown

    def _look_at(
        self,
        paths: Sequence[Path],
        indexed: dict[str, tuple[str, int, int, bool]],
        findings: _Findings,
    ) -> None:
        found: list[Entry] = []
        for path in paths:
            entry = self._read(path, findings)
            if entry is None:
                continue
            track_id = entry.tags.track_id
            if track_id in findings.seen:
                findings.duplicates.append(entry.file)
                continue
            findings.seen.add(track_id)
            found.append(entry)
        if not found:
            return
        with self._guard:
            self._store(found, indexed, findings)

    def _read(self, path: Path, findings: _Findings) -> Entry | None:
        """The entry of a file of ours; None for any other, which is noted."""
        folder = self._shelf.folder
        try:
            data = tags.read(path)
            if data.track_id:
                return entries.of_file(data, path, folder, tags.audio_format(path))
            stat = path.stat()
        except AudioFileError:
            if path.exists():
                findings.unreadable.append(entries.relative(path, folder))
            return None
        except OSError:
            return None  # gone since the listing
        findings.others[entries.relative(path, folder)] = (stat.st_size, stat.st_mtime_ns)
        return None

    def _store(
        self,
        found: list[Entry],
        indexed: dict[str, tuple[str, int, int, bool]],
        findings: _Findings,
    ) -> None:
        """Puts entries into index and user data, unless the program moved them meanwhile."""
        current = self._index.files()
        owners = {state[0]: (track_id, state[1:3]) for track_id, state in current.items()}
        kept: list[Entry] = []
        for entry in found:
            track_id = entry.tags.track_id
            before = indexed.get(track_id)
            if current.get(track_id) != before or self._is_taken(entry, owners):
                continue
            if before is None:
                findings.added.append(track_id)
            elif before[0] != entry.file:
                findings.relinked.append(track_id)
            elif before[2]:
                findings.changed.append(track_id)
            kept.append(entry)
        self._user_data.remember_all(
            [(e.tags.track_id, e.to_record(), e.tags.recipe) for e in kept], self._shelf.folder
        )
        self._index.put([self._with_own_title(entry) for entry in kept])

    def _is_taken(self, entry: Entry, owners: dict[str, tuple[str, tuple[int, int]]]) -> bool:
        """Whether the file that was read is gone, or its name another track's by now."""
        try:
            stat = (self._shelf.folder / entry.file).stat()
        except OSError:
            return True
        owner, state = owners.get(entry.file, (entry.tags.track_id, (0, 0)))
        return owner != entry.tags.track_id and state == (stat.st_size, stat.st_mtime_ns)

    def _with_own_title(self, entry: Entry) -> Entry:
        known = self._user_data.one(entry.tags.track_id)
        if known is None or known.title is None:
            return entry
        return replace(entry, tags=replace(entry.tags, title=known.title))

    def _note_damage(self, track_id: str, state: tuple[str, int, int, bool], damaged: bool) -> None:
        with self._guard:
            if self._index.files().get(track_id) == state and damaged != (
                track_id in self._index.damaged()
            ):
                self._index.set_damaged([track_id], damaged)

    def _missing(
        self, indexed: dict[str, tuple[str, int, int, bool]], findings: _Findings
    ) -> list[str]:
        gone = [track_id for track_id in indexed if track_id not in findings.seen]
        with self._guard:
            if self._shelf.is_away():
                return []  # unplugged while we looked
            current = self._index.files()
            missing = [
                track_id
                for track_id in gone
                if current.get(track_id) == indexed[track_id]
                and not is_whole(self._shelf.folder / indexed[track_id][0])
            ]
            self._index.set_missing(
                [track_id for track_id in missing if not indexed[track_id][3]], missing=True
            )
            # there, but not even their tags can be read any more
            spoilt = [i for i in gone if indexed[i][0] in findings.unreadable]
            self._index.set_damaged(spoilt, damaged=True)
        return missing
