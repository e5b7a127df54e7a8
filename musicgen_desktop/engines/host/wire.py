# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire between the program and a worker process: versioned JSON lines; audio goes by file.

To the worker: hello, load, generate, cancel, unload, quit. From the worker: ready, progress, audio,
then for each generate exactly one of done, cancelled, failed. The stream ending without it means
that the worker crashed. Not for: processes (see supervisor).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from musicgen_desktop.errors import EngineError

VERSION = 1


class Op(StrEnum):
    """What the program says to a worker."""

    HELLO = "hello"
    LOAD = "load"
    GENERATE = "generate"
    CANCEL = "cancel"
    UNLOAD = "unload"
    QUIT = "quit"


class Event(StrEnum):
    """What a worker says to the program."""

    READY = "ready"
    PROGRESS = "progress"
    AUDIO = "audio"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


TERMINAL = frozenset({Event.DONE, Event.CANCELLED, Event.FAILED})


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the wire.

    Attributes:
        kind: An Op or an Event.
        job: Which generate it belongs to; "" for none.
        body: JSON values.
    """

    kind: str
    job: str = ""
    body: dict[str, Any] = field(default_factory=dict)


def encode(message: Message) -> bytes:
    """One line, newline included. JSON escapes newlines, so a body can't break the wire."""
    data = {"v": VERSION, "kind": str(message.kind), "job": message.job, "body": message.body}
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Reads one line.

    Raises:
        EngineError: Not a message of this version.
    """
    try:
        data = json.loads(line)
        version, kind, job, body = data["v"], data["kind"], data["job"], data["body"]
    except (ValueError, KeyError, TypeError) as error:
        raise _foreign(line) from error
    if version != VERSION or not isinstance(body, dict):
        raise _foreign(line)
    return Message(str(kind), str(job), body)


def _foreign(line: bytes) -> EngineError:
    return EngineError(
        "The sound engine said something that can't be read: {line}",
        "Restart the program; if it happens again, reinstall it.",
        line=repr(line[:80]),
    )
