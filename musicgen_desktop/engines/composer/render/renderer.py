# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renderer: a score becomes sound in files, block by block, so that memory never grows.

Blocks are whole bars. Blocks and the order of summing depend on the score alone: the same score
gives the same bits with any number of threads. Not for: loudness (see audio.mastering) or choosing
sounds (see compose).
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar

from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.audio.forecast import Excerpt
from musicgen_desktop.audio.raw import RawWriter
from musicgen_desktop.engines.base import CancelToken
from musicgen_desktop.engines.composer.render import levels, scout
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.mixer import AMBIENCE, Edges, Mixer, apply_gain
from musicgen_desktop.engines.composer.render.placement import Event, Placer, events_of, unrolled
from musicgen_desktop.engines.composer.render.settings import BedSettings, MixSettings
from musicgen_desktop.engines.composer.render.strip import Duck, Strip
from musicgen_desktop.errors import Cancelled
from musicgen_desktop.music.score import Note, Part, Score, TempoMap

T = TypeVar("T")

THREADS = 2
_LONGEST_BLOCK = 65_536
_SHORTEST_BLOCK = 32_768
_PREROLL_S = 10.0
_KICKS = frozenset({35, 36})
_POLL_S = 0.05
_AHEAD = 2
_LATE = 0.25
"""Quarter notes that a note may come after the beat that it is meant for."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Files of raw sound (see audio.raw): the mix before mastering, and the stems by id."""

    mix: Path
    stems: Mapping[str, Path]
    frames: int


class Listener(Protocol):
    """Hears a mix while it is rendered."""

    def prepare(self, excerpts: list[Excerpt]) -> None:
        """Comes first: excerpts of all sections, before mastering."""

    def hear(self, block: Samples, start: int) -> None:
        """The mix before mastering from frame `start` on, (2, frames); in order, without gaps."""


def block_edges(score: Score, start: int, stop: int) -> tuple[int, ...]:
    """Edges of the blocks: bar lines; short bars are joined, long ones split evenly."""
    tempo = TempoMap(score.tempo)
    lines: list[int] = [start]
    bar = 0
    while True:
        line = round(tempo.seconds(bar * score.metre.bar_quarters) * SAMPLE_RATE)
        if line >= stop:
            break
        if line - lines[-1] >= _SHORTEST_BLOCK:
            lines.append(line)
        bar += 1
    lines.append(stop)
    edges = [start]
    for line in lines[1:]:
        length = line - edges[-1]
        pieces = -(-length // _LONGEST_BLOCK)
        first = edges[-1]
        edges.extend(first + length * k // pieces for k in range(1, pieces + 1))
    return tuple(edges)


class Renderer:
    """Renders scores with one bank of note sounds.

    Args:
        bank: Keeps what was rendered, from track to track.
        threads: How many parts are rendered at the same time; changes nothing but the time it
            takes.
    """

    def __init__(self, bank: NoteBank, threads: int = THREADS) -> None:
        self._bank = bank
        self._threads = threads

    def render(
        self,
        score: Score,
        settings: MixSettings,
        work_dir: Path,
        *,
        wants_stems: bool = False,
        loop: bool = False,
        listener: Listener | None = None,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Rendered:
        """Renders a score into raw files in a folder.

        A listener changes nothing in the files.

        Raises:
            Cancelled: The user cancelled.
            EngineError: A patch is missing.
        """
        frames = round(score.duration_s * SAMPLE_RATE)
        start = -round(_PREROLL_S * SAMPLE_RATE) if loop else 0
        cancel = cancel or CancelToken(lambda: False)
        settings = _without_double_noise(settings, score)
        maker = _MixerMaker(score, settings, self._bank, frames if loop else 0)
        names = [*(part.id for part in score.parts), AMBIENCE] if wants_stems else []
        mix = work_dir / "mix.f32"
        stems = {name: work_dir / f"stem-{name}.f32" for name in names}
        with ThreadPoolExecutor(self._threads, "render") as pool:
            tasks = _Tasks(pool, cancel)
            maker.prepare(tasks)
            if listener is not None:
                listener.prepare(_excerpts(score, maker, tasks, frames))
            mixer, strips, duck = maker.make(wants_stems)
            mixer.seek(start)
            edges = block_edges(score, start, frames + mixer.latency_frames)
            ends = Edges(frames, _fade_frames(score, loop))
            session = _Session(tasks, mixer, strips, duck, edges, ends)
            session.progress = progress or (lambda _: None)
            session.hear = None if listener is None else listener.hear
            session.run(mix, stems)
        return Rendered(mix, stems, frames)


class _Tasks:
    """Runs work on threads, while the calling thread asks for the user's wish to cancel."""

    def __init__(self, pool: ThreadPoolExecutor, cancel: CancelToken) -> None:
        self._pool = pool
        self._cancel = cancel
        self._stopped = threading.Event()

    def start(self, work: Mapping[str, Callable[[], T]]) -> dict[str, Future[T]]:
        """Hands work to the threads, which begin it in the order given."""
        return {name: self._pool.submit(task) for name, task in work.items()}

    def results(self, futures: Mapping[str, Future[T]]) -> dict[str, T]:
        """Waits for work that was started; gives its results in the same order.

        Raises:
            Cancelled: The user cancelled.
        """
        pending: set[Future[T]] = set(futures.values())
        while pending:
            pending = wait(pending, timeout=_POLL_S).not_done
            try:
                self._cancel.check()
            except Cancelled:
                self.stop()
                raise
        return {name: future.result() for name, future in futures.items()}

    def run(self, work: Mapping[str, Callable[[], T]]) -> dict[str, T]:
        """Starts work and waits for it (see `start` and `results`)."""
        return self.results(self.start(work))

    def stop(self) -> None:
        """Makes all work end at its next check."""
        self._stopped.set()

    def check(self) -> None:
        """Called by the threads before each note.

        Raises:
            Cancelled: The user cancelled.
        """
        if self._stopped.is_set():
            raise Cancelled


class _MixerMaker:
    """Builds strips, side-chain and mixer for a score."""

    def __init__(self, score: Score, settings: MixSettings, bank: NoteBank, period: int) -> None:
        self._score = score
        self._settings = settings
        self._bank = bank
        self._period = period
        self._tempo = TempoMap(score.tempo)
        self._plain: dict[str, list[Event]] = {}
        self._events: dict[str, list[Event]] = {}
        self._offsets_db: dict[str, float] = {}

    def prepare(self, tasks: _Tasks) -> None:
        """Listens to the parts one by one; before anything is made."""
        parts = self._score.parts
        self._plain = {part.id: self._placed(part, part.notes) for part in parts}
        self._events = {name: self._unrolled(events) for name, events in self._plain.items()}
        self._offsets_db = tasks.run(
            {part.id: partial(self._offset_db, part, tasks.check) for part in parts}
        )

    def make(
        self, wants_stems: bool, *, for_excerpts: bool = False
    ) -> tuple[Mixer, dict[str, Strip], Duck]:
        """New ones, at their beginning; for excerpts: ones that may be taken anywhere."""
        period = 0 if for_excerpts else self._period
        strips = {part.id: self._strip(part, period, for_excerpts) for part in self._score.parts}
        kicks = sorted(
            event.frame
            for part in self._score.parts
            if part.is_drums and part.role == "drums"
            for event in self._events[part.id]
            if event.note.pitch in _KICKS
        )
        mixer = Mixer(
            strips,
            self._settings,
            self._score.tempo[0].quarter_s,
            wants_stems=wants_stems,
            period=period,
        )
        return mixer, strips, Duck(kicks, self._settings.duck)

    def _placed(self, part: Part, notes: tuple[Note, ...]) -> list[Event]:
        starts = [marker.beat for marker in self._score.markers]
        return events_of(replace(part, notes=notes), self._tempo, starts)

    def _unrolled(self, events: list[Event]) -> list[Event]:
        if self._period:
            start = -round(_PREROLL_S * SAMPLE_RATE)
            return unrolled(events, self._period, start, self._period + SAMPLE_RATE)
        return events

    def _offset_db(self, part: Part, check: Callable[[], None]) -> float:
        offset_db = self._settings.patches.get(part.patch, 0.0)
        offset_db += self._settings.amount_db(part.instrument, part.role)
        if part.role != "fx":  # single strokes and noise beds have no loudness to balance
            events = self._events[part.id]
            if part.measured:
                events = self._unrolled(self._placed(part, part.measured))
            lufs = levels.part_lufs(events, part.patch, self._bank, check)
            offset_db += levels.correction_db(lufs)
        return offset_db

    def _strip(self, part: Part, period: int, for_excerpts: bool) -> Strip:
        if for_excerpts:
            placer: Placer = scout.ExcerptPlacer(self._plain[part.id], part.patch, self._bank)
        else:
            placer = Placer(self._events[part.id], part.patch, self._bank)
        role = self._settings.role(part.role)
        return Strip(part, placer, role, self._offsets_db[part.id], self._tempo, period)


def _excerpts(score: Score, maker: _MixerMaker, tasks: _Tasks, frames: int) -> list[Excerpt]:
    """What a listener is told of the whole before it begins."""
    mixer, strips, duck = maker.make(False, for_excerpts=True)

    def played(windows: Sequence[scout.Window]) -> list[Samples]:
        """Short pieces, one after the other through one mixer, so that its rooms ring."""
        parts = tasks.run({name: partial(heard, strip, windows) for name, strip in strips.items()})
        return [
            mixer.mix(
                {name: parts[name][at] for name in parts}, window.start, scout.EXCERPT_FRAMES
            ).mix
            for at, window in enumerate(windows)
        ]

    def heard(strip: Strip, windows: Sequence[scout.Window]) -> list[Samples | None]:
        return [
            strip.render(
                window.start,
                window.stop,
                duck.gain(window.start, window.stop, strip.settings.duck),
                tasks.check,
            )
            for window in windows
        ]

    return scout.excerpts(scout.windows(score, frames), played)


class _Session:
    """One rendering under way."""

    def __init__(
        self,
        tasks: _Tasks,
        mixer: Mixer,
        strips: Mapping[str, Strip],
        duck: Duck,
        block_edges: tuple[int, ...],
        track_edges: Edges,
    ) -> None:
        self.progress: Callable[[float], None] = lambda _: None
        self.hear: Callable[[Samples, int], None] | None = None
        self._tasks = tasks
        self._block_edges = block_edges
        self._mixer = mixer
        self._strips = strips
        self._duck = duck
        self._track_edges = track_edges

    def run(self, mix: Path, stems: Mapping[str, Path]) -> None:
        edges = self._block_edges
        with ExitStack() as stack:
            stack.callback(self._tasks.stop)  # whatever ends this, nobody waits for more blocks
            out = stack.enter_context(RawWriter(mix))
            writers = {n: stack.enter_context(RawWriter(p)) for n, p in stems.items()}
            for start, stop, blocks in self._rendered():
                mixed = self._mixer.mix(blocks, start, stop - start)
                inside = self._within(mixed.mix, start)
                if self.hear is not None:
                    self.hear(inside, out.frames)
                out.write(inside)
                for name, writer in writers.items():
                    writer.write(self._within(mixed.stems[name], start))
                self.progress((stop - edges[0]) / (edges[-1] - edges[0]))

    def _rendered(self) -> Iterator[tuple[int, int, dict[str, Samples | None]]]:
        """All blocks of the strips; the threads work on the next ones while one is mixed."""
        ahead: deque[tuple[int, int, dict[str, Future[Samples | None]]]] = deque()
        last: Mapping[str, Future[Samples | None]] = {}
        for start, stop in pairwise(self._block_edges):
            last = self._start_strips(start, stop, last)
            ahead.append((start, stop, last))
            if len(ahead) > _AHEAD:
                first = ahead.popleft()
                yield first[0], first[1], self._tasks.results(first[2])
        for begin, end, futures in ahead:
            yield begin, end, self._tasks.results(futures)

    def _within(self, block: Samples, start: int) -> Samples:
        """What of a block lies within the track, edges faded; `start` is without the latency."""
        begin = start - self._mixer.latency_frames
        first = max(0, -begin)
        last = max(first, min(block.shape[1], self._track_edges.frames - begin))
        inside = block[:, first:last]
        apply_gain([inside], self._track_edges.gain(begin + first, begin + last))
        return inside

    def _start_strips(
        self, start: int, stop: int, before: Mapping[str, Future[Samples | None]]
    ) -> dict[str, Future[Samples | None]]:
        """Hands one block of every strip to the threads; `before` is the block before it."""
        shares = {strip.settings.duck for strip in self._strips.values()}
        ducks = {share: self._duck.gain(start, stop, share) for share in sorted(shares)}

        def render(name: str, strip: Strip) -> Samples | None:
            if name in before:
                before[name].result()  # begun earlier: threads take work in order
            return strip.render(start, stop, ducks[strip.settings.duck], self._tasks.check)

        return self._tasks.start(
            {name: partial(render, name, strip) for name, strip in self._strips.items()}
        )


def _fade_frames(score: Score, loop: bool) -> int:
    """The end's fade: most of the ring-out after the beat on which the last note starts.

    The beat, and the notes that were there before some were made anew: how late a player comes in,
    or a new melody, must not move the fade of all others.
    """
    if loop:
        return 0
    lasts = [notes[-1].start for p in score.parts if (notes := p.measured or p.notes)]
    last_beat = math.ceil(max(lasts, default=0.0) - _LATE)
    last_s = TempoMap(score.tempo).seconds(max(0, last_beat))
    ring_s = max(0.0, score.duration_s - last_s)
    return round(min(max(0.7 * ring_s, 0.08), 6.0) * SAMPLE_RATE)


def _without_double_noise(settings: MixSettings, score: Score) -> MixSettings:
    """A score that plays the vinyl's noise itself needs none from the mixer."""
    if any(part.patch == "vinyl_noise" for part in score.parts):
        return replace(settings, bed=BedSettings())
    return settings
