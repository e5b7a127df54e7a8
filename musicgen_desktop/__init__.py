# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""MusicGen Desktop: music from words, on your own computer.

Holds the version and the application id; no code runs on import.
"""

__version__ = "0.1.0"
APPLICATION_ID = "io.github.musicgen_desktop.MusicGenDesktop"
APPLICATION_NAME = "MusicGen Desktop"
