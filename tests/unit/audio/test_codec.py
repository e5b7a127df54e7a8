# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files: exact lengths, true peak after decoding, failures that leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.mp3 import MP3

from musicgen_desktop.audio import codec, ffmpeg, raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Clip
from musicgen_desktop.errors import AudioFileError, Cancelled
from tests.helpers.sounds import noise, sine

EVERY = [(form, quality) for form, known in codec.QUALITIES.items() for quality in known]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """3.21 s of sound in a raw file."""
    path = tmp_path / "source.f32"
    with raw.RawWriter(path) as writer:
        writer.write(noise(1.0, 0.1))
        writer.write(sine(440.0, 2.21, 0.4))
    return path


@pytest.mark.parametrize(("form", "quality"), EVERY)
def test_every_format_keeps_length_and_sound(
    source: Path, tmp_path: Path, form: str, quality: str
) -> None:
    target = tmp_path / f"sound.{form}"
    shares: list[float] = []
    codec.encode(source, target, form, quality, progress=shares.append)
    clip = codec.decode(target)
    original = np.concatenate(list(raw.read_blocks(source)), axis=1).T
    assert clip.rate == SAMPLE_RATE
    assert clip.samples.shape == original.shape
    tail = slice(2 * SAMPLE_RATE, None)
    error = np.sqrt(np.mean((clip.samples[tail] - original[tail]) ** 2))
    assert error < (0.01 if form in {"mp3", "ogg"} else 1e-4)
    assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("frames", [575, 1152, 44_100, 100_001])
def test_mp3_has_exactly_the_frames_that_went_in(tmp_path: Path, frames: int) -> None:
    clip = Clip(np.full((frames, 2), 0.1, dtype=np.float32))
    target = tmp_path / "sound.mp3"
    codec.encode(clip, target, "mp3")
    assert codec.decode(target).frames == frames


@pytest.mark.parametrize(("quality", "bitrate"), [("320", 320_000), ("192", 192_000)])
def test_mp3_has_the_wished_bitrate(
    source: Path, tmp_path: Path, quality: str, bitrate: int
) -> None:
    target = tmp_path / "sound.mp3"
    codec.encode(source, target, "mp3", quality)
    info = MP3(target).info
    assert info is not None
    assert info.bitrate == pytest.approx(bitrate, rel=0.02)


def test_words_for_quality_are_understood() -> None:
    assert codec.quality_of("mp3", "") == codec.quality_of("mp3", "high") == "320"
    assert codec.quality_of("flac", "medium") == "16"
    for form, quality in (("mp3", "11"), ("aiff", ""), ("wav", "320")):
        with pytest.raises(AudioFileError):
            codec.quality_of(form, quality)


def test_the_decoded_peak_is_brought_under_the_ceiling(tmp_path: Path) -> None:
    clip = Clip(np.clip(noise(3.0, 0.6), -0.999, 0.999).T.copy())
    target = tmp_path / "loud.mp3"
    encoded = codec.encode_below(clip, target, "mp3", "192", ceiling_dbtp=-1.0)
    assert -2.5 < encoded.peak_dbtp <= -1.0
    assert -9.0 < encoded.gain_db < 0.0
    assert np.abs(codec.decode(target).samples).max() <= 10 ** (-1.0 / 20.0)


def test_a_clip_of_another_rate_and_one_channel_is_written(tmp_path: Path) -> None:
    clip = Clip(np.zeros((4800, 1), dtype=np.float32), 48_000)
    codec.encode(clip, tmp_path / "mono.wav", "wav")
    info = soundfile.info(tmp_path / "mono.wav")
    assert (info.samplerate, info.channels, info.frames) == (48_000, 1, 4800)


@pytest.mark.parametrize("form", ["mp3", "wav", "flac", "ogg"])
def test_stopping_leaves_nothing_behind(source: Path, tmp_path: Path, form: str) -> None:
    calls = 0

    def stop() -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        codec.encode(source, tmp_path / f"sound.{form}", form, check=stop)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("form", ["mp3", "flac"])
def test_a_folder_that_is_not_there_is_told(source: Path, tmp_path: Path, form: str) -> None:
    with pytest.raises(AudioFileError):
        codec.encode(source, tmp_path / "nowhere" / f"sound.{form}", form)


def test_a_failing_encoder_is_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'no such encoder' >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("MUSICGEN_FFMPEG", str(broken))
    assert ffmpeg.find() == str(broken)
    with pytest.raises(AudioFileError, match="no such encoder"):
        codec.encode(source, tmp_path / "sound.mp3", "mp3")
    assert not (tmp_path / "sound.mp3").exists()


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.flac"
    text.write_text("not a sound", encoding="utf-8")
    for path in (text, tmp_path / "missing.wav", text.rename(tmp_path / "text.mp3")):
        with pytest.raises(AudioFileError):
            codec.decode(path)


def test_aac_is_read_by_pydub(source: Path, tmp_path: Path) -> None:
    wav, aac = tmp_path / "sound.wav", tmp_path / "sound.m4a"
    codec.encode(source, wav, "wav", "16")
    ffmpeg.feed(["-i", str(wav), "-c:a", "aac", "-y", str(aac)], [], lambda: None)
    clip = codec.decode(aac)
    assert clip.rate == SAMPLE_RATE
    assert clip.duration_s == pytest.approx(3.21, abs=0.1)
    assert 0.2 < np.abs(clip.samples[2 * SAMPLE_RATE : 3 * SAMPLE_RATE]).max() < 0.6
