# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hearing tracks: sources of PCM, the player, its backends."""
