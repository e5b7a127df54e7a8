# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first bars are heard while the rest is made; the finished file goes on at the same place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from musicgen_desktop import services as building
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.errors import Cancelled
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Outcome
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.gui.early_listening import EarlyListening
from musicgen_desktop.gui.player_bar import PlayerBar
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.jobs.job import Job
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal
from musicgen_desktop.library.library import Library
from musicgen_desktop.playback.growing import RAMP_FRAMES, GrowingSource
from musicgen_desktop.playback.source import TrackSource
from musicgen_desktop.services import Services
from tests.helpers.quick_producer import QuickProducer
from tests.helpers.track_bench import TrackBench


def _tone(seconds: float, level: float = 0.5) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    wave = (level * np.sin(2 * np.pi * 110.0 * at)).astype(np.float32)
    return np.stack([wave, wave], axis=1)


def _file(folder: Path, sound: Samples) -> TrackSource:
    path = folder / "made.wav"
    soundfile.write(path, sound, SAMPLE_RATE, "PCM_16")
    return TrackSource(path, len(sound) / SAMPLE_RATE)


def test_a_source_grows_and_says_how_far(qtbot: QtBot) -> None:
    source = GrowingSource(4.0)
    assert (source.frames, source.ready_frames, len(source.read(0, 100))) == (176_400, 0, 0)
    sound = _tone(1.0)
    source.append(sound.tobytes())
    assert source.ready_frames == SAMPLE_RATE
    assert np.allclose(source.read(1000, 500), sound[1000:1500], atol=1e-4)
    assert len(source.read(SAMPLE_RATE - 10, 500)) == 10
    source.append(_tone(5.0).tobytes())
    assert source.ready_frames == source.frames


def test_the_file_takes_over_without_a_step(tmp_path: Path, qtbot: QtBot) -> None:
    source = GrowingSource(6.0)
    source.append(_tone(6.0, 0.5).tobytes())
    file = _file(tmp_path, _tone(6.0, 0.4))
    qtbot.waitUntil(lambda: file.is_complete)
    heard = [source.read(at, 1000) for at in range(0, 50_000, 1000)]
    source.take_over(file)
    heard += [source.read(at, 1000) for at in range(50_000, 200_000, 1000)]
    sound = np.concatenate(heard)
    assert float(np.abs(np.diff(sound[:, 0])).max()) < 0.5 * 2 * np.pi * 110.0 / SAMPLE_RATE * 1.05
    assert np.allclose(sound[:50_000], _tone(6.0, 0.5)[:50_000], atol=1e-4)
    after = 50_000 + RAMP_FRAMES
    assert np.allclose(sound[after:], _tone(6.0, 0.4)[after:200_000], atol=1e-4)
    assert np.allclose(source.read(0, 1000), _tone(6.0, 0.4)[:1000], atol=1e-4)


def test_the_preview_goes_on_until_the_file_is_decoded(tmp_path: Path, qtbot: QtBot) -> None:
    source = GrowingSource(6.0)
    source.append(_tone(3.0, 0.5).tobytes())
    file = _file(tmp_path, _tone(0.5, 0.4))  # no more of it is there
    qtbot.waitUntil(lambda: file.is_complete)
    source.take_over(file)
    assert np.allclose(source.read(40_000, 1000), _tone(3.0, 0.5)[40_000:41_000], atol=1e-4)


def test_where_no_preview_is_the_file_is_heard_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    source = GrowingSource(6.0)
    source.append(_tone(1.0, 0.5).tobytes())
    file = _file(tmp_path, _tone(6.0, 0.4))
    qtbot.waitUntil(lambda: file.is_complete)
    source.take_over(file)
    assert np.allclose(source.read(90_000, 500), _tone(6.0, 0.4)[90_000:90_500], atol=1e-4)
    assert source.frames == file.frames


class GatedProducer(QuickProducer):
    """Hands half a second on, then waits until it may finish.

    Attributes:
        gate: Lets it finish.
    """

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.gate = threading.Event()

    def produce(
        self,
        order: Order,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
        on_audio: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        if on_audio is not None and order.hear_early:
            on_audio(_tone(0.25).tobytes())
            on_audio(_tone(0.25).tobytes())
        while not self.gate.wait(0.01):
            if is_cancelled():
                raise Cancelled
        return super().produce(order, on_progress, is_cancelled)


class EarlyBench(TrackBench):
    """A bench with a queue whose tracks are heard early."""

    def __init__(self, services: Services, qtbot: QtBot) -> None:
        super().__init__(services, qtbot)
        self.producer = GatedProducer(services.library)
        self.queue = JobQueue(
            self.producer,  # type: ignore[arg-type]  # everything but the sound is real
            Journal(services.paths.queue_db),
            lambda job: Order(job.recipe, job.id, job.title, hear_early=True),
        )
        self.early = EarlyListening(services, self.queue, self.player, self.commands.deeds)
        self.queue.start()

    def submit(self) -> Job:
        (job_id,) = self.queue.submit(
            building.recipes_for("lo-fi", seed=1, count=1, duration_s=5.0), "Rainy Night"
        )
        job = self.queue.job(job_id)
        assert job is not None
        return job

    def close(self) -> None:
        self.producer.gate.set()
        self.queue.close()
        super().close()


@pytest.fixture
def bench(real_services: Services, theme: Theme, qtbot: QtBot) -> Iterator[EarlyBench]:
    made = EarlyBench(real_services, qtbot)
    yield made
    made.close()


def test_it_plays_while_it_is_made_and_goes_on_from_the_file(
    bench: EarlyBench, qtbot: QtBot
) -> None:
    bar = PlayerBar(bench.player, bench.library)
    qtbot.addWidget(bar)
    job = bench.submit()
    qtbot.waitUntil(lambda: bench.player.state == "playing")
    assert bench.player.track_id == job.id
    assert bar.play.isEnabled()
    assert bar.title.text() == "Your new track, in the making"
    with qtbot.waitSignal(bench.queue.job_finished):
        bench.producer.gate.set()
    assert (bench.player.state, bench.player.track_id) == ("playing", job.id)
    assert bar.title.text() == "Rainy Night"
    qtbot.waitUntil(lambda: not bench.track(job.id).unread)
    bar.close_work()


def test_what_plays_already_is_not_interrupted(bench: EarlyBench, qtbot: QtBot) -> None:
    bench.add("old")
    bench.player.set_loop(True)
    bench.commands.listening.play("old")
    job = bench.submit()
    with qtbot.waitSignal(bench.queue.job_finished):
        bench.producer.gate.set()
    assert bench.player.track_id == "old"
    assert bench.track(job.id).unread


@pytest.mark.parametrize("change", [{"hear_early": False}, {"autoplay": False}])
def test_it_can_be_switched_off(bench: EarlyBench, qtbot: QtBot, change: dict[str, bool]) -> None:
    bench.services.settings = replace(bench.services.settings, **change)  # type: ignore[arg-type]
    bench.submit()
    with qtbot.waitSignal(bench.queue.preview_grew):
        pass
    assert bench.player.track_id == ""


def test_a_cancelled_track_falls_silent(bench: EarlyBench, qtbot: QtBot) -> None:
    job = bench.submit()
    qtbot.waitUntil(lambda: bench.player.state == "playing")
    bench.queue.cancel(job.id)
    assert (bench.player.state, bench.player.track_id) == ("stopped", "")


def test_a_second_try_begins_anew(bench: EarlyBench, qtbot: QtBot) -> None:
    job = bench.submit()
    qtbot.waitUntil(lambda: bench.player.state == "playing")
    bench.queue.cancel(job.id)
    bench.queue.retry(job.id)
    qtbot.waitUntil(lambda: bench.player.track_id == job.id)
    assert bench.player.position_s < 0.5
