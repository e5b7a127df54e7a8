# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices: one function per way of making sound; a patch names one and sets its parameters.

Not for: the cache of rendered notes (see bank).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from musicgen_desktop.engines.composer.render.voices import (
    bars,
    chip,
    drums,
    electric,
    hand_drums,
    oscillator,
    string,
    sustained,
    sweeps,
    synth_basses,
)
from musicgen_desktop.engines.composer.render.voices.types import Audio, NoteRequest, Params

Voice = Callable[[NoteRequest, Params], Audio]

VOICES: Mapping[str, Voice] = MappingProxyType(
    {
        "string": string.string,
        "bar": bars.bar,
        "tine": bars.tine,
        "frequency_modulation": bars.frequency_modulation,
        "oscillator": oscillator.oscillator,
        "sustained": sustained.sustained,
        "electric": electric.electric,
        "acid": synth_basses.acid,
        "wobble": synth_basses.wobble,
        "reese": synth_basses.reese,
        "chip": chip.chip,
        "chip_noise": chip.chip_noise,
        "skin": drums.skin,
        "wires": drums.wires,
        "metal": drums.metal,
        "clap": drums.clap,
        "shaker": drums.shaker,
        "block": drums.block,
        "brush": hand_drums.brush,
        "roll": hand_drums.roll,
        "scrape": hand_drums.scrape,
        "whistle": hand_drums.whistle,
        "sweep": sweeps.sweep,
        "reverse": sweeps.reverse,
        "impact": sweeps.impact,
        "vinyl": sweeps.vinyl,
    }
)
"""Every voice by the name that patches use."""
