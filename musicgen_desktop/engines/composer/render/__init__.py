# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a score to sound: voices, note bank, channel strips, mix."""
