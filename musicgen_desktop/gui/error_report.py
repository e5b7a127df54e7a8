# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bugs: caught at the event loop and in threads, logged, told in plain words; the program lives on.

Not for: expected errors (those are a line in the window, see message_bar).
"""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot, qVersion
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop import __version__, log
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui.theme import GRID_PX

_LOGGER = log.topic("app")


class BugCatcher(QObject):
    """Hears of everything that nobody caught, on any thread.

    Signals:
        bug_found(details): A bug, as text for a report.
        error_found(message, hint): An expected error that nobody showed.
    """

    bug_found = Signal(str)
    error_found = Signal(str, str)

    def install(self) -> None:
        """Takes over the hooks of the interpreter."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Gives the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def report(self, error: BaseException) -> None:
        """Logs and tells one error. May be called from any thread."""
        if isinstance(error, MusicGenError):
            _LOGGER.warning("nobody showed this error: %s", error)
            self.error_found.emit(error.message, error.hint)
            return
        _LOGGER.error("a bug", exc_info=error)
        self.bug_found.emit(details_of(error))

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.report(error)

    def _on_thread_exception(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None and not issubclass(hook.exc_type, SystemExit):
            self.report(hook.exc_value)


class ErrorReport(QDialog):
    """Tells a bug in plain words; the details can be copied.

    Args:
        details: For the report.
        log_dir: Where the log files are.
    """

    def __init__(self, details: str, log_dir: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._details = details
        self._log_dir = log_dir
        self._build()

    @property
    def details(self) -> str:
        """What can be copied."""
        return self._details

    def _build(self) -> None:
        title = QLabel(self.tr("Something went wrong, and it is our fault"), self)
        title.setProperty("rank", "title")
        about = QLabel(
            self.tr(
                "The program goes on; your tracks and what is queued are safe. If it happens "
                "again, copy the details into a report: they hold no prompts and no music."
            ),
            self,
        )
        about.setWordWrap(True)
        text = QPlainTextEdit(self._details, self)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Details"))
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setTabChangesFocus(True)
        copy = QPushButton(self.tr("Copy details"), self)
        copy.clicked.connect(self.copy_details)
        folder = QPushButton(self.tr("Open the log folder"), self)
        folder.clicked.connect(self._on_folder_clicked)
        close = QPushButton(self.tr("Go on"), self)
        close.setDefault(True)
        close.setProperty("primary", True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addWidget(folder)
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX * 3, GRID_PX * 3, GRID_PX * 3, GRID_PX * 2)
        column.setSpacing(GRID_PX * 2)
        column.addWidget(title)
        column.addWidget(about)
        column.addWidget(text, 1)
        column.addLayout(foot)
        self.resize(640, 420)

    @Slot()
    def copy_details(self) -> None:
        """Puts the details on the clipboard."""
        QGuiApplication.clipboard().setText(self._details)

    @Slot()
    def _on_folder_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_dir)))


def details_of(error: BaseException) -> str:
    """The report's text: versions and where it happened, with the home folder left out."""
    trace = "".join(traceback.format_exception(error))
    head = (
        f"MusicGen Desktop {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.platform()}"
    )
    return f"{head}\n\n{trace}".replace(str(Path.home()), "~")
