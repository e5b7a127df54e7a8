# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The top of the window: the words, how they were understood, length and takes, Generate.

Shows a LiveWish and changes it. Not for: reading the words (see wish) or making the track (see
jobs).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.gui import spoken
from musicgen_desktop.gui.chip_row import ChipArea, ChipRow
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.make_controls import MakeControls
from musicgen_desktop.gui.prompt_edit import PromptEdit
from musicgen_desktop.gui.theme import GRID_PX
from musicgen_desktop.gui.wish import LiveWish

if TYPE_CHECKING:
    from musicgen_desktop.engines.base import EngineInfo
    from musicgen_desktop.prompt.explain import Chip, PlanResult

QUIET_KINDS = frozenset({"key", "metre", "swing", "mode", "duration"})
_WIDEST_PX = 1400
_MOST_REFUSALS = 3
_MUSICAL = frozenset({"key", "metre", "mode"})
"""Chips for musicians: shown when the prompt itself is musical, or the details are open."""


class PromptForm(QFrame):
    """The form.

    Signals:
        generate_wanted(Wish): Generate was pressed and there is something to make.
        nothing_wished: Generate was pressed with nothing to make.
        left: Escape was pressed in the words.
        earlier_wanted, later_wanted: Up or Down at the edge of the words.
    """

    generate_wanted = Signal(object)
    nothing_wished = Signal()
    left = Signal()
    earlier_wanted = Signal()
    later_wanted = Signal()

    def __init__(
        self, wish: LiveWish, engines: Sequence[EngineInfo] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("barTop")
        self._wish = wish
        self._shows_all_chips = False
        self._build(engines)
        self._connect()
        self._on_emptied()
        self._on_settings_changed()

    @property
    def edit(self) -> PromptEdit:
        """The field for the words."""
        return self._edit

    @property
    def chips(self) -> ChipRow:
        """The chips."""
        return self._chips

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        controls = (self._controls.engine, self._controls.duration, self._controls.takes)
        return [self._edit, self._generate, *self._chips.stops, *controls]

    def focus_words(self) -> None:
        """Puts the cursor into the words, all of them selected."""
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def show_all_chips(self, on: bool) -> None:
        """Shows the musicians' chips too, or only when the prompt is musical."""
        self._shows_all_chips = on
        if self._wish.result is not None:
            self._on_planned(self._wish.result)

    @Slot()
    def submit(self) -> None:
        """The same as a press on Generate."""
        if not self._wish.is_empty:
            self._wish.read_now()
        else:
            self._edit.setFocus()
            self.nothing_wished.emit()
            return
        self.generate_wanted.emit(self._wish.wish)

    # -- following the wish ------------------------------------------------------------------

    @Slot(object)
    def _on_planned(self, result: PlanResult) -> None:
        chips = result.chips if self._shows_all_chips else _without_quiet(result.chips)
        self._chips.show_chips(chips, self._wish.pinned, result.ignored)
        self._show_refusals(result)

    @Slot()
    def _on_emptied(self) -> None:
        self.refusals.hide()
        self._chips.show_hint(
            self.tr("A mood, a style, some instruments, a tempo: any of it will do.")
        )

    @Slot(str, str)
    def _on_plan_failed(self, message: str, hint: str) -> None:
        self.refusals.hide()
        self._chips.show_hint(spoken.plain(f"{message} {hint}".strip()))

    def _show_refusals(self, result: PlanResult) -> None:
        """Says in whole sentences why something can't be done."""
        told = dict.fromkeys((chip.label, chip.why) for chip in result.refused if chip.why)
        texts = [f"“{label}”: {spoken.plain(why)}." for label, why in told]
        more = len(texts) - _MOST_REFUSALS
        if more > 0:
            texts[_MOST_REFUSALS:] = [self.tr("And {0} more.").format(more)]
        self.refusals.setText(" ".join(texts))
        self.refusals.setVisible(bool(texts))

    @Slot(str)
    def _on_prompt_replaced(self, text: str) -> None:
        if text != self._edit.text():
            self._edit.set_text(text)

    @Slot()
    def _on_settings_changed(self) -> None:
        wish = self._wish.wish
        many = wish.takes > 1
        self._generate.setAccessibleDescription(
            self.tr("Makes {0} takes (Ctrl+Enter)").format(wish.takes)
            if many
            else self.tr("Makes a track (Ctrl+Enter)")
        )

    # -- changing the wish -------------------------------------------------------------------

    @Slot()
    def _on_text_changed(self) -> None:
        self._wish.set_prompt(self._edit.text())

    # -- building ----------------------------------------------------------------------------

    def _connect(self) -> None:
        self._edit.textChanged.connect(self._on_text_changed)
        self._edit.submitted.connect(self.submit)
        self._edit.left.connect(self.left)
        self._edit.earlier_wanted.connect(self.earlier_wanted)
        self._edit.later_wanted.connect(self.later_wanted)
        self._generate.clicked.connect(self.submit)
        self._chips.chosen.connect(self._wish.choose)
        self._chips.left_out.connect(self._wish.leave_out)
        self._chips.pin_toggled.connect(self._wish.set_pinned)
        self._wish.planned.connect(self._on_planned)
        self._wish.emptied.connect(self._on_emptied)
        self._wish.plan_failed.connect(self._on_plan_failed)
        self._wish.prompt_replaced.connect(self._on_prompt_replaced)
        self._wish.settings_changed.connect(self._on_settings_changed)

    def _build(self, engines: Sequence[EngineInfo]) -> None:
        self._edit = PromptEdit(self)
        self._edit.installEventFilter(self)
        title = QLabel(self.tr("What should it sound like?"), self)
        title.setProperty("rank", "title")
        title.setBuddy(self._edit)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addLayout(self._tools)
        self._generate = QPushButton(self.tr("Generate"), self)
        self._generate.setProperty("primary", True)
        self._generate.setAccessibleName(self.tr("Generate"))
        self._generate.setToolTip(self.tr("Make it (Ctrl+Enter)"))
        self._generate.setMinimumWidth(136)
        self._generate.setCursor(Qt.CursorShape.PointingHandCursor)
        self._chips = ChipRow(self, tab_after=self._generate)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID_PX * 2)
        grid.setVerticalSpacing(GRID_PX)
        grid.addWidget(self._build_frame(), 0, 0)
        grid.addWidget(self._generate, 0, 1)
        grid.addLayout(self._build_bottom(engines), 1, 0, 1, 2)
        self.refusals = QLabel(self)
        self.refusals.setProperty("rank", "second")
        self.refusals.setTextFormat(Qt.TextFormat.PlainText)
        self.refusals.setWordWrap(True)
        self.refusals.hide()
        grid.addWidget(self.refusals, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX * 3, GRID_PX * 2, GRID_PX * 3, GRID_PX * 2)
        column.setSpacing(GRID_PX)
        column.addLayout(head)
        column.addLayout(_held_together(grid, self))

    def _build_frame(self) -> QFrame:
        self._frame = QFrame(self)
        self._frame.setObjectName("promptFrame")
        inner = QHBoxLayout(self._frame)
        inner.setContentsMargins(12, 7, 12, 7)
        inner.addWidget(self._edit)
        self._generate.setFixedHeight(self._edit.height() + 16)
        return self._frame

    def _build_bottom(self, engines: Sequence[EngineInfo]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(ChipArea(self._chips, self), 1, Qt.AlignmentFlag.AlignTop)
        self._controls = MakeControls(self._wish, engines, self)
        row.addWidget(self._controls, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def set_compact(self, on: bool) -> None:
        """Less air above and below, for a low window."""
        above = GRID_PX if on else GRID_PX * 2
        if (row := self.layout()) is not None:
            row.setContentsMargins(GRID_PX * 3, above, GRID_PX * 3, above)

    def add_tool(self, button: IconButton) -> None:
        """Puts a button into the line above the words."""
        self._tools.addWidget(button)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame around the words shows the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self._frame.style().polish(self._frame)
        return super().eventFilter(watched, event)


def _without_quiet(chips: Sequence[Chip]) -> list[Chip]:
    """Leaves out what is assumed in musicians' terms, unless the words are a musician's."""
    musical = any(c.kind in _MUSICAL and c.state == "heard" for c in chips)
    return [c for c in chips if musical or c.state != "assumed" or c.kind not in QUIET_KINDS]


def _held_together(grid: QGridLayout, parent: QWidget) -> QHBoxLayout:
    """Holds lines to a width that can be read; in a very wide window they end before it."""
    holder = QWidget(parent)
    holder.setMaximumWidth(_WIDEST_PX)
    holder.setLayout(grid)
    grid.setContentsMargins(0, 0, 0, 0)
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addWidget(holder, 1000)
    row.addStretch(1)
    return row
