# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts measured tables into the documents, between the marks that stand there for them.

A mark is a line `<!-- begin NAME -->`, the end `<!-- end NAME -->`. Not for: measuring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "measures.md"


def put(name: str, text: str, document: Path = DOCUMENT) -> None:
    """Replaces what stands between the marks of a name.

    Raises:
        ValueError: The document has no such marks.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    content = document.read_text(encoding="utf-8")
    if begin not in content or end not in content:
        raise ValueError(f"{document.name} has no place for {name}")
    before, rest = content.split(begin, 1)
    after = rest.split(end, 1)[1]
    document.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)
