# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""One recipe in, one library track out: the worker's side and the program's side."""
