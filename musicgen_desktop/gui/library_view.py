# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library: search line, list, what to say when the list is empty.

Not for: the parts themselves (see library_bar, track_table) or what is done with tracks (see
track_commands).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from musicgen_desktop.gui.empty_page import EmptyPage
from musicgen_desktop.gui.exporting import ExportLine
from musicgen_desktop.gui.library_bar import LibraryBar
from musicgen_desktop.gui.track_actions import TrackActions
from musicgen_desktop.gui.track_model import Query, TrackModel
from musicgen_desktop.gui.track_table import TrackTable
from musicgen_desktop.gui.waveform_shapes import WaveformShapes

if TYPE_CHECKING:
    from musicgen_desktop.gui.track_commands import TrackCommands
    from musicgen_desktop.playback.player import Player
    from musicgen_desktop.services import Services

_RESTART_AFTER_S = 3.0
_CLOSE_WAIT_MS = 500


class LibraryView(QWidget):
    """The library.

    Args:
        services: The library and the settings.
        player: What plays.
        commands: What can be done with tracks.

    Signals:
        settings_changed(Settings): The format switch is a setting.
    """

    settings_changed = Signal(object)

    def __init__(
        self,
        services: Services,
        player: Player,
        commands: TrackCommands,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._player = player
        self._commands = commands
        self.shapes = WaveformShapes(services.library, self)
        self.model = TrackModel(services.library, self)
        self.bar = LibraryBar(services.settings.drag_format, self)
        self.table = TrackTable(self.model, commands, self.shapes, self)
        self.track_actions = TrackActions(self.table, self.table.selected_tracks)
        commands.serve(self.track_actions)
        self._build()
        self._connect()
        self._show_page()

    def close_work(self) -> None:
        """Loads no more waveforms; for the end of the program."""
        self.table.close_work()
        self.shapes.close(_CLOSE_WAIT_MS)

    # -- showing -----------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Looks again at the library."""
        self.model.refresh()
        self._show_page()

    @property
    def has_tracks(self) -> bool:
        """Whether the library holds anything, shown or not."""
        if self.model.rowCount():
            return True
        return self.model.query.is_filter and bool(self._services.library.search())

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        bar = self.bar
        return [bar.search, bar.stars, bar.order, *bar.formats.buttons(), self.table]

    @Slot(str)
    def on_track_made(self, track_id: str) -> None:
        """A track is new, or was made again."""
        self.table.forget_shape(track_id)
        self.model.update_tracks([track_id])
        self._show_page()

    @Slot()
    def focus_search(self) -> None:
        """Goes to the search field."""
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    @Slot()
    def focus_list(self) -> None:
        """Goes to the list, and selects something where nothing is."""
        self.table.setFocus()
        if self.model.rowCount() and not self.table.selectionModel().hasSelection():
            self.table.select_only(max(0, self.table.currentIndex().row()))

    # -- next and previous -------------------------------------------------------------------

    @Slot()
    def play_next(self) -> None:
        """Plays the track below the loaded one."""
        self._play_row(self.model.row_of(self._player.track_id) + 1)

    @Slot()
    def play_previous(self) -> None:
        """Goes back to the start of the loaded track, or to the one above it."""
        row = self.model.row_of(self._player.track_id)
        if self._player.position_s > _RESTART_AFTER_S or row == 0:
            self._player.seek(0.0)
        else:
            self._play_row(max(0, row - 1))

    def _play_row(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            track_id = self.model.ids[row]
            self.table.select_track(track_id)
            self._commands.listening.play(track_id)

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._nothing = EmptyPage("search", self)
        self._nothing.clicked.connect(self.bar.show_all)
        self._pages = QStackedWidget(self)
        self._pages.setMinimumHeight(1)  # what doesn't fit is scrolled
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(ExportLine(self._commands.exporting, self))
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        deeds = self._commands.deeds
        self.bar.query_changed.connect(self._on_query_changed)
        self.bar.drag_format_chosen.connect(self._on_drag_format_chosen)
        self.bar.left.connect(self.focus_list)
        self.table.menu_wanted.connect(self._on_menu_wanted)
        self.model.title_edited.connect(deeds.rename)
        self._commands.rename_requested.connect(self.table.edit_title)
        self._commands.listening.progressed.connect(self.table.repaint_wave)
        deeds.changed.connect(self.model.update_tracks)
        deeds.deleted.connect(self._on_deleted)
        deeds.returned.connect(self._on_returned)

    def _show_page(self) -> None:
        if self.model.rowCount():
            self._pages.setCurrentWidget(self.table)
            return
        if self.model.query.is_filter:
            words = self.model.query.text.strip()
            title = self.tr("No track matches “{0}”.").format(words)
            if not words:
                title = self.tr("No track has that many stars yet.")
            hint = self.tr("Every word may be the beginning of a title, prompt, genre or mood.")
            self._nothing.say(title, hint, self.tr("Show all tracks"))
        else:
            self._nothing.say(
                self.tr("Your tracks will be listed here."),
                self.tr("Say what it should sound like, above, and press Ctrl+Enter."),
            )
        self._pages.setCurrentWidget(self._nothing)

    # -- reacting ----------------------------------------------------------------------------

    @Slot(object)
    def _on_query_changed(self, query: Query) -> None:
        self.model.set_query(query)
        self.table.scrollToTop()
        self._show_page()

    @Slot(str)
    def _on_drag_format_chosen(self, name: str) -> None:
        self.settings_changed.emit(replace(self._services.settings, drag_format=name))
        self.table.prepare_ahead()

    @Slot(QPoint)
    def _on_menu_wanted(self, at: QPoint) -> None:
        self.track_actions.menu(self.table).popup(at)

    @Slot(list)
    def _on_deleted(self, _ids: list[str]) -> None:
        row = self.table.currentIndex().row()
        self.refresh()
        self.table.select_only(max(0, min(row, self.model.rowCount() - 1)))

    @Slot(list)
    def _on_returned(self, ids: list[str]) -> None:
        self.refresh()
        if ids:
            self.table.select_track(ids[0])
