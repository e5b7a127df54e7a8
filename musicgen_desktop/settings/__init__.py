# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user can set: the declarations and where they are stored."""

from musicgen_desktop.settings.settings import Field, Settings, declarations
from musicgen_desktop.settings.store import SettingsStore

__all__ = ["Field", "Settings", "SettingsStore", "declarations"]
