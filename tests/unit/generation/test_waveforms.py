# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waveforms come back after the cache was lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.generation import waveforms
from musicgen_desktop.library.library import Library
from musicgen_desktop.paths import Paths
from tests.helpers.library_files import SECONDS, add


@pytest.fixture
def library(profile: Paths) -> Iterator[Library]:
    opened = Library(profile.default_library_dir, profile)
    yield opened
    opened.close()


@pytest.mark.parametrize("audio_format", ["mp3", "flac", "ogg", "wav"])
def test_a_lost_waveform_is_measured_again_and_kept(
    library: Library, profile: Paths, audio_format: str
) -> None:
    add(library, "one", audio_format=audio_format)
    shutil.rmtree(profile.peaks_dir, ignore_errors=True)
    assert library.peaks("one") is None
    found = waveforms.waveform(library, "one")
    assert found is not None
    assert found.duration_s == pytest.approx(SECONDS, abs=0.06)
    middle = found.high[found.bins // 4 : found.bins // 2]
    assert max(middle) == pytest.approx(0.2, abs=0.02)  # the test tone's amplitude
    kept = library.peaks("one")
    assert kept is not None
    assert Waveform.from_bytes(kept) == waveforms.waveform(library, "one")


def test_a_spoilt_one_is_measured_again(library: Library) -> None:
    add(library, "one")
    library.save_peaks("one", b"no waveform")
    assert waveforms.waveform(library, "one") is not None


def test_what_was_kept_is_taken_as_it_is(library: Library) -> None:
    add(library, "one")
    kept = Waveform(1.0, (-1.0,), (1.0,), (1.0,))
    library.save_peaks("one", kept.to_bytes())
    assert waveforms.waveform(library, "one") == kept


def test_without_readable_sound_there_is_none(library: Library) -> None:
    track = add(library, "one")
    assert waveforms.waveform(library, "unknown") is None
    track.path.write_bytes(b"\x5a" * 5_000)
    assert waveforms.waveform(library, "one") is None
    track.path.unlink()
    assert waveforms.waveform(library, "one") is None
    assert library.peaks("one") is None
