# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each genre sings and is played, read from data.

A genre either has its place in the shared tables (melody_styles.json, melody_performance.json,
melody_cells.json) or a file of its own, resources/cells/melody/<genre>.json, with three keys:
`style` (its melodies), `feel` (its performance), `cells` (its rhythms, for it alone unless they say
otherwise). A style or feel with `like` starts from another genre's and names only what differs.
Not for: what the values mean (see motif, phrase and perform).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from musicgen_desktop import resources


@lru_cache(maxsize=1)
def styles() -> Mapping[str, Any]:
    """The melody styles: resources/cells/melody_styles.json with those of the genres' own files."""
    return _extended("melody_styles.json", "style")


@lru_cache(maxsize=1)
def performance() -> Mapping[str, Any]:
    """The feels: resources/cells/melody_performance.json with those of the genres' own files."""
    return _extended("melody_performance.json", "feel")


@lru_cache(maxsize=1)
def cells() -> tuple[Mapping[str, Any], ...]:
    """The rhythm cells: resources/cells/melody_cells.json and those of the genres' own files."""
    found: list[Mapping[str, Any]] = list(
        resources.load_json("cells", "melody_cells.json")["cells"]
    )
    for genre, own in _own_files().items():
        found += [{"metre": "4/4", "genres": [genre], **cell} for cell in own.get("cells", ())]
    return tuple(found)


@lru_cache(maxsize=1)
def _own_files() -> Mapping[str, Mapping[str, Any]]:
    files = sorted(resources.path("cells", "melody").glob("*.json"))
    return {file.stem: resources.load_json("cells", "melody", file.name) for file in files}


def _extended(table: str, key: str) -> Mapping[str, Any]:
    data = dict(resources.load_json("cells", table))
    genres: dict[str, Mapping[str, Any]] = dict(data["genres"])
    waiting = {name: own[key] for name, own in _own_files().items() if key in own}
    while waiting:
        ready = [n for n, own in waiting.items() if own.get("like") not in waiting]
        if not ready:
            raise ValueError(f"genres that are like each other: {sorted(waiting)}")
        for name in ready:
            own = waiting.pop(name)
            genres[name] = _merged(genres[own["like"]] if "like" in own else {}, own)
    return {**data, "genres": genres}


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The base with the changes; tables inside are merged one level deep."""
    result = dict(base)
    for name, value in changes.items():
        old = result.get(name)
        both = isinstance(value, Mapping) and isinstance(old, Mapping)
        result[name] = {**old, **value} if both and old is not None else value
    return result
