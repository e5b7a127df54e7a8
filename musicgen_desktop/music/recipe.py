# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipe: the one value that shapes a track, from the form to the file's tag and back.

JSON, versioned, 256 KB at most; a file of it is `*.mgrecipe`. Unknown keys survive; a newer schema
is refused politely. Not for: what came of it (see library.track).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, fields, replace
from typing import Any

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.music.plan import MusicPlan

SCHEMA = 1
MAX_BYTES = 256 * 1024
SEED_LIMIT = 2**53
TAKES_PER_GROUP = 8


@dataclass(frozen=True, slots=True)
class Input:
    """A file that the engine takes in, known by its content.

    Attributes:
        role: Such as `reference` or `continue`.
        sha256: Of the file's bytes, in hex.
        start_s: Start of the used part.
        end_s: End of the used part.
    """

    role: str
    sha256: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that shapes a track.

    Attributes:
        prompt: As typed; never rewritten.
        plan: Resolved once, before queueing.
        overrides: Changed chips and --set: they beat the words. Keys as --set has them.
        engine: Engine id. engine_version: of the engine that is to make it.
        parameters: The engine's own; for the Composer `keep`: {stream: seed} (see Composer), and
            in a piece of which something was changed `edits` (see `music.edit`), applied in order
            to what is composed from `base_plan`: the plan, as JSON, of the first parent. `plan`
            is then what came of it, for tags, chips and the mix; its seed counts, so that a
            recipe with another seed is another take of the changed piece.
        seed: Below 2**53. duration_s: as in the plan.
        inputs: Files taken in.
        parent: Track id this one came from, or "".
        extra: Unknown keys, written back as read.
    """

    prompt: str
    plan: MusicPlan
    engine: str
    engine_version: str
    seed: int
    duration_s: float
    overrides: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    parent: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values."""
        data: dict[str, Any] = {"schema": SCHEMA}
        for item in fields(self):
            data[item.name] = getattr(self, item.name)
        data["plan"] = self.plan.to_json()
        data["inputs"] = [
            {"role": i.role, "sha256": i.sha256, "start_s": i.start_s, "end_s": i.end_s}
            for i in self.inputs
        ]
        data.update(data.pop("extra"))
        return data

    def dumps(self) -> str:
        """The canonical text: sorted keys, compact, no NaN.

        Raises:
            MusicGenError: More than 256 KB.
        """
        text = json.dumps(
            self.to_json(),
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )
        _check_size(text)
        return text

    @classmethod
    def from_json(cls, data: Any) -> Recipe:
        """The reverse of `to_json`.

        Raises:
            MusicGenError: Not a recipe, or of a newer schema.
        """
        if not isinstance(data, dict) or not isinstance(data.get("schema"), int):
            raise _not_a_recipe()
        if data["schema"] > SCHEMA:
            raise MusicGenError(
                "This recipe was made by a newer version of the program.",
                "Update the program to use it.",
            )
        known = {f.name for f in fields(cls)} - {"extra"}
        try:
            values = {k: v for k, v in data.items() if k in known}
            values["plan"] = MusicPlan.from_json(data["plan"])
            values["inputs"] = tuple(Input(**i) for i in data.get("inputs", []))
            recipe = cls(
                **values, extra={k: v for k, v in data.items() if k not in known | {"schema"}}
            )
            _check_values(recipe)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _not_a_recipe() from error
        return recipe

    @classmethod
    def loads(cls, text: str) -> Recipe:
        """Reads a recipe's text.

        Raises:
            MusicGenError: Too large, not JSON, not a recipe, or of a newer schema.
        """
        _check_size(text)
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _not_a_recipe() from error
        return cls.from_json(data)

    def with_seed(self, seed: int) -> Recipe:
        """The same wish with another seed (in the plan as well)."""
        return replace(self, seed=seed, plan=replace(self.plan, seed=seed))


def fresh_seed() -> int:
    """A random seed whose last three bits are clear: the first take of a group of eight.

    Take k of a click has seed + k; the Composer reads seed // 8 as the group and seed % 8 as the
    take, so that the takes of one click differ where it counts.
    """
    return secrets.randbelow(SEED_LIMIT // TAKES_PER_GROUP) * TAKES_PER_GROUP


def _check_size(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise MusicGenError("This recipe is too large.", "A recipe has at most 256 KB.")


def _check_values(recipe: Recipe) -> None:
    texts: tuple[object, ...] = (recipe.prompt, recipe.engine, recipe.engine_version, recipe.parent)
    tables: tuple[object, ...] = (recipe.overrides, recipe.parameters)
    seed: object = recipe.seed
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is something else")
    if not all(isinstance(table, dict) for table in tables):
        raise TypeError("overrides or parameters")
    if not isinstance(seed, int) or not 0 <= seed < SEED_LIMIT:
        raise ValueError("seed")
    if not 0 < float(recipe.duration_s) <= 3600:
        raise ValueError("duration_s")


def _not_a_recipe() -> MusicGenError:
    return MusicGenError(
        "This isn't a recipe of this program.", "Choose a .mgrecipe file or one of its tracks."
    )
