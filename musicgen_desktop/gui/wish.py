# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wished for just now: the words, the changed chips, length, takes, seed, engine.

One object that the form and the details panel both show and change. While it changes, it has the
words read again (debounced) and says what was understood. The words themselves are never rewritten.
Not for: making the track (see jobs) or showing anything (see prompt_form, details_panel).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.gui import chip_choice
from musicgen_desktop.gui.seed_draw import SeedDraw
from musicgen_desktop.music.recipe import SEED_LIMIT, TAKES_PER_GROUP

if TYPE_CHECKING:
    from musicgen_desktop.prompt.explain import Chip, PlanResult

DEBOUNCE_MS = 120
MOST_TAKES = TAKES_PER_GROUP
Plan = Callable[..., "PlanResult"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish as it stands at the moment of the click.

    Attributes:
        prompt: As typed.
        overrides: Changed chips and details.
        duration_s: Chosen length, or None for what the words or the genre say.
        takes: 1 to 8.
        seed: Of the first take; take k has seed + k - 1.
        engine: Engine id, or "" for the default one.
    """

    prompt: str
    overrides: dict[str, Any] = field(default_factory=dict)
    duration_s: float | None = None
    takes: int = 1
    seed: int = 0
    engine: str = ""

    @property
    def seeds(self) -> tuple[int, ...]:
        """One seed per take."""
        return tuple((self.seed + k) % SEED_LIMIT for k in range(self.takes))


class LiveWish(QObject):
    """The wish while it is being made up.

    Args:
        plan: Reads a prompt: `plan(prompt, seed=…, duration_s=…, overrides=…)`.

    Attributes:
        seed: Of the next click.

    Signals:
        planned(PlanResult): The words were read anew.
        emptied: There are no words and no settings: nothing to read.
        plan_failed(message, hint): The settings can't be met.
        prompt_replaced(text): Other words were put in from outside the field.
        settings_changed: Takes, seed, lock, engine, length, pins or overrides changed.
    """

    planned = Signal(object)
    emptied = Signal()
    plan_failed = Signal(str, str)
    prompt_replaced = Signal(str)
    settings_changed = Signal()

    def __init__(self, plan: Plan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._prompt = ""
        self._overrides: dict[str, Any] = {}
        self._pinned: set[str] = set()
        self._duration_s: float | None = None
        self._takes = 1
        self.seed = SeedDraw(self)
        self.seed.changed.connect(self._change)
        self._engine = ""
        self._result: PlanResult | None = None
        self._is_ready = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self.read_now)

    # -- asking ------------------------------------------------------------------------------

    @property
    def wish(self) -> Wish:
        """The wish as it stands."""
        return Wish(
            self._prompt.strip(),
            dict(self._overrides),
            self._duration_s,
            self._takes,
            self.seed.value,
            self._engine,
        )

    @property
    def result(self) -> PlanResult | None:
        """What was understood last; None when there is nothing to read."""
        return self._result

    @property
    def pinned(self) -> frozenset[str]:
        """The kinds of chips that are kept for the next prompt."""
        return frozenset(self._pinned)

    @property
    def is_empty(self) -> bool:
        """Whether there are neither words nor settings."""
        return not self._prompt.strip() and not self._overrides

    # -- wishing -----------------------------------------------------------------------------

    @Slot()
    def set_ready(self) -> None:
        """The lexicon is loaded: readings may be made on the spot from now on."""
        self._is_ready = True
        self.read_now()

    def set_prompt(self, text: str) -> None:
        """The words, as they are being typed. Emptying them drops what isn't pinned."""
        if text == self._prompt:
            return
        self._prompt = text
        if not text.strip():
            self._drop_unpinned()
        self._timer.start()

    def replace_prompt(self, text: str) -> None:
        """Another prompt altogether, from outside the field; pinned settings stay."""
        self._drop_unpinned()
        self._prompt = text
        self.prompt_replaced.emit(text)
        self.read_now()

    def apply(
        self,
        prompt: str,
        overrides: Mapping[str, Any],
        duration_s: float | None,
        engine: str | None = None,
    ) -> None:
        """Settings from elsewhere, in place of all there are; nothing is pinned afterwards.

        Args:
            prompt: The words; "" keeps those in the field.
            overrides: What was set by hand.
            duration_s: The chosen length, or None.
            engine: Which engine; None keeps it.
        """
        self._pinned.clear()
        self._overrides = dict(overrides)
        self._duration_s = duration_s
        if engine is not None:
            self._engine = engine
        if prompt:
            self._prompt = prompt
            self.prompt_replaced.emit(prompt)
        self._change()

    @Slot(object, object)
    def choose(self, chip: Chip, value: object) -> None:
        """An alternative of a chip."""
        if chip.kind == "duration" and isinstance(value, float):
            self.set_duration(value)
            return
        self._overrides = chip_choice.chosen(self._overrides, _chips(self._result), chip, value)
        self._change()

    @Slot(object)
    def leave_out(self, chip: Chip) -> None:
        """A chip's cross."""
        self._pinned.discard(chip.kind)
        self._overrides = chip_choice.left_out(self._overrides, _chips(self._result), chip)
        if chip.kind == "duration" and chip.state == "set":
            self._duration_s = None
        self._change()

    @Slot(object, bool)
    def set_pinned(self, chip: Chip, on: bool) -> None:
        """Keeps what a chip says for the next prompt, or doesn't any more."""
        if on:
            self._pinned.add(chip.kind)
            if chip.kind == "duration":
                self._duration_s = float(chip.value)
            self._overrides = chip_choice.kept(self._overrides, _chips(self._result), chip)
        else:
            self._pinned.discard(chip.kind)
        self._change()

    def set_override(self, key: str, value: object | None) -> None:
        """A setting from the details; None gives it back to the words."""
        if value is None:
            self._overrides.pop(key, None)
        else:
            self._overrides[key] = value
        self._change()

    def clear_overrides(self) -> None:
        """Gives everything back to the words."""
        self._overrides.clear()
        self._pinned.clear()
        self._duration_s = None
        self._change()

    @Slot(object)
    def set_duration(self, duration_s: float | None) -> None:
        """The length; None for what the words or the genre say."""
        if duration_s != self._duration_s:
            self._duration_s = duration_s
            self._change()

    def set_takes(self, takes: int) -> None:
        """How many takes a click makes."""
        self._takes = max(1, min(MOST_TAKES, takes))
        self.settings_changed.emit()

    def set_engine(self, engine: str) -> None:
        """Which engine makes it."""
        if engine != self._engine:
            self._engine = engine
            self._change()

    # -- reading -----------------------------------------------------------------------------

    @Slot()
    def read_now(self) -> None:
        """Reads the words on the spot."""
        self._timer.stop()
        if not self._is_ready:
            return
        if self.is_empty:
            self._result = None
            self.emptied.emit()
            return
        try:
            self._result = self._plan(
                self._prompt.strip(),
                seed=self.seed.value,
                duration_s=self._duration_s,
                overrides=dict(self._overrides),
            )
        except MusicGenError as error:
            self._result = None
            self.plan_failed.emit(error.message, error.hint)
            return
        self.planned.emit(self._result)

    @Slot()
    def _change(self) -> None:
        self.settings_changed.emit()
        self.read_now()

    def _drop_unpinned(self) -> None:
        self._overrides = chip_choice.only_kinds(self._overrides, self._pinned)
        if "duration" not in self._pinned:
            self._duration_s = None
        self.settings_changed.emit()


def _chips(result: PlanResult | None) -> tuple[Chip, ...]:
    return () if result is None else tuple(result.chips)
