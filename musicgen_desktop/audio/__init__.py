# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values and functions of sound: clips, codecs, peaks, loudness, mastering. No music theory."""
