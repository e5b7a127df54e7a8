# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the data files that the program ships (lexicon, cells, patches, styles, icons).

Works in a checkout (`resources/` beside the package), in an installed wheel
(`musicgen_desktop/_resources/`) and in a frozen build (`_MEIPASS/resources/`).
Not for: files of the user (see paths).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def root() -> Path:
    """The folder that holds the resources.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [package / "_resources", package.parent / "resources"]
    if frozen is not None:
        candidates.insert(0, Path(frozen) / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no resources folder at any of {[str(c) for c in candidates]}")


def path(*parts: str) -> Path:
    """The path of one resource, for example `path("lexicon", "genres.json")`."""
    return root().joinpath(*parts)


def load_json(*parts: str) -> Any:
    """The parsed content of one JSON resource."""
    return json.loads(path(*parts).read_text(encoding="utf-8"))
