# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long, how many, by which engine: the small controls beside the chips.

Shows a LiveWish and changes it. Not for: what it should sound like (see prompt_form).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from musicgen_desktop.gui.duration_edit import DurationEdit
from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.gui.wish import MOST_TAKES, LiveWish

if TYPE_CHECKING:
    from musicgen_desktop.engines.base import EngineInfo
    from musicgen_desktop.prompt.explain import PlanResult

_TAKES_WIDTH_PX = 64


class MakeControls(QWidget):
    """Length, takes, and the engine where there is a choice."""

    def __init__(
        self, wish: LiveWish, engines: Sequence[EngineInfo] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._wish = wish
        self._build(engines)
        self.duration.duration_chosen.connect(wish.set_duration)
        self.takes.activated.connect(self._on_takes_activated)
        self.engine.activated.connect(self._on_engine_activated)
        wish.planned.connect(self._on_planned)
        wish.emptied.connect(self._on_emptied)
        wish.settings_changed.connect(self._on_settings_changed)
        self._on_emptied()
        self._on_settings_changed()

    @Slot(object)
    def _on_planned(self, result: PlanResult) -> None:
        self.duration.show_duration(self._wish.wish.duration_s, result.plan.duration_s)

    @Slot()
    def _on_emptied(self) -> None:
        self.duration.show_duration(self._wish.wish.duration_s, None)

    @Slot()
    def _on_settings_changed(self) -> None:
        wish = self._wish.wish
        self.takes.setCurrentIndex(wish.takes - 1)
        index = self.engine.findData(wish.engine)
        if index >= 0:
            self.engine.setCurrentIndex(index)

    @Slot(int)
    def _on_takes_activated(self, index: int) -> None:
        self._wish.set_takes(index + 1)

    @Slot(int)
    def _on_engine_activated(self, index: int) -> None:
        self._wish.set_engine(self.engine.itemData(index))

    def _build(self, engines: Sequence[EngineInfo]) -> None:
        self.duration = DurationEdit(self)
        self.takes = QComboBox(self)
        self.takes.setAccessibleName(self.tr("Takes per click"))
        self.takes.setAccessibleDescription(self.tr("Takes per click"))
        self.takes.setToolTip(self.tr("How many takes a click makes"))
        for number in range(1, MOST_TAKES + 1):
            self.takes.addItem(f"×{number}", number)
        self.takes.setFixedWidth(_TAKES_WIDTH_PX)
        self.engine = QComboBox(self)
        self.engine.setAccessibleName(self.tr("Engine"))
        self.engine.setAccessibleDescription(self.tr("Engine"))
        for info in engines:
            self.engine.addItem(info.name, info.id)
        self.engine.setVisible(len(engines) > 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        for widget in (self.engine, self.duration, self.takes):
            row.addWidget(widget)
