# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu "Change one thing" of a track: words at once, the rest when it is known what is in it.

Not for: finding out what can be changed, or changing it (see changing).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from musicgen_desktop.music.edit import WORDS, Edit, KeyChange, Regenerate, Tempo, Without
from musicgen_desktop.music.theory import MINOR_LIKE, parse_key

if TYPE_CHECKING:
    from musicgen_desktop.generation.change_offers import Offers, Player

_CONTEXT = "ChangeMenu"
_GROUP_ENDS = ("brighter", "no_melody")
_CLOSENESS = (("Closer", 0.9), ("Further", 0.2))
_TEMPO_FACTORS = (0.7, 0.8, 0.9, 0.95, 1.05, 1.1, 1.2, 1.35)
_MAJOR_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One change of a track.

    Attributes:
        label: A few words for the title of the new track.
        word: One of `music.edit.WORDS`, or "".
        edits: Instead: what is to be done; the seed of notes made anew is drawn later.
        player: Instead: a part id and the id of what is to play it.
    """

    label: str
    word: str = ""
    edits: tuple[Edit, ...] = ()
    player: tuple[str, str] = ("", "")


class ChangeMenu(QMenu):
    """What can be changed of one track.

    Args:
        track_id: Its id.
        parent: The menu that it is part of.

    Signals:
        offers_wanted(track_id): It was opened and doesn't know yet what is in the track.
        chosen(track_id, Wanted): The user wants this change.
        tempo_asked(track_id, Offers): The user wants a tempo that isn't in the menu.
    """

    offers_wanted = Signal(str)
    chosen = Signal(str, object)
    tempo_asked = Signal(str, object)

    def __init__(self, track_id: str, parent: QWidget) -> None:
        super().__init__(_tr("Change one thing"), parent)
        self._track_id = track_id
        self._is_known = False
        self._words: dict[str, QAction] = {}
        for word, text in WORDS.items():
            self._words[word] = self.addAction(_tr(text))
            wanted = Wanted(text.lower(), word=word)
            self._words[word].triggered.connect(partial(self._choose, wanted))
            if word in _GROUP_ENDS:
                self.addSeparator()
        self.addSeparator()
        self._tempo = self._later(_tr("Another tempo"))
        self._key = self._later(_tr("Another key"))
        self._without = self._later(_tr("Without"))
        self._instrument = self._later(_tr("Another instrument"))
        self.addSeparator()
        self._melody = self.addAction(_tr("New melody"))
        self._melody.setEnabled(False)
        self._section = self._later(_tr("New section"))
        self.aboutToShow.connect(self._on_about_to_show)

    @Slot(str, object)
    def show_offers(self, track_id: str, offers: Offers | None) -> None:
        """Fills in what is in a track.

        Args:
            track_id: Whose offers they are; those of other tracks are passed over.
            offers: What there is; None where nothing can be changed.
        """
        if track_id != self._track_id or self._is_known:
            return
        self._is_known = True
        words = {choice.id for choice in offers.words} if offers is not None else set()
        for word, action in self._words.items():
            action.setEnabled(word in words)
        if offers is not None:
            self._fill_tempo(offers)
            self._fill_key(offers.key)
            for player in offers.players:
                self._add_player(player)
            self._fill_melody(offers)
            for section in offers.sections:
                wanted = Wanted(f"new {section.name.lower()}", edits=(_anew(section=section.id),))
                self._offer(self._section, section.name, wanted)

    # -- inside ------------------------------------------------------------------------------

    def _later(self, title: str) -> QMenu:
        menu = self.addMenu(title)
        menu.setEnabled(False)
        return menu

    def _offer(self, menu: QMenu, text: str, wanted: Wanted) -> None:
        menu.setEnabled(True)
        action = menu.addAction(text.replace("&", "&&"))
        action.triggered.connect(partial(self._choose, wanted))

    def _fill_tempo(self, offers: Offers) -> None:
        low, high = offers.bpm_range
        for bpm in dict.fromkeys(round(offers.bpm * factor) for factor in _TEMPO_FACTORS):
            if low <= bpm <= high and abs(bpm - offers.bpm) >= 1:
                self._offer(self._tempo, _tr("{0} bpm").format(bpm), tempo(bpm))
        self._tempo.setEnabled(True)
        self._tempo.addSeparator()
        other = self._tempo.addAction(_tr("Other…"))
        other.triggered.connect(lambda: self.tempo_asked.emit(self._track_id, offers))

    def _fill_key(self, name: str) -> None:
        """Every other tonic in the same mode, then the same tonic in the other mode."""
        key = parse_key(name)
        tonics = _MINOR_TONICS if key.mode in MINOR_LIKE else _MAJOR_TONICS
        for pitch_class, tonic in enumerate(tonics):
            if pitch_class != key.tonic:
                self._offer_key(tonic, key.mode, "")
        other = "major" if key.mode in MINOR_LIKE else "minor"
        self._key.addSeparator()
        self._offer_key(key.tonic_name, other, other)

    def _offer_key(self, tonic: str, mode: str, new_mode: str) -> None:
        spoken = mode.replace("_", " ")
        shown = f"{tonic.replace('#', '♯').replace('b', '♭')} {spoken}"
        self._offer(
            self._key, shown, Wanted(f"{tonic} {spoken}", edits=(KeyChange(tonic, new_mode),))
        )

    def _add_player(self, player: Player) -> None:
        if not player.is_needed:
            wanted = Wanted(f"no {player.name.lower()}", edits=(Without(part=player.id),))
            self._offer(self._without, player.name, wanted)
        if player.others:
            self._instrument.setEnabled(True)
            others = self._instrument.addMenu(player.name.replace("&", "&&"))
            for choice in player.others:
                wanted = Wanted(choice.name.lower(), player=(player.id, choice.id))
                self._offer(others, choice.name, wanted)

    def _fill_melody(self, offers: Offers) -> None:
        edits = tuple(_anew(part=p.id) for p in offers.players if p.role == "lead")
        self._melody.setEnabled(bool(edits))
        self._melody.triggered.connect(partial(self._choose, Wanted("new melody", edits=edits)))

    def _choose(self, wanted: Wanted, _checked: bool = False) -> None:
        self.chosen.emit(self._track_id, wanted)

    @Slot()
    def _on_about_to_show(self) -> None:
        if not self._is_known:
            self.offers_wanted.emit(self._track_id)


class LikeMenu(QMenu):
    """How much new music in the manner of a track keeps of it.

    Signals:
        chosen(track_id, closeness): From 0 to 1, see services.more_like.
    """

    chosen = Signal(str, float)

    def __init__(self, track_id: str, parent: QWidget) -> None:
        super().__init__(_tr("More like this, but"), parent)
        self._track_id = track_id
        for text, closeness in _CLOSENESS:
            self.addAction(_tr(text)).triggered.connect(partial(self._choose, closeness))

    def _choose(self, closeness: float, _checked: bool = False) -> None:
        self.chosen.emit(self._track_id, closeness)


def tempo(bpm: int) -> Wanted:
    """The change to another tempo."""
    return Wanted(f"{bpm} bpm", edits=(Tempo(float(bpm)),))


def _anew(part: str = "", section: str = "") -> Regenerate:
    """New notes; the seed takes its place when it is drawn."""
    return Regenerate(0, part, section)


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
