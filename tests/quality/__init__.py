# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scorecard: measures of finished music. Ranges catch faults; they don't prove beauty."""
