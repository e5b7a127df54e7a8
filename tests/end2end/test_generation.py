# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One recipe in, one library track out: with the real worker, encoder, tags and library."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop import files, paths, services
from musicgen_desktop.audio import codec
from musicgen_desktop.engines.composer.engine import INFO
from musicgen_desktop.errors import Cancelled, MusicGenError
from musicgen_desktop.generation.export import Exporter
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.library import tags
from musicgen_desktop.library.track import Presence
from musicgen_desktop.services import Services
from tests.helpers.processes import wait_until

pytestmark = pytest.mark.end2end

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One profile with one warm worker for all tests of this module."""
    built = services.build(paths.in_profile(tmp_path_factory.mktemp("profile")))
    yield built
    built.close()


def order(
    name: str, prompt: str = "lo-fi, 80 bpm", duration_s: float = 8.0, **more: object
) -> Order:
    recipe = services.recipe_for(prompt, seed=24, duration_s=duration_s)
    return Order(recipe, name, "Lo-fi", **more)  # type: ignore[arg-type]  # fields of Order


def ignore(_progress: Progress) -> None:
    pass


def never() -> bool:
    return False


def pcm_hash(path: Path) -> str:
    return hashlib.sha256(codec.decode(path).samples.tobytes()).hexdigest()


def test_a_track_is_in_the_library_when_it_is_said_to_be(made: Services) -> None:
    seen: list[Progress] = []
    wanted = replace(order("whole"), title="Whole")
    outcome = made.producer.produce(wanted, seen.append, never)
    track = made.library.track("whole")
    assert track is not None
    assert track == outcome.track
    assert track.path.name == "Whole - 80bpm " + track.key + ".mp3"
    assert abs(codec.decode(track.path).duration_s - 8.0) < 0.001
    assert [p.fraction for p in seen] == sorted(p.fraction for p in seen)
    assert {p.stage for p in seen} == {"composing", "rendering", "mastering", "encoding"}
    data = tags.read(track.path)
    assert (data.track_id, data.prompt, data.bpm) == ("whole", "lo-fi, 80 bpm", 80.0)
    assert made.library.recipe("whole") == order("whole").recipe
    assert made.library.peaks("whole")
    assert (made.paths.masters_dir / "whole.flac").exists()
    assert (made.paths.masters_dir / "whole.mid").exists()
    assert list((made.paths.cache_dir / "work").iterdir()) == []


def test_the_same_order_twice_is_one_track(made: Services) -> None:
    first = made.producer.produce(order("twice"), ignore, never)
    second = made.producer.produce(order("twice"), ignore, never)
    assert first.path == second.path
    assert made.library.search().count("twice") == 1


def test_cancel_is_quick_and_leaves_nothing(made: Services) -> None:
    started = time.monotonic()
    stages: list[str] = []

    def cancelled() -> bool:
        return "rendering" in stages

    with pytest.raises(Cancelled):
        made.producer.produce(
            order("unwanted", duration_s=300.0), lambda p: stages.append(p.stage), cancelled
        )
    assert time.monotonic() - started < 60
    assert made.library.track("unwanted") is None
    assert not [p for p in made.library.folder.iterdir() if files.is_temporary(p)]
    assert list((made.paths.cache_dir / "work").iterdir()) == []
    assert not (made.paths.masters_dir / "unwanted.flac").exists()


def test_a_failed_encoding_keeps_the_audio_and_the_next_try_uses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\ncat >/dev/null\necho no space left >&2\nexit 1\n")
    broken.chmod(0o755)
    own = paths.in_profile(tmp_path / "profile")
    monkeypatch.setenv("MUSICGEN_FFMPEG", str(broken))
    first = services.build(own)
    with pytest.raises(MusicGenError, match="no space left"):
        first.producer.produce(order("kept"), ignore, never)
    first.close()
    assert not list(own.default_library_dir.glob("*.mp3"))
    monkeypatch.delenv("MUSICGEN_FFMPEG")
    second = services.build(own)
    stages: set[str] = set()
    outcome = second.producer.produce(order("kept"), lambda p: stages.add(p.stage), never)
    second.close()
    assert "rendering" not in stages
    assert abs(codec.decode(outcome.path).duration_s - 8.0) < 0.001


def test_the_same_recipe_gives_the_same_bits_in_another_process_and_on_one_core(
    made: Services, tmp_path: Path
) -> None:
    prompt = "cinematic with choir, 100 bpm, D minor"
    here = tmp_path / "here.wav"
    made.producer.produce(
        order("bits", prompt, 20.0, format="wav", in_library=False, out=here), ignore, never
    )
    there = tmp_path / "there.wav"
    command = [
        "-m", "musicgen_desktop", "--profile", str(tmp_path / "other"), "generate", prompt,
        "--duration", "20", "--seed", "24", "--out", str(there), "--no-library",
    ]  # fmt: skip
    pinned = (
        f"import os, runpy, sys; os.sched_setaffinity(0, {{0}}); sys.argv[1:] = {command[2:]!r}"
    )
    subprocess.run(
        [
            sys.executable,
            "-c",
            f"{pinned}; runpy.run_module('musicgen_desktop', run_name='__main__')",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    assert pcm_hash(here) == pcm_hash(there)


def test_exports_come_from_the_lossless_master_or_an_exact_render(
    made: Services, tmp_path: Path
) -> None:
    outcome = made.producer.produce(order("out"), ignore, never)
    assert outcome.track is not None
    exporter = Exporter(made.library, made.producer, made.paths)
    for fmt in ("mp3", "wav", "flac", "ogg"):
        target = exporter.export(outcome.track, tmp_path / f"ž 日本.{fmt}", fmt)
        assert tags.audio_format(target) == fmt
        assert tags.read(target).track_id == "out"
    master = pcm_hash(made.paths.masters_dir / "out.flac")
    assert pcm_hash(tmp_path / "ž 日本.wav") == master
    (made.paths.masters_dir / "out.flac").unlink()
    exporter.export(outcome.track, tmp_path / "again.flac", "flac")
    assert pcm_hash(tmp_path / "again.flac") == master
    bare = exporter.export(outcome.track, tmp_path / "bare.mp3", "mp3", with_recipe=False)
    assert (tags.read(bare).recipe, tags.read(bare).prompt) == ("", "")


def test_stems_and_score_come_out_whole(made: Services, tmp_path: Path) -> None:
    outcome = made.producer.produce(order("parts"), ignore, never)
    assert outcome.track is not None
    exporter = Exporter(made.library, made.producer, made.paths)
    folder = exporter.export(outcome.track, tmp_path / "stems", "stems")
    stems = {path.stem: codec.decode(path).frames for path in folder.iterdir()}
    assert {"Drums", "Ambience"} <= set(stems)
    assert set(stems.values()) == {8 * 44_100}
    score = exporter.export(outcome.track, tmp_path / "score.mid", "midi")
    assert score.read_bytes().startswith(b"MThd")
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["score.mid", "stems"]


def test_stems_are_named_after_their_instruments(made: Services, tmp_path: Path) -> None:
    wanted = order("named", "lo-fi with nylon guitar and marimba", stems_dir=tmp_path / "stems")
    outcome = made.producer.produce(wanted, ignore, never)
    stems = outcome.report["stems"]
    assert {"Marimba", "Drums", "Ambience"} <= set(stems)
    assert not {"Guitar", "Keys"} & set(stems)
    assert {Path(path).name for path in stems.values()} == {f"{name}.wav" for name in stems}
    assert {path.name for path in (tmp_path / "stems").iterdir()} == {f"{n}.wav" for n in stems}


def test_a_damaged_file_is_exported_from_its_master_and_a_damaged_master_made_anew(
    made: Services, tmp_path: Path
) -> None:
    outcome = made.producer.produce(order("scratched"), ignore, never)
    assert outcome.track is not None
    whole = pcm_hash(made.paths.masters_dir / "scratched.flac")
    content = outcome.path.read_bytes()
    outcome.path.write_bytes(content[:-60_000] + bytes(60_000))
    made.library.rescan()
    track = made.library.track("scratched")
    assert track is not None
    assert track.presence is Presence.DAMAGED
    exporter = Exporter(made.library, made.producer, made.paths)
    assert exporter.ready_file(track, "mp3") is None
    again = exporter.export(track, tmp_path / "again.mp3", "mp3")
    assert codec.decode(again).duration_s == pytest.approx(8.0, abs=0.05)
    assert tags.read(again).track_id == "scratched"
    master = made.paths.masters_dir / "scratched.flac"
    master.write_bytes(master.read_bytes()[:-200_000])
    anew = exporter.export(track, tmp_path / "anew.flac", "flac")
    assert not master.exists()
    assert pcm_hash(anew) == whole


def test_what_another_version_made_says_who_made_it_again(made: Services, tmp_path: Path) -> None:
    old = order("older")
    old = replace(old, recipe=replace(old.recipe, engine_version="0"))
    outcome = made.producer.produce(old, ignore, never)
    assert outcome.track is not None
    assert outcome.report["engine_version"] == outcome.track.engine_version == INFO.version
    assert made.library.recipe("older").engine_version == INFO.version


def test_an_unwritable_folder_is_told_in_a_sentence(made: Services, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(MusicGenError, match="can't be written"):
        made.producer.produce(
            order("nowhere", in_library=False, out=blocked / "x.mp3"), ignore, never
        )


def test_closing_ends_the_worker(tmp_path: Path) -> None:
    built = services.build(paths.in_profile(tmp_path))
    built.host.start()
    wait_until(lambda: built.host.pid is not None, "start of the worker")
    pid = built.host.pid
    assert pid is not None
    built.close()
    assert not files.is_alive(pid)
