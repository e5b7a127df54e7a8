# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to jobs: Generate, "use these settings again", "make it again", "more like this".

Not for: the form (see prompt_form) or the work (see jobs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from musicgen_desktop import services as collaborators
from musicgen_desktop.engines import registry
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation import replay
from musicgen_desktop.gui import spoken
from musicgen_desktop.gui.wish import LiveWish, Wish
from musicgen_desktop.music.recipe import Recipe, fresh_seed

if TYPE_CHECKING:
    from musicgen_desktop.jobs.job_queue import JobQueue
    from musicgen_desktop.services import Services

_LONGEST_TITLE = 60
_USUAL_CLOSENESS = 0.5


class Submission(QObject):
    """Queues what is wished for.

    Signals:
        submitted(prompt, takes): Jobs were queued.
        failed(message, hint): Nothing was queued.
        settings_loaded(title, note): A track's settings are in the form again; the note says what
            is different from then, or is empty.
        noted(message, hint): Something to know about what was queued.
    """

    submitted = Signal(str, int)
    failed = Signal(str, str)
    settings_loaded = Signal(str, str)
    noted = Signal(str, str)

    def __init__(
        self, services: Services, queue: JobQueue, wish: LiveWish, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._queue = queue
        self._wish = wish

    @Slot(object)
    def submit(self, wish: Wish) -> None:
        """Queues one job per take."""
        try:
            recipes = collaborators.recipes_for(
                wish.prompt,
                seed=wish.seed,
                count=wish.takes,
                duration_s=wish.duration_s,
                overrides=wish.overrides,
                engine=wish.engine or registry.DEFAULT_ENGINE,
            )
            # the form may not have read the words yet: the title is found here, not there
            read = collaborators.read_prompt(wish.prompt, seed=wish.seed)
            self._queue.submit(recipes, read.title or self.tr("Untitled"))
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
            return
        self._wish.seed.on_submitted()
        self.submitted.emit(wish.prompt, wish.takes)

    @Slot(str)
    def use_settings_of(self, track_id: str) -> None:
        """Puts a track's words and settings back into the form."""
        try:
            recipe = self._services.library.recipe(track_id)
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
            return
        self._load(recipe, self._title_of(track_id, recipe.prompt))

    @Slot(object)
    def use_settings(self, recipe: Recipe) -> None:
        """Puts the words and settings of a recipe, from a file, back into the form."""
        self._load(recipe, recipe.prompt[:_LONGEST_TITLE] or self.tr("Untitled"))

    @Slot(str)
    def make_again(self, track_id: str) -> None:
        """Queues the very same recipe, for a track whose file is missing."""
        try:
            recipe = self._services.library.recipe(track_id)
            track = self._services.library.track(track_id)
            if track is None:
                return
            self._queue.make_again(track, replay.as_made_now(recipe))
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
            return
        if note := self._difference(recipe):
            self.noted.emit(self.tr("Making “{0}” again.").format(track.title), note)
        self.submitted.emit(recipe.prompt, 1)

    @Slot(str)
    def more_like(self, track_id: str) -> None:
        """Queues new music in the manner of a track, as many takes as the form says."""
        self.more_or_less_like(track_id, _USUAL_CLOSENESS)

    @Slot(str, float)
    def more_or_less_like(self, track_id: str, closeness: float) -> None:
        """The same, but it says how much is kept of the track, from 0 to 1."""
        takes = self._wish.wish.takes
        try:
            recipe = self._services.library.recipe(track_id)
            recipes = collaborators.more_like(recipe, track_id, fresh_seed(), takes, closeness)
            self._queue.submit(recipes, self._title_of(track_id, recipe.prompt))
        except MusicGenError as error:
            self.failed.emit(error.message, error.hint)
            return
        self.submitted.emit(recipe.prompt, takes)

    def _load(self, recipe: Recipe, title: str) -> None:
        """Words, settings and length of a recipe; the seed is a new one."""
        overrides = dict(recipe.overrides)
        duration_s = overrides.pop("duration_s", None)
        engine = recipe.engine if _is_here(recipe.engine) else registry.DEFAULT_ENGINE
        self._wish.apply(recipe.prompt, overrides, duration_s, engine)
        self.settings_loaded.emit(title, self._difference(recipe))

    def _difference(self, recipe: Recipe) -> str:
        """Why a recipe will sound different now, in one sentence, or ""."""
        if not _is_here(recipe.engine):
            default = registry.info(registry.DEFAULT_ENGINE).name
            text = self.tr("It was made by “{0}”, which isn’t here: {1} will make it differently.")
            return text.format(recipe.engine[:_LONGEST_TITLE], default)
        found = replay.difference(recipe)
        return "" if found is None else spoken.plain(found.text)

    def _title_of(self, track_id: str, prompt: str) -> str:
        track = self._services.library.track(track_id)
        return track.title if track is not None else prompt[:_LONGEST_TITLE]


def _is_here(engine: str) -> bool:
    return any(info.id == engine for info in registry.infos())
