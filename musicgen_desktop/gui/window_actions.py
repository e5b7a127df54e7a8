# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window's actions do: prompts, presets, dialogs, transport.

Not for: their words and keys (see actions).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from musicgen_desktop import services as collaborators
from musicgen_desktop.gui.message_bar import Message
from musicgen_desktop.gui.preset_popup import PresetPopup
from musicgen_desktop.gui.presets import Preset, PresetStore
from musicgen_desktop.gui.prompt_history import Dice, PromptHistory, load_examples
from musicgen_desktop.gui.settings_dialog import SettingsDialog
from musicgen_desktop.gui.settings_keeper import SettingsKeeper
from musicgen_desktop.gui.shortcut_list import About, ShortcutList
from musicgen_desktop.gui.trash_can import TrashCan
from musicgen_desktop.settings import Settings

if TYPE_CHECKING:
    from musicgen_desktop.gui.main_window import MainWindow

_MENU_PROMPTS = 20
_MENU_WIDTH_PX = 420


class WindowActions(QObject):
    """Connects the actions of one window.

    Args:
        window: Whose actions.
        keeper: Puts settings into force.

    Signals:
        rescan_wanted: The folder is to be looked through again.
    """

    rescan_wanted = Signal()

    def __init__(self, window: MainWindow, keeper: SettingsKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = keeper
        folder = window.services.paths.data_dir
        self.history = PromptHistory(folder / "prompts.json")
        self.dice = Dice(load_examples())
        self.trash = TrashCan(window.services.library.trash, window.messages, self)
        self._presets = PresetStore(folder / "presets.json")
        self._takes = keeper.settings.takes
        self._popup: PresetPopup | None = None
        self._settings_dialog: SettingsDialog | None = None
        self._connect()

    def _connect(self) -> None:
        window, actions = self._window, self._window.actions_by_name
        handlers = {
            "generate": window.form.submit,
            "focus_prompt": window.form.focus_words,
            "focus_search": window.library_view.focus_search,
            "roll_dice": self.roll_dice,
            "show_history": self.show_history,
            "show_presets": self.show_presets,
            "save_preset": self.save_preset,
            "play_pause": window.player.toggle,
            "next_track": window.library_view.play_next,
            "previous_track": window.library_view.play_previous,
            "open_folder": self.open_folder,
            "rescan": self.rescan_wanted,
            "empty_trash": self.trash.ask,
            "show_settings": self.show_settings,
            "show_shortcuts": self.show_shortcuts,
            "show_about": self.show_about,
            "quit": window.close,
        }
        for name, handler in handlers.items():
            actions[name].triggered.connect(handler)
        actions["show_details"].toggled.connect(self.show_details)
        window.details.close_wanted.connect(actions["show_details"].toggle)
        window.form.earlier_wanted.connect(self._on_earlier_wanted)
        window.form.later_wanted.connect(self._on_later_wanted)
        window.submission.submitted.connect(self._on_submitted)
        self._keeper.changed.connect(self._on_settings_changed)

    # -- prompts -----------------------------------------------------------------------------

    @Slot()
    def roll_dice(self) -> None:
        """Puts an example prompt into the form."""
        self._window.wish.replace_prompt(self.dice.throw())
        self._window.form.edit.setFocus()

    @Slot()
    def show_history(self) -> None:
        """Shows the earlier prompts in a menu."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        metrics = menu.fontMetrics()
        for prompt in self.history.prompts[:_MENU_PROMPTS]:
            shown = metrics.elidedText(prompt, Qt.TextElideMode.ElideRight, _MENU_WIDTH_PX)
            action = menu.addAction(shown.replace("&", "&&"))
            action.setData(prompt)
            action.setToolTip(prompt)
        if self.history.prompts:
            menu.addSeparator()
            menu.addAction(self.tr("Forget all of these")).triggered.connect(self.history.clear)
        else:
            menu.addAction(self.tr("Your prompts will be listed here")).setEnabled(False)
        menu.triggered.connect(self._on_history_triggered)
        menu.popup(_below(self._window.tools["show_history"], menu.sizeHint().width()))

    @Slot(QAction)
    def _on_history_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), str):
            self._window.wish.replace_prompt(action.data())
            self._window.form.edit.setFocus()

    @Slot()
    def _on_earlier_wanted(self) -> None:
        self._recall(self.history.earlier())

    @Slot()
    def _on_later_wanted(self) -> None:
        self._recall(self.history.later())

    def _recall(self, prompt: str | None) -> None:
        if prompt is not None:
            self._window.form.edit.recall(prompt)

    @Slot(str, int)
    def _on_submitted(self, prompt: str, takes: int) -> None:
        self.history.add(prompt)

    # -- presets -----------------------------------------------------------------------------

    @Slot()
    def show_presets(self) -> None:
        """Shows the presets."""
        self._open_presets(naming=False)

    @Slot()
    def save_preset(self) -> None:
        """Asks for a name for the form as it is."""
        self._open_presets(naming=True)

    def _open_presets(self, *, naming: bool) -> None:
        if self._popup is None:
            self._popup = PresetPopup(self._presets, self._window.wish, self._window)
            self._popup.saved.connect(self._on_preset_saved)
            self._popup.deleted.connect(self._on_preset_deleted)
            self._popup.failed.connect(self._window.on_trouble)
        button = self._window.tools["show_presets"]
        self._popup.open_under(button, naming=naming)

    @Slot(str)
    def _on_preset_saved(self, name: str) -> None:
        self._window.messages.say(self.tr("“{0}” is kept as a preset.").format(name), kind="done")

    @Slot(object)
    def _on_preset_deleted(self, preset: Preset) -> None:
        self._window.messages.post(
            Message(
                self.tr("The preset “{0}” is deleted.").format(preset.name),
                actions=((self.tr("Undo"), partial(self._presets.save, preset)),),
            )
        )

    # -- panels and dialogs ------------------------------------------------------------------

    @Slot(bool)
    def show_details(self, on: bool) -> None:
        """Shows or hides the details."""
        self._window.details.setVisible(on)
        self._window.form.show_all_chips(on)

    @Slot()
    def show_settings(self) -> None:
        """Shows the settings."""
        if self._settings_dialog is None:
            services = self._window.services
            self._settings_dialog = SettingsDialog(
                services.settings, str(services.paths.default_library_dir), self._window
            )
            self._settings_dialog.settings_changed.connect(self._keeper.apply)
            self._keeper.changed.connect(self._settings_dialog.show_settings)
        self._settings_dialog.show()
        self._settings_dialog.raise_()
        self._settings_dialog.activateWindow()

    @Slot()
    def show_shortcuts(self) -> None:
        """Shows the list of keys."""
        ShortcutList(self._window.actions_by_name, self._window).show()

    @Slot()
    def show_about(self) -> None:
        """Shows what the program is."""
        About(self._window).show()

    @Slot()
    def open_folder(self) -> None:
        """Opens the library folder in the file manager."""
        services = self._window.services
        folder = collaborators.library_dir(services.settings, services.paths)
        if not folder.is_dir() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._window.messages.say(
                self.tr("The folder can’t be opened."), str(folder), kind="warning"
            )

    @Slot(object)
    def _on_settings_changed(self, settings: Settings) -> None:
        self._window.library_view.bar.set_drag_format(settings.drag_format)
        if settings.takes != self._takes:
            self._takes = settings.takes
            self._window.wish.set_takes(settings.takes)


def _below(button: QWidget, width_px: int) -> QPoint:
    """The place under a button for something of that width, their right edges in line."""
    corner = button.mapToGlobal(button.rect().bottomRight())
    corner.setX(corner.x() - width_px)
    return corner
