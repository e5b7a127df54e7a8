# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags: everything that is written is read back, others' tags stay, nothing hostile raises."""

from __future__ import annotations

import contextlib
import json
import random
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from musicgen_desktop.engines.composer.engine import INFO
from musicgen_desktop.errors import AudioFileError, MusicGenError
from musicgen_desktop.library import tag_data, tags
from musicgen_desktop.library.tag_data import TagData
from musicgen_desktop.music.recipe import Recipe
from tests.helpers.library_files import SECONDS, write_sound
from tests.helpers.library_files import tag_data as small_tags
from tests.helpers.recipes import small_recipe

FORMATS = ("mp3", "flac", "ogg", "wav")
_PROMPT = "雨の夜 — “mellow” rhodes,\nno drums; Ελληνικά 🎹"


@pytest.fixture(params=FORMATS)
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write_sound(tmp_path / ".mgd-1-track.part", request.param)


def test_everything_comes_back(sound: Path) -> None:
    data = small_tags("id-1", "Take 5", take=2, takes=4, prompt=_PROMPT, seed=2**53 - 1)
    data = replace(data, parent="")
    tags.write(sound, data)
    found = tags.read(sound)
    assert found.duration_s == pytest.approx(SECONDS, abs=0.06)
    assert replace(found, duration_s=data.duration_s) == data
    assert Recipe.loads(found.recipe) == small_recipe(prompt=_PROMPT, seed=2**53 - 1)


def test_writing_twice_leaves_one_of_each(sound: Path) -> None:
    tags.write(sound, small_tags("id-1", prompt=_PROMPT))
    first = sound.read_bytes()
    tags.write(sound, small_tags("id-1", "Other"))
    tags.write(sound, small_tags("id-1", prompt=_PROMPT))
    assert abs(len(sound.read_bytes()) - len(first)) <= 4096  # padding may differ
    assert tags.read(sound).title == "Rainy Night Rhodes"


def test_prompt_and_recipe_can_be_left_out(sound: Path) -> None:
    tags.write(sound, small_tags("id-1", prompt="the secret words"))
    tags.write(sound, tags.read(sound).without_recipe())
    found = tags.read(sound)
    assert (found.prompt, found.recipe) == ("", "")
    assert (found.title, found.bpm, found.key) == ("Rainy Night Rhodes", 75.0, "Am")
    content = sound.read_bytes()
    assert b"secret" not in content
    assert "secret".encode("utf-16-le") not in content


def test_the_sound_stays_the_same(sound: Path) -> None:
    import soundfile

    before, _ = soundfile.read(sound)
    tags.write(sound, small_tags("id-1", prompt=_PROMPT * 50))
    after, _ = soundfile.read(sound)
    assert (before == after).all()


def test_mp3_frames_are_id3v23(tmp_path: Path) -> None:
    from mutagen.id3 import ID3

    path = write_sound(tmp_path / "a.mp3", "mp3")
    tags.write(path, small_tags("id-1", prompt=_PROMPT, take=2, takes=4))
    tag = ID3(path, translate=False)
    assert tag.version == (2, 3, 0)
    assert tag["TIT2"].text == ["Rainy Night Rhodes 2"]
    assert tag["TCON"].text == ["Lofi Hiphop"]
    assert tag["TBPM"].text == ["75"]
    assert tag["TKEY"].text == ["Am"]
    assert tag["TSSE"].text == [f"composer {INFO.version}"]
    assert tag["TCOP"].text == ["2023 Made by the Composer: yours, for anything."]
    assert tag["TYER"].text == ["2023"]
    assert tag["COMM::eng"].text == [_PROMPT]
    assert tag["TXXX:MGD_TRACK_ID"].text == ["id-1"]
    assert tag["TXXX:MGD_BPM"].text == ["75"]
    assert json.loads(tag["TXXX:MGD_RECIPE"].text[0])["prompt"] == _PROMPT
    assert tag["TXXX:MGD_LICENCE"].text == ["Made by the Composer: yours, for anything."]
    assert [c.sub_frames["TIT2"].text[0] for c in tag.getall("CHAP")] == ["Intro", "A", "Ending"]
    assert [c.start_time for c in tag.getall("CHAP")] == [0, 6400, 12800]
    assert tag.getall("CTOC")[0].child_element_ids == [c.element_id for c in tag.getall("CHAP")]
    assert path.read_bytes().index(b"Intro") < path.read_bytes().index(b"Ending")


def test_tags_of_others_stay(tmp_path: Path) -> None:
    from mutagen.flac import FLAC
    from mutagen.id3 import APIC, COMM, ID3, TXXX

    mp3 = write_sound(tmp_path / "a.mp3", "mp3")
    theirs = ID3()
    theirs.add(APIC(encoding=0, mime="image/png", type=3, desc="cover", data=b"png"))
    theirs.add(TXXX(encoding=3, desc="mood", text=["blue"]))
    theirs.add(COMM(encoding=3, lang="eng", desc="review", text=["fine"]))
    theirs.save(mp3, v2_version=4)
    tags.write(mp3, small_tags("id-1"))
    found = ID3(mp3)
    assert found.getall("APIC")[0].data == b"png"
    assert found["TXXX:mood"].text == ["blue"]
    assert found["COMM:review:eng"].text == ["fine"]
    flac = write_sound(tmp_path / "a.flac", "flac")
    file = FLAC(flac)
    file["artist"] = ["me"]
    file.save()
    tags.write(flac, small_tags("id-1"))
    assert FLAC(flac)["artist"] == ["me"]
    assert FLAC(flac)["initialkey"] == ["Am"]
    assert FLAC(flac)["chapter002"] == ["00:00:06.400"]


def test_wav_chunks_of_others_stay_and_lengths_are_true(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", "wav")
    content = path.read_bytes()
    # an odd-sized chunk of somebody, and a RIFF length of a stream that didn't know its end
    content += b"smpl" + struct.pack("<I", 3) + b"abc\0"
    path.write_bytes(content[:4] + b"\xff\xff\xff\xff" + content[8:])
    tags.write(path, small_tags("id-1", prompt=_PROMPT))
    tags.write(path, small_tags("id-1", prompt=_PROMPT))
    written = path.read_bytes()
    assert struct.unpack("<I", written[4:8])[0] == len(written) - 8
    assert b"smpl" + struct.pack("<I", 3) + b"abc\0" in written
    assert written.count(b"LIST") == written.count(b"id3 ") == 1
    assert b"INAM" in written
    from mutagen.wave import WAVE

    theirs: Any = WAVE(path).tags
    assert theirs["TXXX:MGD_TRACK_ID"].text == ["id-1"]


def test_ffprobe_names_agree(tmp_path: Path) -> None:
    """Another reader than ours finds title and chapters."""
    import imageio_ffmpeg

    path = write_sound(tmp_path / "a.mp3", "mp3")
    tags.write(path, small_tags("id-1", prompt=_PROMPT))
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path)],
        capture_output=True,
        check=False,
    ).stderr.decode("utf-8", "replace")
    assert "Rainy Night Rhodes" in said
    assert "Chapter" in said
    assert "Ending" in said


@pytest.mark.parametrize("name", ["nothing", "text", "empty"])
def test_no_sound_file_is_an_expected_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.mp3"
    if name != "nothing":
        path.write_bytes(b"" if name == "empty" else b"hello, this is no music")
    with pytest.raises(AudioFileError):
        tags.read(path)
    with pytest.raises(AudioFileError):
        tags.write(path, TagData())


_HOSTILE_TEXTS = (
    "", "x" * 300_000, "{", "[" * 100_000, "null", "[]", "\0\1\2", "9" * 5000, "nan", "-1e999",
    "1/0", "0/0",
    '{"schema": 1}', '{"plan": 5}', '{"plan": {"key": 7, "mode": [], "bpm": "x", "sections": 3}}',
    '{"plan": {"key": "A", "mode": "minor", "bpm": 1e400, "moods": [1, null], "sections": [{}, 5]},'
    ' "seed": -5, "prompt": ["x"], "engine": {}}',
    '{"plan": {"sections": [{"label": {}, "start_s": "NaN"}]}, "prompt": "\\ud800"}',
    json.dumps({"plan": {"genre": "g" * 10_000, "key": "Z" * 999, "mode": "minor"}}),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_hostile_fields_never_raise(seed: int) -> None:
    chance = random.Random(seed)
    names = list(small_tags("a", take=1, takes=2).to_fields())
    for _ in range(60):
        texts = {name: chance.choice(_HOSTILE_TEXTS) for name in chance.sample(names, 9)}
        found = TagData.from_fields(texts)
        found.title.encode()
        found.prompt.encode()
        json.dumps(found.to_json(), allow_nan=False)
        assert tag_data.is_track_id(found.track_id) or not found.track_id
        assert TagData.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    "value", [None, [], "x", {"title": 5, "bpm": "x", "sections": [[1]], "take": True}]
)
def test_hostile_records_never_raise(value: Any) -> None:
    assert TagData.from_json(value) == TagData()


@pytest.mark.parametrize("audio_format", FORMATS)
def test_damaged_files_never_crash(tmp_path: Path, audio_format: str) -> None:
    chance = random.Random(f"damage {audio_format}")
    path = write_sound(tmp_path / "a", audio_format)
    tags.write(path, small_tags("id-1", prompt=_PROMPT))
    whole = path.read_bytes()
    for turn in range(60):
        content = bytearray(whole)
        limit = len(content) if turn % 2 else min(len(content), 3000)
        for _ in range(chance.randrange(1, 12)):
            content[chance.randrange(limit)] = chance.randrange(256)
        if turn % 3 == 0:
            del content[chance.randrange(len(content)) :]
        path.write_bytes(bytes(content))
        for attempt in (tags.read, lambda p: tags.write(p, small_tags("id-1"))):
            with contextlib.suppress(AudioFileError):
                attempt(path)


def test_recipes_of_others_are_read_safely() -> None:
    chance = random.Random(3)
    text = small_recipe().dumps()
    for _ in range(400):
        changed = list(text)
        for _ in range(chance.randrange(1, 6)):
            changed[chance.randrange(len(changed))] = chance.choice('{}[]",:0-x\\')
        found = TagData.from_fields({"MGD_RECIPE": "".join(changed), "MGD_TRACK_ID": "a"})
        if found.recipe:
            with contextlib.suppress(MusicGenError):
                assert Recipe.loads(found.recipe).seed == found.seed
