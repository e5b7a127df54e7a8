# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Someone who makes videos: words in, a file in the folder of the video, by keyboard and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from musicgen_desktop.library import tags
from tests.helpers.desktop_rig import Box, Desktop
from tests.helpers.processes import require_programs, wait_until
from tests.helpers.program_person import PATIENCE_S, Person

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(900)]

PROMPT = "warm gentle pop under a voice, soft piano, no drums, 12 seconds"


def test_from_prompt_to_file_in_the_video_folder(xvfb_desktop: Desktop, tmp_path: Path) -> None:
    require_programs(["pcmanfm"])
    desktop = xvfb_desktop
    person = Person(desktop, tmp_path / "profile")
    project = desktop.home / "video"
    project.mkdir()
    desktop.start(["pcmanfm", "--no-desktop", project])
    folder = desktop.wait_for_window("^video", PATIENCE_S)
    person.start("tests.helpers.window_program")
    desktop.place(person.window, Box(0, 20, 720, 740))
    desktop.place(folder, Box(760, 60, 480, 500))
    desktop.xdotool("windowactivate", "--sync", person.window)
    person.wait_for_focus()

    person.types(PROMPT)
    person.hits("ctrl+Return")
    (track,) = person.wait_for_tracks(1)
    (row,) = person.rows(1)
    person.drags(row, (760 + 360, 60 + 400))

    def arrived() -> bool:
        copy = project / track.name
        return copy.exists() and copy.read_bytes() == track.read_bytes()

    wait_until(arrived, "byte-identical copy in the folder", PATIENCE_S)
    assert len(person.actions) <= 5, person.actions
    data = tags.read(project / track.name)
    assert data.prompt == PROMPT
    assert abs(data.duration_s - 12.0) < 0.05
    person.quits()
