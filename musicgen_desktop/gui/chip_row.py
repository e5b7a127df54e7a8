# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chips of a prompt, in lines: heard and set first, then assumed, then what can't be done.

Not for: the meaning of a chip (see wish).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from musicgen_desktop.gui import focus_order
from musicgen_desktop.gui.chip import ChipWidget
from musicgen_desktop.gui.flow_layout import FlowLayout
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.prompt.explain import Chip

_LINE_PX = 30
_GAP_PX = 6
_MOST_LINES = 3
_SPARE_CHIPS = 12
_WIDEST_IGNORED_PX = 320
_BLANK = Chip("text", "", "", "", "assumed")


class ChipRow(QWidget):
    """Shows chips; widgets are used again from one reading to the next, so that nothing flickers.

    Signals:
        chosen: (chip, value) an alternative was taken.
        left_out: (chip) the chip is to be left out.
        pin_toggled: (chip, on) the chip is to be kept for the next prompt or not.
        lines_changed: Other chips are shown; more or fewer lines may be needed.
    """

    chosen = Signal(object, object)
    left_out = Signal(object)
    pin_toggled = Signal(object, bool)
    lines_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, tab_after: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tab_after = tab_after
        self.setAccessibleName(self.tr("How your words were understood"))
        self._widgets: list[ChipWidget] = []
        self._used = 0
        self._terms = Terms()
        # chips are made ahead, one at a time, so that the first reading shows without a hitch
        self._spare_timer = QTimer(self)
        self._spare_timer.setInterval(0)
        self._spare_timer.timeout.connect(self._make_spare)
        self._layout = FlowLayout(self, gap_px=_GAP_PX)
        self._assumed = QLabel(self.tr("assumed"), self)
        self._assumed.setProperty("rank", "second")
        self._assumed.setFixedHeight(_LINE_PX)
        self._assumed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._assumed.hide()
        self._ignored = QLabel(self)
        self._ignored.setProperty("rank", "second")
        self._ignored.setTextFormat(Qt.TextFormat.PlainText)
        self._ignored.setToolTip(self.tr("These words change nothing in the music."))
        self._ignored.setFixedHeight(_LINE_PX)
        self._ignored.hide()
        self._hint = QLabel(self)
        self._hint.setProperty("rank", "second")
        self._hint.setFixedHeight(_LINE_PX)
        self._hint.setMinimumWidth(1)
        self._layout.addWidget(self._hint)
        self._layout.addWidget(self._assumed)
        self._layout.addWidget(self._ignored)
        self._layout.keep_with_next(self._assumed)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(_LINE_PX)

    @property
    def widgets(self) -> tuple[ChipWidget, ...]:
        """The chips shown, in order."""
        return tuple(self._widgets[: self._used])

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        return [widget.stop for widget in self._widgets]

    def set_terms(self, terms: Terms) -> None:
        """What the menus of the chips may offer; from now on there will be chips."""
        self._terms = terms
        self._spare_timer.start()

    def show_hint(self, text: str) -> None:
        """Shows a sentence in place of chips."""
        self.show_chips((), ())
        self._hint.setText(text)
        self._hint.show()

    def show_chips(
        self, chips: Sequence[Chip], pinned_kinds: Collection[str], ignored: Sequence[str] = ()
    ) -> None:
        """Shows these chips, and marks the kinds that are kept.

        Args:
            chips: What was understood.
            pinned_kinds: The kinds that are kept for the next prompt.
            ignored: Words that meant nothing here.
        """
        self._hint.hide()
        refused = [c for c in chips if c.state == "refused"]
        doubtful = {(c.kind, c.value) for c in refused if c.text}
        certain = _one_per_place(
            c for c in chips if c.state in ("heard", "set") and (c.kind, c.value) not in doubtful
        )
        assumed = [c for c in chips if c.state == "assumed"]
        ordered = [*certain, *refused, *assumed]
        while len(self._widgets) < len(ordered):
            self._add_widget(ordered[len(self._widgets)])
        for chip, widget in zip(ordered, self._widgets, strict=False):
            widget.show_chip(chip, pinned=chip.kind in pinned_kinds, terms=self._terms)
            widget.show()
        for widget in self._widgets[len(ordered) :]:
            widget.hide()
        self._used = len(ordered)
        self._say_ignored(ignored)
        self._place_label(len(refused) + len(certain), shown=bool(assumed))
        self._layout.invalidate()
        self.updateGeometry()
        self.lines_changed.emit()

    @Slot()
    def _make_spare(self) -> None:
        if len(self._widgets) >= _SPARE_CHIPS:
            self._spare_timer.stop()
            return
        self._add_widget(_BLANK)
        self._widgets[-1].hide()

    def _add_widget(self, chip: Chip) -> None:
        widget = ChipWidget(chip, parent=self)
        widget.chosen.connect(self.chosen)
        widget.left_out.connect(self.left_out)
        widget.pin_toggled.connect(self.pin_toggled)
        self._layout.addWidget(widget)
        before = self._widgets[-1].stop if self._widgets else self._tab_after
        if before is not None:
            focus_order.chain(before, widget.stop)
        self._widgets.append(widget)

    def _say_ignored(self, words: Sequence[str]) -> None:
        """Names the words that weren't used, quietly, after the chips."""
        text = self.tr("not used: {0}").format(", ".join(words))
        elide = Qt.TextElideMode.ElideRight
        self._ignored.setText(self.fontMetrics().elidedText(text, elide, _WIDEST_IGNORED_PX))
        self._ignored.setVisible(bool(words))
        self._layout.removeWidget(self._ignored)
        self._layout.addWidget(self._ignored)

    def _place_label(self, index: int, *, shown: bool) -> None:
        """Sets the word "assumed" before the first chip that is."""
        self._layout.removeWidget(self._assumed)
        self._layout.insert_widget(index + 1, self._assumed)
        self._assumed.setVisible(shown)


class ChipArea(QScrollArea):
    """Shows the lines of a ChipRow: as many as it has, up to three; more are scrolled.

    Args:
        row: The chips.
    """

    def __init__(self, row: ChipRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWidget(row)
        row.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        row.lines_changed.connect(self._fit_height)
        self._fit_height()

    @Slot()
    def _fit_height(self) -> None:
        most = _MOST_LINES * (_LINE_PX + _GAP_PX) - _GAP_PX
        wanted = self._row.heightForWidth(self.viewport().width())
        self.setFixedHeight(max(_LINE_PX, min(most, wanted)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower window may need more lines."""
        super().resizeEvent(event)
        self._fit_height()


def _one_per_place(chips: Iterable[Chip]) -> list[Chip]:
    """Leaves out what the very same words were also heard as: lo-fi is a style and a sound."""
    seen: set[tuple[int, int]] = set()
    kept = []
    for chip in chips:
        place = (chip.start, chip.end)
        if chip.start < 0 or place not in seen:
            kept.append(chip)
            seen.add(place)
    return kept
