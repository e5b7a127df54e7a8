# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The details: everything a musician may want to set by hand, beside the list.

Shows a LiveWish and changes its overrides; what isn't set says what the words led to. Not for:
length and takes (see prompt_form).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.key_picker import KeyPicker
from musicgen_desktop.gui.number_field import NumberField
from musicgen_desktop.gui.seed_edit import SeedEdit
from musicgen_desktop.gui.term_picker import TermPicker
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.gui.wish import LiveWish

if TYPE_CHECKING:
    from musicgen_desktop.prompt.explain import PlanResult

WIDTH_PX = 304
SLOWEST_BPM = 40
FASTEST_BPM = 220
METRES = ("4/4", "3/4", "6/8", "12/8", "5/4", "7/8")


class DetailsPanel(QFrame):
    """The panel.

    Signals:
        close_wanted: The panel's cross was pressed.
    """

    close_wanted = Signal()

    def __init__(self, wish: LiveWish, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("Details"))
        self.setMinimumWidth(WIDTH_PX)
        self.setMaximumWidth(WIDTH_PX * 2)
        self._wish = wish
        self._terms = Terms()
        self._build()
        self._connect()
        self._show_overrides()

    def set_terms(self, terms: Terms) -> None:
        """Offers what the lexicon has."""
        self._terms = terms
        self._genre.clear()
        self._genre.addItem(self.tr("auto"), None)
        for term in terms.genres:
            self._genre.addItem(term.name, term.id)
        self._moods.set_terms(terms.moods)
        self._instruments.set_terms(terms.instruments)
        self._excluded.set_terms(terms.excludable)
        self._show_overrides()

    # -- following the wish ------------------------------------------------------------------

    @Slot(object)
    def _on_planned(self, result: PlanResult) -> None:
        self._show(result)

    @Slot()
    def _show_overrides(self) -> None:
        self._show(self._wish.result)

    def _show(self, result: PlanResult | None) -> None:
        overrides = self._wish.wish.overrides
        plan = result.plan if result is not None else None
        genre = self._name_of(plan.genre) if plan else ""
        self._show_choice(self._genre, overrides.get("genre"), genre)
        self._show_choice(self._metre, overrides.get("metre"), plan.metre if plan else "")
        self._show_choice(self._energy, overrides.get("energy"), "")
        self._bpm.setSpecialValueText(
            self.tr("auto · {0}").format(f"{plan.felt_bpm:.0f}") if plan else self.tr("auto")
        )
        if not self._bpm.hasFocus():
            self._bpm.setValue(round(float(overrides.get("bpm", SLOWEST_BPM - 1))))
        self._key.show_key(overrides.get("key"), (plan.key, plan.mode) if plan else None)
        self._moods.show_chosen(_as_list(overrides.get("mood", plan.moods if plan else ())))
        named = plan.instruments if plan else ()
        self._instruments.show_chosen(_as_list(overrides.get("instruments", named)))
        self._excluded.show_chosen(
            _as_list(overrides.get("exclude", plan.excluded if plan else ()))
        )
        self._seed.show_seed(self._wish.seed.value, locked=self._wish.seed.is_locked)
        self._reset.setEnabled(bool(overrides) or self._wish.wish.duration_s is not None)

    def _show_choice(self, box: QComboBox, value: object, planned: str) -> None:
        box.setItemText(0, self.tr("auto · {0}").format(planned) if planned else self.tr("auto"))
        box.setCurrentIndex(max(0, box.findData(value)) if value is not None else 0)

    def _name_of(self, genre: str) -> str:
        for term in self._terms.genres:
            if term.id == genre:
                return term.name
        return ""

    # -- changing the wish -------------------------------------------------------------------

    @Slot(int)
    def _on_choice_activated(self, index: int) -> None:
        box = self.sender()
        keys = {self._genre: "genre", self._metre: "metre", self._energy: "energy"}
        if isinstance(box, QComboBox):
            self._wish.set_override(keys[box], box.itemData(index))

    @Slot()
    def _on_bpm_edited(self) -> None:
        value = self._bpm.value()
        wanted = float(value) if value >= SLOWEST_BPM else None
        if wanted != self._wish.wish.overrides.get("bpm"):
            self._wish.set_override("bpm", wanted)

    @Slot(object)
    def _on_key_chosen(self, key: str | None) -> None:
        self._wish.set_override("key", key)

    @Slot(object)
    def _on_moods_chosen(self, ids: list[str]) -> None:
        self._wish.set_override("mood", ids)

    @Slot(object)
    def _on_instruments_chosen(self, ids: list[str]) -> None:
        self._wish.set_override("instruments", ids)

    @Slot(object)
    def _on_excluded_chosen(self, ids: list[str]) -> None:
        self._wish.set_override("exclude", ids)

    @Slot()
    def _on_reset_clicked(self) -> None:
        self._wish.clear_overrides()

    # -- building ----------------------------------------------------------------------------

    def _connect(self) -> None:
        for box in (self._genre, self._metre, self._energy):
            box.activated.connect(self._on_choice_activated)
        self._bpm.editingFinished.connect(self._on_bpm_edited)
        self._key.key_chosen.connect(self._on_key_chosen)
        self._moods.terms_chosen.connect(self._on_moods_chosen)
        self._instruments.terms_chosen.connect(self._on_instruments_chosen)
        self._excluded.terms_chosen.connect(self._on_excluded_chosen)
        self._seed.seed_typed.connect(self._wish.seed.choose)
        self._seed.lock_toggled.connect(self._wish.seed.lock)
        self._seed.draw_wanted.connect(self._wish.seed.draw)
        self._reset.clicked.connect(self._on_reset_clicked)
        self._close.clicked.connect(self.close_wanted)
        self._wish.planned.connect(self._on_planned)
        self._wish.emptied.connect(self._show_overrides)
        self._wish.settings_changed.connect(self._show_overrides)

    def _build(self) -> None:
        self._make_fields()
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(GRID_PX * 2, 0, GRID_PX * 2, GRID_PX * 2)
        column.setSpacing(GRID_PX // 2)
        rows = (
            (self.tr("Style"), self._genre),
            (self.tr("Moods"), self._moods),
            (self.tr("Instruments"), self._instruments),
            (self.tr("Left out"), self._excluded),
            (self.tr("Tempo (beats per minute)"), self._bpm),
            (self.tr("Key"), self._key),
            (self.tr("Metre"), self._metre),
            (self.tr("Energy"), self._energy),
            (self.tr("Seed"), self._seed),
        )
        for words, widget in rows:
            label = QLabel(words, page)
            label.setProperty("rank", "second")
            column.addWidget(label)
            column.addWidget(widget)
            column.addSpacing(GRID_PX)
        column.addStretch()
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        page.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, GRID_PX, 0, 0)
        outer.addLayout(self._build_head())
        outer.addWidget(area, 1)

    def _build_head(self) -> QHBoxLayout:
        title = QLabel(self.tr("Details"), self)
        title.setProperty("rank", "heading")
        self._reset = QPushButton(self.tr("Back to the words"), self)
        self._reset.setProperty("flat", True)
        self._reset.setToolTip(self.tr("Forget what was set by hand"))
        self._close = IconButton("close", self.tr("Close the details"), self)
        head = QHBoxLayout()
        head.setContentsMargins(GRID_PX * 2, 0, GRID_PX, 0)
        head.addWidget(title, 1)
        head.addWidget(self._reset)
        head.addWidget(self._close)
        return head

    def _make_fields(self) -> None:
        self._genre = _box(self.tr("Style"))
        self._moods = TermPicker(self.tr("Moods"), self.tr("Add a mood"), self)
        self._instruments = TermPicker(self.tr("Instruments"), self.tr("Add an instrument"), self)
        self._excluded = TermPicker(self.tr("Left out"), self.tr("Leave out an instrument"), self)
        self._bpm = NumberField(SLOWEST_BPM - 1, FASTEST_BPM, self)
        self._bpm.setAccessibleName(self.tr("Tempo in beats per minute"))
        self._bpm.setValue(SLOWEST_BPM - 1)
        self._key = KeyPicker(self)
        self._metre = _box(self.tr("Metre"))
        for metre in METRES:
            self._metre.addItem(metre, metre)
        self._energy = _box(self.tr("Energy"))
        for value, words in (
            (0.25, self.tr("calm")),
            (0.5, self.tr("medium")),
            (0.75, self.tr("lively")),
            (1.0, self.tr("all out")),
        ):
            self._energy.addItem(words, value)
        self._seed = SeedEdit(self)


def _box(name: str) -> QComboBox:
    """A list whose first entry leaves the choice to the words."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setAccessibleDescription(name)  # Qt gives what is chosen as the name here
    box.addItem("auto", None)
    return box


def _as_list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return list(value)
