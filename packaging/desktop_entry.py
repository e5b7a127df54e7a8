# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the program of this checkout into the applications menu and on the desktop, per user.

`python3 dev.py install` and `… uninstall` call this. Linux: a desktop entry, icons and
the file type of recipes, by freedesktop.org's specifications. macOS: a command file on the
desktop; Windows: a shortcut on the desktop (both unverified). Not for: bundles (see the spec).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPLICATION_ID = "io.github.musicgen_desktop.MusicGenDesktop"
NAME = "MusicGen Desktop"
MIME_TYPE = "application/x-musicgen-recipe"

_ENTRY = """[Desktop Entry]
Type=Application
Version=1.4
Name={name}
GenericName=Music Generator
Comment=Make music from words, on your own computer
Exec={command} %F
TryExec={program}
Path={root}
Icon={icon}
Terminal=false
Categories=AudioVideo;Audio;Music;
Keywords=music;generator;composer;mp3;midi;loop;
MimeType={mime};
StartupNotify=true
StartupWMClass={wm_class}
"""

_MIME = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{mime}">
    <comment>MusicGen Desktop recipe</comment>
    <glob pattern="*.mgrecipe"/>
  </mime-type>
</mime-info>
"""


def install() -> int:
    """Installs for this user; doing it again renews what is there.

    Returns:
        0, or 1 where this system isn't known.
    """
    if sys.platform.startswith("linux"):
        return _install_on_linux()
    if sys.platform == "darwin":
        return _install_on_macos()
    if sys.platform == "win32":
        return _install_on_windows()
    print(f"This system ({sys.platform}) has no known applications menu.", file=sys.stderr)
    return 1


def uninstall() -> int:
    """Removes what `install` made; settings and music stay.

    Returns:
        0.
    """
    for path in _installed_files():
        path.unlink(missing_ok=True)
    if sys.platform.startswith("linux"):
        _refresh_databases()
    print(f"{NAME} is no longer in your menu. Your music and settings are still there.")
    return 0


def data_home() -> Path:
    """The user's data folder by the XDG base directory specification."""
    named = os.environ.get("XDG_DATA_HOME", "")
    return Path(named) if named else Path.home() / ".local" / "share"


def desktop_folder() -> Path:
    """The user's desktop folder, which may have another name in another language."""
    if sys.platform.startswith("linux") and shutil.which("xdg-user-dir"):
        asked = subprocess.run(
            ["xdg-user-dir", "DESKTOP"], capture_output=True, text=True, check=False
        ).stdout.strip()
        if asked and Path(asked) != Path.home():
            return Path(asked)
    return Path.home() / "Desktop"


def entry_text(command: str, program: str) -> str:
    """The desktop entry.

    Args:
        command: The Exec line.
        program: The file that must exist for the entry to be shown.
    """
    return _ENTRY.format(
        name=NAME,
        command=command,
        program=program,
        root=_escaped(str(ROOT)),
        icon=APPLICATION_ID,
        wm_class="musicgen-desktop",
        mime=MIME_TYPE,
    )


def _python() -> Path:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return ROOT / ".venv" / folder / ("pythonw.exe" if sys.platform == "win32" else "python")


def _escaped(text: str) -> str:
    """A value of a desktop entry: the backslash is its escape character."""
    return text.replace("\\", "\\\\")


def _quoted(argument: str) -> str:
    """An argument of an Exec line, quoted as the desktop entry specification wants it."""
    inside = argument
    for character in '\\"`$':
        inside = inside.replace(character, f"\\{character}")
    return _escaped(f'"{inside}"').replace("%", "%%")


def _entry_files() -> tuple[Path, Path]:
    name = f"{APPLICATION_ID}.desktop"
    return data_home() / "applications" / name, desktop_folder() / name


def _icon_files() -> list[Path]:
    theme = data_home() / "icons" / "hicolor"
    return sorted(theme.glob(f"*/apps/{APPLICATION_ID}.*"))


def _mime_file() -> Path:
    return data_home() / "mime" / "packages" / f"{APPLICATION_ID}.xml"


def _installed_files() -> list[Path]:
    if sys.platform == "darwin":
        return [desktop_folder() / f"{NAME}.command"]
    if sys.platform == "win32":
        return [desktop_folder() / f"{NAME}.lnk"]
    return [*_entry_files(), *_icon_files(), _mime_file()]


def _install_on_linux() -> int:
    python = str(_python())
    command = f"{_quoted(python)} -m musicgen_desktop"
    in_menu, on_desktop = _entry_files()
    for target in (in_menu, on_desktop):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(entry_text(command, _escaped(python)), encoding="utf-8")
        target.chmod(0o755)
    _trust(on_desktop)
    _install_icons()
    _mime_file().parent.mkdir(parents=True, exist_ok=True)
    _mime_file().write_text(_MIME.format(mime=MIME_TYPE), encoding="utf-8")
    _refresh_databases()
    print(f"{NAME} is in your applications menu and on your desktop: double-click it.")
    return 0


def _install_icons() -> None:
    """Renders the drawing in every size, in the folder of icons that all programs look into."""
    with tempfile.TemporaryDirectory(prefix="mgd-icons-") as folder:
        subprocess.run(
            [str(_python()), str(ROOT / "packaging" / "render_icons.py"), folder],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        shutil.copytree(
            Path(folder) / "hicolor", data_home() / "icons" / "hicolor", dirs_exist_ok=True
        )


def _trust(entry: Path) -> None:
    """Marks the icon on the desktop as one that may be started (GNOME asks otherwise)."""
    if shutil.which("gio"):
        subprocess.run(
            ["gio", "set", str(entry), "metadata::trusted", "true"],
            capture_output=True,
            check=False,
        )


def _refresh_databases() -> None:
    commands = (
        ("update-desktop-database", data_home() / "applications"),
        ("update-mime-database", data_home() / "mime"),
        ("gtk-update-icon-cache", data_home() / "icons" / "hicolor"),
    )
    for program, folder in commands:
        if shutil.which(program) and folder.is_dir():
            subprocess.run([program, str(folder)], capture_output=True, check=False)


def _install_on_macos() -> int:
    (target,) = _installed_files()
    lines = ["#!/bin/sh", f"cd '{ROOT}' && exec '{_python()}' -m musicgen_desktop"]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    target.chmod(0o755)
    print(f"{NAME} is on your desktop: double-click it.")
    return 0


def _install_on_windows() -> int:
    (target,) = _installed_files()
    script = (
        "$s = (New-Object -ComObject WScript.Shell).CreateShortcut($args[0]);"
        "$s.TargetPath = $args[1]; $s.Arguments = '-m musicgen_desktop';"
        "$s.WorkingDirectory = $args[2]; $s.Save()"
    )
    arguments = [str(target), str(_python()), str(ROOT)]
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(
            ["powershell", "-NoProfile", "-Command", f"& {{{script}}}", *arguments], check=True
        )
        print(f"{NAME} is on your desktop: double-click it.")
        return 0
    print("PowerShell is missing: make a shortcut to the program by hand.", file=sys.stderr)
    return 1
