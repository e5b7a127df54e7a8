# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The waveform of a track: as it was kept, or measured anew from its sound where the cache is gone.

Not for: painting (see gui), or measuring a track that is being made (see finish).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from musicgen_desktop import log
from musicgen_desktop.audio.peaks import Waveform
from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.library.track import Presence, Track

if TYPE_CHECKING:
    from musicgen_desktop.library.library import Library


def waveform(library: Library, track_id: str) -> Waveform | None:
    """A track's waveform; one that has to be measured is kept for the next time.

    Measuring takes some tenths of a second per minute of sound: call it in the background.

    Returns:
        None where the sound can't be read, or there is no such track.
    """
    kept = library.peaks(track_id)
    found = Waveform.from_bytes(kept) if kept else None
    if found is not None:
        return found
    track = library.track(track_id)
    if track is None or track.presence is not Presence.PRESENT:
        return None
    try:
        found = _measured(track)
    except MusicGenError:
        log.topic("library").warning("no waveform of %s: its sound can't be read", track_id)
        return None
    library.save_peaks(track_id, found.to_bytes())
    return found


def _measured(track: Track) -> Waveform:
    from musicgen_desktop.audio import codec  # numpy: not before it is needed
    from musicgen_desktop.audio.peak_meter import PeakMeter

    rate = codec.rate_of(track.path)
    meter = PeakMeter(round(track.duration_s * rate), rate)
    for block in codec.decode_blocks(track.path):
        meter.push(block.T)
    return meter.waveform()
