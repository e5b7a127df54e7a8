# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands `engines` and `doctor`: what can make music here, and what works on this computer.

Looks without importing: a broken library must not break its own diagnosis. Not for: repairing.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from musicgen_desktop import __version__, cli_output, resources, startup_guard
from musicgen_desktop.engines import registry
from musicgen_desktop.engines.base import EngineInfo
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.paths import Paths

_ENOUGH_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        text: What was found, or what to do.
        is_fine: Whether it works.
        is_needed: Whether tracks can't be made without it.
    """

    name: str
    text: str
    is_fine: bool = True
    is_needed: bool = False


def engines(options: argparse.Namespace, profile: Paths) -> int:
    """Lists what can make music."""
    del profile
    infos = registry.infos()
    if options.json:
        cli_output.result_json([_engine_json(info) for info in infos])
        return 0
    for info in infos:
        cli_output.result(f"{info.id}  {info.name} {info.version}: {info.description}")
        cli_output.result(
            f"  {info.min_duration_s:g} to {info.max_duration_s:g} seconds;"
            f" gives {', '.join(sorted(info.gives)) or 'audio'}; {info.licence}"
        )
    return 0


def doctor(options: argparse.Namespace, profile: Paths) -> int:
    """Says what works and what is missing.

    Returns:
        1 when tracks can't be made here.
    """
    findings = list(_findings(profile))
    if options.json:
        cli_output.result_json([dataclasses.asdict(finding) for finding in findings])
    else:
        for finding in findings:
            state = "ok" if finding.is_fine else "MISSING" if finding.is_needed else "missing"
            cli_output.result(f"{state:<8} {finding.name}: {finding.text}")
    broken = [finding.name for finding in findings if finding.is_needed and not finding.is_fine]
    cli_output.message("Tracks can’t be made yet." if broken else "Tracks can be made here.")
    return 1 if broken else 0


def _engine_json(info: EngineInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "version": info.version,
        "name": info.name,
        "description": info.description,
        "min_duration_s": info.min_duration_s,
        "max_duration_s": info.max_duration_s,
        "takes": sorted(info.takes),
        "gives": sorted(info.gives),
        "licence": info.licence,
        "exact_replay": info.exact_replay,
    }


def _findings(profile: Paths) -> Iterator[Finding]:
    yield Finding("program", f"MusicGen Desktop {__version__}, {platform.platform()}")
    yield Finding("Python", platform.python_version())
    checks: tuple[Callable[[Paths], Finding], ...] = (
        _resources, _computing, _ffmpeg, _window, _display, _sound, _library, _space, _kernels,
    )  # fmt: skip
    for check in checks:
        yield check(profile)


def _resources(_profile: Paths) -> Finding:
    try:
        return Finding("data files", str(resources.root()), is_needed=True)
    except FileNotFoundError:
        return Finding("data files", "install the program again", False, True)


def _computing(_profile: Paths) -> Finding:
    wanted = ("numpy", "numba", "mutagen", "pydub", "soundfile", "mido", "platformdirs")
    missing = [name for name in wanted if util.find_spec(name) is None]
    text = ", ".join(f"{name} {_version(name)}" for name in wanted if name not in missing)
    if missing:
        return Finding("libraries", f"{', '.join(missing)}: install the program again", False, True)
    return Finding("libraries", text, is_needed=True)


def _ffmpeg(_profile: Paths) -> Finding:
    try:
        from musicgen_desktop.audio import ffmpeg

        return Finding("ffmpeg", ffmpeg.find(), is_needed=True)
    except (MusicGenError, ImportError, OSError) as error:
        return Finding("ffmpeg", str(error), False, True)


def _window(_profile: Paths) -> Finding:
    problem = startup_guard.check()
    if problem is not None:
        return Finding("window", problem, False)
    if util.find_spec("PySide6") is None:
        return Finding("window", "PySide6 isn’t installed; the command line works without", False)
    return Finding("window", f"PySide6 {_version('PySide6-Essentials')}")


def _display(_profile: Paths) -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("display", platform.system())
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(name):
            return Finding("display", f"{name}={os.environ[name]}")
    return Finding("display", "none here; the command line works without", False)


def _sound(_profile: Paths) -> Finding:
    ways = []
    if util.find_spec("PySide6") is not None:
        ways.append("Qt Multimedia")
    if util.find_spec("simpleaudio") is not None and startup_guard.simpleaudio_is_safe():
        ways.append("simpleaudio")
    if not ways:
        return Finding("sound", "nothing to play through; tracks can still be made", False)
    if sys.platform.startswith("linux") and not _has_linux_sound():
        return Finding("sound", f"no sound device found (would use {' or '.join(ways)})", False)
    return Finding("sound", " or ".join(ways))


def _has_linux_sound() -> bool:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    servers = (runtime / "pulse" / "native", runtime / "pipewire-0")
    cards = Path("/proc/asound/cards")
    try:
        has_cards = cards.exists() and "no soundcards" not in cards.read_text(encoding="utf-8")
    except OSError:
        has_cards = False
    return has_cards or bool(os.environ.get("PULSE_SERVER")) or any(s.exists() for s in servers)


def _library(profile: Paths) -> Finding:
    from musicgen_desktop import services
    from musicgen_desktop.settings.store import SettingsStore

    folder = services.library_dir(SettingsStore(profile).load(), profile)
    existing = _nearest_existing(folder)
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Finding("library folder", str(folder), is_needed=True)
    except OSError as error:
        text = f"{folder} can’t be written ({error.strerror}); choose another one in the settings"
        return Finding("library folder", text, False, True)


def _space(profile: Paths) -> Finding:
    folder = _nearest_existing(profile.default_library_dir)
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free"
    if free < _ENOUGH_BYTES:
        return Finding("disk", f"{text}: make room first", False)
    return Finding("disk", text)


def _kernels(profile: Paths) -> Finding:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or profile.numba_dir)
    count = sum(1 for _ in folder.rglob("*.nbc")) if folder.is_dir() else 0
    if not count:
        return Finding("compiled kernels", "none yet; the first track takes some seconds longer")
    return Finding("compiled kernels", f"{count} in {folder}")


def _nearest_existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
