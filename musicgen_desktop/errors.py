# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the program, in two families.

    MusicGenError                 expected: shown to the user as a sentence and an advice
     ├─ UsageError                a wish that can't be read (bad option or value); exit code 2
     ├─ EngineError               an engine said that it can't do the request
     │   └─ EngineCrashed         the worker process ended without a result
     ├─ Cancelled                 the user cancelled (no fault; never shown as one)
     ├─ AudioFileError            a file can't be decoded or encoded
     ├─ LibraryError              the library folder or its index can't be used
     │   └─ LibraryTooNew         written by a newer version of the program
     └─ PlaybackError             no sound device, or the sound server died

Anything else that is raised is a bug: it is caught at the boundary only (worker loop, event loop,
command line), logged with its traceback, and reported.

Texts are templates plus arguments, so that the window can translate them and the command line can
print English. Not for: showing errors (see gui) or logging them (see log).
"""

from __future__ import annotations

from typing import Any


class MusicGenError(Exception):
    """Something expected went wrong.

    Args:
        message: One sentence saying what happened, a `str.format` template for `arguments`.
        hint: One sentence saying what to do, a template as well; may be empty.
        arguments: Values for the templates.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "", **arguments: Any) -> None:
        super().__init__(message, hint)
        self.message_template = message
        self.hint_template = hint
        self.arguments = arguments

    @property
    def message(self) -> str:
        """The English sentence saying what happened."""
        return self.message_template.format(**self.arguments)

    @property
    def hint(self) -> str:
        """The English sentence saying what to do; may be empty."""
        return self.hint_template.format(**self.arguments)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(MusicGenError):
    """A wish that can't be read: an unknown option or an impossible value."""

    exit_code = 2


class EngineError(MusicGenError):
    """An engine can't do what was asked."""


class EngineCrashed(EngineError):
    """The worker process ended without saying done, cancelled or failed."""


class Cancelled(MusicGenError):
    """The user cancelled."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Cancelled.")


class AudioFileError(MusicGenError):
    """A sound file can't be read or written."""


class LibraryError(MusicGenError):
    """The library folder or its index can't be used."""


class LibraryTooNew(LibraryError):
    """The library was written by a newer version of the program."""


class PlaybackError(MusicGenError):
    """There is no sound device, or it stopped working."""
