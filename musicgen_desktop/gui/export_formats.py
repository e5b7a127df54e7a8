# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of Save As: their names, and which one a typed file name means.

The extension always matches the content. Not for: writing (see exporting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from musicgen_desktop.engines import registry
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation.export import SUFFIXES
from musicgen_desktop.generation.replay import RECIPE_SUFFIX
from musicgen_desktop.library import naming
from musicgen_desktop.library.track import Track

_CONTEXT = "ExportFormats"
RECIPE = "recipe"
_SUFFIXES = {**SUFFIXES, RECIPE: RECIPE_SUFFIX}
_ALSO = {".wave": "wav", ".midi": "midi", ".oga": "ogg"}


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format.

    Attributes:
        id: Of generation.export, or recipe.
        label: Short. text: what it is good for.
        needs: What the engine must give for it, or "".
    """

    id: str
    label: str
    text: str
    needs: str = ""

    @property
    def suffix(self) -> str:
        """With the dot; "" for a folder."""
        return _SUFFIXES.get(self.id, "")


FORMATS = (
    ExportFormat("mp3", "MP3", "small, plays everywhere"),
    ExportFormat("wav", "WAV", "lossless, for editing"),
    ExportFormat("flac", "FLAC", "lossless and smaller"),
    ExportFormat("ogg", "OGG", "small, for games"),
    ExportFormat("midi", "MIDI", "the notes", "score"),
    ExportFormat("stems", "Stems", "a folder with one WAV file per part", "stems"),
    ExportFormat(RECIPE, "Recipe", "words and settings, to make it again or pass on"),
)


def formats_for(tracks: Sequence[Track]) -> tuple[ExportFormat, ...]:
    """The formats that all of these tracks can be saved as."""
    gives = [_given_by(track.engine) for track in tracks]
    return tuple(f for f in FORMATS if not f.needs or all(f.needs in each for each in gives))


def described(fmt: ExportFormat) -> str:
    """Name and use in the user's language: `WAV – lossless, for editing`."""
    return f"{fmt.label} – {QCoreApplication.translate(_CONTEXT, fmt.text)}"


def file_name(track: Track, fmt: ExportFormat) -> str:
    """A readable name for a saved track."""
    stem = naming.file_stem(track.title, track.take, track.takes, track.bpm, track.key)
    if fmt.id == "stems":
        return f"{stem} {QCoreApplication.translate(_CONTEXT, 'stems')}"
    return f"{stem}{fmt.suffix}"


def renamed(name: str, track: Track, fmt: ExportFormat) -> str:
    """A file name after another format was chosen: what was typed stays, without its old end."""
    base = Path(name)
    known = {"", *(each.suffix for each in FORMATS), *_ALSO}
    stem = base.stem if base.suffix.lower() in known else name
    proposed = file_name(track, fmt)
    own = {stem_of(file_name(track, each), each) for each in FORMATS}
    return proposed if stem in own or not stem else f"{stem}{fmt.suffix}"


def stem_of(name: str, fmt: ExportFormat) -> str:
    """A file name without the extension of its format."""
    return name.removesuffix(fmt.suffix)


def resolve(typed: Path, chosen: str) -> tuple[Path, str]:
    """What a typed file name means.

    Args:
        typed: The file, with whatever extension was typed.
        chosen: The format chosen from the list.

    Returns:
        The file with the extension of its format, and the format: a known extension that was typed
        beats the chosen format; any other text after a dot is part of the name.
    """
    suffix = typed.suffix.lower()
    meant = {**{s: f for f, s in _SUFFIXES.items()}, **_ALSO}.get(suffix)
    if chosen == "stems":
        return (typed.with_suffix("") if meant else typed), "stems"
    if meant is not None:
        known = _SUFFIXES[meant]
        return (typed if suffix == known else typed.with_suffix(known)), meant
    return typed.with_name(typed.name + _SUFFIXES[chosen]), chosen


def _given_by(engine: str) -> frozenset[str]:
    try:
        return registry.info(engine).gives
    except MusicGenError:
        return frozenset()
