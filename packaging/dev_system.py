# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds and installs the system packages that the program and its tests need, on Debian and kin.

Only what is missing is installed, and only where that is permitted (root, or sudo without a
password); elsewhere the exact list is told. Not for: Python packages (see dev_setup).
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dev

# Shared library, and the package that brings it. The first part is what Qt's modules link to, the
# second what its xcb platform plugin opens.
_WINDOW_LIBRARIES = (
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libGL.so.1", "libgl1"),
    ("libEGL.so.1", "libegl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libpulse.so.0", "libpulse0"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
)
_TEST_PROGRAMS = (
    ("Xvfb", "xvfb"),
    ("xauth", "xauth"),
    ("openbox", "openbox"),
    ("xdotool", "xdotool"),
    ("xprop", "x11-utils"),
    ("import", "imagemagick"),
    ("pulseaudio", "pulseaudio"),
    ("parec", "pulseaudio-utils"),
    ("dbus-run-session", "dbus"),
    ("dbus-launch", "dbus-x11"),
    ("pcmanfm", "pcmanfm"),
    ("playerctl", "playerctl"),
    ("desktop-file-validate", "desktop-file-utils"),
    ("appstreamcli", "appstream"),
    ("update-mime-database", "shared-mime-info"),
    ("objdump", "binutils"),
)
_TEST_FILES = (
    ("usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so", "libasound2-plugins"),
    ("usr/lib/python3/dist-packages/pyatspi", "python3-pyatspi"),
    ("usr/libexec/at-spi-bus-launcher", "at-spi2-core"),
)
_APT_LISTS = Path("/var/lib/apt/lists")
_APT_PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Need:
    """System packages for one purpose.

    Attributes:
        purpose: What they are for, as in "the window".
        missing: Finds those that are not there.
    """

    purpose: str
    missing: Callable[[], list[str]]


def missing_for_window() -> list[str]:
    """Packages that the window needs and that are not there."""
    return [package for library, package in _WINDOW_LIBRARIES if not _loads(library)]


def missing_for_tests() -> list[str]:
    """Packages that the tests need besides and that are not there."""
    missing = [package for name, package in _TEST_PROGRAMS if shutil.which(name) is None]
    root = Path("/")
    return missing + [package for place, package in _TEST_FILES if not any(root.glob(place))]


def missing_for_simpleaudio() -> list[str]:
    """Packages for compiling simpleaudio that are not there."""
    missing = []
    if shutil.which("gcc") is None and shutil.which("cc") is None:
        missing += ["gcc", "libc6-dev"]
    if not dev.ALSA_HEADER.exists():
        missing.append("libasound2-dev")
    if not dev.python_header().exists() and dev.python_header().is_relative_to("/usr/include"):
        missing.append(f"{dev.python_header().parent.name}-dev")
    return missing


def missing_for_environment() -> list[str]:
    """Packages for making virtual environments that are not there."""
    if importlib.util.find_spec("ensurepip") is not None or not _is_debian_python():
        return []
    return [f"python3.{sys.version_info[1]}-venv"]


def install(needs: Sequence[Need], run: Callable[[Sequence[str]], bool]) -> dict[str, list[str]]:
    """Installs what is missing where that is permitted, else says how to, in one command.

    Args:
        needs: What is needed.
        run: Runs one command with its output in the log; true when it went well.

    Returns:
        What is still missing, by its purpose; empty when nothing is.
    """
    missing = find_missing(needs)
    permitted = apt_command() if missing else None
    if permitted is not None:
        packages = _all_of(missing)
        print(f"Installing system packages: {' '.join(packages)}", file=sys.stderr)
        run([*permitted, "update"])
        options = [*permitted, "install", "-y", "--no-install-recommends"]
        if not run([*options, *packages]):
            for package in packages:  # one unknown name must not keep the others away
                run([*options, package])
        missing = find_missing(needs)
    tell(missing)
    return missing


def find_missing(needs: Sequence[Need]) -> dict[str, list[str]]:
    """What is missing, by its purpose, leaving out purposes that have everything."""
    found = {need.purpose: need.missing() for need in needs}
    return {purpose: packages for purpose, packages in found.items() if packages}


def tell(missing: Mapping[str, Sequence[str]]) -> None:
    """Says what is missing and the one command that installs it."""
    if not missing:
        return
    print("Some system packages are missing:", file=sys.stderr)
    for purpose, packages in missing.items():
        print(f"  for {purpose}: {' '.join(packages)}", file=sys.stderr)
    print(f"{_advice(_all_of(missing))}\n", file=sys.stderr)


def apt_command() -> list[str] | None:
    """The start of a permitted apt-get command; None where there is none."""
    if shutil.which("apt-get") is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    quiet += ["-o", f"DPkg::Lock::Timeout={_APT_PATIENCE_S}"]  # another update may be at work
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n", *quiet] if asked.returncode == 0 else None


def _advice(packages: Sequence[str]) -> str:
    """How a person installs these packages, with one command to copy where apt is there."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        return f"Please install what your system calls: {names}"
    steps = [f"apt-get install --no-install-recommends {names}"]
    if not any(_APT_LISTS.glob("*_Packages*")):
        steps.insert(0, "apt-get update")
    if os.geteuid() == 0:
        command = " && ".join(steps)
    elif shutil.which("sudo") is None:
        command = f"su - -c '{' && '.join(steps)}'"
    else:
        command = " && ".join(f"sudo {step}" for step in steps)
    return f"To install them, as an administrator:\n\n    {command}"


def _all_of(missing: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(package for packages in missing.values() for package in packages))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _is_debian_python() -> bool:
    return Path(sys.base_prefix) == Path("/usr") and shutil.which("apt-get") is not None
