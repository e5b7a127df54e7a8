# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values and pure functions of music: theory, plan, score, recipe, MIDI. No audio, no files."""
