# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""MIDI files: what is in the score is in the file."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest

from musicgen_desktop.music import midi
from musicgen_desktop.music.score import Marker, Note, Part, Score, TempoPoint
from musicgen_desktop.music.theory import MODES, Key, Metre


def make_score(**fields: object) -> Score:
    bass = (Note(0.0, 1.0, 33, 100), Note(1.5, 2.0, 33, 90, glide_to=45))
    values: dict[str, object] = {
        "title": "Night",
        "metre": Metre(6, 8),
        "key_name": "F# minor",
        "tempo": (TempoPoint(0.0, 0.5), TempoPoint(6.0, 0.6)),
        "markers": (Marker(0.0, "intro", 0.3), Marker(6.0, "chorus", 0.9)),
        "chords": (),
        "parts": (
            Part("drums", "drums", "drums", "pop_kit", (Note(0.0, 0.25, 36, 110),), is_drums=True),
            Part("bass", "bass", "808", "bass_808", bass, pan=-0.5),
        ),
        "duration_s": 12.0,
        "genre": "trap",
    }
    values.update(fields)
    return Score(**values)  # type: ignore[arg-type]  # values of a test, by name


def read(score: Score, text: str = "") -> mido.MidiFile:
    stream = io.BytesIO()
    midi.write_midi(score, stream, text=text)
    stream.seek(0)
    return mido.MidiFile(file=stream, charset="utf-8")


def of_type(track: mido.MidiTrack, kind: str) -> list[tuple[int, mido.Message | mido.MetaMessage]]:
    now, found = 0, []
    for message in track:
        now += message.time
        if message.type == kind:
            found.append((now, message))
    return found


def test_the_first_track_has_the_map_of_the_piece() -> None:
    track = read(make_score(), text="a wish: größer 雨").tracks[0]
    assert track.name == "Night"
    (_, signature), *_ = of_type(track, "time_signature")
    assert (signature.numerator, signature.denominator) == (6, 8)
    assert signature.clocks_per_click == 36
    assert of_type(track, "key_signature")[0][1].key == "F#m"
    assert of_type(track, "text")[0][1].text == "a wish: größer 雨"
    assert [(t, m.text) for t, m in of_type(track, "marker")] == [(0, "intro"), (2880, "chorus")]
    assert [(t, m.tempo) for t, m in of_type(track, "set_tempo")] == [(0, 500000), (2880, 600000)]


def test_the_text_can_be_left_out() -> None:
    assert not of_type(read(make_score()).tracks[0], "text")


def test_each_part_has_its_track_channel_and_program() -> None:
    drums, bass = read(make_score()).tracks[1:]
    assert (drums.name, bass.name) == ("drums", "bass")
    assert {m.channel for _, m in of_type(drums, "note_on")} == {midi.DRUM_CHANNEL}
    assert not of_type(drums, "program_change")
    (_, program), *_ = of_type(bass, "program_change")
    assert (program.channel, program.program) == (0, 39)
    pans = [m.value for _, m in of_type(bass, "control_change") if m.control == 10]
    assert pans == [32]


def test_notes_have_their_times_and_slides_return() -> None:
    bass = read(make_score()).tracks[2]
    assert [(t, m.note, m.velocity) for t, m in of_type(bass, "note_on")] == [
        (0, 33, 100),
        (720, 33, 90),
    ]
    assert [t for t, _ in of_type(bass, "note_off")] == [480, 1680]
    bends = of_type(bass, "pitchwheel")
    assert max(m.pitch for _, m in bends) == 8191
    assert bends[-1][0] == 1680
    assert bends[-1][1].pitch == 0


def test_melodic_parts_never_use_the_drum_channel() -> None:
    note = (Note(0.0, 1.0, 60, 90),)
    parts = tuple(Part(f"p{i}", "chords", "piano", "grand_piano", note) for i in range(20))
    channels = [
        of_type(t, "note_on")[0][1].channel for t in read(make_score(parts=parts)).tracks[1:]
    ]
    assert midi.DRUM_CHANNEL not in channels
    assert len(set(channels)) == 15


def test_effects_are_no_drums() -> None:
    fx = Part("fx", "fx", "fx", "fx_kit", (Note(0.0, 4.0, 1, 90),), is_drums=True)
    track = read(make_score(parts=(fx,))).tracks[1]
    (_, note), *_ = of_type(track, "note_on")
    assert (note.channel, note.note) == (0, 60)
    assert of_type(track, "program_change")


def test_a_key_is_written_as_it_is_spelt() -> None:
    spelt = {"Cb lydian": "Cb", "Gb major": "Gb", "A# minor": "A#m", "G# major": "Ab"}
    for name, signature in spelt.items():
        track = read(make_score(key_name=name)).tracks[0]
        assert of_type(track, "key_signature")[0][1].key == signature


@pytest.mark.parametrize("mode", MODES)
def test_every_key_has_a_signature(mode: str) -> None:
    for tonic in range(12):
        signature = midi.key_signature(Key(tonic, mode))
        assert mido.MetaMessage("key_signature", key=signature).bytes()


def test_a_file_is_written(tmp_path: Path) -> None:
    target = tmp_path / "night.mid"
    midi.write_midi(make_score(), target)
    assert mido.MidiFile(str(target)).length == pytest.approx(3.0)  # up to the last marker
