# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of a track in few words: times, tempo, when it was made, stages of the work.

Not for: sentences for screen readers (see library.track).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_CONTEXT = "Spoken"
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_STAGES = {
    "starting": "Starting",
    "composing": "Composing",
    "rendering": "Rendering",
    "mastering": "Mastering",
    "encoding": "Encoding",
}


def clock(seconds: float) -> str:
    """Minutes and seconds: `3:05`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def length(seconds: float) -> str:
    """A length, rounded: 59.9 s are `1:00`."""
    return clock(seconds + 0.5)


def tempo(bpm: float) -> str:
    """A tempo without needless digits: `75`, `92.5`."""
    return f"{bpm:.1f}".removesuffix(".0") if bpm > 0 else ""


def left(seconds: float | None) -> str:
    """How long it still takes, in words that don't pretend to know more; "" when unknown."""
    if seconds is None:
        return ""
    if seconds < 1.0:
        return _tr("almost done")
    if seconds < 100:
        return _tr("{0} s left").format(round(seconds))
    return _tr("{0} min left").format(round(seconds / 60))


def stage(name: str) -> str:
    """A stage of the work."""
    return _tr(_STAGES.get(name, name.capitalize()))


def when(created: float, now: datetime | None = None) -> str:
    """When a track was made: `today, 18:42`, `yesterday`, `3 Nov`, `3 Nov 2025`.

    Args:
        created: Unix time.
        now: The present; the clock's unless given.
    """
    if created <= 0:
        return ""
    now = now or datetime.now()
    moment = datetime.fromtimestamp(created)
    days = (now.date() - moment.date()).days
    locale = QLocale()
    if days == 0:
        time = locale.toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)
        return _tr("today, {0}").format(time)
    if days == 1:
        return _tr("yesterday")
    same_year = moment.year == now.year or now - moment < timedelta(days=180)
    day = QDate(moment.year, moment.month, moment.day)
    return locale.toString(day, "d MMM" if same_year else "d MMM yyyy")


def plain(text: str) -> str:
    """A sentence as the window shows it: typographic apostrophes, the home folder as `~`."""
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(f"{home}/", "~/").replace(f"{home}\\", "~\\")
    return _APOSTROPHE.sub("’", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
