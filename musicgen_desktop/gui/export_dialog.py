# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Save As dialog: where to, and as what.

Not for: writing (see exporting) or the formats themselves (see export_formats).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from musicgen_desktop.gui import export_formats
from musicgen_desktop.gui.export_formats import ExportFormat
from musicgen_desktop.gui.file_icons import FileIcons
from musicgen_desktop.library import naming
from musicgen_desktop.library.track import Track


class ExportDialog(QObject):
    """Asks for one file, or for the folder that several go into.

    It holds a file dialog instead of being one: a derived class would never be shown as the
    platform's own.

    Args:
        tracks: What is saved.
        fmt: The format to begin with; with several tracks the only one.
        folder: Where to begin.
        parent: The window it belongs to.

    Attributes:
        box: The dialog.

    Signals:
        chosen(targets, format): Save to these paths, one per track.
    """

    chosen = Signal(list, str)

    def __init__(
        self, tracks: Sequence[Track], fmt: ExportFormat, folder: Path, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._tracks = tracks
        self._formats = export_formats.formats_for(tracks)
        self._fmt = fmt
        self.box = QFileDialog(parent)
        self._icons = FileIcons(parent.palette())
        self.box.setIconProvider(self._icons)
        self.box.setDirectory(str(folder))
        if len(tracks) == 1:
            self._ask_for_file(tracks[0])
        else:
            self._ask_for_folder()
        self.box.fileSelected.connect(self._on_file_selected)
        self.box.finished.connect(self._on_finished)

    def open(self) -> None:
        """Shows it; it goes away by itself afterwards."""
        self.box.open()

    def _ask_for_file(self, track: Track) -> None:
        box = self.box
        box.setWindowTitle(self.tr("Save “{0}” as").format(track.display_title))
        box.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        box.setFileMode(QFileDialog.FileMode.AnyFile)
        box.setNameFilters([_filter(fmt) for fmt in self._formats])
        box.selectNameFilter(_filter(self._fmt))
        box.setDefaultSuffix(self._fmt.suffix.lstrip("."))
        box.selectFile(export_formats.file_name(track, self._fmt))
        box.filterSelected.connect(self._on_filter_selected)

    def _ask_for_folder(self) -> None:
        text = self.tr("Save {0} tracks as {1} into a folder")
        self.box.setWindowTitle(text.format(len(self._tracks), self._fmt.label))
        self.box.setFileMode(QFileDialog.FileMode.Directory)
        self.box.setOption(QFileDialog.Option.ShowDirsOnly)
        self.box.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Save here"))

    @Slot(str)
    def _on_filter_selected(self, text: str) -> None:
        self._fmt = next((fmt for fmt in self._formats if _filter(fmt) == text), self._fmt)
        self.box.setDefaultSuffix(self._fmt.suffix.lstrip("."))
        names = self.box.selectedFiles()
        typed = Path(names[0] if names else "")
        if typed.parent.is_dir():
            self.box.setDirectory(str(typed.parent))  # a folder may have been typed as well
        self.box.selectFile(export_formats.renamed(typed.name, self._tracks[0], self._fmt))

    @Slot(str)
    def _on_file_selected(self, name: str) -> None:
        if len(self._tracks) > 1:
            self.chosen.emit(self._targets_in(Path(name)), self._fmt.id)
            return
        meant = self._as_filtered(Path(name))
        target, fmt = export_formats.resolve(meant, self._fmt.id)
        if target != Path(name) or fmt == "stems":
            # the dialog asked about the name as typed: nothing else may be overwritten
            target = naming.free_path(target.parent, *_parts(target, fmt))
        self.chosen.emit([target], fmt)

    def _as_filtered(self, typed: Path) -> Path:
        """The name under the format of the list.

        A platform's own dialog may tell of another format only at the end, without renaming the
        file: a name that was only proposed follows it then, a typed one stays.
        """
        selected = self.box.selectedNameFilter()
        fmt = next((each for each in self._formats if _filter(each) == selected), self._fmt)
        if fmt is self._fmt:
            return typed
        proposed = export_formats.file_name(self._tracks[0], self._fmt)
        self._fmt = fmt
        if typed.name != proposed:
            return typed
        return typed.with_name(export_formats.file_name(self._tracks[0], fmt))

    @Slot()
    def _on_finished(self) -> None:
        self.box.deleteLater()
        self.deleteLater()

    def _targets_in(self, folder: Path) -> list[Path]:
        """A free name for each track, none twice."""
        targets: list[Path] = []
        for track in self._tracks:
            name = Path(export_formats.file_name(track, self._fmt))
            stem, suffix = _parts(name, self._fmt.id)
            number, target = 1, naming.free_path(folder, stem, suffix)
            while target in targets:
                number += 1
                target = naming.free_path(folder, f"{stem} ({number})", suffix)
            targets.append(target)
        return targets


def first_folder() -> Path:
    """Where saving begins the first time: the music folder, else the home."""
    location = QStandardPaths.StandardLocation.MusicLocation
    music = Path(QStandardPaths.writableLocation(location))
    return music if music.is_dir() else Path.home()


def _filter(fmt: ExportFormat) -> str:
    pattern = f"*{fmt.suffix}" if fmt.suffix else "*"
    return f"{export_formats.described(fmt)} ({pattern})"


def _parts(target: Path, fmt: str) -> tuple[str, str]:
    if fmt == "stems":
        return target.name, ""
    return target.stem, target.suffix
