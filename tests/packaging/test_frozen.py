# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder that runs without Python: it builds, is trimmed, makes a track, opens and plays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import build
import numpy as np
import pytest
import smoke_test

_ROOT = Path(__file__).resolve().parents[2]
# What a frozen program looks like to numba: no source file, and a name that is not absolute.
_KERNEL_WITHOUT_SOURCE = """
import sys
sys.path.append(sys.argv[1])
sys.frozen, sys._MEIPASS = True, "/opt/somewhere"
import numba
source = "def twice(x):\\n    return 2 * x\\n"
exec(compile(source, "package/kernels.py", "exec"))
kernel = numba.njit(cache=True)(twice)
assert kernel(4) == 8
print(sum(kernel.stats.cache_hits.values()))
"""


def _run_kernel(cache: Path, folder: Path) -> int:
    """Compiles or loads the kernel in a working directory; returns the hits of its cache."""
    done = subprocess.run(
        [sys.executable, "-c", _KERNEL_WITHOUT_SOURCE, str(_ROOT / "packaging")],
        env={
            **os.environ,
            "NUMBA_CACHE_DIR": str(cache),
            "NUMBA_CACHE_LOCATOR_CLASSES": "frozen_kernels.FrozenCacheLocator,UserWideCacheLocator",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_frozen_kernels_are_cached_where_the_profile_says(tmp_path: Path) -> None:
    cache, elsewhere = tmp_path / "cache", tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert _run_kernel(cache, tmp_path) == 0
    assert [path.suffix for path in sorted(cache.rglob("*.nb?"))] == [".nbc", ".nbi"]
    assert _run_kernel(cache, elsewhere) == 1


@pytest.mark.parametrize(("before", "after"), [("/a", "None"), ("/a:/b/c", "/b/c"), ("", "None")])
def test_programs_of_the_system_do_not_get_our_libraries(before: str, after: str) -> None:
    code = "import os, sys; sys._MEIPASS = '/a'; import frozen_start"
    code += "; print(os.environ.get('LD_LIBRARY_PATH'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LD_LIBRARY_PATH": before, "PYTHONPATH": str(_ROOT / "packaging")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == after


def test_builds_start_from_the_locked_environment() -> None:
    assert build.unlocked() == []


def test_a_track_is_found_in_a_recording_and_gaps_are_counted() -> None:
    random = np.random.default_rng(3)
    track = random.normal(size=(88_200, 2)).astype(np.float32)
    silence = np.zeros((7_001, 2), np.float32)
    heard = np.concatenate([silence, 0.3 * track, silence])
    assert smoke_test.share_heard(heard, track) == 1.0
    assert smoke_test.share_heard(heard, track[::-1]) == 0.0
    cut = np.concatenate([silence, track[:15_000], silence[:200], track[15_000:], silence])
    assert smoke_test.share_heard(cut, track) == 7 / 8
    assert smoke_test.share_heard(np.zeros_like(heard), track) == 0.0


@pytest.mark.long
@pytest.mark.end2end
@pytest.mark.audio
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only tried out on Linux")
def test_the_built_folder_makes_tracks_and_plays_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main(["--out", str(tmp_path)]) == 0
    folder = tmp_path / build.NAME
    names = {path.name for path in folder.rglob("*")}
    assert not {"PIL", "scipy", "librosa", "libqgtk3.so", "libgtk-3.so.0"} & names
    code = smoke_test.main([str(folder)])
    said = capsys.readouterr()
    assert code == 0, said.out + said.err
