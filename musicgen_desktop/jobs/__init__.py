# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of jobs: states, the journal on disk, the queue object, the runnable."""
