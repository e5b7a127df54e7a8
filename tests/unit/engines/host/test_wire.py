# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire: what goes in comes out, one line each, and foreign lines are refused."""

from __future__ import annotations

import pytest

from musicgen_desktop.engines.host import wire
from musicgen_desktop.errors import EngineError


def test_a_message_survives_the_wire_as_one_line() -> None:
    message = wire.Message(wire.Op.GENERATE, "job", {"text": "line\nbreak \u2028 日本語", "n": 1.5})
    line = wire.encode(message)
    assert line.count(b"\n") == 1
    assert wire.decode(line) == message


@pytest.mark.parametrize(
    "line",
    [
        b"", b"hello\n", b"[]\n", b"null\n", b'{"v":1}\n',
        b'{"v":2,"kind":"done","job":"","body":{}}\n',
        b'{"v":1,"kind":"done","job":"","body":[]}\n', b"\xff\xfe\n",
    ],
)  # fmt: skip
def test_foreign_lines_are_refused(line: bytes) -> None:
    with pytest.raises(EngineError):
        wire.decode(line)
