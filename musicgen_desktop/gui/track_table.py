# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of tracks: selection, mouse, keys, drags.

One column whose rows are painted whole; a table rather than a list, because a list measures all
rows. Not for: what is done with tracks (see track_commands) or how they look (see track_delegate).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from musicgen_desktop.gui import row_layout
from musicgen_desktop.gui.kept_selection import KeptSelection
from musicgen_desktop.gui.row_layout import Part, RowLayout
from musicgen_desktop.gui.track_delegate import Hover, TrackDelegate

if TYPE_CHECKING:
    from musicgen_desktop.gui.track_commands import TrackCommands
    from musicgen_desktop.gui.track_model import TrackModel
    from musicgen_desktop.gui.waveform_shapes import WaveformShapes
    from musicgen_desktop.library.track import Track

_PREPARE_AFTER_MS = 250


class TrackTable(QTableView):
    """The list.

    Args:
        model: Its rows.
        commands: What rows can do.
        shapes: The waveforms.

    Signals:
        menu_wanted(QPoint): The menu for the selection, at this place on the screen.
    """

    menu_wanted = Signal(QPoint)

    def __init__(
        self,
        model: TrackModel,
        commands: TrackCommands,
        shapes: WaveformShapes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tracks = model
        self._commands = commands
        self._shapes = shapes
        self._rows = TrackDelegate(shapes, commands.listening, self)
        self._pressed: tuple[int, Part] = (-1, Part.NOTHING)
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.setInterval(_PREPARE_AFTER_MS)
        self._ahead.timeout.connect(self.prepare_ahead)
        self.setItemDelegate(self._rows)
        self._set_up()
        self.setModel(model)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._selection = KeptSelection(self, model)
        shapes.shape_loaded.connect(self.repaint_track)
        commands.listening.changed.connect(self.repaint_track)
        self.selectionModel().selectionChanged.connect(self._ahead.start)

    def _set_up(self) -> None:
        self.setObjectName("trackTable")
        self.setAccessibleName(self.tr("Tracks"))
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setMouseTracking(True)
        self._fit_rows()

    # -- asking ------------------------------------------------------------------------------

    def selected_tracks(self) -> list[Track]:
        """The selected tracks, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        tracks = [self._tracks.track_at(row) for row in rows]
        return [track for track in tracks if track is not None]

    def parts_of(self, row: int) -> RowLayout:
        """Where the parts of a row are, in the viewport."""
        box = self.visualRect(self._tracks.index(row, 0))
        return row_layout.arrange(box, QFontMetrics(self.font()))

    # -- doing -------------------------------------------------------------------------------

    def close_work(self) -> None:
        """Prepares nothing more; for the end of the program."""
        self._ahead.stop()

    def select_track(self, track_id: str) -> None:
        """Selects one track and scrolls to it."""
        self.select_only(self._tracks.row_of(track_id))

    def select_only(self, row: int) -> None:
        """Selects one row, whatever keys are held (selectRow would toggle it with Ctrl)."""
        if 0 <= row < self._tracks.rowCount():
            index = self._tracks.index(row, 0)
            flag = self.selectionModel().SelectionFlag
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.scrollTo(index)

    @Slot(str)
    def edit_title(self, track_id: str) -> None:
        """Opens the editor in a track's row."""
        row = self._tracks.row_of(track_id)
        if row >= 0:
            self.edit(self._tracks.index(row, 0))

    @Slot(str)
    def repaint_track(self, track_id: str) -> None:
        """Paints a track's row anew."""
        row = self._tracks.row_of(track_id) if track_id else -1
        if row >= 0:
            self.viewport().update(self.visualRect(self._tracks.index(row, 0)))

    @Slot()
    def repaint_wave(self) -> None:
        """Paints the waveform of the loaded track anew: the music went on."""
        row = self._tracks.row_of(self._commands.listening.track_id)
        if row >= 0:
            self.viewport().update(self.parts_of(row).wave)

    @Slot()
    def prepare_ahead(self) -> None:
        """Has the files of the row under the mouse and of the selection made: a drag may come."""
        row = self._rows.hover.row
        hovered = self._tracks.track_at(row) if 0 <= row < self._tracks.rowCount() else None
        tracks = [] if hovered is None else [hovered]
        self._commands.handoff.prepare_ahead([*tracks, *self.selected_tracks()])

    def forget_shape(self, track_id: str) -> None:
        """A track was made anew: its waveform is another one."""
        self._shapes.forget(track_id)
        self._rows.forget_pictures(track_id)

    # -- mouse -------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Lights up what is under the mouse."""
        if event.buttons() == Qt.MouseButton.NoButton:
            self._hover_at(event.position().toPoint())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers which part was pressed; a drag may follow."""
        at = event.position().toPoint()
        row = self.indexAt(at).row()
        self._pressed = (-1, Part.NOTHING)
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self._pressed = (row, self.parts_of(row).part_at(at))
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Does what the pressed part is for."""
        at = event.position().toPoint()
        (row, part), self._pressed = self._pressed, (-1, Part.NOTHING)
        super().mouseReleaseEvent(event)
        if part is not Part.NOTHING and self.indexAt(at).row() == row:
            self._click(row, part, at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Plays a row that is double-clicked beside its buttons."""
        at = event.position().toPoint()
        row = self.indexAt(at).row()
        if row < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        part = self.parts_of(row).part_at(at)
        track = self._tracks.track_at(row)
        if part is Part.NOTHING and track is not None:
            self._commands.listening.play(track.id)
        else:
            self._pressed = (row, part)

    def _click(self, row: int, part: Part, at: QPoint) -> None:
        track = self._tracks.track_at(row)
        if track is None:
            return
        layout = self.parts_of(row)
        if part is Part.PLAY:
            self._commands.listening.toggle(track.id)
        elif part is Part.WAVE:
            self._commands.listening.play(track.id, layout.played_at(at) * track.duration_s)
        elif part is Part.STARS:
            star = layout.star_at(at)
            self._commands.deeds.set_star([track.id], 0 if star == track.star else star)
        elif part is Part.MORE:
            self.menu_wanted.emit(self.viewport().mapToGlobal(layout.more.bottomLeft()))

    def _hover_at(self, at: QPoint) -> None:
        before = self._rows.hover
        row = self.indexAt(at).row()
        part = self.parts_of(row).part_at(at) if row >= 0 else Part.NOTHING
        self._rows.hover = Hover(row, part, at)
        if row != before.row:
            self._repaint_row(before.row)
            self._ahead.start()
        if part in (Part.WAVE, Part.STARS) or (row, part) != (before.row, before.part):
            self._repaint_row(row)
        is_button = part is not Part.NOTHING
        shape = Qt.CursorShape.PointingHandCursor if is_button else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _repaint_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(self.visualRect(self._tracks.index(row, 0)))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        row, self._rows.hover = self._rows.hover.row, Hover()
        self._repaint_row(row)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Shows whole title and prompt over the words of a row."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.indexAt(event.pos()).row()
            track = self._tracks.track_at(row) if row >= 0 else None
            if track is not None and self.parts_of(row).words.contains(event.pos()):
                text = "\n".join(filter(None, (track.display_title, track.prompt)))
                QToolTip.showText(event.globalPos(), text, self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Opens the menu, at the row when it was opened by a key."""
        if not self.selectionModel().hasSelection():
            return
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            box = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(box.center())
        self.menu_wanted.emit(at)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drags the selected tracks out."""
        self._pressed = (-1, Part.NOTHING)
        self._commands.drag(self, self.selected_tracks())

    # -- keys --------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys act on the selection: there is one as soon as they come here."""
        super().focusInEvent(event)
        by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        if not by_mouse and not self.selectionModel().hasSelection():
            self.select_only(max(0, self.currentIndex().row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays; left and right are the window's; letters don't jump around."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        elif plain and event.key() == Qt.Key.Key_Space:
            self._on_space(event)
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
        else:
            super().keyPressEvent(event)

    def _on_space(self, event: QKeyEvent) -> None:
        """Play and pause; with nothing loaded the current row is played."""
        tracks = self.selected_tracks()
        if self._commands.listening.track_id or not tracks:
            event.ignore()
        else:
            self._commands.listening.play(tracks[0].id)

    def _on_enter(self) -> None:
        """Plays the row, unless the key ended the editing of a title."""
        tracks = self.selected_tracks()
        if len(tracks) == 1 and self.state() != QAbstractItemView.State.EditingState:
            self._commands.listening.toggle(tracks[0].id)

    def keyboardSearch(self, _text: str) -> None:
        """Nothing: it would read the whole library; there is a search field."""

    # -- size --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Waveforms of another width are drawn anew."""
        if event.size().width() != event.oldSize().width():
            self._rows.forget_pictures()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the look and the text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_rows"):
            self._rows.forget_pictures()

    def _fit_rows(self) -> None:
        height = row_layout.row_height(QFontMetrics(self.font()))
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)
            self.verticalScrollBar().setSingleStep(height // 2)
