# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readable file names for tracks, in any script, that every file system takes.

Not for: titles (see prompt.title) or moving files (see shelf).
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

MAX_STEM_BYTES = 120
"""In UTF-8; leaves room for " (2)", suffix and encrypted home folders (143 bytes)."""

TRASH_DIR = ".trash"

_REFUSED = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def file_stem(title: str, take: int, takes: int, bpm: float, key: str) -> str:
    """The name of a track's file without its suffix.

    Args:
        title: In any script.
        take: Counted from 1; named only where there are several.
        takes: Takes of the same click.
        bpm: Felt pulses per minute; 0 when unknown.
        key: Such as `Am`; "" when unknown.

    Returns:
        For example `Rainy Night Rhodes 2 - 75bpm Am`.
    """
    number = f" {take}" if takes > 1 else ""
    facts = " ".join(filter(None, (f"{round(bpm)}bpm" if bpm > 0 else "", key)))
    tail = safe_name(number + (f" - {facts}" if facts else ""), fallback="")
    tail = f" {tail}" if tail else ""
    room = MAX_STEM_BYTES - len(tail.encode())
    return safe_name(title, max_bytes=room) + tail


def safe_name(text: str, max_bytes: int = MAX_STEM_BYTES, fallback: str = "Track") -> str:
    """The text without what some file system refuses; letters of every script stay.

    Args:
        text: Anything a person typed.
        max_bytes: Longest result in UTF-8; never cut inside a character.
        fallback: What to say when nothing is left.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(_kept(character) for character in text)
    text = " ".join(_REFUSED.sub(" ", text).split())
    text = _cut(text.lstrip(". "), max_bytes).rstrip(". ")
    if _RESERVED.match(text):
        text = f"_{text}"
    return text or fallback


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return ""  # half of a pair: can't be encoded
    return " " if category in {"Cc", "Zl", "Zp"} else character


def _cut(text: str, max_bytes: int) -> str:
    if len(text.encode()) <= max_bytes:
        return text
    text = text.encode()[: max(max_bytes, 0)].decode("utf-8", "ignore")
    while text and unicodedata.combining(text[-1]):
        text = text[:-1]
    return text


def free_path(folder: Path, stem: str, suffix: str, current: Path | None = None) -> Path:
    """A path that no file has yet: `stem`, else `stem (2)` and so on.

    Args:
        folder: Where.
        stem: From `file_stem`.
        suffix: With the dot.
        current: A file that may keep its name, as when it is renamed.
    """
    number = 1
    while True:
        name = stem if number == 1 else f"{stem} ({number})"
        candidate = folder / f"{name}{suffix}"
        if candidate == current or not os.path.lexists(candidate):
            return candidate
        number += 1
