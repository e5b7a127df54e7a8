# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Building the collaborators tidies up after programs that died."""

from __future__ import annotations

import os

from musicgen_desktop import services
from musicgen_desktop.paths import Paths

NO_PROCESS = 4_194_999  # above the largest process id that Linux gives


def test_half_files_of_dead_programs_are_removed_and_those_of_living_ones_stay(
    profile: Paths,
) -> None:
    folders = (profile.data_dir, profile.masters_dir, profile.handoff_dir / "track")
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f".mgd-{NO_PROCESS}-abc.flac.part").write_bytes(b"half")
        (folder / f".mgd-{os.getpid()}-abc.flac.part").write_bytes(b"being written")
    services.build(profile).close()
    left = [path.name for folder in folders for path in folder.glob(".mgd-*.part")]
    assert left == [f".mgd-{os.getpid()}-abc.flac.part"] * len(folders)
