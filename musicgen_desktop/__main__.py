# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the program: the window without arguments or with files to open, else the command line.

Not for: either of them (see app and cli).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musicgen_desktop.paths import Paths

_WORKER = "--worker"
_OURS = frozenset({".mgrecipe", ".mp3", ".wav", ".flac", ".ogg"})
_INTERRUPTED = 130
_NO_DISPLAY = (
    "There is no display, so the window can’t open. Without a window, for example:\n"
    '  musicgen-desktop generate "rainy night lo-fi, mellow rhodes, 75 bpm"'
)


def main() -> int:
    """The entry of the program.

    Returns:
        The exit code.
    """
    arguments = sys.argv[1:]
    if arguments[:1] == [_WORKER]:  # how a frozen build starts its own worker
        from musicgen_desktop.generation import worker

        return worker.main(arguments[1:])
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # before the command line could take care of it
        return _INTERRUPTED


def _run(arguments: list[str]) -> int:
    from musicgen_desktop import cli

    arguments, opened = _without_files(arguments)
    try:
        options = cli.parse(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    if options.command is not None:
        return cli.run(options)
    return _open_window(cli.profile_paths(options), opened)


def _without_files(arguments: Sequence[str]) -> tuple[list[str], list[Path]]:
    """Takes files to open in the window out of the arguments.

    They take the place of a command: no command has a dot or a folder in its name, so that a file
    that merely exists can't hide a command.

    Returns:
        The other arguments, and the files with their full paths.
    """
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        place += 2 if arguments[place] == "--profile" else 1
    rest = list(arguments[place:])
    if not rest or not _names_a_file(rest[0]):
        return list(arguments), []
    options = [text for text in rest if text.startswith("-")]
    found = [Path(text).absolute() for text in rest if not text.startswith("-")]
    return [*arguments[:place], *options], found


def _names_a_file(text: str) -> bool:
    path = Path(text)
    if path.suffix.lower() in _OURS or path.name != text:
        return True
    return bool(path.suffix) and path.exists()


def _open_window(profile: Paths, opened: Sequence[Path]) -> int:
    from musicgen_desktop import startup_guard

    problem = startup_guard.check()
    if problem is None and _lacks_display():
        problem = _NO_DISPLAY
    if problem is not None:
        sys.stderr.write(f"{problem}\n")
        return 1
    from musicgen_desktop import app

    return app.main([sys.argv[0]], profile, opened)


def _lacks_display() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
