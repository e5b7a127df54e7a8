# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Earlier prompts, newest first, kept from start to start; and example prompts for the dice.

Not for: tracks (a track's own prompt is in the library).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from musicgen_desktop import files, log, resources

MOST = 200
_LOGGER = log.topic("gui")


def load_examples() -> tuple[str, ...]:
    """The example prompts that the program ships."""
    return tuple(resources.load_json("prompts", "examples.json")["prompts"])


class PromptHistory:
    """The prompts that were submitted, and a place in them while walking.

    Args:
        file: Where they are kept; a broken one counts as empty.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._prompts = _read(file)
        self._place = -1

    @property
    def prompts(self) -> tuple[str, ...]:
        """All of them, newest first."""
        return tuple(self._prompts)

    def add(self, prompt: str) -> None:
        """Notes a prompt as the newest; a prompt is there only once."""
        self._place = -1
        prompt = prompt.strip()
        if not prompt or (self._prompts and self._prompts[0] == prompt):
            return
        self._prompts = [prompt, *(each for each in self._prompts if each != prompt)][:MOST]
        self._write()

    def clear(self) -> None:
        """Forgets all of them."""
        self._prompts = []
        self._place = -1
        self._write()

    def earlier(self) -> str | None:
        """One step back; None at the oldest."""
        if self._place + 1 >= len(self._prompts):
            return None
        self._place += 1
        return self._prompts[self._place]

    def later(self) -> str | None:
        """One step forward, "" past the newest; None where there is nothing to leave."""
        if self._place < 0:
            return None
        self._place -= 1
        return self._prompts[self._place] if self._place >= 0 else ""

    def _write(self) -> None:
        text = json.dumps({"version": 1, "prompts": self._prompts}, ensure_ascii=False)
        try:
            files.write_atomically(self._file, text.encode("utf-8", "replace"))
        except OSError as error:
            # losing the history is no reason to disturb anybody
            _LOGGER.warning("the prompt history can't be written: %s", error)


class Dice:
    """Throws example prompts, none twice before all were seen."""

    def __init__(self, examples: Sequence[str], chance: random.Random | None = None) -> None:
        self._examples = tuple(examples)
        self._chance = chance or random.Random()
        self._left: list[str] = []

    def throw(self) -> str:
        """An example prompt."""
        if not self._left:
            self._left = list(self._examples)
            self._chance.shuffle(self._left)
        return self._left.pop()


def _read(file: Path) -> list[str]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return [prompt for prompt in data["prompts"] if isinstance(prompt, str)][:MOST]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _LOGGER.warning("the prompt history can't be read: %s", error)
        return []
