# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's side of an order: engine → master → encode → tag → peaks, into temporary files.

Runs in the worker process. Not for: the wire (see worker) or the library's folder (see produce).
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musicgen_desktop import files
from musicgen_desktop.audio import codec, mastering, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE
from musicgen_desktop.audio.loudness import LoudnessMeter
from musicgen_desktop.audio.peak_meter import waveform_of
from musicgen_desktop.engines.base import CancelToken, Engine, Rendition, Request, Sink
from musicgen_desktop.generation.order import WorkOrder
from musicgen_desktop.library import naming, tags
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.music import midi
from musicgen_desktop.music.recipe import Recipe

CEILING_DBTP = -1.0


@dataclass(slots=True)
class _StageTimer:
    """A sink that passes progress on and measures how long each stage takes."""

    sink: Sink
    stages_s: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since_s: float = field(default_factory=time.monotonic)

    def progress(self, stage: str, fraction: float) -> None:
        now = time.monotonic()
        if self._stage:
            self.stages_s[self._stage] = self.stages_s.get(self._stage, 0.0) + now - self._since_s
        self._stage, self._since_s = stage, now
        self.sink.progress(stage, fraction)

    def audio(self, block: bytes) -> None:
        self.sink.audio(block)

    def finish(self) -> dict[str, float]:
        """Ends the last stage and returns the seconds by stage."""
        now = time.monotonic()
        self.stages_s[self._stage] = self.stages_s.get(self._stage, 0.0) + now - self._since_s
        return {stage: round(seconds, 4) for stage, seconds in self.stages_s.items()}


def carry_out(order: WorkOrder, engine: Engine, sink: Sink, cancel: CancelToken) -> dict[str, Any]:
    """Makes the files that the order names.

    Args:
        order: What to make and where to put it.
        engine: The recipe's engine.
        sink: Told of every stage.
        cancel: Asked at least every 100 ms.

    Returns:
        JSON values: duration_s, loudness_lufs, true_peak_dbtp, stages_s, stems, tags.

    Raises:
        Cancelled: On the user's wish.
        MusicGenError: It can't be made. Where only the encoding failed, the lossless master
            stays, and the next try starts from it.
    """
    timer = _StageTimer(sink)
    recipe = Recipe.loads(order.recipe)
    rendition = _kept_audio(order, timer, cancel) or _rendered(order, recipe, engine, timer, cancel)
    stems = _write_stems(order, rendition, cancel)
    if rendition.score is not None and order.midi:
        midi.write_midi(rendition.score, Path(order.midi), text=_shown(order, recipe))
        _keep_score(order)
    encoded = _encode(order, rendition, timer, cancel)
    loudness_lufs = _loudness(rendition) + encoded.gain_db
    data = TagData.of(
        recipe,
        track_id=order.track_id,
        title=order.title,
        licence=engine.info.licence,
        duration_s=rendition.frames / rendition.rate,
        group=order.group,
        take=order.take,
        takes=order.takes,
        loudness_lufs=loudness_lufs,
        created=order.created,
    )
    tags.write(Path(order.target), data if order.with_recipe else data.without_recipe())
    files.sync_to_disk(Path(order.target))
    return {
        "duration_s": rendition.frames / rendition.rate,
        "loudness_lufs": round(loudness_lufs, 2),
        "true_peak_dbtp": round(encoded.peak_dbtp, 2),
        "stages_s": timer.finish(),
        "stems": stems,
        "tags": data.to_json(),
    }


def _kept_audio(order: WorkOrder, timer: _StageTimer, cancel: CancelToken) -> Rendition | None:
    """The lossless master of an earlier try whose encoding failed, as a rendition."""
    master = Path(order.master)
    if not order.master or order.stems_dir or not master.exists():
        return None
    timer.progress("mastering", 0.0)
    audio = Path(order.work_dir) / "kept.f32"
    with raw.RawWriter(audio) as writer:
        for block in codec.decode_blocks(master, check=cancel.check):
            writer.write(block.T)
    return Rendition(audio=audio, rate=SAMPLE_RATE, frames=raw.frames_of(audio), mastered=True)


def _rendered(
    order: WorkOrder, recipe: Recipe, engine: Engine, timer: _StageTimer, cancel: CancelToken
) -> Rendition:
    request = Request(
        recipe,
        Path(order.work_dir),
        wants_stems=bool(order.stems_dir),
        wants_preview=bool(order.preview),
    )
    rendition = engine.generate(request, timer, cancel)
    if rendition.mastered:
        return rendition
    timer.progress("mastering", 0.0)
    target = Path(order.work_dir) / "mastered.f32"
    settings = mastering.MasterSettings(target_lufs=rendition.target_lufs)
    mastering.master_file(
        rendition.audio,
        target,
        settings,
        progress=lambda share: timer.progress("mastering", share),
        check=cancel.check,
    )
    return Rendition(
        audio=target,
        rate=rendition.rate,
        frames=rendition.frames,
        mastered=True,
        score=rendition.score,
        stems=rendition.stems,
        target_lufs=rendition.target_lufs,
        details=rendition.details,
    )


def _loudness(rendition: Rendition) -> float:
    report = rendition.details.get("master", {})
    if "loudness_lufs" in report:
        return float(report["loudness_lufs"])
    meter = LoudnessMeter(rendition.rate)
    for block in raw.read_blocks(rendition.audio):
        meter.push(block)
    return meter.integrated_lufs


def _write_stems(order: WorkOrder, rendition: Rendition, cancel: CancelToken) -> dict[str, str]:
    """Stems as 24-bit WAV files, pre-master: the files' paths by the names of their parts."""
    written: dict[str, str] = {}
    if not order.stems_dir:
        return written
    folder = Path(order.stems_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in rendition.stems.items():
        target = folder / f"{naming.safe_name(name)}.wav"
        temporary = files.temporary_beside(target)
        codec.encode(source, temporary, "wav", "24", rate=rendition.rate, check=cancel.check)
        files.replace_into(temporary, target)
        written[name] = str(target)
    return written


def _encode(
    order: WorkOrder, rendition: Rendition, timer: _StageTimer, cancel: CancelToken
) -> codec.Encoded:
    """Encodes the target, and beside it the lossless master and the peaks."""
    timer.progress("encoding", 0.0)
    with ThreadPoolExecutor(1, "keeper") as pool:
        kept: Future[None] = pool.submit(_keep, order, rendition, cancel)
        encoded = codec.encode_below(
            rendition.audio,
            Path(order.target),
            order.format,
            order.quality,
            ceiling_dbtp=CEILING_DBTP,
            rate=rendition.rate,
            progress=lambda share: timer.progress("encoding", share),
            check=cancel.check,
        )
        kept.result()
    return encoded


def _keep(order: WorkOrder, rendition: Rendition, cancel: CancelToken) -> None:
    if order.peaks:
        shape = waveform_of(rendition.audio, rendition.rate)
        Path(order.peaks).write_bytes(shape.to_bytes())
    if not order.master or Path(order.master).exists():
        return
    target = Path(order.master)
    temporary = files.temporary_beside(target)
    codec.encode(rendition.audio, temporary, "flac", "24", rate=rendition.rate, check=cancel.check)
    files.replace_into(temporary, target)


def _keep_score(order: WorkOrder) -> None:
    if order.master:
        score = Path(order.midi).read_bytes()
        files.write_atomically(Path(order.master).with_suffix(".mid"), score)


def _shown(order: WorkOrder, recipe: Recipe) -> str:
    return recipe.dumps() if order.with_recipe else ""
