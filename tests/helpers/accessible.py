# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks what a screen reader sees.

Not for: pressing things (qtbot does that).
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget


def walk(widget: QWidget) -> Iterator[QAccessibleInterface]:
    """Every accessible thing in a widget, itself included."""
    root = QAccessible.queryAccessibleInterface(widget)
    waiting = list(filter(None, [root]))
    while waiting:
        current = waiting.pop()
        yield current
        children = (current.child(index) for index in range(current.childCount()))
        waiting.extend(child for child in filter(None, children) if child.isValid())


def nameless(widget: QWidget) -> list[str]:
    """Focusable things without a name, as "class (role)"."""
    found = []
    for interface in walk(widget):
        state = interface.state()
        if not state.focusable or state.invisible:
            continue
        if not interface.text(QAccessible.Text.Name).strip():
            found.append(f"{type(interface.object()).__name__} ({interface.role().name})")
    return found
