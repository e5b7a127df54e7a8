# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Composer says of itself; importable without numpy.

Not for: making music (see engine).
"""

from __future__ import annotations

from musicgen_desktop.engines.base import EngineInfo

INFO = EngineInfo(
    id="composer",
    version="1",
    name="Composer",
    description="Writes and plays instrumental music on this computer, with nothing to download.",
    min_duration_s=5.0,
    max_duration_s=600.0,
    takes=frozenset(
        {"bpm", "key", "metre", "genre", "mood", "instruments", "exclude", "structure"}
    ),
    gives=frozenset({"score", "stems"}),
    licence="Made by the Composer: yours, for anything, without conditions.",
    exact_replay=True,
)
