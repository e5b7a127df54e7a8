# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test gets: a home of its own, the rigs, the choice of the long matrices.

Not for: helpers of single rooms (they live in tests/helpers).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicgen_desktop import paths
from tests.helpers.desktop_rig import Desktop, running_desktop
from tests.helpers.long_journal import LongJournal
from tests.helpers.sound_rig import NullSink, running_null_sink

_REPOSITORY = Path(__file__).resolve().parent.parent
_HOME = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--long` and the journal that makes it resumable."""
    group = parser.getgroup("musicgen-desktop")
    group.addoption("--long", action="store_true", help="run the full matrices as well")
    group.addoption(
        "--long-journal",
        metavar="FILE",
        type=Path,
        help="note every passed test here, and leave out those that passed before",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Leads everything that a test could write away from the real home."""
    home = Path(tempfile.mkdtemp(prefix="mgd-home-"))
    config.stash[_HOME] = home
    runtime_dir = home / "run"
    runtime_dir.mkdir(mode=0o700)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = str(home)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime_dir)
    # compiled kernels are kept between runs: compiling them anew would take longer than the tests
    os.environ.setdefault("NUMBA_CACHE_DIR", str(_REPOSITORY / ".cache" / "numba"))
    if "DISPLAY" not in os.environ and shutil.which("Xvfb") is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    journal = config.getoption("--long-journal")
    if journal is not None:
        config.pluginmanager.register(LongJournal(journal, _REPOSITORY), "long-journal")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Removes the home of the tests."""
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the full matrices out unless they are asked for."""
    if config.getoption("--long"):
        return
    kept = [item for item in items if item.get_closest_marker("long") is None]
    left_out = [item for item in items if item.get_closest_marker("long") is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.fixture
def profile(tmp_path: Path) -> paths.Paths:
    """A profile of its own: settings, data, cache, log and library under the test's folder."""
    made = paths.in_profile(tmp_path / "profile")
    made.make()
    return made


@pytest.fixture
def repository() -> Path:
    """The root of the checkout."""
    return _REPOSITORY


@pytest.fixture
def null_sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[NullSink]:
    """A sound server whose output can be recorded (see tests/helpers/sound_rig.py)."""
    with running_null_sink() as sink:
        for name, value in sink.environment().items():
            monkeypatch.setenv(name, value)
        yield sink


@pytest.fixture
def xvfb_desktop() -> Iterator[Desktop]:
    """A desktop of its own, 1280 x 800 (see tests/helpers/desktop_rig.py)."""
    with running_desktop() as desktop:
        yield desktop
