# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One recipe in, one library track out: the program's side.

Blocking, no Qt, no numpy: the worker does the work into a temporary file; this side renames it
into the library and indexes it. Called alike by the queue's runnable and the command line.
Not for: making sound (see worker) or waiting in line (see jobs).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from musicgen_desktop import files, log
from musicgen_desktop.engines.host import wire
from musicgen_desktop.engines.host.supervisor import WorkerHost
from musicgen_desktop.errors import Cancelled, MusicGenError
from musicgen_desktop.generation import replay
from musicgen_desktop.generation.order import Order, WorkOrder
from musicgen_desktop.generation.timing import Progress, StageClock, Timings
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.library.track import NewTrack, Presence, Track
from musicgen_desktop.paths import Paths

_LOGGER = log.topic("engine")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order.

    Attributes:
        track: The library's track, or None without library.
        path: The finished file.
        report: As `generate --json` prints it.
    """

    track: Track | None
    path: Path
    report: dict[str, Any]


class Producer:
    """Carries out orders.

    Args:
        library: Where tracks go.
        host: The worker.
        paths: For masters and scratch.
        timings: For percentages and times left.
        masters_cap_bytes: How much the lossless masters may take together.
    """

    def __init__(
        self,
        library: Library,
        host: WorkerHost,
        paths: Paths,
        timings: Timings,
        masters_cap_bytes: Callable[[], int],
    ) -> None:
        self._library = library
        self._host = host
        self._paths = paths
        self._timings = timings
        self._masters_cap_bytes = masters_cap_bytes

    def produce(
        self,
        order: Order,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
        on_audio: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        """Makes a track.

        Args:
            order: What to make.
            on_progress: Called on this thread.
            is_cancelled: Polled every 50 ms.
            on_audio: Called on this thread with the first bars, piece by piece, where the order
                wants to be heard early: raw float32 stereo at 44.1 kHz.

        Raises:
            Cancelled: On the user's wish; nothing is left behind.
            MusicGenError: It can't be made, saying why.
        """
        started = time.monotonic()
        order = replace(order, recipe=replay.as_made_now(order.recipe))
        existing = self._library.track(order.track_id) if order.in_library else None
        if existing is not None and existing.presence is Presence.PRESENT:
            # The program died after the rename and before the journal knew: the work is done.
            return Outcome(existing, existing.path, {"path": str(existing.path)})
        target = self._temporary_target(order)
        try:
            work_dir = self._work_dir(order)
            work = self._work_order(order, target, work_dir)
        except OSError as error:
            raise _disk_trouble(error) from error
        try:
            preview = _Preview(on_audio or _unheard)
            result = self._run(order, work, on_progress, preview, is_cancelled)
            outcome = self._take_over(order, work, result, time.monotonic() - started)
        except Cancelled:
            _forget_master(work)
            raise
        except OSError as error:
            raise _disk_trouble(error) from error
        finally:
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
            shutil.rmtree(work_dir, ignore_errors=True)
        self._remember(order, result)
        return outcome

    def _temporary_target(self, order: Order) -> Path:
        if order.in_library and self._library.is_away():
            raise MusicGenError(
                "The library folder {folder} isn't there.",
                "Plug its disk in and retry, or choose another folder in the settings.",
                folder=str(self._library.folder),
            )
        folder = self._library.folder if order.in_library else _out(order).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MusicGenError(
                "The folder {folder} can't be written: {reason}.",
                "Choose another folder, or plug its disk in.",
                folder=str(folder),
                reason=error.strerror or str(error),
            ) from error
        return files.temporary_beside(folder / f"track.{order.format}")

    def _work_dir(self, order: Order) -> Path:
        folder = self._paths.cache_dir / "work" / f"{os.getpid()}-{order.track_id}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def _work_order(self, order: Order, target: Path, work_dir: Path) -> WorkOrder:
        masters = self._paths.masters_dir
        masters.mkdir(parents=True, exist_ok=True)
        return WorkOrder(
            recipe=order.recipe.dumps(),
            title=order.title,
            track_id=order.track_id,
            group=order.group,
            take=order.take,
            takes=order.takes,
            created=time.time(),
            format=order.format,
            quality=order.quality,
            target=str(target),
            work_dir=str(work_dir),
            master=str(masters / f"{order.track_id}.flac") if order.in_library else "",
            peaks=str(work_dir / "peaks"),
            midi=str(work_dir / "score.mid"),
            stems_dir=str(order.stems_dir or ""),
            with_recipe=order.with_recipe,
            preview=str(work_dir / "preview.f32") if order.hear_early else "",
        )

    def _run(
        self,
        order: Order,
        work: WorkOrder,
        on_progress: Callable[[Progress], None],
        preview: _Preview,
        is_cancelled: Callable[[], bool],
    ) -> dict[str, Any]:
        expected_s = self._timings.expected(_kind(order), order.recipe.duration_s)
        clock = StageClock(expected_s)
        on_progress(clock.at("composing", 0.0))

        def on_message(message: wire.Message) -> None:
            if message.kind == wire.Event.PROGRESS:
                body = message.body
                on_progress(clock.at(str(body["stage"]), float(body["fraction"])))
            elif message.kind == wire.Event.AUDIO and work.preview:
                preview.go_on(Path(work.preview), int(message.body["bytes"]))

        return self._host.run(order.track_id, work.to_json(), on_message, is_cancelled)

    def _take_over(
        self, order: Order, work: WorkOrder, result: dict[str, Any], elapsed_s: float
    ) -> Outcome:
        """The point of no return: the finished file gets its final name."""
        track: Track | None = None
        score = Path(work.midi).read_bytes() if Path(work.midi).exists() else b""
        if order.in_library:  # first of all: whatever fails after it, the track is kept
            track = self._add(order, work, result)
            path = track.path
            if order.out is not None:
                files.write_atomically(order.out, path.read_bytes())
                path = order.out
        else:
            path = _out(order)
            files.replace_into(Path(work.target), path)
        if order.midi is not None and score:
            files.write_atomically(order.midi, score)
        return Outcome(track, path, _report(order, work, result, path, elapsed_s))

    def _add(self, order: Order, work: WorkOrder, result: dict[str, Any]) -> Track:
        peaks = Path(work.peaks)
        new = NewTrack(
            part=Path(work.target),
            tags=TagData.from_json(result["tags"]),
            format=order.format,
            peaks=peaks.read_bytes() if peaks.exists() else b"",
        )
        return self._library.add(new)

    def _remember(self, order: Order, result: dict[str, Any]) -> None:
        try:
            if not result.get("cold", False):
                stages_s = dict(result["stages_s"])
                self._timings.remember(_kind(order), order.recipe.duration_s, stages_s)
            trim_masters(self._paths.masters_dir, self._masters_cap_bytes(), order.track_id)
        except OSError:
            _LOGGER.exception("housekeeping after job %s failed", order.track_id)


class _Preview:
    """Hands on what the worker appends to the preview's file.

    The file is open only while it is read, so that its folder can go at any time.
    """

    def __init__(self, on_audio: Callable[[bytes], None]) -> None:
        self._on_audio = on_audio
        self._read = 0

    def go_on(self, path: Path, end: int) -> None:
        """The file is this long now."""
        with path.open("rb") as file:
            file.seek(self._read)
            data = file.read(end - self._read)
        self._read = end
        self._on_audio(data)


def _unheard(_data: bytes) -> None:
    """Nobody listens."""


def _disk_trouble(error: OSError) -> MusicGenError:
    return MusicGenError(
        "The track could not be written: {reason}.",
        "Make room on the disk, check that the folder can be written, and try again.",
        reason=error.strerror or str(error),
    )


def _forget_master(work: WorkOrder) -> None:
    if work.master:
        for suffix in (".flac", ".mid"):
            with contextlib.suppress(OSError):
                Path(work.master).with_suffix(suffix).unlink(missing_ok=True)


def trim_masters(folder: Path, cap_bytes: int, spared: str = "") -> list[str]:
    """Drops the oldest lossless masters until the folder fits its cap.

    Returns:
        The track ids whose master was dropped; each is also logged.
    """
    masters = sorted(folder.glob("*.flac"), key=lambda path: path.stat().st_mtime)
    total = sum(path.stat().st_size for path in masters)
    dropped: list[str] = []
    for path in masters:
        if total <= cap_bytes:
            break
        if path.stem == spared:
            continue
        total -= path.stat().st_size
        path.unlink(missing_ok=True)
        dropped.append(path.stem)
        _LOGGER.info("the lossless master of track %s was dropped to stay in the cap", path.stem)
    return dropped


def remove_stale_work(paths: Paths) -> None:
    """Removes the scratch folders that dead processes left behind."""
    work = paths.cache_dir / "work"
    if not work.is_dir():
        return
    for folder in work.iterdir():
        pid = folder.name.split("-")[0]
        if pid.isdigit() and not files.is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _kind(order: Order) -> str:
    return f"{order.recipe.engine}/{order.format}/{order.quality}"


def _out(order: Order) -> Path:
    if order.out is None:
        raise MusicGenError("There is no place for the track.", "Give a file with --out.")
    return order.out


def _report(
    order: Order, work: WorkOrder, result: dict[str, Any], path: Path, elapsed_s: float
) -> dict[str, Any]:
    return {
        "path": str(path),
        "title": order.title,
        "duration_s": result["duration_s"],
        "engine": order.recipe.engine,
        "engine_version": order.recipe.engine_version,
        "seed": order.recipe.seed,
        "recipe": order.recipe.to_json(),
        "plan": order.recipe.plan.to_json(),
        "loudness_lufs": result["loudness_lufs"],
        "true_peak_dbtp": result["true_peak_dbtp"],
        "stems": result.get("stems", {}),
        "midi": str(order.midi) if order.midi is not None else None,
        "elapsed_s": round(elapsed_s, 3),
        "stages_s": result["stages_s"],
    }
