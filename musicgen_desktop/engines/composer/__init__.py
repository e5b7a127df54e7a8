# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Composer: the built-in engine. compose/ writes notes, render/ makes sound."""
