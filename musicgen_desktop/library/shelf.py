# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library folder as files: adding, retagging, the trash, and whether it is there at all.

Every change is a rename of a finished file, so that nobody ever sees half of one. Not for: the
index (see index) or what the files mean (see scanner).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from musicgen_desktop import files
from musicgen_desktop.errors import LibraryError
from musicgen_desktop.library import naming, tags
from musicgen_desktop.library.tag_data import TagData

MARKER = ".mgd-library"
"""In every library folder: one without it may be the mount point of a drive that is away."""

_SUFFIXES = frozenset(tags.SUFFIXES.values())
_FEW_FILES = 300
_MARKER_TEXT = "This folder is a music library. Please leave this file here.\n"


class Shelf:
    """One library folder.

    Args:
        folder: Absolute; need not exist.
        has_tracks: Tells whether tracks are known to be in it.
    """

    def __init__(self, folder: Path, has_tracks: Callable[[], bool]) -> None:
        self.folder = folder
        self._has_tracks = has_tracks

    def is_away(self) -> bool:
        """Whether the folder is unavailable: unplugged, unmounted, or it can't be made."""
        if (self.folder / MARKER).exists():
            return False
        if not self.folder.is_dir():
            return True
        # An empty folder where tracks should be is a mount point without its drive.
        return not any(_listing(self.folder)) and self._has_tracks()

    def prepare(self) -> None:
        """Makes a new folder, marks it, and removes leftovers of dead processes."""
        try:
            if not self.folder.exists() and not self._has_tracks():
                self.folder.mkdir(parents=True, exist_ok=True)
            if self.is_away():
                return
            self.mark()
            files.remove_orphans(self.folder)
        except OSError:
            return  # is_away, or the first write, tells

    def mark(self) -> None:
        """Marks the folder as a library, where that is possible."""
        marker = self.folder / MARKER
        if marker.exists():
            return
        try:
            marker.write_text(_MARKER_TEXT, encoding="utf-8")
        except OSError:
            return  # read-only: an unmarked folder with files in it counts as there

    def require(self) -> None:
        """Makes sure that files can be put into the folder.

        Raises:
            LibraryError: The folder is away.
        """
        # not only a missing folder: marking an empty mount point would make all its tracks missing
        if self.is_away():
            raise LibraryError(
                "The library folder “{folder}” isn’t there.",
                "Connect its drive, make the folder again, or choose another one in the settings.",
                folder=self.folder,
            )
        self.mark()

    def place(self, part: Path, stem: str, suffix: str) -> Path:
        """Gives a finished temporary file its name, flushed to disk; never overwrites.

        Returns:
            The new path.

        Raises:
            LibraryError: The file can't be moved there.
        """
        try:
            files.sync_to_disk(part)
            while True:
                target = naming.free_path(self.folder, stem, suffix)
                if _rename_exclusively(part, target):
                    break
            _flush_folder(self.folder)
        except OSError as error:
            raise _cannot_change(part, error) from error
        return target

    def retag(self, path: Path, data: TagData) -> None:
        """Writes tags through a temporary copy, so that no reader sees half of it.

        Raises:
            LibraryError: The file can't be replaced.
            AudioFileError: Tags can't be written into it.
        """
        part = files.temporary_beside(path)
        try:
            shutil.copyfile(path, part)
            tags.write(part, data)
            files.replace_into(part, path)
            _flush_folder(path.parent)
        except OSError as error:
            raise _cannot_change(path, error) from error
        finally:
            with contextlib.suppress(OSError):  # on a read-only disk even this is refused
                part.unlink(missing_ok=True)

    def rename(self, path: Path, stem: str) -> Path:
        """Renames a file inside its folder; never overwrites.

        Returns:
            The new path.

        Raises:
            LibraryError: The file can't be renamed.
        """
        wanted = path.with_name(f"{stem}{path.suffix}")
        try:
            # The same file under the wanted name: other capitals on a system that ignores them.
            same = wanted.exists() and wanted.samefile(path)
            free = naming.free_path(path.parent, stem, path.suffix, current=path)
            target = wanted if same else free
            if target != path:
                # One step, unlike linking: ended at any moment, the file has one name only.
                path.rename(target)
            _flush_folder(path.parent)
        except OSError as error:
            raise _cannot_change(path, error) from error
        return target

    def place_in_trash(self, path: Path) -> str:
        """A free place in the trash, relative to the folder; "" when there is no file."""
        if not path.exists():
            return ""
        bin_dir = self.folder / naming.TRASH_DIR
        return f"{naming.TRASH_DIR}/{naming.free_path(bin_dir, path.stem, path.suffix).name}"

    def trash(self, path: Path, place: str) -> None:
        """Moves a file into the trash.

        Raises:
            LibraryError: The file can't be moved.
        """
        target = self.folder / place
        try:
            target.parent.mkdir(exist_ok=True)
            if not _rename_exclusively(path, target):
                raise FileExistsError(17, "File exists")
        except FileNotFoundError:
            return  # gone by now: deleted is deleted
        except OSError as error:
            raise _cannot_change(path, error) from error

    def restore(self, trashed: str, file: str) -> Path:
        """Moves a file out of the trash, back to where it was or beside what is there now.

        Raises:
            FileNotFoundError: It isn't in the trash.
            LibraryError: The file can't be moved.
        """
        source = self.folder / trashed
        target = self.folder / file
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            while True:
                free = naming.free_path(target.parent, target.stem, target.suffix)
                if _rename_exclusively(source, free):
                    return free
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _cannot_change(source, error) from error

    def trashed_files(self) -> list[tuple[Path, int]]:
        """The files in the trash and their sizes in bytes."""
        found = []
        for entry in _listing(self.folder / naming.TRASH_DIR):
            with contextlib.suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False).st_size))
        return found

    def has_few_files(self) -> bool:
        """Whether looking at all files takes a moment only."""
        return next(itertools.islice(self.audio_files(), _FEW_FILES, None), None) is None

    def audio_files(self) -> Iterator[os.DirEntry[str]]:
        """The sound files in the folder and its visible subfolders; temporaries are left out."""
        pending = [self.folder]
        while pending:
            for entry in _listing(pending.pop()):
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))
                elif Path(entry.name).suffix.lower() in _SUFFIXES and _is_file(entry):
                    yield entry


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def is_whole(path: Path) -> bool:
    """Whether there is a file with something in it; an emptied one is as good as gone."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a real file; opening a pipe or a device would never come back."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _rename_exclusively(source: Path, target: Path) -> bool:
    """Renames a file unless the target exists.

    Returns:
        False when it exists by now.
    """
    if sys.platform == "win32":
        try:
            source.rename(target)  # never overwrites on Windows
        except FileExistsError:
            return False
        return True
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError:
        # No hard links here (FAT, exFAT, some shares): the name was free a moment ago.
        if os.path.lexists(target):
            return False
        source.rename(target)
        return True
    source.unlink()
    return True


def _flush_folder(folder: Path) -> None:
    """Waits until the folder's names are on the disk, where the system can say so."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        return  # network file systems may refuse; the rename itself was done
    finally:
        os.close(handle)


def _cannot_change(path: Path, error: OSError) -> LibraryError:
    return LibraryError(
        "“{name}” can’t be moved or changed ({reason}).",
        "Close other programs that use it, and check that the disk isn’t full or write-protected.",
        name=path.name,
        reason=error.strerror or type(error).__name__,
    )
