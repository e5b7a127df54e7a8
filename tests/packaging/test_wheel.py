# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A wheel builds, holds the resources, and its command runs in an environment of its own.

Offline: the libraries of this environment are lent to the new one.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from musicgen_desktop import __version__


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


def test_installed_command_runs(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, cwd=tmp_path
    )
    binaries = environment / "bin"
    packages = environment / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(binaries / "python"), "install"]
    subprocess.run(
        [*install, "--no-deps", "--no-index", "--quiet", str(wheel)], check=True, cwd=tmp_path
    )
    shown = subprocess.run(
        [str(binaries / "musicgen-desktop"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert __version__ in shown.stdout
    where = "import musicgen_desktop.resources as r; print(r.root())"
    found = subprocess.run(
        [str(binaries / "python"), "-P", "-c", where], capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()) == packages / "musicgen_desktop" / "_resources"
