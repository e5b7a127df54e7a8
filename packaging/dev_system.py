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
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

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
    if not Path("/usr/include/alsa/asoundlib.h").exists():
        missing.append("libasound2-dev")
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists() and _is_debian_python():
        missing.append(f"python3.{sys.version_info[1]}-dev")
    return missing


def missing_for_environment() -> list[str]:
    """Packages for making virtual environments that are not there."""
    if importlib.util.find_spec("ensurepip") is not None or not _is_debian_python():
        return []
    return [f"python3.{sys.version_info[1]}-venv"]


def install(
    missing: Callable[[], list[str]], purpose: str, run: Callable[[Sequence[str]], bool]
) -> list[str]:
    """Installs what is missing where that is permitted, else says what to install.

    Args:
        missing: Finds the packages that are missing.
        purpose: What they are for, as in "the window".
        run: Runs one command with its output in the log; true when it went well.

    Returns:
        What is still missing.
    """
    packages = missing()
    if not packages:
        return []
    permitted = apt_command()
    if permitted is None:
        _tell(packages, purpose)
        return packages
    print(f"Installing system packages for {purpose}: {' '.join(packages)}", file=sys.stderr)
    run([*permitted, "update"])
    options = [*permitted, "install", "-y", "--no-install-recommends"]
    if not run([*options, *packages]):
        for package in packages:  # one unknown name must not keep the others away
            run([*options, package])
    still = missing()
    if still:
        _tell(still, purpose)
    return still


def apt_command() -> list[str] | None:
    """The start of a permitted apt-get command; None where there is none."""
    if shutil.which("apt-get") is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n", *quiet] if asked.returncode == 0 else None


def _tell(packages: list[str], purpose: str) -> None:
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        advice = f"please install what your system calls: {names}"
    else:
        advice = f"please run: sudo apt-get install --no-install-recommends {names}"
    print(f"For {purpose} some system packages are missing; {advice}", file=sys.stderr)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _is_debian_python() -> bool:
    return Path(sys.base_prefix) == Path("/usr") and shutil.which("apt-get") is not None
