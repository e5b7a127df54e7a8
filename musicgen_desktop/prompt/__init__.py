# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a sentence to a plan: lexicon, reader, planner, explanation. Knows no engine."""
