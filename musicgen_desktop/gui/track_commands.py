# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what was asked for selected tracks, wherever they were selected.

Not for: menus and keys (see track_actions).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from musicgen_desktop.gui import drag_out, export_dialog, export_formats
from musicgen_desktop.gui.export_dialog import ExportDialog
from musicgen_desktop.gui.exporting import Exporting
from musicgen_desktop.gui.handoff import Handoff
from musicgen_desktop.gui.listening import Listening
from musicgen_desktop.gui.message_bar import Message
from musicgen_desktop.gui.reveal import Reveal
from musicgen_desktop.gui.track_deeds import TrackDeeds
from musicgen_desktop.library.track import Presence

if TYPE_CHECKING:
    from musicgen_desktop.generation.export import Exporter
    from musicgen_desktop.gui.track_actions import TrackActions
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.playback.player import Player
    from musicgen_desktop.services import Services


class TrackCommands(QObject):
    """The parts that act on tracks, and the way to them.

    Args:
        services: Library and settings.
        player: Plays.
        exporter: Makes files.
        window: Owner of dialogs.

    Signals:
        settings_requested(track_id), make_again_requested(track_id), more_like_requested(track_id).
        like_requested(track_id, closeness): New music that keeps so much of a track.
        change_requested(track_id, Wanted), offers_requested(track_id): See changing.
        offers_found(track_id, Offers | None): The answer, passed on to menus.
        rename_requested(track_id): The place that shows it opens an editor.
        message_posted(Message): Something to tell.
    """

    settings_requested = Signal(str)
    make_again_requested = Signal(str)
    more_like_requested = Signal(str)
    like_requested = Signal(str, float)
    change_requested = Signal(str, object)
    offers_requested = Signal(str)
    offers_found = Signal(str, object)
    rename_requested = Signal(str)
    message_posted = Signal(object)

    def __init__(
        self, services: Services, player: Player, exporter: Exporter, window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self.deeds = TrackDeeds(services.library, player, self)
        self.listening = Listening(services, player, self.deeds, self)
        self.handoff = Handoff(services, exporter, self)
        self.exporting = Exporting(services, exporter, self)
        self._reveal = Reveal(self)
        self._folder: Path | None = None
        self.deeds.posted.connect(self.message_posted)
        self.exporting.posted.connect(self.message_posted)
        self.listening.failed.connect(self._on_failed)
        self.listening.missed.connect(self._on_missed)
        self.handoff.failed.connect(self._on_failed)
        self._handlers: dict[str, Callable[[list[Track]], None]] = {
            "play": lambda t: self.listening.toggle(t[0].id),
            "make_again": lambda t: self.make_again_requested.emit(t[0].id),
            "more_like": lambda t: self.more_like_requested.emit(t[0].id),
            "use_settings": lambda t: self.settings_requested.emit(t[0].id),
            "rename": lambda t: self.rename_requested.emit(t[0].id),
            "reveal": lambda t: self._reveal.show(t[0].path),
            "keep": self.toggle_kept,
            "save_as": self.save_as,
            "copy_file": self.copy_files,
            "copy_prompt": self.copy_prompt,
            "delete": lambda t: self.deeds.delete(_ids(t)),
        }

    def serve(self, actions: TrackActions) -> None:
        """Does what these actions ask for."""
        actions.wanted.connect(self.do)
        actions.star_wanted.connect(self._on_star_wanted)
        actions.format_wanted.connect(self._on_format_wanted)
        actions.like_wanted.connect(self.like_requested)
        actions.change_wanted.connect(self.change_requested)
        actions.offers_wanted.connect(self.offers_requested)
        self.offers_found.connect(actions.offers_found)

    def close(self) -> None:
        """Finishes what is being written, gives up what is being made."""
        self.handoff.close()
        self.exporting.close()
        self.deeds.close()

    @Slot(str, list)
    def do(self, name: str, tracks: list[Track]) -> None:
        """Does the action of that name with tracks."""
        self._handlers[name](tracks)

    def toggle_kept(self, tracks: Sequence[Track]) -> None:
        """Keeps tracks, or no longer where all of them are kept."""
        self.deeds.set_kept(_ids(tracks), not all(track.kept for track in tracks))

    # -- files -------------------------------------------------------------------------------

    def copy_files(self, tracks: Sequence[Track]) -> None:
        """Puts the files on the clipboard, in the format of the switch."""
        if self.handoff.files(tracks) is None:
            label = self.handoff.format.upper()
            self.message_posted.emit(Message(self.tr("Making the {0} file…").format(label)))
        self.handoff.deliver(tracks, partial(self._on_files_ready, list(tracks)))

    def _on_files_ready(self, tracks: Sequence[Track], files: list[Path]) -> None:
        mime = drag_out.files_mime(files, for_clipboard=True)
        QGuiApplication.clipboard().setMimeData(mime)
        self.deeds.mark_in_use(_ids(tracks))
        if len(files) == 1:
            text = self.tr("Copied “{0}”.").format(files[0].name)
        else:
            text = self.tr("Copied {0} files.").format(len(files))
        hint = self.tr("Paste it into a folder, a chat or your editor.")
        self.message_posted.emit(Message(text, hint, "done"))

    def copy_prompt(self, tracks: Sequence[Track]) -> None:
        """Puts the words of a track on the clipboard."""
        QGuiApplication.clipboard().setText(tracks[0].prompt)
        self.message_posted.emit(Message(self.tr("Copied the prompt."), kind="done"))

    def drag(self, source: QWidget, tracks: Sequence[Track]) -> None:
        """Drags tracks out of a widget, or says that their files are still being made."""
        if not tracks:
            return
        label = self.handoff.format.upper()
        files = self.handoff.files(tracks)
        if files is None:
            self.handoff.deliver(tracks, lambda _: None)
            self.message_posted.emit(Message(drag_out.hint_while_preparing(label)))
        elif drag_out.drag(source, files, tracks[0].display_title, label):
            self.deeds.mark_in_use(_ids(tracks))

    # -- saving ------------------------------------------------------------------------------

    def save_as(self, tracks: Sequence[Track], fmt: str = "mp3") -> None:
        """Asks where to save tracks."""
        formats = {each.id: each for each in export_formats.FORMATS}
        folder = self._folder or export_dialog.first_folder()
        dialog = ExportDialog(tracks, formats[fmt], folder, self._window)
        dialog.chosen.connect(partial(self._on_target_chosen, list(tracks)))
        dialog.open()

    def _on_target_chosen(self, tracks: Sequence[Track], targets: list[Path], fmt: str) -> None:
        self._folder = targets[0].parent
        self.exporting.save(tracks, targets, fmt)

    # -- reacting ----------------------------------------------------------------------------

    @Slot(int, list)
    def _on_star_wanted(self, stars: int, tracks: list[Track]) -> None:
        self.deeds.set_star(_ids(tracks), stars)

    @Slot(str, list)
    def _on_format_wanted(self, fmt: str, tracks: list[Track]) -> None:
        self.save_as(tracks, fmt)

    @Slot(object)
    def _on_missed(self, track: Track) -> None:
        again = partial(self.make_again_requested.emit, track.id)
        trouble = self.tr("The file of “{0}” is missing.")
        if track.presence is Presence.DAMAGED:
            trouble = self.tr("The sound of “{0}” is damaged.")
        self.message_posted.emit(
            Message(
                trouble.format(track.display_title),
                self.tr("The same track can be made again from its settings."),
                "warning",
                ((self.tr("Make it again"), again),),
            )
        )

    @Slot(str, str)
    def _on_failed(self, message: str, hint: str) -> None:
        self.message_posted.emit(Message(message, hint, "error"))


def _ids(tracks: Sequence[Track]) -> list[str]:
    return [track.id for track in tracks]
