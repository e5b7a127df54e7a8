# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines that make music, behind one protocol. Knows no library and no Qt."""
