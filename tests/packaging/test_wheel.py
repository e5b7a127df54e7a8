# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wheel builds, holds the resources, and runs in an environment of its own: track and window.

Offline: the libraries of this environment are lent to the new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from musicgen_desktop import __version__
from musicgen_desktop.audio import codec
from tests.helpers.processes import end_process_group, wait_until


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-P", "-m", "build", "--wheel", "--no-isolation"]
    built = subprocess.run(
        [*command, "--outdir", str(target), str(root)],
        capture_output=True,
        text=True,
        cwd=target,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return next(target.glob("*.whl"))


def test_wheel_holds_code_resources_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "musicgen_desktop/__init__.py" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.startswith("musicgen_desktop/_resources/") for name in names)
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of a new environment with the wheel in it."""
    environment = tmp_path_factory.mktemp("installed") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    binaries = environment / "bin"
    (_packages(binaries) / "lent.pth").write_text(
        sysconfig.get_path("purelib") + "\n", encoding="utf-8"
    )
    install = [sys.executable, "-m", "pip", "--python", str(binaries / "python"), "install"]
    subprocess.run(
        [*install, "--no-deps", "--no-index", "--quiet", str(wheel)],
        check=True,
        cwd=environment,
    )
    return binaries


def _packages(binaries: Path) -> Path:
    return binaries.parent / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"


def _run(folder: Path, *command: str | Path) -> str:
    """Runs a command outside of the checkout; returns what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        # paths in compiled kernels are those of this environment, so the usual cache is of no use
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder / "numba")},
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_installed_command_finds_its_resources(installed: Path, tmp_path: Path) -> None:
    assert __version__ in _run(tmp_path, installed / "musicgen-desktop", "--version")
    where = "import musicgen_desktop.resources as r; print(r.root())"
    found = _run(tmp_path, installed / "python", "-P", "-c", where).strip()
    assert Path(found) == _packages(installed) / "musicgen_desktop" / "_resources"


@pytest.mark.end2end
def test_installed_command_makes_a_track(installed: Path, tmp_path: Path) -> None:
    program, profile = installed / "musicgen-desktop", tmp_path / "profile"
    wish = ("generate", "calm piano", "--duration", "6", "--json")
    track = json.loads(_run(tmp_path, program, "--profile", profile, *wish))
    assert codec.decode(Path(track["path"])).duration_s == pytest.approx(6.0, abs=0.05)
    assert Path(track["path"]).is_relative_to(profile)


@pytest.mark.end2end
@pytest.mark.parametrize("program", ["musicgen-desktop", "musicgen-desktop-window"])
def test_installed_window_opens(installed: Path, tmp_path: Path, program: str) -> None:
    log = tmp_path / "profile" / "log" / "musicgen-desktop.log"
    with (tmp_path / "said").open("wb") as said:
        window = subprocess.Popen(
            [str(installed / program), "--profile", str(tmp_path / "profile")],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "NUMBA_CACHE_DIR": str(tmp_path)},
            stdout=said,
            stderr=said,
            cwd=tmp_path,
            start_new_session=True,
        )
    try:
        # the worker is started once the window shows
        wait_until(lambda: log.exists() and "worker" in log.read_text("utf-8"), "window", 60)
        assert window.poll() is None
    finally:
        end_process_group(window)
    assert (tmp_path / "said").read_text("utf-8") == ""
