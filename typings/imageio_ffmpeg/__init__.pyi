# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of the part of imageio_ffmpeg that this program uses; imageio_ffmpeg ships none."""

__version__: str

def get_ffmpeg_exe() -> str: ...
def get_ffmpeg_version() -> str: ...
