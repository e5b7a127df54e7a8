# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a track again from its recipe: where the recipe is, and whether it will sound the same.

Not for: making it (see produce), or new music in its manner (see services.more_like).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from musicgen_desktop.engines import registry
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.library import tags
from musicgen_desktop.music.recipe import MAX_BYTES, Recipe

RECIPE_SUFFIX = ".mgrecipe"


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a track that is made again will sound different.

    Attributes:
        template: One sentence, a `str.format` template for `arguments`.
        arguments: Values for the template.
    """

    template: str
    arguments: dict[str, Any]

    @property
    def text(self) -> str:
        """The English sentence."""
        return self.template.format(**self.arguments)


def difference(recipe: Recipe) -> Difference | None:
    """Whether a recipe will sound different from the track that it was taken from, and why.

    Returns:
        None where the same recipe gives the same sound.

    Raises:
        UsageError: Its engine isn't known here.
    """
    info = registry.info(recipe.engine)
    if recipe.engine_version != info.version:
        return Difference(
            "It was made by version {before} of {engine}, and this is version {now}:"
            " it will sound different.",
            {"engine": info.name, "before": recipe.engine_version or "?", "now": info.version},
        )
    if not info.exact_replay:
        return Difference(
            "{engine} never makes the same sound twice: it will sound different.",
            {"engine": info.name},
        )
    return None


def as_made_now(recipe: Recipe) -> Recipe:
    """The recipe with the version of the engine that makes it now, so that tags tell the truth."""
    return replace(recipe, engine_version=registry.info(recipe.engine).version)


def read(path: Path) -> tuple[Recipe, str]:
    """The recipe in a recipe file or in a track's tags, and the track's title ("" if unknown).

    Raises:
        MusicGenError: There is none, or the file can't be read.
    """
    title = ""
    if path.suffix.lower() == RECIPE_SUFFIX:
        text = _text_of(path)
    else:
        data = tags.read(path)
        text, title = data.recipe, data.title
    if not text:
        raise MusicGenError(
            "“{name}” says nothing of how it was made.",
            "Choose a .mgrecipe file, or a track of this program that was saved with its prompt.",
            name=path.name,
        )
    return Recipe.loads(text), title


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1).decode("utf-8", "replace")
    except OSError as error:
        raise MusicGenError(
            "“{name}” can’t be read: {reason}.",
            "Look whether it is there, and may be read.",
            name=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
