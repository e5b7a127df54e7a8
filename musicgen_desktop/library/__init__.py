# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The track library: tracks, tags, names, the SQLite index, the scanner, queries."""
