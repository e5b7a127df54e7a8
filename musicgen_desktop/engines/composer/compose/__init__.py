# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a plan to a score: harmony, groove, bass, accompaniment, melody, performance."""
