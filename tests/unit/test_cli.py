# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line without making music: its options, its errors, what it never imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from musicgen_desktop import __version__, cli, cli_generate
from musicgen_desktop.engines import registry
from musicgen_desktop.errors import UsageError
from musicgen_desktop.library.library import Library
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import add

COMMANDS = (
    "generate",
    "change",
    "plan",
    "library",
    "library list",
    "library export",
    "engines",
    "doctor",
)


def run(profile: Paths, *arguments: str) -> int:
    """Runs a command in this process, with the profile before the command."""
    folder = profile.config_dir.parent
    return cli.run(cli.parse(["--profile", str(folder), *arguments]))


def with_tracks(profile: Paths, count: int = 2) -> None:
    library = Library(profile.default_library_dir, profile)
    for number in range(count):
        add(library, f"track-{number}", f"雨 Song {number}", created=1_700_000_000.0 + number)
    library.close()


def usage_code(*arguments: str) -> object:
    with pytest.raises(SystemExit) as stop:
        cli.parse(arguments)
    return stop.value.code


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_version_and_help_everywhere(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_code(*command.split(), "--version") == 0
    assert capsys.readouterr().out == f"musicgen-desktop {__version__}\n"
    assert usage_code(*command.split(), "--help") == 0
    assert "--profile" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--profile", "here", "library", "list"],
        ["library", "--profile", "here", "list"],
        ["library", "list", "--profile", "here"],
        ["plan", "x", "--profile", "here"],
        ["--profile", "here"],
    ],
)
def test_profile_is_read_everywhere(arguments: list[str]) -> None:
    assert cli.parse(arguments).profile == Path("here")


def test_without_a_command_the_window_is_wanted() -> None:
    assert cli.parse([]).command is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["library"],
        ["library", "search"],
        ["generate", "x", "--duration", "long"],
        ["generate", "x", "--duration", "-5"],
        ["generate", "x", "--duration", "0"],
        ["generate", "x", "--duration", "nan"],
        ["generate", "x", "--seed", "-1"],
        ["generate", "x", "--seed", str(2**53)],
        ["generate", "x", "--count", "0"],
        ["generate", "x", "--count", "9"],
        ["generate", "x", "--format", "aac"],
        ["library", "list", "--order", "colour"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_code(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "usage:" in told.err


@pytest.mark.parametrize(
    ("text", "seconds"), [("60", 60.0), ("1:30", 90.0), ("7.5", 7.5), ("0:05", 5.0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert cli.parse(["plan", "x", "--duration", text]).duration == seconds


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate"], "There is no prompt"),
        (["plan", "  "], "There is no prompt"),
        (["plan", "x", "--set", "colour=blue"], "bpm, key, metre, genre, mood, instruments"),
        (["plan", "x", "--set", "bpm"], "--set bpm=75"),
        (["plan", "x", "--set", "bpm="], "--set bpm=75"),
        (["plan", "x", "--set", "bpm=fast"], "bpm"),
        (["plan", "x", "--set", "key=H major"], "key"),
        (["plan", "x", "--set", "duration=abc"], "1:30"),
        (["plan", "x", "--duration", "4"], "5 to 600"),
        (["plan", "x", "--duration", "601"], "5 to 600"),
        (["generate", "x", "--no-library"], "--out"),
        (["generate", "x", "--engine", "orchestra"], "composer"),
        (["generate", "x", "--out", "a.aac"], ".mp3, .wav, .flac, .ogg"),
        (["generate", "x", "--out", "a.wav", "--format", "mp3"], "contradict"),
        (["library", "export", "unknown"], "library list"),
    ],
)
def test_impossible_wishes_are_usage_errors(
    profile: Paths, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(profile, *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("option", "name"), [("--out", "t.mp3"), ("--midi", "t.mid"), ("--stems", "stems")]
)
def test_a_place_that_cannot_be_written_is_told_before_any_work(
    profile: Paths,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    name: str,
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    target = str(tmp_path / "file" / name)
    assert run(profile, "generate", "pop", "--duration", "5", option, target) == 1
    told = capsys.readouterr().err
    assert target in told
    assert "composing" not in told


def plan_of(
    profile: Paths, capsys: pytest.CaptureFixture[str], *arguments: str
) -> dict[str, object]:
    assert run(profile, "plan", *arguments, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"heard", "assumed", "refused", "ignored", "plan"}
    plan = printed["plan"]
    assert isinstance(plan, dict)
    return plan


def test_a_flag_beats_set_which_beats_words(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "lo-fi, 75 bpm, 20 seconds"
    assert plan_of(profile, capsys, words)["bpm"] == 75.0
    chosen = plan_of(profile, capsys, words, "--set", "bpm=90", "--set", "duration=0:30")
    assert (chosen["bpm"], chosen["duration_s"]) == (90.0, 30.0)
    chosen = plan_of(profile, capsys, words, "--set", "duration=30", "--duration", "40")
    assert chosen["duration_s"] == 40.0
    chosen = plan_of(
        profile, capsys, words, "--set", "bpm=80", "--set", "bpm=85", "--set", "key=F# minor"
    )
    assert (chosen["bpm"], chosen["key"], chosen["mode"]) == (85.0, "F#", "minor")


def test_plan_has_the_fields_of_the_contract(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = plan_of(profile, capsys, "rainy night lo-fi", "--seed", "7")
    assert set(plan) == {
        "genre", "genres", "moods", "bpm", "felt_bpm", "key", "mode", "metre", "swing",
        "duration_s", "era", "instruments", "excluded", "use_case", "loop", "vocals", "structure",
        "production", "tempo_word", "language", "sections", "seed",
    }  # fmt: skip
    assert plan["seed"] == 7
    assert plan == plan_of(profile, capsys, "rainy night lo-fi", "--seed", "7")


def test_unquoted_words_make_one_prompt(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan_of(profile, capsys, "lo-fi", "75", "bpm")["bpm"] == 75.0


def test_bytes_that_are_no_text_spoil_nothing(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan_of(profile, capsys, "\udcff pop")["genre"] == "pop"
    options = cli.parse(["plan", "\udcff pop"])
    assert cli_generate.read_wish(options, None).prompt == "\ufffd pop"


def test_plan_for_people(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile, "plan", "lo-fi with vocals, 75 bpm") == 0
    said = capsys.readouterr().out
    assert "Heard: " in said
    assert "Can’t be done: " in said
    assert "75 bpm" in said


def test_an_engine_has_settings_of_its_own() -> None:
    info = replace(registry.info("composer"), takes=frozenset({"bpm", "structure", "lyrics"}))
    overrides, parameters = cli_generate.read_settings(["bpm=75", "Lyrics = la=la "], info)
    assert overrides == {"bpm": "75"}
    assert parameters == {"lyrics": "la=la"}
    with pytest.raises(UsageError, match="lyrics"):
        cli_generate.read_settings(["tune=x"], info)


def test_library_list_and_search(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with_tracks(profile)
    assert run(profile, "library", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["track-1", "track-0"]
    assert "雨 Song 1" in lines[0]
    assert run(profile, "library", "search", "song", "0", "--json") == 0
    tracks = json.loads(capsys.readouterr().out)
    assert [track["id"] for track in tracks] == ["track-0"]
    assert tracks[0]["presence"] == "present"
    assert Path(tracks[0]["path"]).is_file()
    assert run(profile, "library", "search", "nothing", "of", "this") == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err


def test_library_rescan_and_check(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with_tracks(profile)
    assert run(profile, "library", "check") == 0
    assert capsys.readouterr().out == ""
    next(profile.default_library_dir.glob("*.mp3")).unlink()
    assert run(profile, "library", "rescan", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["total"] == 1
    assert len(report["missing"]) == 1
    assert run(profile, "library", "check", "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 1


def test_a_file_added_by_hand_is_listed(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with_tracks(profile, 1)
    profile.index_db.unlink()
    profile.user_db.unlink()
    assert run(profile, "library", "list") == 0
    assert "track-0" in capsys.readouterr().out


def test_a_newer_library_is_refused_politely(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    connection = sqlite3.connect(profile.user_db)
    connection.execute(f"PRAGMA user_version={99 << 16}")
    connection.close()
    assert run(profile, "library", "list") == 1
    assert "newer version" in capsys.readouterr().err


def test_a_library_folder_that_is_away_is_not_made_anew(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    with_tracks(profile, 1)
    unplugged = profile.default_library_dir.with_name("unplugged")
    profile.default_library_dir.rename(unplugged)
    assert run(profile, "generate", "lo-fi") == 1
    assert "isn’t there" in capsys.readouterr().err
    assert not profile.default_library_dir.exists()
    assert run(profile, "library", "list") == 0
    assert "(away)" in capsys.readouterr().out
    unplugged.rename(profile.default_library_dir)
    assert run(profile, "library", "check") == 0


def test_engines(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile, "engines", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[0]["id"] == "composer"
    assert listed[0]["licence"]
    assert run(profile, "engines") == 0
    assert "composer" in capsys.readouterr().out


def test_doctor(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile, "doctor") == 0
    said = capsys.readouterr().out
    for name in ("Python", "ffmpeg", "window", "sound", "library folder", "disk", "kernels"):
        assert f" {name}" in said


def test_doctor_finds_a_library_folder_that_cannot_be_written(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = profile.config_dir.parent / "blocked"
    blocked.write_text("a file")
    profile.settings_file.write_text(json.dumps({"library_dir": str(blocked / "music")}))
    assert run(profile, "doctor") == 1
    assert "MISSING  library folder" in capsys.readouterr().out


def test_nothing_of_the_window_is_imported(profile: Paths) -> None:
    program = (
        "import sys; from musicgen_desktop.__main__ import main; code = main();"
        "heavy = {'PySide6', 'shiboken6', 'simpleaudio', 'numpy', 'numba'};"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    for command in (["plan", "lo-fi"], ["library", "list"], ["engines"], ["doctor"]):
        done = subprocess.run(
            [sys.executable, "-c", program, "--profile", str(profile.config_dir.parent), *command],
            capture_output=True, text=True, check=True, env=environment,
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "0 []"


def test_without_a_display_the_window_says_so(profile: Paths) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("displays are always there on this system")
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "musicgen_desktop", "--profile", str(profile.config_dir.parent)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "generate" in done.stderr


def test_a_reader_that_goes_away_is_no_error(profile: Paths) -> None:
    with_tracks(profile, 1)
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "musicgen_desktop", "library", "list",
         "--profile", str(profile.config_dir.parent)],
        stdout=write_end, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(write_end)
    assert done.returncode == 0
    assert done.stderr == b""


def test_output_in_a_terminal_without_unicode(profile: Paths) -> None:
    with_tracks(profile, 1)
    for extra in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "musicgen_desktop", "library", "list", *extra,
             "--profile", str(profile.config_dir.parent)],
            capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert b"Song 0" in done.stdout
        assert done.stdout.isascii()


@pytest.mark.parametrize("option", ["--out", "--midi"])
def test_a_folder_is_not_taken_for_a_file(
    profile: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    folder = tmp_path / "folder.mid" if option == "--midi" else tmp_path / "pipe"
    if option == "--midi":
        folder.mkdir()
    else:
        os.mkfifo(folder)
    assert run(profile, "generate", "pop", "--duration", "5", option, str(folder)) == 1
    told = capsys.readouterr().err
    assert "isn’t a file" in told
    assert "composing" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([folder.name, "profile"])


@pytest.mark.parametrize("command", ["plan x", "library list", "doctor"])
def test_a_profile_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "musicgen_desktop", *command.split(), "--profile", str(blocked)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"The folder “{blocked}” can’t be used: ")
    assert "Traceback" not in done.stderr


def test_the_trash_is_counted_and_emptied(
    profile: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    with_tracks(profile)
    library = Library(profile.default_library_dir, profile)
    size = sum(track.path.stat().st_size for track in library.tracks(["track-0"]))
    library.delete(["track-0"])
    library.close()
    for options, emptied in ((["--json"], False), (["--empty", "--json"], True)):
        assert run(profile, "library", "trash", *options) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed == {"count": 1, "size_bytes": size, "emptied": emptied}
    assert run(profile, "library", "trash") == 0
    assert capsys.readouterr().out == "The trash is empty.\n"


def test_a_damaged_track_is_a_problem(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with_tracks(profile)
    path = next(profile.default_library_dir.glob("*.mp3"))
    path.write_bytes(path.read_bytes()[:-2_500] + bytes(2_500))
    assert run(profile, "library", "check") == 1
    assert "is damaged" in capsys.readouterr().out
    assert run(profile, "library", "list") == 0
    assert capsys.readouterr().out.count("(damaged)") == 1


def test_doctor_as_json(profile: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile, "doctor", "--json") == 0
    findings = json.loads(capsys.readouterr().out)
    assert {"name", "text", "is_fine", "is_needed"} == set(findings[0])


@pytest.mark.parametrize("more", [["lo-fi"], ["--set", "bpm=80"], ["--duration", "9"]])
def test_a_recipe_and_words_contradict_each_other(
    profile: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert run(profile, "generate", "--recipe", str(tmp_path / "x.mgrecipe"), *more) == 2
    assert "--recipe says it all" in capsys.readouterr().err
