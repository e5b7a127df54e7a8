# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the patches come to sampled instruments: measured numbers, no stored sound.

    python -m tests.quality.instruments --font A.sf2 --font B.sf2 [PATCH …] [--write TABLE.md]

Each patch of `instruments.json` is played next to the General MIDI program of two sound fonts (by
the `fluidsynth` program, dry). The distance is the mean of |dB| over a 40-band log-mel map of the
first seconds, level-matched, floor -55 dB. A patch is good when it is no further from the two banks
than they are from each other.
Not for: the ordinary test run (it needs sound fonts), or judging music (see scorecard).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray

from musicgen_desktop.engines.composer.render.bank import NoteBank

RATE = 44100
HELD_S = 1.6
FLOOR_DB = -55.0
_SLOT_S = 4.0
_FRAME = 2048
_HOP = 1024
_BANDS = 40
_DRUM_CHANNEL = 9
_TABLE_START = "| patch |"
Sound = NDArray[np.float64]
Strike = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a patch is compared with: a General MIDI program and the notes to play.

    Attributes:
        patch: Patch id.
        program: General MIDI program, from 0.
        notes: MIDI numbers; of a kit, percussion keys.
        velocities: Each note is played with each of them.
        drum: Whether the notes are percussion keys.
        seconds: How much of each note is compared.
    """

    patch: str
    program: int
    notes: tuple[int, ...]
    velocities: tuple[int, ...] = (60, 110)
    drum: bool = False
    seconds: float = HELD_S

    @property
    def strikes(self) -> list[Strike]:
        """All notes with all velocities."""
        return [(note, velocity) for note in self.notes for velocity in self.velocities]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of one note.

    Attributes:
        onset_hz: Centroid of the first 80 ms. later_hz: centroid at 0.4 s.
        attack_ms: Until 3 dB below the loudest.
        early_db_s: Decay from 0.15 to 0.55 s. late_db_s: from 1.05 to 1.5 s.
        vibrato_hz, vibrato_cents: Rate and half-width of the pitch's swing after 0.6 s.
        harmonic_db: Harmonics over the noise between them, 0.5 to 1.4 s.
    """

    onset_hz: float
    later_hz: float
    attack_ms: float
    early_db_s: float
    late_db_s: float
    vibrato_hz: float
    vibrato_cents: float
    harmonic_db: float


@dataclass(frozen=True, slots=True)
class Row:
    """The comparison of one patch; distances in dB, one per bank."""

    patch: str
    to_banks: tuple[float, ...]
    between_banks: float
    own: Figures
    banks: tuple[Figures, ...]

    @property
    def is_near(self) -> bool:
        """Whether the patch is as near to the banks as they are to each other."""
        return float(np.mean(self.to_banks)) <= self.between_banks


def comparisons() -> dict[str, Sampled]:
    """Every comparison of instruments.json, by patch."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name("instruments.json").read_text())
    return {
        patch: Sampled(
            patch,
            int(entry["program"]),
            tuple(entry["notes"]),
            tuple(entry.get("velocities", (60, 110))),
            bool(entry.get("drum", False)),
            float(entry.get("seconds", HELD_S)),
        )
        for patch, entry in data.items()
    }


def sampled_notes(font: Path, what: Sampled) -> list[Sound]:
    """The notes as a sound font plays them, mono, dry, from their onset.

    Raises:
        subprocess.CalledProcessError: fluidsynth can't play it.
    """
    channel = _DRUM_CHANNEL if what.drum else 0
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder) / "notes.mid", Path(folder) / "notes.wav"
        track = mido.MidiTrack()
        track.append(mido.Message("program_change", channel=channel, program=what.program))
        per_s = 1000  # ticks: 500 per quarter, 120 quarters a minute
        rest = 0
        for note, velocity in what.strikes:
            on = mido.Message("note_on", channel=channel, note=note, velocity=velocity, time=rest)
            off = mido.Message("note_off", channel=channel, note=note, time=round(HELD_S * per_s))
            track.extend([on, off])
            rest = round((_SLOT_S - HELD_S) * per_s)
        track.append(mido.MetaMessage("end_of_track", time=rest))
        mido.MidiFile(ticks_per_beat=500, tracks=[track]).save(midi)
        dry = ["-R", "0", "-C", "0", "-g", "0.6", "-r", str(RATE)]
        command = ["fluidsynth", "-ni", *dry, "-F", str(wave), str(font), str(midi)]
        subprocess.run(command, check=True, capture_output=True)
        played, _ = soundfile.read(wave, always_2d=True)
    mono = np.asarray(played.mean(axis=1), dtype=np.float64)
    slot = round(_SLOT_S * RATE)
    mono = np.pad(mono, (0, slot * len(what.strikes)))
    return [from_onset(mono[slot * k : slot * (k + 1)]) for k in range(len(what.strikes))]


def own_notes(bank: NoteBank, what: Sampled) -> list[Sound]:
    """The notes as our patch plays them, mono, from their onset."""
    found = []
    for note, velocity in what.strikes:
        sound = bank.note(what.patch, note, velocity, HELD_S, 0)
        found.append(from_onset(sound.samples.mean(axis=0).astype(np.float64)))
    return found


def from_onset(sound: Sound) -> Sound:
    """The sound from where it is first heard (2 % of its peak), at least two seconds."""
    loud = np.abs(sound)
    first = max(int(np.argmax(loud > 0.02 * loud.max())) - 40, 0)
    return np.pad(sound[first:], (0, max(0, 2 * RATE - len(sound) + first)))


@lru_cache(maxsize=1)
def _mel() -> Sound:
    """The mel bands' weights, (bands, bins), 40 Hz to 12 kHz, equal area (Slaney)."""

    def to_mel(hz: Sound) -> Sound:
        return np.where(hz < 1000, hz * 0.015, 15 + np.log(np.maximum(hz, 1e-9) / 1000) * 14.545)

    ends = to_mel(np.array([40.0, 12000.0]))
    mels = np.linspace(ends[0], ends[1], _BANDS + 2)
    hz = np.where(mels < 15, mels / 0.015, 1000 * np.exp((mels - 15) / 14.545))
    bins = np.fft.rfftfreq(_FRAME, 1 / RATE)
    rise = (bins - hz[:-2, np.newaxis]) / np.diff(hz)[:-1, np.newaxis]
    fall = (hz[2:, np.newaxis] - bins) / np.diff(hz)[1:, np.newaxis]
    area = 2.0 / (hz[2:] - hz[:-2])
    return np.asarray(np.maximum(0, np.minimum(rise, fall)) * area[:, np.newaxis])


def mel_map(sound: Sound, seconds: float = HELD_S) -> Sound:
    """Log-mel power in dB below the loudest cell, (40, frames), no lower than -55."""
    padded = np.pad(sound, (_FRAME // 2, _FRAME))
    frames = int(seconds * RATE / _HOP)
    cut = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP][:frames]
    power = np.abs(np.fft.rfft(cut * np.hanning(_FRAME), axis=1)) ** 2
    level = 10 * np.log10(_mel() @ np.ascontiguousarray(power.T) + 1e-10)
    return np.asarray(np.maximum(level - level.max(), FLOOR_DB))


def distance_db(first: Sound, second: Sound) -> float:
    """Mean difference of two mel maps where either is above the floor."""
    heard = (first > FLOOR_DB) | (second > FLOOR_DB)
    return float(np.abs(first - second)[heard].mean())


def distance_of(one: Sequence[Sound], other: Sequence[Sound], seconds: float) -> float:
    """Mean distance of two lists of notes."""
    pairs = zip(one, other, strict=True)
    return float(np.mean([distance_db(mel_map(a, seconds), mel_map(b, seconds)) for a, b in pairs]))


def figures(sound: Sound, pitch: int) -> Figures:
    """Measures one note, from its onset on."""
    rate, width = _vibrato(sound, pitch)
    return Figures(
        onset_hz=centroid_hz(sound, 0.0, 0.08),
        later_hz=centroid_hz(sound, 0.3, 0.5),
        attack_ms=attack_ms(sound),
        early_db_s=(_level(sound, 0.1, 0.2) - _level(sound, 0.5, 0.6)) / 0.4,
        late_db_s=(_level(sound, 1.0, 1.1) - _level(sound, 1.45, 1.55)) / 0.45,
        vibrato_hz=rate,
        vibrato_cents=width,
        harmonic_db=_harmonic_to_noise(sound, pitch),
    )


def _level(sound: Sound, start_s: float, stop_s: float) -> float:
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    return float(10 * np.log10(np.mean(part**2) + 1e-14))


def attack_ms(sound: Sound) -> float:
    """Time until 3 dB below the loudest of the first 0.6 s."""
    levels = np.array([_level(sound, k / 1000, k / 1000 + 0.008) for k in range(0, 600, 2)])
    return 2.0 * float(np.argmax(levels > levels.max() - 3))


def centroid_hz(sound: Sound, start_s: float, stop_s: float) -> float:
    """The middle of the amplitude spectrum of a stretch of sound."""
    part = sound[int(start_s * RATE) : int(stop_s * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 16384))
    return float((spectrum * np.fft.rfftfreq(16384, 1 / RATE)).sum() / (spectrum.sum() + 1e-12))


def _vibrato(sound: Sound, pitch: int) -> tuple[float, float]:
    """Rate and half-width in cents of the fundamental's swing, by its phase."""
    f0 = 440 * 2 ** ((pitch - 69) / 12)
    part = sound[int(0.6 * RATE) : int(1.5 * RATE)]
    turn = np.exp(-2j * np.pi * f0 * np.arange(len(part)) / RATE)
    width = max(int(RATE / f0 * 2), RATE // 60)
    window = np.hanning(width)
    base = np.convolve(part * turn, window / window.sum(), "valid")[::64]
    phase = np.unwrap(np.angle(base))
    cents = 1200 * np.log2(np.maximum(1 + np.diff(phase) * RATE / 64 / (2 * np.pi * f0), 0.5))
    cents -= np.polyval(np.polyfit(np.arange(len(cents)), cents, 1), np.arange(len(cents)))
    spectrum = np.abs(np.fft.rfft(cents * np.hanning(len(cents)), 8192))
    hz = np.fft.rfftfreq(8192, 64 / RATE)
    inside = (hz > 3) & (hz < 9)
    return float(hz[inside][np.argmax(spectrum[inside])]), float(np.std(cents) * 2**0.5)


def _harmonic_to_noise(sound: Sound, pitch: int) -> float:
    """Power near multiples of the pitch over power between them, up to 8 kHz, dB."""
    f0 = 440 * 2 ** ((pitch - 69) / 12)
    part = sound[int(0.5 * RATE) : int(1.4 * RATE)]
    power = np.abs(np.fft.rfft(part * np.blackman(len(part)))) ** 2
    hz = np.fft.rfftfreq(len(part), 1 / RATE)
    inside = (hz > 0.5 * f0) & (hz < 8000)
    near = np.abs(hz / f0 - np.round(hz / f0)) < 0.25
    harmonic, between = power[inside & near].sum(), power[inside & ~near].sum()
    return float(10 * np.log10((harmonic + 1e-14) / (between + 1e-14)))


def mean_figures(sounds: Sequence[Sound], what: Sampled) -> Figures:
    """The median of each figure over all notes."""
    strikes = what.strikes
    each = [figures(sound, note) for sound, (note, _) in zip(sounds, strikes, strict=True)]
    names = Figures.__dataclass_fields__
    return Figures(**{n: float(np.median([getattr(f, n) for f in each])) for n in names})


def compare(what: Sampled, fonts: Sequence[Path], bank: NoteBank) -> Row:
    """Compares one patch with two sound fonts."""
    sampled = [sampled_notes(font, what) for font in fonts]
    own = own_notes(bank, what)
    return Row(
        what.patch,
        tuple(distance_of(own, notes, what.seconds) for notes in sampled),
        distance_of(sampled[0], sampled[1], what.seconds),
        mean_figures(own, what),
        tuple(mean_figures(notes, what) for notes in sampled),
    )


def as_line(row: Row) -> str:
    """One line of the table in docs/instruments.md."""
    own = row.own

    def both(name: str, digits: int = 0) -> str:
        values = " / ".join(f"{getattr(f, name):.{digits}f}" for f in row.banks)
        return f"{getattr(own, name):.{digits}f} ({values})"

    cells = [
        row.patch,
        " / ".join(f"{value:.1f}" for value in row.to_banks),
        f"{row.between_banks:.1f}",
        "yes" if row.is_near else "no",
        both("attack_ms"),
        both("onset_hz"),
        both("later_hz"),
        both("early_db_s", 1),
        both("late_db_s", 1),
        f"{own.vibrato_hz:.1f} Hz ±{own.vibrato_cents:.0f}",
        both("harmonic_db"),
    ]
    return f"| {' | '.join(cells)} |"


def updated(document: str, rows: Sequence[Row]) -> str:
    """The document with the rows put into its table, in alphabetical order."""
    head, _, table = document.partition(_TABLE_START)
    lines = table.splitlines()
    kept = {line.split("|")[1].strip(): line for line in lines[2:] if line.startswith("|")}
    kept |= {row.patch: as_line(row) for row in rows}
    body = "\n".join(kept[patch] for patch in sorted(kept))
    return f"{head}{_TABLE_START}{lines[0]}\n{lines[1]}\n{body}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the comparison, and writes it into the document if wished."""
    parser = argparse.ArgumentParser(description="Compare patches with two sound fonts.")
    parser.add_argument("patches", nargs="*", help="patch ids; all when none is named")
    parser.add_argument("--font", type=Path, action="append", required=True, help="given twice")
    parser.add_argument("--write", type=Path, help="document whose table takes the rows")
    asked = parser.parse_args(arguments)
    if len(asked.font) != 2:
        parser.error("name two sound fonts")
    known = comparisons()
    bank = NoteBank(cache_mb=64)
    rows = []
    for patch in asked.patches or known:
        rows.append(compare(known[patch], asked.font, bank))
        sys.stdout.write(as_line(rows[-1]) + "\n")
        sys.stdout.flush()
    if asked.write:
        asked.write.write_text(updated(asked.write.read_text(), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
