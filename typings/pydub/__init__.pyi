# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of the part of pydub that this program uses; pydub ships none."""

from pydub.audio_segment import AudioSegment as AudioSegment
