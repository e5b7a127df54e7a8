# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the window's program together and runs it.

Not for: the command line (see cli) or the parts themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from musicgen_desktop import APPLICATION_ID, APPLICATION_NAME, __version__, log, resources, services
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.gui import icons, library_move, terms
from musicgen_desktop.gui.background import Background
from musicgen_desktop.gui.error_report import BugCatcher, ErrorReport
from musicgen_desktop.gui.folder_watch import FolderWatch
from musicgen_desktop.gui.main_window import MainWindow
from musicgen_desktop.gui.message_bar import Message
from musicgen_desktop.gui.one_window import OneWindow
from musicgen_desktop.gui.settings_keeper import SettingsKeeper
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.window_actions import WindowActions
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.jobs.job import Job
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal
from musicgen_desktop.paths import Paths
from musicgen_desktop.playback import output
from musicgen_desktop.playback.player import Player

if TYPE_CHECKING:
    from musicgen_desktop.prompt.lexicon import Lexicon

_CLOSE_WAIT_MS = 2000


class Program(QObject):
    """The collaborators of one run, and their window.

    Args:
        application: Of Qt.
        paths: The profile.
        catcher: Hears of bugs.
    """

    def __init__(self, application: QApplication, paths: Paths, catcher: BugCatcher) -> None:
        super().__init__(application)
        self._application = application
        self._paths = paths
        self._catcher = catcher
        self._theme: Theme | None = None
        catcher.bug_found.connect(self._on_bug_found)

    def open(self) -> None:
        """Builds everything and shows the window.

        Raises:
            MusicGenError: The profile can't be used.
        """
        self.services = services.build(self._paths)
        if self._theme is None:
            self._theme = Theme(self._application, self.services.settings.theme)
        self.player = Player(self.services.settings.backend, self)
        self.queue = JobQueue(
            self.services.producer, Journal(self._paths.queue_db), self._order_for, self
        )
        self.wish = LiveWish(services.read_prompt, self)
        self.window = MainWindow(self.services, self.queue, self.player, self.wish, self._theme)
        self._background = Background(2, self)
        self.watch = FolderWatch(self.services.library, self)
        self.keeper = SettingsKeeper(self.services, self.window)
        self.actions = WindowActions(self.window, self.keeper)
        self._connect(self._theme)
        self.window.show()

    @Slot()
    def come_to_front(self) -> None:
        """Shows the window to somebody who started the program once more."""
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    @Slot(list)
    def take_files(self, opened: list[Path]) -> None:
        """Puts the settings of a file that the program was started with into the form."""
        if opened:
            self.window.drops.take_all(opened)

    def close(self) -> None:
        """Ends everything; what is queued is kept for the next start."""
        self.window.hide()
        self.watch.close()
        self.player.shut_down()
        self.window.close_work()
        self.actions.trash.close()
        self.queue.close()
        self._background.close(_CLOSE_WAIT_MS)
        self.services.close()

    def _connect(self, theme: Theme) -> None:
        self.window.shown.connect(self._on_shown)
        self.window.closed.connect(self._on_closed)
        self.window.news.settings_changed.connect(self.keeper.apply)
        self.window.library_view.settings_changed.connect(self.keeper.apply)
        self.actions.rescan_wanted.connect(self._rescan)
        self.keeper.theme_chosen.connect(theme.choose)
        self.keeper.backend_chosen.connect(self.player.choose_backend)
        self.keeper.failed.connect(self.window.on_trouble)
        self.keeper.library_moved.connect(self._on_library_moved)
        self._catcher.error_found.connect(self.window.on_trouble)
        self.watch.went_away.connect(self._on_folder_went_away)
        self.watch.changed.connect(self._rescan)
        self.queue.journal_failed.connect(self.window.on_trouble)
        self._background.failed.connect(self.window.on_trouble)

    def _order_for(self, job: Job) -> Order:
        settings = self.services.settings
        return Order(
            recipe=job.recipe,
            track_id=job.id,
            title=job.title,
            group=job.group,
            take=job.take,
            takes=job.takes,
            format=settings.format,
            quality=settings.quality,
            with_recipe=True,
            hear_early=settings.hear_early and settings.autoplay is not False and job.take == 1,
        )

    # -- reacting ----------------------------------------------------------------------------

    @Slot()
    def _on_shown(self) -> None:
        """What can wait until the window is there: the lexicon, the worker, the folder."""
        self._background.start(services.load_lexicon, self._on_lexicon_loaded)
        self._background.start(self.services.host.start)
        self._background.start(self.services.library.rescan, self._on_first_scan_done)
        self._background.start(output.preload)
        for notice in (*self.services.settings_store.notices, *self.services.library.notices):
            self.window.messages.say(notice, kind="warning")

    @Slot()
    def _rescan(self) -> None:
        self._background.start(self.services.library.rescan, self._on_rescanned)

    @Slot()
    def _on_folder_went_away(self) -> None:
        self.window.library_view.refresh()
        self.window.messages.say(
            self.tr("The library folder isn’t there: {0}").format(self.services.library.folder),
            self.tr("Connect the drive it is on; your tracks come back by themselves."),
            "warning",
        )

    def _on_lexicon_loaded(self, lexicon: Lexicon) -> None:
        self.window.set_terms(terms.of_lexicon(lexicon))

    def _on_first_scan_done(self, report: object) -> None:
        """Jobs go on only now: the scan finds tracks that were finished as the program died."""
        self._on_rescanned(report)
        self.window.news.offer_interrupted()
        self.queue.start()
        if self.services.library.is_away():
            self._on_folder_went_away()
        self.watch.start()

    def _on_rescanned(self, report: object) -> None:
        self.window.library_view.refresh()
        self.window.update_page()

    @Slot(str)
    def _on_bug_found(self, details: str) -> None:
        # one is enough: a bug that comes back with every repaint must not fill the screen
        if self.window.findChild(ErrorReport) is None:
            ErrorReport(details, self._paths.log_dir, self.window).show()

    @Slot(str)
    def _on_library_moved(self, old_dir: str) -> None:
        """Another library folder: everything is opened anew on it; jobs go on where they were."""
        old = self.window
        left_behind = library_move.movable(self.services.library)
        was_saving = not old.commands.exporting.is_idle
        old.closed.disconnect(self._on_closed)
        old.commands.exporting.cancel()
        old.close()
        self.close()
        try:
            self.open()
            note = self.tr("Saving was cancelled: save it once more.") if was_saving else ""
            self._offer_move(left_behind, note)
        except MusicGenError as error:
            store = self.services.settings_store
            store.save(replace(store.load(), library_dir=old_dir))
            self.open()
            self.window.on_trouble(error.message, error.hint)
        old.deleteLater()

    def _offer_move(self, sources: Sequence[Path], note: str) -> None:
        """Asks whether tracks in the old folder shall come along; tells the note as well."""
        if not sources:
            if note:
                self.window.messages.say(note, kind="warning")
            return
        move = partial(library_move.move_files, sources, self.services.library.folder)
        self.window.messages.post(
            Message(
                self.tr("The old folder still holds tracks: {0}.").format(len(sources)),
                " ".join(filter(None, (self.tr("They can be moved over, or stay there."), note))),
                "question",
                (
                    (
                        self.tr("Move them here"),
                        partial(self._background.start, move, self._on_moved),
                    ),
                    (self.tr("Leave them"), lambda: None),
                ),
            )
        )

    def _on_moved(self, count: int) -> None:
        self.window.messages.say(self.tr("Moved. Tracks: {0}.").format(count), kind="done")
        self._rescan()

    @Slot()
    def _on_closed(self) -> None:
        self.close()
        self._application.quit()


def main(argv: Sequence[str], paths: Paths, opened: Sequence[Path] = ()) -> int:
    """Runs the window.

    Args:
        argv: The program's name and what Qt may want of the command line.
        paths: The profile.
        opened: Files whose settings go into the form.

    Returns:
        The exit code.
    """
    log.start(paths.log_dir)
    application = make_application(argv)
    only = OneWindow(paths.data_dir / "window")
    if not only.claim(files=opened):
        sys.stderr.write(f"{APPLICATION_NAME} is open already; its window is brought to front.\n")
        return 0
    catcher = BugCatcher(application)
    catcher.install()
    program = Program(application, paths, catcher)
    only.knocked.connect(program.come_to_front)
    only.files_handed.connect(program.take_files)
    try:
        program.open()
    except MusicGenError as error:
        QMessageBox.critical(None, APPLICATION_NAME, f"{error.message}\n\n{error.hint}")
        return error.exit_code
    program.take_files(list(opened))
    try:
        return application.exec()
    finally:
        catcher.remove()


def make_application(argv: Sequence[str]) -> QApplication:
    """The application with its names, icon and translations."""
    application = QApplication(list(argv))
    application.setApplicationName(APPLICATION_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APPLICATION_ID)
    application.setWindowIcon(icons.app_icon())
    application.setQuitOnLastWindowClosed(False)
    folders = {
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        "musicgen": str(resources.path("translations")),
    }
    for name, folder in folders.items():
        translator = QTranslator(application)
        if translator.load(QLocale(), name, "_", folder):
            application.installTranslator(translator)
    return application
