# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests; they mirror the package. `python3 dev.py test` runs them all."""
