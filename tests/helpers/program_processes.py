# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the processes of a started program do: who lives, and how much they computed.

Reads /proc. Not for: starting or ending them (see processes).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Process:
    """A living process.

    Attributes:
        cpu_s: Processor time so far, ended children of its included.
    """

    pid: int
    parent: int
    cpu_s: float


def living() -> dict[int, Process]:
    """All processes that are no zombies, by number."""
    found = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # it ended meanwhile
                continue
            if fields[0] != "Z":
                ticks = sum(int(field) for field in fields[11:15])
                found[int(folder.name)] = Process(
                    int(folder.name), int(fields[1]), ticks / _TICKS_PER_S
                )
    return found


def below(pid: int) -> list[Process]:
    """The children of a process, their children, and so on."""
    everything = living()
    found: list[Process] = []
    parents = {pid}
    while parents:
        children = [each for each in everything.values() if each.parent in parents]
        found += children
        parents = {each.pid for each in children}
    return found


def with_profile(profile: Path) -> list[int]:
    """Processes whose arguments or environment name this profile."""
    found = []
    for pid in living():
        try:
            folder = _PROC / str(pid)
            told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(profile) in told:
            found.append(pid)
    return found
