# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the program: the window without arguments, else the command line.

Not for: either of them (see app and cli).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musicgen_desktop.paths import Paths

_WORKER = "--worker"
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

    try:
        options = cli.parse(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    if options.command is not None:
        return cli.run(options)
    return _open_window(cli.profile_paths(options))


def _open_window(profile: Paths) -> int:
    from musicgen_desktop import startup_guard

    problem = startup_guard.check()
    if problem is None and _lacks_display():
        problem = _NO_DISPLAY
    if problem is not None:
        sys.stderr.write(f"{problem}\n")
        return 1
    from musicgen_desktop import app

    return app.main([sys.argv[0]], profile)


def _lacks_display() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
