# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engines there are, and how to make one.

Importing an engine's module is cheap; what it computes with is imported when it makes something,
in worker processes only. Not for: running engines (see host).
"""

from __future__ import annotations

from musicgen_desktop.engines.base import Engine, EngineInfo
from musicgen_desktop.engines.composer.engine import INFO as COMPOSER
from musicgen_desktop.engines.composer.engine import Composer
from musicgen_desktop.errors import UsageError

DEFAULT_ENGINE = COMPOSER.id


def infos() -> tuple[EngineInfo, ...]:
    """Every engine that this installation knows, the default first."""
    return (COMPOSER,)


def info(engine_id: str) -> EngineInfo:
    """What one engine says of itself.

    Raises:
        UsageError: There is no such engine.
    """
    for candidate in infos():
        if candidate.id == engine_id:
            return candidate
    raise UsageError(
        "There is no engine called “{engine}”.",
        "Use one of: {known}.",
        engine=engine_id,
        known=", ".join(candidate.id for candidate in infos()),
    )


def create(engine_id: str) -> Engine:
    """Makes an engine.

    Raises:
        UsageError: There is no such engine.
    """
    info(engine_id)
    return Composer()
