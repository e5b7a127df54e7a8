# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Track: one row of the library, as a value; and the values that go in and out of the library.

Not for: reading or writing any of it (see library and tags).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from musicgen_desktop.library.tag_data import TagData

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Presence(Enum):
    """Whether a track's file is where it should be."""

    PRESENT = "present"
    MISSING = "missing"
    """The file is gone; its recipe can make it again."""
    DAMAGED = "damaged"
    """The file is there, but its sound is broken; its recipe can make it again."""
    AWAY = "away"
    """The whole library folder is unavailable, for example unplugged."""


_TROUBLES = {
    Presence.MISSING: "file missing",
    Presence.DAMAGED: "sound damaged",
    Presence.AWAY: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Track:
    """A finished track.

    Attributes:
        id: Fixed when the job was submitted.
        path: The audio file.
        title: Without the number of the take.
        prompt: As typed.
        genre: Id from the lexicon. moods: ids.
        bpm: Felt pulses per minute of the grid.
        key: Short, such as `Am`.
        metre: Such as `4/4`.
        duration_s: Length.
        created: Unix time.
        engine: Id. engine_version: of that engine.
        licence: What may be done with it, in words.
        seed: Of the recipe.
        group: Id of the click that made it; the takes of one click share it.
        take: From 1. takes: how many the click made.
        parent: Id of the track it came from, or "".
        loudness_lufs: Integrated loudness; 0.0 when unknown.
        format: mp3, flac, ogg or wav.
        star: 0 to 5.
        kept: Chosen by Keep.
        unread: Not heard yet.
        in_use_elsewhere: Dragged or copied out: its name and bytes must stay.
        presence: Whether the file is there.
        sections: Label and start in seconds of each section.
    """

    id: str
    path: Path
    title: str
    prompt: str
    genre: str
    moods: tuple[str, ...]
    bpm: float
    key: str
    metre: str
    duration_s: float
    created: float
    engine: str
    engine_version: str
    licence: str
    seed: int
    group: str
    take: int
    takes: int
    parent: str
    loudness_lufs: float
    format: str
    star: int
    kept: bool
    unread: bool
    in_use_elsewhere: bool
    presence: Presence
    sections: tuple[tuple[str, float], ...]

    @property
    def display_title(self) -> str:
        """The title with the number of the take, such as `Rainy Night Rhodes 2`."""
        return numbered_title(self.title, self.take, self.takes)

    def sentence(self) -> str:
        """The row as one sentence: `Rainy Night Rhodes, take 2 of 4, lo-fi, one minute, new`."""
        parts = [
            self.title,
            f"take {self.take} of {self.takes}" if self.takes > 1 else "",
            spoken_genre(self.genre),
            spoken_duration(self.duration_s),
            _stars(self.star),
            "kept" if self.kept else "",
            "new" if self.unread else "",
            _TROUBLES.get(self.presence, ""),
        ]
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class NewTrack:
    """A finished file on its way into the library.

    Attributes:
        part: The finished and tagged file, under a temporary name in the library folder
            (see files.temporary_beside); it is renamed, never copied.
        tags: What the tags in the file say.
        format: mp3, flac, ogg or wav.
        peaks: Waveform for drawing, in the format of audio.peaks; may be empty.
    """

    part: Path
    tags: TagData
    format: str
    peaks: bytes = b""


@dataclass(frozen=True, slots=True)
class DeletedFile:
    """One deleted track: where its file was and where it is now, relative to the library folder.

    Attributes:
        track_id: Whose.
        title: For the message.
        file: Where it was.
        trashed: Where it lies in the trash; "" when there was no file.
    """

    track_id: str
    title: str
    file: str
    trashed: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """What a delete did; the ticket for its undo.

    Attributes:
        files: One per deleted track.
        in_use: Whether one of them is in use elsewhere.
    """

    files: tuple[DeletedFile, ...]
    in_use: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """The deleted tracks."""
        return tuple(file.track_id for file in self.files)


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a rescan of the folder found.

    Attributes:
        total: Tracks of ours in the folder.
        added: Ids new to the index. relinked: found under another name.
        changed: tags changed outside. missing: files that are gone.
        damaged: Tracks whose file is there and whose sound is broken.
        duplicates: Further files with the id of a track (paths).
        unreadable: Audio files that can't be read. foreign: audio files that aren't ours (count).
        away: The folder is unavailable, nothing was looked at.
    """

    total: int = 0
    added: tuple[str, ...] = ()
    relinked: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    foreign: int = 0
    away: bool = field(default=False)


def numbered_title(title: str, take: int, takes: int) -> str:
    """The title with the number of the take where there are several."""
    return f"{title} {take}" if takes > 1 else title


def spoken_genre(genre: str) -> str:
    """A genre id in words: `lofi_hiphop` is `lo-fi hip hop`."""
    words = genre.replace("_", " ").replace("lofi", "lo-fi").replace("hiphop", "hip hop")
    return words.strip()


def spoken_duration(duration_s: float) -> str:
    """A length in words: `one minute`, `two minutes 30 seconds`, `45 seconds`."""
    minutes, seconds = divmod(round(duration_s), 60)
    parts = []
    if minutes:
        parts.append(_counted(minutes, "minute"))
    if seconds or not minutes:
        parts.append(f"{seconds} second" + ("" if seconds == 1 else "s"))
    return " ".join(parts)


def _counted(number: int, noun: str) -> str:
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {noun}" + ("" if number == 1 else "s")


def _stars(star: int) -> str:
    return "" if star <= 0 else f"{star} star" + ("" if star == 1 else "s")
