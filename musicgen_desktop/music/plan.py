# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""MusicPlan: everything the Composer needs to know, as one value.

The prompt's planner makes it, once, before queueing; the Composer reads it and never the prompt.
Not for: notes (see score) or the wish as it was typed (see recipe).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.music import theory


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form.

    Attributes:
        label: Lower-case name: intro, a, b, verse, chorus, pre_chorus, bridge, build, drop, break,
            theme, develop, climax, aftermath, hook, solo, outro, ending, loop. Same label =
            same material.
        bars: Whole bars, at least 1.
        start_s: Seconds from the start of the track.
        energy: 0.0 (bare) to 1.0 (everything plays).
    """

    label: str
    bars: int
    start_s: float
    energy: float


@dataclass(frozen=True, slots=True)
class MusicPlan:
    """What is to be composed. Ids are those of the lexicon.

    Attributes:
        genre: The genre the Composer plays (one it has).
        genres: All genres heard, the ones it doesn't have included; first is the main one.
        moods: Mood ids, strongest first.
        bpm: Felt pulses per minute of the grid (dotted quarters in compound metres).
        felt_bpm: The tempo as felt: half of bpm in half-time genres such as trap.
        key: Tonic name, such as `A` or `F#`.
        mode: A key of `theory.MODES`.
        metre: Such as `4/4`.
        swing: 0.0 straight to 1.0 full triplet swing of the genre's swung subdivision.
        duration_s: Length of the finished track, exact to 50 ms.
        era: Such as `80s`, or "".
        instruments: Ids that must be heard, in the order of importance.
        excluded: Ids that must not be heard; an id excludes everything that is a kind of it.
        use_case: Such as `podcast_intro`, or "".
        loop: Whether the track must loop seamlessly.
        vocals: none, requested (can't be done by the Composer), or "".
        structure: Structure ids that were asked for, such as `intro`, `drop@45.0` (at 45 s), and
            wishes for a player in a part of the piece, such as `enter:drums@chorus` (see
            `music.scope` for their grammar). The Composer obeys `hit_end`, `fade_out` (the last
            section goes on to the end and there is no `ending`), `ritardando` and `key_change`;
            `form:a+b+a`, `rise` and `fall` have shaped the sections already.
        production: Production ids, such as `lofi`, `reverb`, `punchy`, `vinyl`, `warm`; and
            `less:drums`, `more:strings` for instruments that were asked for sparingly or much;
            `voice_room` (a voice is heard over it) and `no_surprises`, which a use case asks for.
        tempo_word: slow, medium, fast, or an Italian term, or "".
        language: ISO 639-1 code of the prompt.
        sections: The form. The bars fill the time from 0 to the start of the final ring-out: the
            last section (label `ending`, usually one bar) starts the final chord, which decays
            until duration_s.
        seed: Below 2**53. seed // 8 names the group of takes, seed % 8 the take (see Composer).
        valence: -1.0 sad to 1.0 happy.
        arousal: -1.0 calm to 1.0 excited.
        tension: 0.0 to 1.0.
        brightness: -1.0 dark to 1.0 bright sound.
        space: 0.0 dry to 1.0 vast.
        density: -1.0 sparse to 1.0 busy.
        explicit: Names of the fields that the user stated (must be obeyed to the letter).
        only: Whether `instruments` is the complete line-up (solo piano, duet, drum loop).
    """

    genre: str
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    bpm: float
    felt_bpm: float
    key: str
    mode: str
    metre: str
    swing: float
    duration_s: float
    era: str
    instruments: tuple[str, ...]
    excluded: tuple[str, ...]
    use_case: str
    loop: bool
    vocals: str
    structure: tuple[str, ...]
    production: tuple[str, ...]
    tempo_word: str
    language: str
    sections: tuple[Section, ...]
    seed: int
    valence: float = 0.0
    arousal: float = 0.0
    tension: float = 0.3
    brightness: float = 0.0
    space: float = 0.4
    density: float = 0.0
    explicit: tuple[str, ...] = ()
    only: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def theory_key(self) -> theory.Key:
        """The key as a value of `theory`, spelt as in the plan."""
        return theory.Key(theory.pitch_class(self.key), self.mode, self.key)

    @property
    def theory_metre(self) -> theory.Metre:
        """The metre as a value of `theory`."""
        return theory.parse_metre(self.metre)

    @property
    def total_bars(self) -> int:
        """Bars of all sections together."""
        return sum(section.bars for section in self.sections)

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values; unknown keys that were read are written back."""
        data = asdict(self)
        data.update(data.pop("extra"))
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> MusicPlan:
        """The reverse of `to_json`.

        Raises:
            MusicGenError: A field is missing or of the wrong kind.
        """
        known = {f.name for f in fields(cls)} - {"extra"}
        try:
            values = {k: _frozen(v) for k, v in data.items() if k in known}
            values["sections"] = tuple(Section(**s) for s in data["sections"])
            return cls(**values, extra={k: v for k, v in data.items() if k not in known})
        except (KeyError, TypeError, AttributeError) as error:
            raise MusicGenError(
                "This recipe's plan can't be read.", "Make the track again from its prompt."
            ) from error


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
