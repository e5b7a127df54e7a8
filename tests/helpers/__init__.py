# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test rigs: a sound server without hardware, a desktop without a screen. No tests here."""
