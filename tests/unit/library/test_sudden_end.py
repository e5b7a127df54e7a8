# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at any moment, the library loses nothing that it said was done and shows no half file."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from musicgen_desktop import paths
from musicgen_desktop.library import tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.paths import Paths

_PROGRAM = """
import itertools, sys
from pathlib import Path
from musicgen_desktop import paths
from musicgen_desktop.library.library import Library
from tests.helpers.library_files import add

profile = paths.in_profile(Path(sys.argv[1]))
library = Library(profile.default_library_dir, profile)
start = int(sys.argv[2])
print("ready", flush=True)
for number in itertools.count(start):
    name = f"t{number}"
    add(library, name, f"Song {number}", audio_format="wav")
    print("added", name, flush=True)
    library.set_star([name], 3)
    print("starred", name, flush=True)
    library.rename(name, f"Renamed {number}")
    if number % 3 == 0:
        ticket = library.delete([name])
        if number % 2:
            library.undo(ticket)
        else:
            print("deleted", name, flush=True)
"""


def _killed(profile: Paths, repository: Path, start: int, lines: int) -> list[tuple[str, str]]:
    """What the program said it had done before it was killed, some moments after so many lines."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(profile.config_dir.parent), str(start)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    said = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    said += process.communicate()[0].splitlines()
    return [(line.split()[0], line.split()[1]) for line in said if len(line.split()) == 2]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, 12))]
)
def test_killed_at_any_moment(tmp_path: Path, repository: Path, seed: int) -> None:
    profile = paths.in_profile(tmp_path / "profile")
    chance = random.Random(seed)
    said: list[tuple[str, str]] = []
    for turn in range(3):
        lines = chance.randrange(2, 25)
        said += _killed(profile, repository, turn * 1000, lines)
    library = Library(profile.default_library_dir, profile)
    library.rescan()
    assert library.check() == []
    assert library.notices == ()
    deleted = {name for what, name in said if what == "deleted"}
    for what, name in said:
        track = library.track(name)
        if name in deleted:
            assert track is None
        elif track is None:  # killed at the end of a delete: its file is safe in the trash
            assert int(name[1:]) % 3 == 0
            assert list((library.folder / ".trash").glob(f"Renamed {name[1:]} *"))
        else:
            assert track.path.stat().st_size > 0
            assert tags.read(track.path).track_id == name
            assert what != "starred" or track.star == 3
    assert said
    assert list(library.folder.rglob("*.part")) == []
    library.close()
