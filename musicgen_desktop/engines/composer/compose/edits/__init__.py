# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing one thing in a composed piece: on its score and plan, never by composing all anew."""
