# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to tracks of the library: stars, keeping, titles, deleting, with Undo.

Writing waits for the disk, so it happens on a thread of its own, in order. Not for: files for
other programs (see handoff and exporting) or which keys and menus lead here (see track_menu).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from musicgen_desktop.gui.background import Background
from musicgen_desktop.gui.message_bar import Message

if TYPE_CHECKING:
    from musicgen_desktop.errors import MusicGenError
    from musicgen_desktop.library.library import Library
    from musicgen_desktop.library.track import Deletion, Track
    from musicgen_desktop.playback.player import Player

_CLOSE_WAIT_MS = 3000


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Takes that were still to be made when another one was chosen.

    Attributes:
        count: How many.
        wish_again: For Undo.
    """

    count: int
    wish_again: Callable[[], None]


NOTHING_GIVEN_UP = GivenUp(0, lambda: None)


class TrackDeeds(QObject):
    """Changes tracks.

    Args:
        library: Whose.
        player: Lets go of files before they move.

    Signals:
        changed(ids): Facts of these tracks are others now.
        deleted(ids), returned(ids): They left the library, or came back by Undo.
        posted(Message): Something to tell, maybe with an Undo.
    """

    changed = Signal(list)
    deleted = Signal(list)
    returned = Signal(list)
    posted = Signal(object)

    def __init__(self, library: Library, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._player = player
        self._writer = Background(1, self)

    @property
    def is_idle(self) -> bool:
        """Whether everything asked for is done."""
        return self._writer.is_idle

    def close(self) -> None:
        """Finishes what is being written."""
        self._writer.close(_CLOSE_WAIT_MS)

    # -- marks -------------------------------------------------------------------------------

    def set_star(self, ids: Sequence[str], star: int) -> None:
        """Gives tracks 0 to 5 stars."""
        self._mark(ids, partial(self._library.set_star, ids, star))

    def set_kept(self, ids: Sequence[str], kept: bool) -> None:
        """Marks tracks as kept, or not."""
        self._mark(ids, partial(self._library.set_kept, ids, kept))

    def mark_heard(self, ids: Sequence[str]) -> None:
        """Notes that tracks were listened to."""
        self._mark(ids, partial(self._library.mark_heard, ids))

    def mark_in_use(self, ids: Sequence[str]) -> None:
        """Notes that other programs may use the files."""
        self._mark(ids, partial(self._library.mark_in_use, ids))

    def _mark(self, ids: Sequence[str], work: partial[None]) -> None:
        if ids:
            self._writer.start(work, lambda _: self.changed.emit(list(ids)), self._tell)

    # -- titles ------------------------------------------------------------------------------

    def rename(self, track_id: str, title: str) -> None:
        """Gives a track another title, in its tags and file name too."""
        self._release([track_id])
        self._writer.start(
            partial(self._library.rename, track_id, title), self._on_renamed, self._tell
        )

    def _on_renamed(self, track: Track) -> None:
        self.changed.emit([track.id])
        if track.in_use_elsewhere:
            self.posted.emit(
                Message(
                    self.tr("“{0}” has its new title here.").format(track.title),
                    self.tr("Another program uses the file, so its name stays as it was."),
                )
            )

    # -- deleting ----------------------------------------------------------------------------

    def delete(self, ids: Sequence[str]) -> None:
        """Moves tracks to the library's trash; Undo is offered."""
        if ids:
            self._release(ids)
            self._writer.start(
                partial(self._library.delete, list(ids)), self._on_deleted, self._tell
            )

    def keep_only(
        self, kept_id: str, other_ids: Sequence[str], given_up: GivenUp = NOTHING_GIVEN_UP
    ) -> None:
        """Keeps one take and deletes the others of its click; one Undo takes it all back.

        Args:
            kept_id: The take that stays.
            other_ids: Those that are finished.
            given_up: Those that weren't, and how Undo wishes for them again.
        """
        self._release(other_ids)

        def work() -> tuple[Deletion, bool]:
            kept = self._library.track(kept_id)
            was_kept = kept is not None and kept.kept
            deletion = self._library.delete(list(other_ids))
            self._library.set_kept([kept_id], True)
            return deletion, was_kept

        self._writer.start(work, partial(self._on_kept_only, kept_id, given_up), self._tell)

    def undo(self, deletion: Deletion, kept_id: str = "") -> None:
        """Brings deleted tracks back."""

        def work() -> list[str]:
            if kept_id:
                self._library.set_kept([kept_id], False)
            return self._library.undo(deletion)

        self._writer.start(work, partial(self._on_returned, kept_id), self._tell)

    def _on_deleted(self, deletion: Deletion) -> None:
        self.deleted.emit(list(deletion.ids))
        if len(deletion.files) == 1:
            text = self.tr("“{0}” is deleted.").format(deletion.files[0].title)
        else:
            text = self.tr("{0} tracks are deleted.").format(len(deletion.files))
        self.posted.emit(self._undoable(text, deletion))

    def _on_kept_only(self, kept_id: str, given_up: GivenUp, result: tuple[Deletion, bool]) -> None:
        deletion, was_kept = result
        self.changed.emit([kept_id])
        self.deleted.emit(list(deletion.ids))
        count = len(deletion.files) + given_up.count
        if count == 0:
            self.posted.emit(Message(self.tr("This take is kept."), kind="done"))
            return
        if count == 1:
            text = self.tr("This take is kept, the other one discarded.")
        else:
            text = self.tr("This take is kept, the other {0} discarded.").format(count)
        unkept_id = "" if was_kept else kept_id
        self.posted.emit(self._undoable(text, deletion, unkept_id, given_up))

    def _undoable(
        self,
        text: str,
        deletion: Deletion,
        kept_id: str = "",
        given_up: GivenUp = NOTHING_GIVEN_UP,
    ) -> Message:
        hint = ""
        if deletion.in_use:
            hint = self.tr("Another program may be using a file of these. Undo puts it back.")

        def take_back() -> None:
            given_up.wish_again()
            self.undo(deletion, kept_id)

        undo = (self.tr("Undo"), take_back)
        return Message(text, hint, "warning" if deletion.in_use else "info", (undo,))

    def _on_returned(self, kept_id: str, ids: list[str]) -> None:
        self.returned.emit(ids)
        if kept_id:
            self.changed.emit([kept_id])

    # -- inside ------------------------------------------------------------------------------

    def _release(self, ids: Sequence[str]) -> None:
        for track in self._library.tracks(ids):
            self._player.release_file(track.path)

    def _tell(self, error: MusicGenError) -> None:
        self.posted.emit(Message(error.message, error.hint, "error"))
