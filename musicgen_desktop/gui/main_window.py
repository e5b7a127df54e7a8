# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: form, jobs, library, details and player, put together.

Not for: what the parts do; each has a module of its own. What the actions do is in window_actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.engines import registry
from musicgen_desktop.gui import icons
from musicgen_desktop.gui.actions import Actions
from musicgen_desktop.gui.details_panel import DetailsPanel
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.job_news import JobNews
from musicgen_desktop.gui.message_bar import MessageBar
from musicgen_desktop.gui.pending_parts import JobList, LibraryView, PlayerBar
from musicgen_desktop.gui.prompt_form import PromptForm
from musicgen_desktop.gui.purpose_cards import PurposeCards
from musicgen_desktop.gui.state import WindowState
from musicgen_desktop.gui.submission import Submission
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.gui.wish import LiveWish

if TYPE_CHECKING:
    from musicgen_desktop.gui.theme import Theme
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.playback.player import Player
    from musicgen_desktop.services import Services

_SMALLEST = (720, 480)
_FIRST_SIZE = (1180, 780)
_STEP_S = 5.0
_TOOLS = ("roll_dice", "show_history", "show_presets", "show_details")


class MainWindow(QMainWindow):
    """The window.

    Args:
        services: The collaborators.
        queue: The jobs.
        player: The playback.
        wish: What the form and the details show.
        theme: The look.

    Signals:
        shown: The window is on the screen for the first time.
        closed: The window was closed: the program ends.
    """

    shown = Signal()
    closed = Signal()

    def __init__(
        self,
        services: Services,
        queue: JobQueue,
        player: Player,
        wish: LiveWish,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("MusicGen Desktop"))
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(*_SMALLEST)
        self.services = services
        self.player = player
        self.wish = wish
        self.theme = theme
        self.state = WindowState(services.paths.state_file)
        self.actions_by_name = Actions(self)
        self._was_shown = False
        self._build(queue)
        self.news = JobNews(services, queue, player, self.messages, self)
        self.submission = Submission(services, queue, wish, self)
        self._connect(queue)
        self._restore()
        self.update_page()

    @Slot()
    def update_page(self) -> None:
        """Shows the purpose cards while the library is empty, then the library."""
        has_tracks = bool(self.services.library.search())
        self.pages.setCurrentWidget(self.library_view if has_tracks else self.cards)
        self.player_bar.setVisible(has_tracks)

    # -- building ----------------------------------------------------------------------------

    def _build(self, queue: JobQueue) -> None:
        central = QWidget(self)
        self.form = PromptForm(self.wish, registry.infos(), central)
        self.job_list = JobList(queue, central)
        self.cards = PurposeCards(central)
        self.library_view = LibraryView(self.services, self.player, central)
        self.details = DetailsPanel(self.wish, central)
        self.messages = MessageBar(central)
        self.player_bar = PlayerBar(self.player, self.services.library, central)
        self.player_bar.setObjectName("playerBar")
        self.pages = QStackedWidget(central)
        self.pages.addWidget(self.cards)
        self.pages.addWidget(self.library_view)
        self._split = self._build_split(central)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        column.addWidget(self._split, 1)
        column.addWidget(self.player_bar)
        self.setCentralWidget(central)
        self._add_tools()

    def _build_split(self, central: QWidget) -> QSplitter:
        left = QWidget(central)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(GRID_PX * 2, GRID_PX, GRID_PX * 2, GRID_PX)
        line.addWidget(self.messages)
        column.addWidget(self.job_list)
        column.addWidget(self.pages, 1)
        column.addLayout(line)
        split = QSplitter(Qt.Orientation.Horizontal, central)
        split.setAccessibleName(self.tr("Width of the details"))
        split.addWidget(left)
        split.addWidget(self.details)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        return split

    def _add_tools(self) -> None:
        self.tools: dict[str, IconButton] = {}
        for name in _TOOLS:
            self.tools[name] = IconButton.for_action(self.actions_by_name[name], self.form)
            self.form.add_tool(self.tools[name])
        more = IconButton("more", self.tr("Menu"), self.form)
        more.setMenu(self.actions_by_name.menu(more))
        more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.form.add_tool(more)

    def _connect(self, queue: JobQueue) -> None:
        self.form.generate_wanted.connect(self.submission.submit)
        self.form.left.connect(self.focus_list)
        self.form.nothing_wished.connect(self._on_nothing_wished)
        self.cards.prompt_chosen.connect(self._on_card_chosen)
        self.submission.submitted.connect(self.news.on_submitted)
        self.submission.failed.connect(self.on_trouble)
        self.library_view.settings_requested.connect(self.submission.use_settings_of)
        self.library_view.make_again_requested.connect(self.submission.make_again)
        self.library_view.more_like_requested.connect(self.submission.more_like)
        self.library_view.message_posted.connect(self._on_message)
        self.player.playback_failed.connect(self.on_trouble)
        self.theme.changed.connect(self._on_theme_changed)
        queue.job_finished.connect(self.update_page)

    def _restore(self) -> None:
        geometry = self.state.geometry
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*_FIRST_SIZE)
        self.wish.set_takes(self.services.settings.takes)
        self.actions_by_name["show_details"].setChecked(self.state.flag("window/details", False))
        self.details.setVisible(self.actions_by_name["show_details"].isChecked())

    # -- reacting ----------------------------------------------------------------------------

    @Slot()
    def focus_list(self) -> None:
        """Goes from the words to the list, or to the cards while there is none."""
        page = self.pages.currentWidget()
        target = self.cards.cards[0] if page is self.cards else self.library_view
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_terms(self, terms: Terms) -> None:
        """Offers what the lexicon has, now that it is loaded."""
        self.form.chips.set_terms(terms)
        self.details.set_terms(terms)
        self.wish.set_ready()

    @Slot()
    def _on_nothing_wished(self) -> None:
        self.messages.say(
            self.tr("Say what it should sound like first."),
            self.tr("A few words will do: “calm piano, 1 minute”. The dice has examples."),
        )

    @Slot(str)
    def _on_card_chosen(self, prompt: str) -> None:
        self.wish.replace_prompt(prompt)
        self.form.submit()

    @Slot(str, str)
    def on_trouble(self, message: str, hint: str) -> None:
        """Tells an expected error."""
        self.messages.say(message, hint, "error")

    @Slot(str, str)
    def _on_message(self, text: str, hint: str) -> None:
        self.messages.say(text, hint)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.actions_by_name.tint(self.palette())

    # -- Qt ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Transport keys that nothing in the window wanted for itself."""
        keys = {Qt.Key.Key_Left: -_STEP_S, Qt.Key.Key_Right: _STEP_S}
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and self.player.track_id:
            if event.key() == Qt.Key.Key_Space:
                self.player.toggle()
                return
            if event.key() in keys:
                self.player.seek(max(0.0, self.player.position_s + keys[Qt.Key(event.key())]))
                return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Says once that the window is there."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.form.edit.setFocus()
            self.shown.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers how the window was left."""
        self.state.geometry = self.saveGeometry()
        self.state.set_flag("window/details", self.actions_by_name["show_details"].isChecked())
        self.state.save()
        super().closeEvent(event)
        self.closed.emit()
