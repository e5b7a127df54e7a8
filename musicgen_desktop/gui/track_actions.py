# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with selected tracks: words, keys and menu, for the list and for takes alike.

Not for: the doing that writes (see track_deeds), files for others (see handoff, exporting).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QWidget

from musicgen_desktop.engines import registry
from musicgen_desktop.gui import icons
from musicgen_desktop.gui.change_menu import ChangeMenu, LikeMenu, tempo
from musicgen_desktop.gui.tempo_dialog import TempoDialog
from musicgen_desktop.library.track import Presence

if TYPE_CHECKING:
    from musicgen_desktop.generation.change_offers import Offers
    from musicgen_desktop.library.track import Track

_CONTEXT = "TrackActions"
STARS = 5


@dataclass(frozen=True, slots=True)
class Spec:
    """One action.

    Attributes:
        name: Of the action. text: English words, after a tab a key that the widget handles itself
            (Enter also ends the editing of a title). icon: its drawing. keys: shortcuts.
        needs_one: Only for a single track.
        needs: "" or the presence that all tracks must have: file, missing.
    """

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    needs_one: bool = False
    needs: str = ""


SPECS = (
    Spec("play", "Play\tEnter", "play", needs_one=True, needs="file"),
    Spec("make_again", "Make it again", "retry", ("Ctrl+Shift+M",), needs_one=True),
    Spec("more_like", "More like this", "takes", ("Ctrl+M",), needs_one=True),
    Spec("use_settings", "Use these settings again", "details", ("Ctrl+U",), needs_one=True),
    Spec("keep", "Keep", "heart", ("K",)),
    Spec("rename", "Rename", "pencil", ("F2",), needs_one=True),
    Spec("save_as", "Save as…", "export", ("Ctrl+S",), needs="file"),
    Spec("copy_file", "Copy file", "copy", ("Ctrl+C",), needs="file"),
    Spec("copy_prompt", "Copy prompt", "note", ("Ctrl+Shift+C",), needs_one=True),
    Spec("reveal", "Show in folder", "folder", ("Ctrl+Shift+F",), needs_one=True, needs="file"),
    Spec("delete", "Delete", "trash", ("Del",)),
)
_GROUPS = (
    ("play", "make_again"),
    ("more_like", "LIKE", "CHANGE", "use_settings"),
    ("keep", "STARS", "rename"),
    ("save_as", "copy_file", "copy_prompt", "reveal"),
    ("delete",),
)


class TrackActions(QObject):
    """The actions on the tracks that a widget has selected.

    Args:
        widget: The keys work while it, or something in it, has the focus.
        selected: The selected tracks.
        without: Names of actions that make no sense there.

    Signals:
        wanted(name, tracks): The user wants this action done.
        star_wanted(stars, tracks): The user gives stars.
        format_wanted(format, tracks): The user saves in this format.
        like_wanted(track_id, closeness): The user wants new music that keeps so much of a track.
        change_wanted(track_id, Wanted): The user wants one thing changed.
        offers_wanted(track_id): It is to be found out what can be changed of a track.
        offers_found(track_id, Offers | None): Sent by who found out; open menus listen to it.
    """

    wanted = Signal(str, list)
    star_wanted = Signal(int, list)
    format_wanted = Signal(str, list)
    like_wanted = Signal(str, float)
    change_wanted = Signal(str, object)
    offers_wanted = Signal(str)
    offers_found = Signal(str, object)

    def __init__(
        self,
        widget: QWidget,
        selected: Callable[[], Sequence[Track]],
        without: Sequence[str] = (),
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._selected = selected
        self._actions: dict[str, QAction] = {}
        self._stars: list[QAction] = []
        for spec in SPECS:
            if spec.name not in without:
                action = self._make(_tr(spec.text), spec.keys)
                action.triggered.connect(partial(self._trigger, spec.name))
                self._actions[spec.name] = action
        for number in range(STARS + 1):
            action = self._make(star_text(number), (str(number),))
            action.triggered.connect(partial(self._give_stars, number))
            self._stars.append(action)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    @property
    def star_actions(self) -> Sequence[QAction]:
        """Those for 0 to 5 stars."""
        return self._stars

    def menu(self, parent: QWidget, extra: Sequence[QAction] = ()) -> QMenu:
        """A menu for what is selected now.

        Args:
            parent: Its owner.
            extra: Actions of the place it is opened at, shown first.
        """
        tracks = list(self._selected())
        self._update(tracks)
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action in extra:
            menu.addAction(action)
        for names in _GROUPS:
            if not menu.isEmpty():
                menu.addSeparator()
            for name in names:
                self._add(menu, name, tracks)
        return menu

    # -- inside ------------------------------------------------------------------------------

    def _add(self, menu: QMenu, name: str, tracks: Sequence[Track]) -> None:
        if name == "STARS":
            self._add_stars(menu)
        elif name == "LIKE":
            self._add_like(menu, tracks)
        elif name == "CHANGE":
            self._add_change(menu, tracks)
        elif name == "save_as" and name in self._actions and len(tracks) > 1:
            self._add_formats(menu, tracks)
        elif name in self._actions and self._actions[name].isVisible():
            menu.addAction(self._actions[name])

    def _add_stars(self, menu: QMenu) -> None:
        stars = menu.addMenu(_tr("Stars"))
        stars.setIcon(self._icon("star"))
        for action in reversed(self._stars):
            stars.addAction(action)

    def _add_like(self, menu: QMenu, tracks: Sequence[Track]) -> None:
        if _is_changeable(tracks):
            like = LikeMenu(tracks[0].id, menu)
            like.setIcon(self._icon("takes"))
            like.chosen.connect(self.like_wanted)
            menu.addMenu(like)

    def _add_change(self, menu: QMenu, tracks: Sequence[Track]) -> None:
        """Only the Composer knows the notes of its tracks, and so can change one thing."""
        if _is_changeable(tracks):
            change = ChangeMenu(tracks[0].id, menu)
            change.setIcon(self._icon("settings"))
            change.offers_wanted.connect(self.offers_wanted)
            change.chosen.connect(self.change_wanted)
            change.tempo_asked.connect(self._on_tempo_asked)
            self.offers_found.connect(change.show_offers)
            menu.addMenu(change)

    @Slot(str, object)
    def _on_tempo_asked(self, track_id: str, offers: Offers) -> None:
        def choose(bpm: int) -> None:
            if bpm != offers.bpm:
                self.change_wanted.emit(track_id, tempo(bpm))

        dialog = TempoDialog(offers.bpm, offers.bpm_range, self._widget.window())
        dialog.intValueSelected.connect(choose)
        dialog.open()

    def _add_formats(self, menu: QMenu, tracks: Sequence[Track]) -> None:
        """Several tracks go into one folder, so the format is chosen here."""
        from musicgen_desktop.gui import export_formats

        formats = menu.addMenu(_tr("Save {0} tracks as").format(len(tracks)))
        formats.setIcon(self._icon("export"))
        formats.setEnabled(self._actions["save_as"].isEnabled())
        for fmt in export_formats.formats_for(tracks):
            action = formats.addAction(export_formats.described(fmt))
            action.triggered.connect(partial(self._choose_format, fmt.id))

    def _make(self, text: str, keys: Sequence[str]) -> QAction:
        action = QAction(text, self._widget)
        action.setShortcuts([QKeySequence(each) for each in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._widget.addAction(action)
        return action

    def _update(self, tracks: Sequence[Track]) -> None:
        """Says for each action whether it can be done with these tracks."""
        for spec in SPECS:
            if spec.name in self._actions:
                action = self._actions[spec.name]
                action.setEnabled(_can(spec, tracks))
                action.setIcon(self._icon(spec.icon))
        if "make_again" in self._actions:
            lost = {Presence.MISSING, Presence.DAMAGED}
            self._actions["make_again"].setVisible(any(t.presence in lost for t in tracks))
        if "keep" in self._actions:
            is_kept = bool(tracks) and all(track.kept for track in tracks)
            self._actions["keep"].setText(_tr("Don’t keep") if is_kept else _tr("Keep"))
        if "copy_file" in self._actions:
            text = _tr("Copy file") if len(tracks) < 2 else _tr("Copy files")
            self._actions["copy_file"].setText(text)

    def _icon(self, name: str) -> QIcon:
        return icons.palette_icon(name, self._widget.palette(), QPalette.ColorRole.PlaceholderText)

    def _trigger(self, name: str, _checked: bool = False) -> None:
        tracks = list(self._selected())
        spec = next(spec for spec in SPECS if spec.name == name)
        if _can(spec, tracks):
            self.wanted.emit(name, tracks)

    def _give_stars(self, number: int, _checked: bool = False) -> None:
        if tracks := list(self._selected()):
            self.star_wanted.emit(number, tracks)

    def _choose_format(self, fmt: str, _checked: bool = False) -> None:
        if tracks := list(self._selected()):
            self.format_wanted.emit(fmt, tracks)


def star_text(number: int) -> str:
    """A number of stars, in stars."""
    return "★" * number if number else _tr("No stars")


def _can(spec: Spec, tracks: Sequence[Track]) -> bool:
    if not tracks or (spec.needs_one and len(tracks) > 1):
        return False
    return spec.needs != "file" or all(track.presence is Presence.PRESENT for track in tracks)


def _is_changeable(tracks: Sequence[Track]) -> bool:
    return len(tracks) == 1 and tracks[0].engine == registry.DEFAULT_ENGINE


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
