# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line in the window for what happened: a sentence, an advice, at most three buttons.

Never modal, never stacked: a newer message takes the place of an older one, except that a plain
message waits while a question is open. Not for: bugs (see error_report).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from musicgen_desktop.gui import icons, spoken
from musicgen_desktop.gui.announcer import Announcer
from musicgen_desktop.gui.icon_button import IconButton
from musicgen_desktop.gui.theme import tokens_of

_STAYS_MS = 10_000
_ICON_PX = 20
_ICONS = {
    "info": "info",
    "done": "check",
    "warning": "warning",
    "error": "error",
    "question": "info",
}


@dataclass(frozen=True, slots=True)
class Message:
    """What the line says.

    Attributes:
        text: One sentence: what happened.
        hint: One sentence: what to do; may be empty.
        kind: info, done, warning, error or question. Errors and questions stay until closed.
        actions: Buttons: words and what a press does; a press closes the line.
    """

    text: str
    hint: str = ""
    kind: str = "info"
    actions: tuple[tuple[str, Callable[[], None]], ...] = ()

    @property
    def stays(self) -> bool:
        """Whether it waits for the user."""
        return self.kind in ("error", "question")


class MessageBar(QFrame):
    """The line; hidden while there is nothing to say.

    Signals:
        closed: The line went away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.announcer = Announcer(self)
        self._message: Message | None = None
        self._waiting: deque[Message] = deque()
        self._buttons: list[QPushButton] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self.close_message)
        self._build()
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is being shown."""
        return self._message

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The buttons of the message shown."""
        return tuple(self._buttons)

    def post(self, message: Message) -> None:
        """Shows a message and announces it."""
        if self._message is not None and self._message.kind == "question" and not self.isHidden():
            self._waiting.append(message)
            return
        self._show(message)

    def interrupt(self, message: Message) -> None:
        """Shows a message at once; a question that is open comes back after it."""
        if self._message is not None and self._message.kind == "question" and not self.isHidden():
            self._waiting.appendleft(self._message)
        self._show(message)

    def say(self, text: str, hint: str = "", kind: str = "info") -> None:
        """Shows a message without buttons."""
        self.post(Message(text, hint, kind))

    @Slot()
    def close_message(self) -> None:
        """Takes the line away, or shows what waited."""
        self._timer.stop()
        self._message = None
        if self._waiting:
            self._show(self._waiting.popleft())
            return
        self.hide()
        self.closed.emit()

    def _show(self, message: Message) -> None:
        self._message = message
        text, hint = spoken.plain(message.text), spoken.plain(message.hint)
        self._text.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(message.hint))
        self.setProperty("kind", message.kind)
        self.style().polish(self)
        self._make_buttons(message)
        self._tint()
        self.show()
        self.announcer.announce(f"{text} {hint}".strip(), urgent=message.stays)
        if message.stays:
            self._timer.stop()
        else:
            self._timer.start()

    def _make_buttons(self, message: Message) -> None:
        for old in self._buttons:
            self._row.removeWidget(old)
            old.deleteLater()
        self._buttons = []
        for words, _ in message.actions:
            button = QPushButton(words, self)
            button.setProperty("flat", True)
            button.clicked.connect(self._on_action_clicked)
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons.append(button)

    @Slot()
    def _on_action_clicked(self) -> None:
        button = self.sender()
        if self._message is None or button not in self._buttons:
            return
        action = self._message.actions[self._buttons.index(button)][1]
        self.close_message()
        action()

    def _tint(self) -> None:
        kind = self._message.kind if self._message else "info"
        tokens = tokens_of(QGuiApplication.palette())
        strong = {"error": tokens.error, "warning": tokens.warning}
        colour = QColor(strong.get(kind, tokens.accent))
        self._icon.setPixmap(
            icons.pixmap(_ICONS.get(kind, "info"), colour, _ICON_PX, self.devicePixelRatioF())
        )

    def _build(self) -> None:
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("rank", "heading")
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setProperty("rank", "second")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._hint)
        close = IconButton("close", self.tr("Close this message"), self)
        close.clicked.connect(self.close_message)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 8, 8)
        self._row.setSpacing(12)
        self._row.addWidget(self._icon)
        self._row.addLayout(words, 1)
        self._row.addWidget(close)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def changeEvent(self, event: QEvent) -> None:
        """Tints the icon again when the look changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_icon"):
            self._tint()
