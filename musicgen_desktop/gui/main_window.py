# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: form, jobs, library, details and player, put together.

Not for: what the parts do; each has a module of its own. What the actions do is in window_actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.engines import registry
from musicgen_desktop.generation.export import Exporter
from musicgen_desktop.gui import focus_order, icons
from musicgen_desktop.gui.actions import Actions
from musicgen_desktop.gui.changing import Changing
from musicgen_desktop.gui.details_panel import DetailsPanel
from musicgen_desktop.gui.early_listening import EarlyListening
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.job_list import JobList
from musicgen_desktop.gui.job_news import JobNews
from musicgen_desktop.gui.leave_taking import LeaveTaking
from musicgen_desktop.gui.library_view import LibraryView
from musicgen_desktop.gui.message_bar import MessageBar
from musicgen_desktop.gui.player_bar import PlayerBar
from musicgen_desktop.gui.prompt_form import PromptForm
from musicgen_desktop.gui.purpose_cards import PurposeCards
from musicgen_desktop.gui.recipe_drop import RecipeDrop
from musicgen_desktop.gui.state import WindowState
from musicgen_desktop.gui.submission import Submission
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.track_commands import TrackCommands
from musicgen_desktop.gui.volume import FIRST_PERCENT
from musicgen_desktop.gui.wish import LiveWish

if TYPE_CHECKING:
    from musicgen_desktop.gui.theme import Theme
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.playback.player import Player
    from musicgen_desktop.services import Services

_SMALLEST = (720, 480)
_FIRST_SIZE = (1180, 780)
_LOW_PX = 680
_LEAST_PAGE_PX = 112
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
        self.drops = RecipeDrop(self)
        self._build(queue)
        self.news = JobNews(services, queue, self.commands.listening, self.messages, self)
        self.early = EarlyListening(services, queue, player, self.commands.deeds, self)
        self.submission = Submission(services, queue, wish, self)
        self.changing = Changing(services, queue, wish, self)
        self._leaving = LeaveTaking(self.commands.exporting, self.messages, self)
        self._leaving.close_wanted.connect(self.close)
        self._connect(queue)
        self._restore()
        self.update_page()

    def close_work(self) -> None:
        """Finishes what the parts do in the background; for the end of the program."""
        self.library_view.close_work()
        self.player_bar.close_work()
        self.changing.close()
        self.commands.close()

    @Slot()
    def update_page(self) -> None:
        """Shows the purpose cards while the library is empty, then the library."""
        has_tracks = self.library_view.has_tracks
        leaves_card = has_tracks and self.focusWidget() in self.cards.cards
        self.pages.setCurrentWidget(self.library_view if has_tracks else self.cards)
        self.player_bar.setVisible(has_tracks)
        if leaves_card:
            self.focus_list()

    # -- building ----------------------------------------------------------------------------

    def _build(self, queue: JobQueue) -> None:
        central = QWidget(self)
        self.form = PromptForm(self.wish, registry.infos(), central)
        self.cards = PurposeCards(central)
        services = self.services
        exporter = Exporter(
            services.library,
            services.producer,
            services.paths,
            lambda: services.settings.handoff_cap_mb * 1_000_000,
        )
        self.commands = TrackCommands(services, self.player, exporter, self)
        self.library_view = LibraryView(services, self.player, self.commands, central)
        self.job_list = JobList(
            queue, services.library, self.commands, self.library_view.shapes, central
        )
        self.details = DetailsPanel(self.wish, central)
        self.messages = MessageBar(central)
        self.player_bar = PlayerBar(self.player, services.library, central)
        self.pages = QStackedWidget(central)
        self.pages.setMinimumHeight(_LEAST_PAGE_PX)  # pages scroll; the words can't
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
        self.job_list.share(left)
        column.addWidget(self.job_list)
        column.addWidget(self.pages, 1)
        column.addWidget(self.messages)
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
        more.open_on_press(self.actions_by_name.menu(more))
        self.form.add_tool(more)
        self.tools["menu"] = more
        focus_order.chain(
            *self.form.stops,
            *self.tools.values(),
            self.job_list.clear,
            *self.library_view.stops,
            *self.player_bar.stops,
        )

    def _connect(self, queue: JobQueue) -> None:
        self.form.generate_wanted.connect(self.submission.submit)
        self.form.left.connect(self.focus_list)
        self.form.nothing_wished.connect(self._on_nothing_wished)
        self.cards.prompt_chosen.connect(self._on_card_chosen)
        self.submission.submitted.connect(self.news.on_submitted)
        self.submission.failed.connect(self.on_trouble)
        self.submission.noted.connect(self.messages.say)
        self.drops.recipe_dropped.connect(self.submission.use_settings)
        self.drops.failed.connect(self.on_trouble)
        self.submission.settings_loaded.connect(self._on_settings_loaded)
        self._connect_tracks(queue)
        self._connect_changing()
        self.player.playback_failed.connect(self.on_trouble)
        self.theme.changed.connect(self._on_theme_changed)

    def _connect_tracks(self, queue: JobQueue) -> None:
        self.commands.settings_requested.connect(self.submission.use_settings_of)
        self.commands.make_again_requested.connect(self.submission.make_again)
        self.commands.more_like_requested.connect(self.submission.more_like)
        self.commands.message_posted.connect(self.messages.post)
        self.commands.deeds.changed.connect(self.player_bar.on_tracks_changed)
        self.commands.deeds.returned.connect(self.update_page)
        self.commands.deeds.deleted.connect(self.update_page)
        self.player_bar.next_wanted.connect(self.library_view.play_next)
        self.player_bar.previous_wanted.connect(self.library_view.play_previous)
        queue.job_finished.connect(self.library_view.on_track_made)
        queue.job_finished.connect(self.update_page)

    def _connect_changing(self) -> None:
        self.commands.like_requested.connect(self.submission.more_or_less_like)
        self.commands.offers_requested.connect(self.changing.find_offers)
        self.commands.change_requested.connect(self.changing.change)
        self.changing.offers_found.connect(self.commands.offers_found)
        self.changing.submitted.connect(self.news.on_submitted)
        self.changing.failed.connect(self.on_trouble)
        self.changing.noted.connect(self.messages.say)

    def _restore(self) -> None:
        geometry = self.state.geometry
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(*_FIRST_SIZE)
        self.player_bar.volume.set_percent(self.state.number("player/volume", FIRST_PERCENT))
        self.wish.set_takes(self.services.settings.takes)
        with_details = self.state.flag("window/details", False)
        self.actions_by_name["show_details"].setChecked(with_details)
        self.details.setVisible(with_details)
        self.form.show_all_chips(with_details)

    # -- reacting ----------------------------------------------------------------------------

    @Slot()
    def focus_list(self) -> None:
        """Goes from the words to the list, or to the cards while there is none."""
        if self.pages.currentWidget() is self.cards:
            self.cards.cards[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.library_view.focus_list()

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

    @Slot(str, str)
    def _on_settings_loaded(self, title: str, note: str) -> None:
        self.messages.say(
            self.tr("The settings of “{0}” are in the form.").format(title),
            note or self.tr("Change what you like; the next track gets a new seed."),
        )
        self.form.edit.setFocus()

    @Slot(str)
    def _on_card_chosen(self, prompt: str) -> None:
        self.wish.replace_prompt(prompt)
        self.form.submit()

    @Slot(str, str)
    def on_trouble(self, message: str, hint: str) -> None:
        """Tells an expected error."""
        self.messages.say(message, hint, "error")

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the list goes before air."""
        super().resizeEvent(event)
        is_low = event.size().height() < _LOW_PX
        self.form.set_compact(is_low)
        self.player_bar.set_compact(is_low)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers how the window was left; what is being saved is finished first."""
        if not self._leaving.may_leave():
            event.ignore()
            return
        self.state.geometry = self.saveGeometry()
        self.state.set_flag("window/details", self.actions_by_name["show_details"].isChecked())
        self.state.set_number("player/volume", self.player_bar.volume.percent)
        self.state.save()
        super().closeEvent(event)
        self.closed.emit()
