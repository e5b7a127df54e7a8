# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the program keeps its files; one value, made once at the start.

Not for: files that the program ships (see resources).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

_FOLDER = "MusicGen Desktop"


@dataclass(frozen=True, slots=True)
class Paths:
    """All folders of one profile.

    Attributes:
        config_dir: Settings and window state.
        data_dir: user.db, queue.db, backups, lossless masters.
        cache_dir: index.db, peaks, numba's compiled kernels, drag-out copies.
        log_dir: Log files.
        default_library_dir: The library folder unless the settings name another.
    """

    config_dir: Path
    data_dir: Path
    cache_dir: Path
    log_dir: Path
    default_library_dir: Path

    @property
    def settings_file(self) -> Path:
        """The settings, as TOML or JSON text."""
        return self.config_dir / "settings.json"

    @property
    def state_file(self) -> Path:
        """Window state (geometry, columns, volume), as a QSettings ini file."""
        return self.config_dir / "state.ini"

    @property
    def index_db(self) -> Path:
        """The disposable index of the library."""
        return self.cache_dir / "index.db"

    @property
    def user_db(self) -> Path:
        """Stars, marks, notes and collections: durable."""
        return self.data_dir / "user.db"

    @property
    def queue_db(self) -> Path:
        """The journal of jobs: durable."""
        return self.data_dir / "queue.db"

    @property
    def masters_dir(self) -> Path:
        """Lossless masters (FLAC) and scores, by track id."""
        return self.data_dir / "masters"

    @property
    def peaks_dir(self) -> Path:
        """Waveform peaks, by track id."""
        return self.cache_dir / "peaks"

    @property
    def numba_dir(self) -> Path:
        """numba's cache of compiled kernels."""
        return self.cache_dir / "numba"

    @property
    def handoff_dir(self) -> Path:
        """Files made for dragging and copying out; they stay after the drop."""
        return self.data_dir / "handoff"

    def make(self) -> None:
        """Creates the folders of the profile (not the library folder, which may be away)."""
        for folder in (self.config_dir, self.data_dir, self.cache_dir, self.log_dir):
            folder.mkdir(parents=True, exist_ok=True)


def in_profile(profile_dir: Path) -> Paths:
    """A profile wholly under one folder, the library folder included."""
    base = profile_dir.expanduser().resolve()
    return Paths(base / "config", base / "data", base / "cache", base / "log", base / "library")


def of_user() -> Paths:
    """The folders of the user of this computer, by the conventions of its system."""
    import platformdirs

    name = "musicgen-desktop"
    dirs = platformdirs.PlatformDirs(name, appauthor=False)
    return Paths(
        Path(dirs.user_config_dir),
        Path(dirs.user_data_dir),
        Path(dirs.user_cache_dir),
        Path(dirs.user_log_dir),
        _music_dir(platformdirs.user_music_dir()) / _FOLDER,
    )


def _music_dir(found: str) -> Path:
    """The music folder; a home without one gets ~/Music rather than the home itself."""
    music = Path(found)
    if sys.platform.startswith("linux") and music == Path.home():
        return music / "Music"
    return music


def of(profile_dir: Path | None) -> Paths:
    """The profile under `profile_dir`, or the user's own where there is none."""
    return of_user() if profile_dir is None else in_profile(profile_dir)
