# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a Score as a standard MIDI file: what a person opens in a notation program or a DAW.

Format 1: a first track with tempo map, time and key signature, section markers and a text event;
then one track per player with its General MIDI program, volume and pan, drums on channel 10,
effects as notes of a noise program (channel 10 has no place for risers), slides as pitch bends.
Not for: rendering (the Composer has its own sound), reading MIDI files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import mido

from musicgen_desktop import resources
from musicgen_desktop.music.score import Note, Part, Score
from musicgen_desktop.music.theory import Key, parse_key

TICKS_PER_QUARTER = 480
DRUM_CHANNEL = 9
_BEND_RANGE = 12
_BEND_STEPS = 16
_CENTRE_VOLUME = 100
_EFFECTS_FROM = 59
"""Effects are keys from 1 on; as notes they lie in the middle octave."""
_MAJOR_KEYS = frozenset(
    {"C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb"}
)
_MINOR_KEYS = frozenset(
    {"A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab"}
)
_FLAT_OF = {"G#": "Ab", "D#": "Eb", "A#": "Bb"}

_Timed = tuple[int, int, mido.Message | mido.MetaMessage]
"""Tick, order within the tick, event."""


def write_midi(score: Score, target: Path | BinaryIO, *, text: str = "") -> None:
    """Writes a score to a file or an open binary stream.

    Args:
        score: The piece.
        target: Where to; an existing file is replaced.
        text: For the text event, such as the recipe; empty leaves it out.
    """
    file = to_midi(score, text=text)
    if isinstance(target, Path):
        file.save(str(target))
    else:
        file.save(file=target)


def to_midi(score: Score, *, text: str = "") -> mido.MidiFile:
    """The score as a MIDI file in memory; see `write_midi`."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    file.tracks.append(_track(_conductor(score, text), score.title))
    channels = _channels(score.parts)
    programs = _programs()
    for part in score.parts:
        program = programs.get(part.patch, programs.get(part.instrument, 0))
        events = _player(part, channels[part.id], program)
        file.tracks.append(_track(events, part.display_name))
    return file


def _channels(parts: Sequence[Part]) -> dict[str, int]:
    """A channel for each part: 10 for percussion, the others in turn (reused after fifteen)."""
    melodic = [c for c in range(16) if c != DRUM_CHANNEL]
    found: dict[str, int] = {}
    count = 0
    for part in parts:
        if _is_kit(part):
            found[part.id] = DRUM_CHANNEL
        else:
            found[part.id] = melodic[count % len(melodic)]
            count += 1
    return found


def _is_kit(part: Part) -> bool:
    """Whether its keys are General MIDI percussion: effects have keys of their own."""
    return part.is_drums and part.role != "fx"


def _programs() -> Mapping[str, int]:
    """General MIDI programs by patch and by instrument."""
    table = resources.load_json("cells", "instruments.json")
    by_instrument = {entry["id"]: entry.get("program", 0) for entry in table["instruments"]}
    return {**by_instrument, **table["patch_programs"]}


def _tick(beat: float) -> int:
    return max(0, round(beat * TICKS_PER_QUARTER))


def _track(events: Iterator[_Timed], name: str) -> mido.MidiTrack:
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=name, time=0))
    now = 0
    for tick, _, event in sorted(events, key=lambda item: item[:2]):
        track.append(event.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=0))
    return track


def _conductor(score: Score, text: str) -> Iterator[_Timed]:
    metre = score.metre
    pulse_clocks = round(24 * metre.pulse_quarters)
    yield (
        0,
        0,
        mido.MetaMessage(
            "time_signature",
            numerator=metre.beats,
            denominator=metre.unit,
            clocks_per_click=pulse_clocks,
        ),
    )
    yield 0, 1, mido.MetaMessage("key_signature", key=key_signature(parse_key(score.key_name)))
    if text:
        yield 0, 2, mido.MetaMessage("text", text=text)
    for point in score.tempo:
        tempo = round(point.quarter_s * 1_000_000)
        yield _tick(point.beat), 3, mido.MetaMessage("set_tempo", tempo=tempo)
    for marker in score.markers:
        yield _tick(marker.beat), 4, mido.MetaMessage("marker", text=marker.label)


def key_signature(key: Key) -> str:
    """The MIDI key signature of a key: modes are written with the signature of their third."""
    if key.is_minor:
        if key.tonic_name in _MINOR_KEYS:
            return f"{key.tonic_name}m"
        return {"Db": "C#m", "Gb": "F#m"}.get(key.usual_name, f"{key.usual_name}m")
    if key.tonic_name in _MAJOR_KEYS:
        return key.tonic_name
    return _FLAT_OF.get(key.usual_name, key.usual_name)


def _player(part: Part, channel: int, program: int) -> Iterator[_Timed]:
    if not _is_kit(part):
        yield 0, 0, mido.Message("program_change", channel=channel, program=program)
    pan = min(127, max(0, round(64 + 63 * part.pan)))
    volume = min(127, max(1, round(_CENTRE_VOLUME * 10 ** (part.gain_db / 40))))
    yield 0, 1, _control(channel, 7, volume)
    yield 0, 2, _control(channel, 10, pan)
    if any(note.glide_to for note in part.notes):
        for control, value in ((101, 0), (100, 0), (6, _BEND_RANGE), (38, 0)):
            yield 0, 3, _control(channel, control, value)
    shift = _EFFECTS_FROM if part.is_drums and not _is_kit(part) else 0
    for note in part.notes:
        yield from _note(replace(note, pitch=note.pitch + shift), channel)
        if note.glide_to:
            yield from _slide(note, channel)


def _control(channel: int, control: int, value: int) -> mido.Message:
    return mido.Message("control_change", channel=channel, control=control, value=value)


def _note(note: Note, channel: int) -> Iterator[_Timed]:
    start = _tick(note.start)
    end = max(start + 1, _tick(note.start + note.duration))
    on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
    yield start, 6, on
    yield end, 5, mido.Message("note_off", channel=channel, note=note.pitch, velocity=0)


def _slide(note: Note, channel: int) -> Iterator[_Timed]:
    """A slide over the second half of the note, back to the middle when it ends."""
    distance = max(-_BEND_RANGE, min(_BEND_RANGE, note.glide_to - note.pitch))
    start, length = _tick(note.start + note.duration / 2), _tick(note.duration / 2)
    for step in range(1, _BEND_STEPS + 1):
        bend = round(8191 * distance / _BEND_RANGE * step / _BEND_STEPS)
        tick = start + round(length * (step - 1) / _BEND_STEPS)
        yield tick, 7, mido.Message("pitchwheel", channel=channel, pitch=bend)
    end = max(start + 1, _tick(note.start + note.duration))
    yield end, 5, mido.Message("pitchwheel", channel=channel, pitch=0)
