# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of the part of mido that this program uses; mido ships none."""

from mido.messages import Message as Message
from mido.midifiles import KeySignatureError as KeySignatureError
from mido.midifiles import MetaMessage as MetaMessage
from mido.midifiles import MidiFile as MidiFile
from mido.midifiles import MidiTrack as MidiTrack
from mido.midifiles import bpm2tempo as bpm2tempo
from mido.midifiles import merge_tracks as merge_tracks
from mido.midifiles import second2tick as second2tick
from mido.midifiles import tempo2bpm as tempo2bpm
from mido.midifiles import tick2second as tick2second
