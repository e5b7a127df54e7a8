# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol that every engine keeps.

An engine turns a Request into a Rendition: raw audio in a file, and, where it has them, score and
stems. It knows nothing of libraries, tags or windows. Not for: starting processes (see host).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from musicgen_desktop.errors import Cancelled
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.music.score import Score


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and can do; drives the form, the command line and the docs.

    Attributes:
        id: Such as `composer`.
        version: Changes whenever the same recipe would sound different.
        name: For people.
        description: One sentence for people.
        min_duration_s: Shortest track. max_duration_s: longest track.
        takes: What it obeys: names such as bpm, key, metre, instruments, exclude, structure,
            negative_prompt, lyrics, audio.
        gives: What it gives besides audio: score, stems.
        licence: Licence of its output, in words a person understands.
        exact_replay: Whether the same recipe gives the same sound bit for bit.
    """

    id: str
    version: str
    name: str
    description: str
    min_duration_s: float
    max_duration_s: float
    takes: frozenset[str]
    gives: frozenset[str]
    licence: str
    exact_replay: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to make.

    Attributes:
        recipe: What to make.
        work_dir: Folder for the engine's files, of this request alone; the caller removes it.
        wants_stems: Whether stems are needed.
        inputs: Local files by the sha256 of the recipe's inputs.
        weights_dir: Where the engine's model weights lie, if it has any.
        wants_preview: Whether somebody listens already: the sink's `audio` is heard.
    """

    recipe: Recipe
    work_dir: Path
    wants_stems: bool = False
    inputs: dict[str, Path] = field(default_factory=dict)
    weights_dir: Path | None = None
    wants_preview: bool = False


@dataclass(frozen=True, slots=True)
class Rendition:
    """What an engine made.

    Attributes:
        audio: Raw little-endian float32, interleaved stereo, mastered or not (see `mastered`).
        rate: Frames per second. frames: length.
        mastered: Whether loudness and true peak are as wanted already.
        score: The notes, where the engine knows them.
        stems: Raw files like `audio`, by the part's name for people (unique), pre-master; they sum
            to the pre-master mix.
        target_lufs: Loudness that the music wants.
        details: Anything else for the record.
    """

    audio: Path
    rate: int
    frames: int
    mastered: bool = False
    score: Score | None = None
    stems: dict[str, Path] = field(default_factory=dict)
    target_lufs: float = -14.0
    details: dict[str, Any] = field(default_factory=dict)


class Sink(Protocol):
    """Takes news of the work in progress. Called on the thread that generates."""

    def progress(self, stage: str, fraction: float) -> None:
        """The work of `stage` is done to `fraction`, 0 to 1.

        Stages: composing, rendering, mastering, encoding.
        """

    def audio(self, block: bytes) -> None:
        """The next block of a preview, raw float32 stereo, as loud as the track is going to be.

        Called only where the request wants it, and perhaps for the first part of the track only.
        """


class CancelToken:
    """Asks the user's wish to cancel; an engine calls `check` at least every 100 ms."""

    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled

    def check(self) -> None:
        """Does nothing, or ends the work.

        Raises:
            Cancelled: The user cancelled.
        """
        if self._is_cancelled():
            raise Cancelled


class Engine(Protocol):
    """Makes music."""

    @property
    def info(self) -> EngineInfo:
        """What it is and can do."""

    def generate(self, request: Request, sink: Sink, cancel: CancelToken) -> Rendition:
        """Makes what the request asks for.

        Raises:
            Cancelled: The user cancelled.
            EngineError: It can't be made; says why.
        """
