# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saves tracks where the user wants them, in the background, with progress and cancel.

Not for: asking where (see export_dialog) or how files are made (see generation.export).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QWidget

from musicgen_desktop import files
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.background import Background
from musicgen_desktop.gui.export_formats import RECIPE
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.message_bar import Message
from musicgen_desktop.gui.reveal import Reveal
from musicgen_desktop.gui.theme import SIDE_PX

if TYPE_CHECKING:
    from musicgen_desktop.generation.export import Exporter
    from musicgen_desktop.generation.timing import Progress
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.services import Services

_CLOSE_WAIT_MS = 2000
_SCALE = 1000


class Exporting(QObject):
    """Saves tracks, one after the other.

    Args:
        services: Their settings say whether the recipe goes along.
        exporter: Writes the files.

    Signals:
        progressed(text, fraction): What is being saved, and how far it is, 0 to 1.
        finished: Nothing is being saved any more.
        failed: Something could not be saved; posted says why.
        posted(Message): Something was saved, or could not be.
    """

    progressed = Signal(str, float)
    finished = Signal()
    failed = Signal()
    posted = Signal(object)

    def __init__(
        self, services: Services, exporter: Exporter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._exporter = exporter
        self._background = Background(1, self)
        self._reveal = Reveal(self)
        self._is_off = threading.Event()
        self._names: list[str] = []

    @property
    def current(self) -> str:
        """Name of the file, or the folder, that is being saved; "" for none."""
        return self._names[0] if self._names else ""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being saved."""
        return not self._names

    def close(self) -> None:
        """Gives up what is being saved; no half file stays."""
        self._is_off.set()
        self._background.close(_CLOSE_WAIT_MS)

    def save(self, tracks: Sequence[Track], targets: Sequence[Path], fmt: str) -> None:
        """Saves tracks.

        Args:
            tracks: What.
            targets: A file for each; for stems a folder.
            fmt: A key of generation.export.SUFFIXES, stems or recipe.
        """
        if self.is_idle:
            self._is_off = threading.Event()
        for track, target in zip(tracks, targets, strict=True):
            self._names.append(target.name)
            self._background.start(
                partial(self._write, track, target, fmt, self._is_off),
                partial(self._on_saved, len(tracks), self._is_off),
                partial(self._on_failed, self._is_off),
            )

    @Slot()
    def cancel(self) -> None:
        """Gives up what is being saved and what waits."""
        if not self.is_idle:
            self._is_off.set()
            self._names.clear()
            self.finished.emit()
            self.posted.emit(Message(self.tr("Saving was cancelled.")))

    def _write(self, track: Track, target: Path, fmt: str, is_off: threading.Event) -> Path:
        """On the pool thread."""
        if fmt == RECIPE:
            return self._write_recipe(track, target)
        text = target.name
        waits = self.tr("{0}, after the track that is being made").format(text)

        def report(progress: Progress) -> None:
            is_waiting = progress.fraction == 0.0 and self._services.host.is_busy
            self.progressed.emit(waits if is_waiting else text, progress.fraction)

        self.progressed.emit(text, 0.0)
        return self._exporter.export(
            track,
            target,
            fmt,
            with_recipe=self._services.settings.include_recipe,
            on_progress=report,
            is_cancelled=is_off.is_set,
        )

    def _write_recipe(self, track: Track, target: Path) -> Path:
        try:
            files.write_atomically(target, self._services.library.recipe(track.id).dumps().encode())
        except OSError as error:
            raise MusicGenError(
                "{name} could not be written: {reason}.",
                "Check that the folder can be written and the disk isn't full.",
                name=target.name,
                reason=error.strerror or str(error),
            ) from error
        return target

    def _on_saved(self, count: int, is_off: threading.Event, target: Path) -> None:
        if is_off.is_set():
            return
        self._count_down()
        if self.is_idle:
            if count == 1:
                text = self.tr("Saved “{0}”.").format(target.name)
            else:
                text = self.tr("Saved {0} tracks to “{1}”.").format(count, target.parent.name)
            show = (self.tr("Show in folder"), partial(self._reveal.show, target))
            self.posted.emit(Message(text, kind="done", actions=(show,)))

    def _on_failed(self, is_off: threading.Event, error: MusicGenError) -> None:
        if not is_off.is_set():
            self.failed.emit()
            self._count_down()
            self.posted.emit(Message(error.message, error.hint, "error"))

    def _count_down(self) -> None:
        del self._names[:1]  # one thread: the first is the one that has ended
        if self.is_idle:
            self.finished.emit()


class ExportLine(QFrame):
    """One line while tracks are being saved: what, how far, and a way out.

    Args:
        exporting: Whose progress it shows.
    """

    def __init__(self, exporting: Exporting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportLine")
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, _SCALE)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Saving"))
        self.cancel = IconButton("close", self.tr("Cancel saving"), self)
        self.cancel.clicked.connect(exporting.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE_PX, 4, SIDE_PX - 8, 4)
        row.setSpacing(16)
        row.addWidget(self._label)
        row.addWidget(self._bar, 1)
        row.addWidget(self.cancel)
        exporting.progressed.connect(self._on_progressed)
        exporting.finished.connect(self.hide)
        self._exporting = exporting
        self.hide()

    @Slot(str, float)
    def _on_progressed(self, text: str, fraction: float) -> None:
        if self._exporting.is_idle:
            return
        self._label.setText(self.tr("Saving {0}").format(text))
        self._bar.setRange(0, _SCALE if fraction > 0 else 0)
        self._bar.setValue(round(fraction * _SCALE))
        self.show()
