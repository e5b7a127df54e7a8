# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the folder that runs without Python, from the locked environment of this checkout.

    python packaging/build.py [--out FOLDER]     FOLDER/musicgen-desktop/, by default in dist/

Says how large each part is. Not for: packages of a distribution, or trying the result out (see
smoke_test).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "musicgen-desktop"
_SPEC = ROOT / "packaging" / f"{NAME}.spec"
_LOCK = ROOT / "requirements.lock"
_SHOWN_PARTS = 12
# Symbols only; libraries that auditwheel has rearranged would not survive it and are left alone.
_STRIPPED = ("libpython3*.so*", "llvmlite/binding/libllvmlite.so")
_PIN = re.compile(r"^([A-Za-z0-9-]+)==([^\s;]+)([^\\]*)", re.MULTILINE)


def unlocked() -> list[str]:
    """What of this environment differs from requirements.lock; empty when nothing does."""
    pins: dict[str, list[str]] = {}  # several versions where they depend on Python's version
    optional = set()
    for name, version, condition in _PIN.findall(_LOCK.read_text(encoding="utf-8")):
        pins.setdefault(name, []).append(version)
        if ";" in condition:
            optional.add(name)
    wrong = []
    for name, versions in pins.items():
        installed = _installed(name)
        if installed is None and name not in optional:
            wrong.append(f"{name} is not installed")
        elif installed is not None and installed not in versions:
            wrong.append(f"{name} is {installed} instead of {' or '.join(versions)}")
    return wrong


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def build(out: Path) -> Path:
    """Builds the folder anew.

    Args:
        out: Where to put it.

    Returns:
        The folder with the program in it.

    Raises:
        subprocess.CalledProcessError: PyInstaller failed; it has said why.
    """
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(out / "build"), str(_SPEC)]
    subprocess.run(command, check=True, cwd=ROOT)
    shutil.rmtree(out / "build")
    folder = out / NAME
    if sys.platform.startswith("linux") and shutil.which("strip"):
        for pattern in _STRIPPED:
            for library in (folder / "_internal").glob(pattern):
                subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)
    return folder


def size_bytes(path: Path) -> int:
    """The size of a file or of all files in a folder; links count nothing."""
    if path.is_symlink():
        return 0
    if path.is_file():
        return path.stat().st_size
    return sum(size_bytes(child) for child in path.iterdir())


def size_table(folder: Path) -> Iterator[str]:
    """The largest parts of a build and its whole size, a line each."""
    parts = {child.name: size_bytes(child) for child in (folder / "_internal").iterdir()}
    largest = sorted(parts, key=parts.__getitem__, reverse=True)[:_SHOWN_PARTS]
    for name in largest:
        yield f"{parts[name] / 1e6:8.1f} MB  {name}"
    rest = size_bytes(folder) - sum(parts[name] for name in largest)
    yield f"{rest / 1e6:8.1f} MB  everything else"
    yield f"{size_bytes(folder) / 1e6:8.1f} MB  {folder}"


def main(arguments: list[str]) -> int:
    """See the module; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to (dist/)")
    options = parser.parse_args(arguments)
    wrong = unlocked()
    if wrong:
        print("This environment is not the locked one:", *wrong, sep="\n  ", file=sys.stderr)
        print("`python3 dev.py lint` sets it up; build with .venv's Python.", file=sys.stderr)
        return 1
    try:
        folder = build(options.out.resolve())
    except subprocess.CalledProcessError as error:
        print(f"The build failed: {error}", file=sys.stderr)
        return 1
    print(*size_table(folder), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
