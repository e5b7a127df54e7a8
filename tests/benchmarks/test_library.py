# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a library of ten thousand tracks takes to open, search, sort and look through.

Prints figures, never fails on time. Run with `--benchmark-enable`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from musicgen_desktop import paths
from musicgen_desktop.library import tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.paths import Paths
from tests.helpers import program_library
from tests.helpers.library_files import tag_data, write_sound

pytestmark = pytest.mark.long

TRACKS = 10_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A profile with ten thousand known tracks, whose files are stand-ins."""
    profile = paths.in_profile(tmp_path_factory.mktemp("big") / "profile")
    program_library.fill(profile, TRACKS)
    return profile


@pytest.fixture
def library(big: Paths) -> Iterator[Library]:
    opened = Library(big.default_library_dir, big)
    yield opened
    opened.close()


def test_open(benchmark: BenchmarkFixture, big: Paths) -> None:
    benchmark(lambda: Library(big.default_library_dir, big).close())


@pytest.mark.parametrize("text", ["", "r", "rainy", "calm pi", "neon dusk", "zzz"])
def test_search(benchmark: BenchmarkFixture, library: Library, text: str) -> None:
    benchmark(lambda: library.search(text))


def test_sort_by_title(benchmark: BenchmarkFixture, library: Library) -> None:
    assert len(benchmark(lambda: library.search(order="title"))) == TRACKS


def test_a_page_of_rows(benchmark: BenchmarkFixture, library: Library) -> None:
    ids = library.search()[:128]
    assert len(benchmark(lambda: library.tracks(ids))) == 128


def test_rescan_where_nothing_changed(benchmark: BenchmarkFixture, library: Library) -> None:
    assert benchmark(library.rescan).total == TRACKS


def test_read_the_tags_of_one_file(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp3", "mp3")
    tags.write(path, tag_data("one"))
    assert benchmark(lambda: tags.read(path)).track_id == "one"
