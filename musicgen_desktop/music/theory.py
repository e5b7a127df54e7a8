# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pitch, keys, modes, chords and metres.

Conventions: a pitch is a MIDI number (60 = C4), a pitch class 0–11 (0 = C), time is counted in
quarter notes ("beats" below always means quarter notes, also in 6/8). Not for: choosing notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from musicgen_desktop.errors import UsageError

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic_minor": (0, 2, 3, 5, 7, 9, 11),
    "phrygian_dominant": (0, 1, 4, 5, 7, 8, 10),
    "double_harmonic": (0, 1, 4, 5, 7, 8, 11),
    "hungarian_minor": (0, 2, 3, 6, 7, 8, 11),
    "whole_tone": (0, 2, 4, 6, 8, 10),
    "major_pentatonic": (0, 2, 4, 5, 7, 9, 11),
    "minor_pentatonic": (0, 2, 3, 5, 7, 8, 10),
    "blues_scale": (0, 2, 3, 5, 7, 8, 10),
    "hirajoshi": (0, 2, 3, 5, 7, 8, 10),
}
"""Semitones above the tonic of each mode's degrees: seven, in the whole-tone scale six.

For scales with gaps these are the degrees that chords are built on; see `GAPPED`.
"""

MINOR_LIKE = frozenset(
    {"minor", "dorian", "phrygian", "locrian", "harmonic_minor", "melodic_minor",
     "hungarian_minor", "minor_pentatonic", "blues_scale", "hirajoshi"}
)  # fmt: skip
"""Modes with a minor third."""

GAPPED: dict[str, tuple[str, tuple[int, ...]]] = {
    "major_pentatonic": ("major", (0, 2, 4, 7, 9)),
    "minor_pentatonic": ("minor", (0, 3, 5, 7, 10)),
    "blues_scale": ("minor", (0, 3, 5, 6, 7, 10)),
    "hirajoshi": ("minor", (0, 2, 3, 7, 8)),
}
"""Scales that melodies keep to over the chords of a seven-note mode: that mode, and the notes."""

_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MAJOR_WITH_FLATS = frozenset({1, 3, 5, 8, 10})  # Db Eb F Ab Bb major


def pitch_class(name: str) -> int:
    """The pitch class of a note name such as `F#`, `Bb` or `C♯`.

    Raises:
        UsageError: The name isn't a note.
    """
    match = re.fullmatch(r"([A-Ga-g])([#b♯♭]*)", name.strip())
    if match is None:
        raise UsageError("“{name}” isn't a note.", "Use a letter A to G, with # or b.", name=name)
    value = _LETTERS[match[1].upper()]
    for accidental in match[2]:
        value += 1 if accidental in "#♯" else -1
    return value % 12


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic and a mode.

    Attributes:
        tonic: Pitch class, 0–11.
        mode: A key of `MODES`.
        spelling: How the tonic is to be written (`Cb`, not `B`); "" for the usual name. Two keys
            that differ in it alone are equal.
    """

    tonic: int
    mode: str
    spelling: str = field(default="", compare=False)

    @property
    def is_minor(self) -> bool:
        """Whether the mode has a minor third."""
        return self.mode in MINOR_LIKE

    @property
    def harmony_mode(self) -> str:
        """The mode that the chords come from: the mode itself, or what a gapped scale lies in."""
        return GAPPED[self.mode][0] if self.mode in GAPPED else self.mode

    @property
    def tonic_name(self) -> str:
        """The tonic as it is spelt, or else as is usual in this key, for example `Eb`, `F#`."""
        return self.spelling or self.usual_name

    @property
    def usual_name(self) -> str:
        """The tonic as it is usually spelt in this key."""
        scale = MODES[self.mode]
        relative_major = (self.tonic - _major_offset(scale)) % 12
        names = _FLATS if relative_major in _MAJOR_WITH_FLATS else _SHARPS
        return names[self.tonic]

    @property
    def name(self) -> str:
        """For example `A minor`, `D dorian`."""
        return f"{self.tonic_name} {self.mode.replace('_', ' ')}"

    @property
    def short(self) -> str:
        """At most three characters, as ID3's TKEY wants: `Am`, `F#m`, `Eb`."""
        return self.tonic_name + ("m" if self.is_minor else "")

    @property
    def scale(self) -> tuple[int, ...]:
        """The pitch classes of the mode's degrees, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def melody_scale(self) -> tuple[int, ...]:
        """The pitch classes of melodies, from the tonic up: those of `scale`, or fewer."""
        steps = GAPPED[self.mode][1] if self.mode in GAPPED else MODES[self.mode]
        return tuple((self.tonic + step) % 12 for step in steps)

    def pitch_class(self, degree: int, alteration: int = 0) -> int:
        """Pitch class of a scale degree (0 = tonic; any integer), altered by semitones."""
        steps = MODES[self.mode]
        return (self.tonic + steps[degree % len(steps)] + alteration) % 12


def _major_offset(scale: tuple[int, ...]) -> int:
    """Semitones from the parent major key's tonic to the mode's (0 for major, 9 for minor).

    Harmonic and melodic minor are spelt as minor; the tonic of a mode is `offset` above its parent.
    """
    major = set(MODES["major"])
    for offset in (0, 9, 2, 4, 5, 7, 11):
        if {(step + offset) % 12 for step in scale} == major:
            return offset
    return 9


def parse_key(text: str) -> Key:
    """Reads `A minor`, `F# minor`, `Am`, `Eb`, `D dorian`.

    Raises:
        UsageError: The text isn't a key.
    """
    match = re.fullmatch(r"\s*([A-G][#b♯♭]?|[a-g][#b♯♭]?(?=[\s-]))[\s-]*(.*?)\s*", text)
    if match is None:
        raise _no_key(text)
    mode = match[2].lower().replace(" ", "_").replace("-", "_")
    mode = {
        "": "major",
        "m": "minor",
        "min": "minor",
        "maj": "major",
        "natural_minor": "minor",
        "aeolian": "minor",
        "ionian": "major",
        "spanish": "phrygian_dominant",
        "arabic": "double_harmonic",
        "japanese": "hirajoshi",
    }.get(mode, mode)
    if mode not in MODES:
        raise _no_key(text)
    return Key(pitch_class(match[1]), mode, tidy_note(match[1]))


def tidy_note(name: str) -> str:
    """A note name with a capital and with `#` and `b` for its accidentals."""
    return (name[:1].upper() + name[1:]).replace("♯", "#").replace("♭", "b")


def _no_key(text: str) -> UsageError:
    return UsageError(
        "“{text}” isn't a key this program knows.",
        "Write it like “A minor” or “Eb major”.",
        text=text,
    )


CHORDS: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "mmaj7": (0, 3, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "m11": (0, 3, 7, 10, 14, 17),
    "7b9": (0, 4, 7, 10, 13),
    "13": (0, 4, 7, 10, 14, 21),
    "69": (0, 4, 7, 9, 14),
}
"""Semitones above the root, by chord quality."""


@dataclass(frozen=True, slots=True)
class Chord:
    """A root, a quality and a bass note.

    Attributes:
        root: Pitch class.
        quality: A key of `CHORDS`.
        bass: Pitch class of the lowest note (not the root in an inversion or over a pedal).
    """

    root: int
    quality: str
    bass: int

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord's notes, root first, no repeats."""
        return tuple(dict.fromkeys((self.root + step) % 12 for step in CHORDS[self.quality]))

    def name(self, flats: bool = False) -> str:
        """For example `Dm7`, `G/B`."""
        names = _FLATS if flats else _SHARPS
        over = "" if self.bass == self.root else f"/{names[self.bass]}"
        return f"{names[self.root]}{self.quality}{over}"


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature.

    Attributes:
        beats: The upper number.
        unit: The lower number (4 or 8).
    """

    beats: int
    unit: int

    @property
    def name(self) -> str:
        """For example `3/4`."""
        return f"{self.beats}/{self.unit}"

    @property
    def is_compound(self) -> bool:
        """Whether the pulse is a dotted quarter (6/8, 9/8, 12/8)."""
        return self.unit == 8 and self.beats % 3 == 0

    @property
    def bar_quarters(self) -> float:
        """Length of a bar in quarter notes: 4.0 for 4/4, 3.0 for 3/4 and 6/8."""
        return self.beats * 4.0 / self.unit

    @property
    def pulse_quarters(self) -> float:
        """Length of the pulse that bpm counts: 1.5 in compound metres, else 1.0 (also in 7/8)."""
        return 1.5 if self.is_compound else 1.0

    @property
    def bar_pulses(self) -> float:
        """Length of a bar in pulses: 4 in 4/4, 3 in 3/4, 2 in 6/8, 3.5 in 7/8."""
        return self.bar_quarters / self.pulse_quarters

    @property
    def pulses(self) -> int:
        """Felt beats in a bar: 4 in 4/4, 3 in 3/4, 2 in 6/8, 3 (the last one longer) in 7/8."""
        return max(1, int(self.bar_pulses + 1e-9))

    @property
    def groups(self) -> tuple[float, ...]:
        """Lengths in quarter notes of what a bar falls into: 3+2 in 5/4, 2+2+3 eighths in 7/8."""
        usual = _GROUPS.get(self.name)
        return usual or (self.bar_quarters / self.pulses,) * self.pulses

    @property
    def group_starts(self) -> tuple[float, ...]:
        """Where the groups begin, in quarter notes from the bar line."""
        starts = [0.0]
        for length in self.groups[:-1]:
            starts.append(starts[-1] + length)
        return tuple(starts)


_GROUPS = {"3/4": (3.0,), "4/4": (2.0, 2.0), "5/4": (3.0, 2.0), "7/8": (1.0, 1.0, 1.5),
           "12/8": (3.0, 3.0)}  # fmt: skip

METRES = ("2/4", "3/4", "4/4", "5/4", "6/8", "7/8", "9/8", "12/8")


def parse_metre(text: str) -> Metre:
    """Reads `3/4`, `6/8`.

    Raises:
        UsageError: Not one of `METRES`.
    """
    name = text.replace(" ", "")
    if name not in METRES:
        raise UsageError(
            "“{text}” isn't a metre this program knows.",
            "Use one of {known}.",
            text=text,
            known=", ".join(METRES),
        )
    beats, unit = name.split("/")
    return Metre(int(beats), int(unit))


def bar_seconds(metre: Metre, bpm: float) -> float:
    """Length of a bar in seconds; bpm counts the felt pulse (dotted quarters in 6/8)."""
    return metre.bar_pulses * 60.0 / bpm


def quarter_seconds(metre: Metre, bpm: float) -> float:
    """Length of a quarter note in seconds; bpm counts the felt pulse."""
    return 60.0 / bpm / metre.pulse_quarters
