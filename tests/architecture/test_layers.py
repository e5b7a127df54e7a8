# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports go down, and each heavy library is imported in its one place only."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGE = _ROOT / "musicgen_desktop"

# Where a library may be imported, as beginnings of module paths below the package.
_PLACES = {
    "PySide6": ("app.py", "gui/", "jobs/", "playback/"),
    "simpleaudio": ("playback/",),
    "pydub": ("audio/codec",),
    "imageio_ffmpeg": ("audio/codec", "audio/ffmpeg"),
    "soundfile": ("audio/codec",),
    "mutagen": ("library/tags",),
    "mido": ("music/midi",),
    "platformdirs": ("paths.py",),
    "numba": ("audio/", "engines/composer/render/"),
    "scipy": (),
    "librosa": (),
    "pyloudnorm": (),
    "torch": (),
    "transformers": (),
    "diffusers": (),
}
_WITHOUT_NUMPY = (
    "prompt/",
    "music/",
    "library/",
    "settings/",
    "gui/",
    "jobs/",
    "cli",
    "engines/base",
)


def _modules() -> list[Path]:
    return sorted(_PACKAGE.rglob("*.py"))


def _imports(module: Path) -> Iterator[str]:
    """The top names of all modules that are imported at run time, inside functions too."""
    typing_only: set[ast.AST] = set()
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            typing_only.update(inner for child in node.body for inner in ast.walk(child))
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def test_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    checked = subprocess.run(
        [str(linter), "--no-cache"], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("library", sorted(_PLACES))
def test_library_is_imported_in_its_place_only(library: str) -> None:
    strays = [
        module.relative_to(_PACKAGE).as_posix()
        for module in _modules()
        if library in set(_imports(module))
        and not module.relative_to(_PACKAGE).as_posix().startswith(_PLACES[library] or ("\0",))
    ]
    assert strays == []


def test_numpy_stays_out_of_what_the_window_starts_with() -> None:
    strays = [
        module.relative_to(_PACKAGE).as_posix()
        for module in _modules()
        if module.relative_to(_PACKAGE).as_posix().startswith(_WITHOUT_NUMPY)
        and "numpy" in set(_imports(module))
    ]
    assert strays == []


def test_every_import_is_absolute_and_every_folder_a_package() -> None:
    folders = {module.parent for module in _modules()}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
