# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: its options, and what becomes of errors.

    musicgen-desktop                 the window
    musicgen-desktop generate …      makes tracks
    musicgen-desktop change …        changes one thing in a track, as a new one
    musicgen-desktop plan …          says what was understood
    musicgen-desktop library …       lists, searches, exports and checks tracks; the trash
    musicgen-desktop engines         what can make music
    musicgen-desktop doctor          what works on this computer

Exit codes: 0 done, 1 a known error, 2 wrong usage, 130 interrupted. Works without a display and
never imports Qt. Not for: the commands themselves (see cli_generate, cli_library, cli_doctor).
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from musicgen_desktop import __version__, cli_output, log, paths
from musicgen_desktop.errors import Cancelled, MusicGenError
from musicgen_desktop.paths import Paths

EXIT_INTERRUPTED = 130
_FORMATS = ("mp3", "wav", "flac", "ogg")
_ORDERS = ("created", "title", "duration", "bpm", "key", "star")
_MAX_COUNT = 8
_EXAMPLE = 'for example: musicgen-desktop generate "rainy night lo-fi, mellow rhodes, 75 bpm"'


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the arguments; `command` is None when the window is wanted.

    Raises:
        SystemExit: Wrong usage (2), or help or version was asked for (0).
    """
    return _parser().parse_args(arguments)


def run(options: argparse.Namespace) -> int:
    """Carries out a command.

    Returns:
        The exit code.
    """
    cli_output.prepare_streams()
    try:
        profile = _usable_profile(options)
        code = _run_command(options, profile)
        sys.stdout.flush()
    except BrokenPipeError:
        cli_output.silence_stdout()
        return 0  # the reader has what it wanted
    except (Cancelled, KeyboardInterrupt):
        cli_output.message("Cancelled.")
        return EXIT_INTERRUPTED
    except MusicGenError as error:
        cli_output.message(str(error))
        return error.exit_code
    except OSError as error:
        log.topic("app").exception("the command failed")
        cli_output.message(f"{error.strerror or error}: {error.filename or 'a file'}")
        return 1
    return code


def profile_paths(options: argparse.Namespace) -> Paths:
    """The folders to use: those under --profile, else the user's own."""
    return paths.of(options.profile)


def _usable_profile(options: argparse.Namespace) -> Paths:
    """The folders to use, with the log begun."""
    profile = profile_paths(options)
    try:
        log.start(profile.log_dir, "command-line.log")
        profile.make()
    except OSError as error:
        raise MusicGenError(
            "The folder “{folder}” can’t be used: {reason}.",
            "Check that it can be written to, or name another one with --profile.",
            folder=options.profile or profile.log_dir,
            reason=error.strerror or str(error),
        ) from error
    return profile


def _run_command(options: argparse.Namespace, profile: Paths) -> int:
    if options.command in {"generate", "plan"}:
        from musicgen_desktop import cli_generate

        commands = {"generate": cli_generate.generate, "plan": cli_generate.plan}
        return commands[options.command](options, profile)
    if options.command == "change":
        from musicgen_desktop import cli_change

        return cli_change.run(options, profile)
    if options.command == "library":
        from musicgen_desktop import cli_library

        return cli_library.run(options, profile)
    from musicgen_desktop import cli_doctor

    return {"engines": cli_doctor.engines, "doctor": cli_doctor.doctor}[options.command](
        options, profile
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="musicgen-desktop",
        description="Music from words, on your own computer. Without a command, the window opens.",
        epilog=_EXAMPLE,
    )
    _add_common(parser, None)
    common = argparse.ArgumentParser(add_help=False)
    _add_common(common, argparse.SUPPRESS)  # so that a --profile before the command is kept
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_generate(commands.add_parser("generate", parents=[common], help="make tracks"))
    _add_change(
        commands.add_parser(
            "change", parents=[common], help="change one thing in a track, as a new track"
        )
    )
    _add_plan(
        commands.add_parser("plan", parents=[common], help="say what a prompt is understood as")
    )
    library = commands.add_parser("library", parents=[common], help="the tracks made so far")
    _add_library(library, common)
    engines = commands.add_parser("engines", parents=[common], help="what can make music here")
    _add_json(engines)
    doctor = commands.add_parser("doctor", parents=[common], help="what works on this computer")
    _add_json(doctor)
    return parser


def _add_common(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument(
        "--profile",
        metavar="DIR",
        type=Path,
        default=default,
        help="keep settings, data, cache, logs and library under DIR",
    )
    parser.add_argument("--version", action="version", version=f"musicgen-desktop {__version__}")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_wish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="what it should sound like")
    parser.add_argument(
        "--duration", type=_duration, metavar="S", help="length in seconds, or as 1:30"
    )
    parser.add_argument("--seed", type=_seed, metavar="N", help="the same seed, the same music")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="bpm, key, metre, genre, mood, instruments, exclude, energy; beats the prompt's words",
    )
    _add_json(parser)


def _add_plan(parser: argparse.ArgumentParser) -> None:
    _add_wish(parser)


def _add_generate(parser: argparse.ArgumentParser) -> None:
    _add_wish(parser)
    parser.add_argument("--count", type=_count, default=1, metavar="N", help="takes, 1 to 8")
    parser.add_argument("--engine", metavar="ID", help="what makes the music (see engines)")
    parser.add_argument(
        "--recipe",
        metavar="FILE",
        type=Path,
        help="make a track again from this file, a .mgrecipe or a track, instead of from words",
    )
    _add_targets(parser)


def _add_targets(parser: argparse.ArgumentParser) -> None:
    """Where a new track goes."""
    parser.add_argument(
        "--out", metavar="FILE", help="write the track here too; several takes are numbered"
    )
    parser.add_argument("--format", choices=_FORMATS, help="kind of file")
    parser.add_argument("--stems", type=Path, metavar="DIR", help="write each part as a WAV file")
    parser.add_argument("--midi", type=Path, metavar="FILE", help="write the score as MIDI")
    parser.add_argument(
        "--no-library", action="store_true", help="only write --out, keep nothing in the library"
    )


def _add_change(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "track", metavar="TRACK", help="a track’s file, a .mgrecipe, or a track’s id"
    )
    parser.add_argument("--tempo", type=float, metavar="BPM", help="the same notes at this tempo")
    parser.add_argument("--key", metavar="KEY", help="the same degrees, such as “F minor”")
    parser.add_argument(
        "--length", metavar="S", help="length in seconds or as 1:30; or: shorter, longer"
    )
    for name, metavar, help_text in (
        ("mood", "WORD", "calmer, livelier, darker, brighter, simpler, or a mood such as “sad”"),
        ("instrument", "PART=NAME", "another instrument for a part, such as lead=flute"),
        ("without", "WHO", "leave out a part, drums, melody, or an instrument"),
        ("regenerate", "PART[@SECTION]", "new notes, such as lead, lead@chorus or @chorus#2"),
    ):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar=metavar, help=help_text
        )
    parser.add_argument(
        "--like",
        type=_share,
        nargs="?",
        const=0.5,
        metavar="CLOSENESS",
        help="new music like it instead: 0 further to 1 closer (0.5)",
    )
    parser.add_argument("--count", type=_count, default=1, metavar="N", help="takes, 1 to 8")
    parser.add_argument("--seed", type=_seed, metavar="N", help="seed of what is new")
    parser.add_argument("--offers", action="store_true", help="only say what can be changed")
    _add_json(parser)
    _add_targets(parser)


def _add_library(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, help_text in (("list", "all tracks"), ("search", "tracks with all the words")):
        action = actions.add_parser(name, parents=[common], help=help_text)
        if name == "search":
            action.add_argument("text", nargs="+", metavar="TEXT")
        action.add_argument("--order", choices=_ORDERS, default="created")
        action.add_argument("--ascending", action="store_true", help="smallest or oldest first")
        action.add_argument("--min-star", type=int, choices=range(6), default=0, metavar="N")
        _add_json(action)
    export = actions.add_parser("export", parents=[common], help="write tracks as files")
    export.add_argument("ids", nargs="+", metavar="ID", help="id of a track, or its beginning")
    export.add_argument(
        "--out", metavar="PATH", help="file, or folder for several; here if left out"
    )
    export.add_argument("--format", choices=(*_FORMATS, "midi", "stems"))
    export.add_argument(
        "--no-recipe", action="store_true", help="leave prompt and recipe out of the files"
    )
    _add_json(export)
    for name, help_text in (
        ("rescan", "look for files that came, went or were renamed"),
        ("check", "look for problems, also inside the sound of every track"),
    ):
        _add_json(actions.add_parser(name, parents=[common], help=help_text))
    trash = actions.add_parser("trash", parents=[common], help="what was deleted, and its size")
    trash.add_argument("--empty", action="store_true", help="remove it for good")
    _add_json(trash)


def _duration(text: str) -> float:
    match = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,5}(?:\.\d{1,6})?)", text.strip())
    seconds = math.nan if match is None else int(match[1] or 0) * 60.0 + float(match[2])
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"“{text}” isn’t a length; use seconds, or 1:30")
    return seconds


def _share(text: str) -> float:
    if not re.fullmatch(r"(?=.)[01]?(?:\.\d{1,6})?", text) or float(text) > 1.0:
        raise argparse.ArgumentTypeError(f"“{text}” isn’t a closeness; use a number from 0 to 1")
    return float(text)


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,16}", text) or int(text) >= 2**53:
        raise argparse.ArgumentTypeError(f"“{text}” isn’t a seed; use a whole number below 2^53")
    return int(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= _MAX_COUNT:
        raise argparse.ArgumentTypeError(f"“{text}” takes can’t be made; use 1 to {_MAX_COUNT}")
    return int(text)
