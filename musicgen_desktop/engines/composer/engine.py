# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Composer: the built-in engine. A plan becomes notes, the notes sound, the sound a master.

Importing this module is cheap: sound and its libraries are imported when something is made. Not
for: notes (see compose), sound (see render), files that other programs read (see audio.codec).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from musicgen_desktop.engines.base import CancelToken, EngineInfo, Rendition, Request, Sink
from musicgen_desktop.errors import EngineError
from musicgen_desktop.music.score import Score

if TYPE_CHECKING:
    from musicgen_desktop.audio.mastering import MasterSettings
    from musicgen_desktop.engines.composer.compose.edits.piece import Piece
    from musicgen_desktop.engines.composer.preview import Preview
    from musicgen_desktop.engines.composer.render.renderer import Renderer


INFO = EngineInfo(
    id="composer",
    version="2",
    name="Composer",
    description="Writes and plays instrumental music on this computer, with nothing to download.",
    min_duration_s=5.0,
    max_duration_s=600.0,
    takes=frozenset(
        {"bpm", "key", "metre", "genre", "mood", "instruments", "exclude", "energy", "structure"}
    ),
    gives=frozenset({"score", "stems"}),
    licence="Made by the Composer: yours, for anything, without conditions.",
    exact_replay=True,
)


class Composer:
    """The built-in engine; keeps rendered notes from one track to the next.

    Args:
        cache_mb: Memory for rendered notes.
        threads: How many parts are rendered at the same time; changes nothing but the time.
    """

    def __init__(self, cache_mb: float = 256.0, threads: int = 2) -> None:
        self._cache_mb = cache_mb
        self._threads = threads
        self._renderer: Renderer | None = None

    @property
    def info(self) -> EngineInfo:
        """What it is and can do."""
        return INFO

    def generate(self, request: Request, sink: Sink, cancel: CancelToken) -> Rendition:
        """Composes, renders and masters what the recipe's plan says.

        Raises:
            Cancelled: The user cancelled.
            EngineError: The length is out of range, or a sound is missing.
        """
        plan = request.recipe.plan
        _check_length(plan.duration_s)
        cancel.check()
        sink.progress("composing", 0.0)
        piece = self._compose(request, _watched(sink, "composing", cancel))
        sink.progress("composing", 1.0)
        return self._sound(piece, request, sink, cancel)

    def _compose(self, request: Request, progress: Callable[[float], None]) -> Piece:
        from musicgen_desktop.engines.composer.compose.edits import recompose

        recipe = request.recipe
        return recompose.made(recipe.plan, recipe.parameters, progress=progress)

    def _sound(self, piece: Piece, request: Request, sink: Sink, cancel: CancelToken) -> Rendition:
        from musicgen_desktop.audio.clip import SAMPLE_RATE
        from musicgen_desktop.audio.mastering import master_file
        from musicgen_desktop.engines.composer.render import settings

        score, plan = piece.score, piece.plan
        mix = settings.for_plan(plan)
        sink.progress("rendering", 0.0)
        rendered = self._ready_renderer().render(
            score,
            mix,
            request.work_dir,
            wants_stems=request.wants_stems,
            loop=plan.loop,
            listener=_preview(request, score, mix.master, sink),
            progress=_watched(sink, "rendering", cancel),
            cancel=cancel,
        )
        sink.progress("mastering", 0.0)
        target = request.work_dir / "master.f32"
        report = master_file(
            rendered.mix,
            target,
            mix.master,
            loop=plan.loop,
            progress=lambda share: sink.progress("mastering", share),
            check=cancel.check,
        )
        rendered.mix.unlink()
        return Rendition(
            audio=target,
            rate=SAMPLE_RATE,
            frames=rendered.frames,
            mastered=True,
            score=score,
            stems=_by_name(rendered.stems, score),
            target_lufs=mix.master.target_lufs,
            details={"master": asdict(report)},
        )

    def _ready_renderer(self) -> Renderer:
        if self._renderer is None:
            from musicgen_desktop.engines.composer.render.bank import NoteBank
            from musicgen_desktop.engines.composer.render.renderer import Renderer

            bank = NoteBank(self._cache_mb)
            bank.warm_up()
            self._renderer = Renderer(bank, self._threads)
        return self._renderer


def _preview(
    request: Request, score: Score, settings: MasterSettings, sink: Sink
) -> Preview | None:
    if not request.wants_preview:
        return None
    from musicgen_desktop.engines.composer.preview import Preview

    return Preview(sink, settings, score.duration_s, loop=request.recipe.plan.loop)


def _by_name(stems: Mapping[str, Path], score: Score) -> dict[str, Path]:
    """The stems under the names that people know: those of the players, and the ambience."""
    names = {part.id: part.display_name for part in score.parts}
    return {names.get(part, part.capitalize()): file for part, file in stems.items()}


def _check_length(duration_s: float) -> None:
    if not INFO.min_duration_s <= duration_s <= INFO.max_duration_s:
        raise EngineError(
            "The Composer can't make a track of {seconds:g} seconds.",
            "Choose a length from {least:g} seconds to {most:g} minutes.",
            seconds=duration_s,
            least=INFO.min_duration_s,
            most=INFO.max_duration_s / 60.0,
        )


def _watched(sink: Sink, stage: str, cancel: CancelToken) -> Callable[[float], None]:
    """A callback that tells the sink and asks for the user's wish to cancel."""

    def tell(share: float) -> None:
        cancel.check()
        sink.progress(stage, share)

    return tell
