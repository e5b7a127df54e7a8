# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged files are noticed: at a glance, by decoding, and on the way to the ear."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop.audio import codec, transcode, wholeness
from musicgen_desktop.audio.clip import Clip
from musicgen_desktop.errors import AudioFileError, Cancelled
from musicgen_desktop.playback.source import TrackSource

FORMATS = ("mp3", "flac", "ogg", "wav")
SECONDS = 6.0


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def noise(content: bytes) -> bytes:
    start = len(content) // 4
    return content[:start] + random.Random(3).randbytes(len(content) - start)


def zeros(content: bytes) -> bytes:
    start = len(content) // 2
    return content[:start] + bytes(len(content) - start)


def gap(content: bytes) -> bytes:
    start, count = len(content) // 2, len(content) // 10
    return content[:start] + random.Random(4).randbytes(count) + content[start + count :]


STRUCTURED = [
    (fmt, damage) for fmt in FORMATS[:3] for damage in (cut, noise, zeros, gap)
] + [("wav", cut)]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A few seconds of sound in each format."""
    folder = tmp_path_factory.mktemp("sound")
    chance = np.random.default_rng(1)
    hum = np.sin(np.arange(int(SECONDS * 44_100)) / 40.0)
    samples = np.stack([hum, 0.5 * hum], axis=1) * 0.3 + chance.normal(0, 0.05, (len(hum), 2))
    found = {}
    for fmt in FORMATS:
        found[fmt] = folder / f"sound.{fmt}"
        codec.encode(Clip(samples.astype(np.float32), 44_100), found[fmt], fmt)
    return found


def broken(source: Path, folder: Path, damage: Callable[[bytes], bytes]) -> Path:
    target = folder / source.name
    target.write_bytes(damage(source.read_bytes()))
    return target


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("quality", ["high", "medium", "small"])
@pytest.mark.parametrize("seconds", [0.05, 1.0, 5.0])
def test_whole_files_are_whole(tmp_path: Path, fmt: str, quality: str, seconds: float) -> None:
    loud = np.random.default_rng(2).normal(0, 0.2, (int(seconds * 44_100), 2))
    path = tmp_path / f"x.{fmt}"
    codec.encode(Clip(loud.astype(np.float32), 44_100), path, fmt, quality)
    assert not wholeness.is_damaged(path, fmt)
    assert not wholeness.is_damaged_inside(path, seconds)


@pytest.mark.parametrize(("fmt", "damage"), STRUCTURED)
def test_damage_is_seen_at_a_glance(
    whole: dict[str, Path], tmp_path: Path, fmt: str, damage: Callable[[bytes], bytes]
) -> None:
    assert wholeness.is_damaged(broken(whole[fmt], tmp_path, damage), fmt)


@pytest.mark.parametrize(("fmt", "damage"), STRUCTURED)
def test_damage_is_heard_by_decoding(
    whole: dict[str, Path], tmp_path: Path, fmt: str, damage: Callable[[bytes], bytes]
) -> None:
    assert wholeness.is_damaged_inside(broken(whole[fmt], tmp_path, damage), SECONDS)


@pytest.mark.parametrize(("fmt", "damage"), STRUCTURED)
def test_what_is_damaged_is_not_played_as_if_it_were_whole(
    whole: dict[str, Path], tmp_path: Path, fmt: str, damage: Callable[[bytes], bytes]
) -> None:
    source = TrackSource(broken(whole[fmt], tmp_path, damage), SECONDS)
    source._thread.join(20.0)
    assert source.is_complete
    assert source.error is not None
    assert source.error.message.startswith(("The sound in", "sound."))
    assert "\n" not in str(source.error)


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_is_whole_is_played_without_a_word(whole: dict[str, Path], fmt: str) -> None:
    source = TrackSource(whole[fmt], SECONDS)
    source._thread.join(20.0)
    assert source.is_complete
    assert source.error is None


def test_frames_that_are_there_but_hold_noise_are_a_damage(
    whole: dict[str, Path], tmp_path: Path
) -> None:
    content = bytearray(whole["mp3"].read_bytes())
    chance = random.Random(5)
    for at in range(len(content) // 5, len(content) - 4, 7):
        if 0xFF not in content[at - 3 : at + 1]:
            content[at] = chance.randrange(255)
    path = tmp_path / "scrambled.mp3"
    path.write_bytes(bytes(content))
    assert not wholeness.is_damaged(path, "mp3")  # the frames themselves are all there
    assert wholeness.is_damaged_inside(path, SECONDS)
    with pytest.raises(AudioFileError, match="damaged"):
        list(codec.decode_blocks(path))


@pytest.mark.parametrize(
    "content", [b"", b"ID3", b"fLaC", b"OggS", b"RIFF0000WAVE", b"\xff" * 99], ids=repr
)
@pytest.mark.parametrize("fmt", FORMATS)
def test_any_bytes_are_taken(tmp_path: Path, content: bytes, fmt: str) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    assert wholeness.is_damaged(path, fmt)


def test_what_cannot_be_judged_is_not_called_damaged(tmp_path: Path) -> None:
    assert not wholeness.is_damaged(tmp_path / "gone.mp3", "mp3")
    assert not wholeness.is_damaged(tmp_path, "aiff")


def test_listening_can_be_stopped(whole: dict[str, Path]) -> None:
    with pytest.raises(Cancelled):
        wholeness.is_damaged_inside(whole["flac"], SECONDS, lambda: True)


def test_a_damaged_source_is_not_converted(whole: dict[str, Path], tmp_path: Path) -> None:
    source = broken(whole["flac"], tmp_path, cut)
    target = tmp_path / "copy.wav"
    with pytest.raises(AudioFileError):
        transcode.transcode(source, target, "wav")
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_even_a_short_gap_counts_where_nothing_may_be_missing(
    whole: dict[str, Path], tmp_path: Path
) -> None:
    def scratch(content: bytes) -> bytes:
        middle = len(content) // 2
        return content[:middle] + bytes(300) + content[middle + 300 :]

    path = broken(whole["flac"], tmp_path, scratch)
    assert wholeness.is_flac_damaged_inside(path)
    assert not wholeness.is_flac_damaged_inside(whole["flac"])
    assert wholeness.is_flac_damaged_inside(tmp_path / "gone.flac")
