# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes one thing in a track: finds out what there is to change, and queues the changed takes.

A piece is composed for both, which takes a moment, so it happens off the window's thread. Not for:
the menu (see change_menu), or what a change does (see generation.changes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation import replay
from musicgen_desktop.gui import spoken
from musicgen_desktop.gui.background import Background
from musicgen_desktop.gui.change_menu import Wanted
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.music.edit import Edit, Regenerate
from musicgen_desktop.music.recipe import SEED_LIMIT, Recipe, fresh_seed

if TYPE_CHECKING:
    from musicgen_desktop.generation.change_offers import Offers
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.library.track import Track
    from musicgen_desktop.services import Services

_CLOSE_WAIT_MS = 2000


class Changing(QObject):
    """Changes tracks, one after the other.

    Args:
        services: The library.
        queue: Takes the changed ones.
        wish: Says how many takes are wanted where notes are made anew.

    Signals:
        offers_found(track_id, Offers | None): What can be changed; None where nothing can.
        submitted(title, takes): Changed takes were queued.
        failed(message, hint): Nothing was queued.
        noted(message, hint): Something to know about what was queued.
    """

    offers_found = Signal(str, object)
    submitted = Signal(str, int)
    failed = Signal(str, str)
    noted = Signal(str, str)

    def __init__(
        self, services: Services, queue: JobQueue, wish: LiveWish, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._queue = queue
        self._wish = wish
        self._background = Background(1, self)
        self._last: tuple[Recipe, Offers] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being found out or changed."""
        return self._background.is_idle

    def close(self) -> None:
        """Queues nothing more; for the end of the program."""
        self._background.close(_CLOSE_WAIT_MS)

    @Slot(str)
    def find_offers(self, track_id: str) -> None:
        """Finds out what can be changed of a track; tells it by `offers_found`."""
        recipe = self._recipe(track_id)
        if recipe is None:
            self.offers_found.emit(track_id, None)
        elif self._last is not None and self._last[0] == recipe:
            self.offers_found.emit(track_id, self._last[1])
        else:
            self._background.start(
                partial(_offers, recipe),
                partial(self._on_offers, track_id, recipe),
                partial(self._on_no_offers, track_id),
            )

    @Slot(str, object)
    def change(self, track_id: str, wanted: Wanted) -> None:
        """Queues a track with something changed; several takes where the notes are new."""
        recipe = self._recipe(track_id)
        track = self._services.library.track(track_id)
        if recipe is None or track is None:
            return
        is_new = any(isinstance(edit, Regenerate) for edit in wanted.edits)
        takes = self._wish.wish.takes if is_new else 1
        self._background.start(
            partial(_changed, recipe, track, wanted, takes),
            partial(self._on_changed, recipe),
            self._on_failed,
        )

    # -- reacting ----------------------------------------------------------------------------

    def _recipe(self, track_id: str) -> Recipe | None:
        try:
            return self._services.library.recipe(track_id)
        except MusicGenError as error:
            self._on_failed(error)
            return None

    def _on_offers(self, track_id: str, recipe: Recipe, offers: Offers) -> None:
        self._last = (recipe, offers)
        self.offers_found.emit(track_id, offers)

    def _on_no_offers(self, track_id: str, error: MusicGenError) -> None:
        self.offers_found.emit(track_id, None)
        self._on_failed(error)

    def _on_changed(self, before: Recipe, made: tuple[list[Recipe], str]) -> None:
        recipes, new_title = made
        try:
            self._queue.submit(recipes, new_title)
        except MusicGenError as error:
            self._on_failed(error)
            return
        if (found := replay.difference(before)) is not None:
            text = self.tr("Making “{0}”.").format(new_title)
            self.noted.emit(text, spoken.plain(found.text))
        self.submitted.emit(new_title, len(recipes))

    def _on_failed(self, error: MusicGenError) -> None:
        self.failed.emit(error.message, error.hint)


# What composes is imported where it is used: the window starts without it.


def _offers(recipe: Recipe) -> Offers:
    """On the pool thread."""
    from musicgen_desktop.generation import change_offers
    from musicgen_desktop.prompt import planner

    return change_offers.offers(recipe, planner.lexicon())


def _changed(recipe: Recipe, track: Track, wanted: Wanted, takes: int) -> tuple[list[Recipe], str]:
    """On the pool thread: the changed recipes and their title."""
    from musicgen_desktop.generation import changes

    first = fresh_seed()
    edits = [_edits(recipe, wanted, (first + number) % SEED_LIMIT) for number in range(takes)]
    made = [replay.as_made_now(changes.changed(recipe, track.id, each)) for each in edits]
    return made, changes.retitled(track.title, wanted.label)


def _edits(recipe: Recipe, wanted: Wanted, seed: int) -> Sequence[Edit]:
    from musicgen_desktop.generation import change_words
    from musicgen_desktop.prompt import planner

    part, choice = wanted.player
    if wanted.word:
        return change_words.for_word(recipe, wanted.word)
    if part:
        return [change_words.for_instrument(part, choice, planner.lexicon())]
    return [replace(e, seed=seed) if isinstance(e, Regenerate) else e for e in wanted.edits]
