# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of the Tab key, where the order in which things were made isn't the one they stand in.

Not for: keys inside a control.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget


def chain(*widgets: QWidget) -> None:
    """Makes Tab go from each of these to the next; they must be in one window."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def buttons_of(widget: QWidget) -> Iterator[QAbstractButton]:
    """The buttons inside a widget that Tab may reach, in the order they were made."""
    for button in widget.findChildren(QAbstractButton):
        if button.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield button
