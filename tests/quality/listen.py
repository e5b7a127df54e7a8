# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blind listening: 24 pairs of a track and its spoiled twin, for a person with a terminal.

    python dev.py listen [--profile FOLDER] [--seed N] [--again] [--result]

Which of two tracks is the original, and the order of the pairs, follow from the seed. Answers are
kept as JSON under the profile after every pair, so that one can stop and go on later. Tracks play
through the program's own playback; where there is no sound device, the files are named instead.
Not for: measures (see earn).
"""

from __future__ import annotations

import argparse
import json
import math
import queue
import random
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from musicgen_desktop import files, paths

if TYPE_CHECKING:
    from musicgen_desktop.playback.player import Player

GENRES = (
    "pop", "lofi_hiphop", "house", "cinematic", "rnb", "trap", "jazz", "rock", "funk",
    "bossa_nova", "disco", "synthwave",
)  # fmt: skip
WAYS = (
    "bars_shuffled", "pitches_moved", "melody_walk", "one_bar_looped", "flat_velocities", "jitter",
    "bass_up", "chords_shuffled", "detuned", "lead_down", "bump_250", "over_limited",
)  # fmt: skip
_SECOND_BUMP = "bump_3k"
DURATION_S = 30.0
_TRIES = 16
_HELP = """\
Two tracks, A and B, are the same piece; one of them was spoiled. Which one do you prefer?
  a, b   play A or B from the start       s   stop
  1      A is better                      2   B is better
  0      I hear no difference             q   go on another day
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair to be heard.

    Attributes:
        genre: Of the piece. track_seed: which piece. way: how the twin is spoiled.
        original: "a" or "b".
    """

    genre: str
    track_seed: int
    way: str
    original: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person preferred: "a", "b", or "" where no difference was heard."""

    pair: Pair
    preferred: str

    @property
    def is_right(self) -> bool:
        """Whether the original was preferred."""
        return self.preferred == self.pair.original


def pairs_of(seed: int) -> list[Pair]:
    """The 24 pairs: every way of spoiling twice, on different genres, in random order."""
    rng = random.Random(f"listening {seed}")
    ways = [*WAYS, *(_SECOND_BUMP if way == "bump_250" else way for way in WAYS)]
    first, second = list(GENRES), list(GENRES)
    rng.shuffle(first)
    second = first[len(first) // 2 :] + first[: len(first) // 2]
    found = [
        Pair(genre, 8 * rng.randrange(1000), way, rng.choice("ab"))
        for genre, way in zip(first + second, ways, strict=True)
    ]
    rng.shuffle(found)
    return found


class Notebook:
    """The answers of one listening, on disk after each.

    Args:
        file: Where they are kept.
        seed: Which 24 pairs. Answers to other pairs are kept as well, and not touched.
    """

    def __init__(self, file: Path, seed: int) -> None:
        self._file = file
        self._seed = str(seed)
        self._all: dict[str, list[dict[str, object]]] = {}
        if file.exists():
            self._all = json.loads(file.read_text(encoding="utf-8"))

    @property
    def answers(self) -> list[Answer]:
        """The answers so far, in the order of the pairs."""
        return [
            Answer(Pair(**row["pair"]), str(row["preferred"]))  # type: ignore[arg-type]  # JSON
            for row in self._all.get(self._seed, [])
        ]

    def add(self, answer: Answer) -> None:
        """Keeps one more answer."""
        self._all.setdefault(self._seed, []).append(asdict(answer))
        self._write()

    def forget(self) -> None:
        """Begins this listening anew."""
        self._all.pop(self._seed, None)
        self._write()

    def _write(self) -> None:
        files.write_atomically(self._file, json.dumps(self._all, indent=1).encode())


def result(answers: Sequence[Answer]) -> str:
    """The result in words: how many originals were preferred, by spoiling, and by chance."""
    by_way: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_way[answer.pair.way].append(answer)
    lines = [
        f"  {way.replace('_', ' '):18} {sum(a.is_right for a in given)} of {len(given)}"
        for way, given in sorted(by_way.items())
    ]
    right, heard = sum(a.is_right for a in answers), sum(bool(a.preferred) for a in answers)
    lines.append(f"The original was preferred in {right} of {len(answers)} pairs;")
    lines.append(f"no difference was heard in {len(answers) - heard}.")
    if heard:
        lines.append(f"By guessing, as many would come out with p = {by_chance(right, heard):.3f}.")
    return "\n".join(lines)


def by_chance(right: int, heard: int) -> float:
    """How likely as many or more right answers are by guessing (one-sided sign test)."""
    return float(sum(math.comb(heard, k) for k in range(right, heard + 1)) / 2**heard)


class Booth(Protocol):
    """Where tracks are played."""

    def play(self, file: Path) -> None:
        """Plays a file from its start."""

    def stop(self) -> None:
        """Falls silent."""


def hear(
    pair: Pair, takes: Mapping[str, Path], commands: Iterator[str], booth: Booth
) -> Answer | None:
    """Lets one pair be heard until it is answered; None where the listener goes.

    Args:
        pair: The pair.
        takes: The files of "a" and "b".
        commands: What the listener types.
        booth: Plays.
    """
    answers = {"1": "a", "2": "b", "0": ""}
    for command in commands:
        if command in takes:
            booth.play(takes[command])
        elif command == "s":
            booth.stop()
        elif command in answers:
            booth.stop()
            return Answer(pair, answers[command])
        elif command == "q":
            break
        else:
            print(_HELP)
    booth.stop()
    return None


def listening(
    notebook: Notebook,
    pairs: Sequence[Pair],
    takes_of: Callable[[int, Pair], Mapping[str, Path]],
    commands: Iterator[str],
    booth: Booth,
) -> bool:
    """Goes through the pairs that aren't answered yet; says whether all are."""
    for number in range(len(notebook.answers), len(pairs)):
        print(f"\nPair {number + 1} of {len(pairs)}: one moment …", flush=True)
        takes = takes_of(number, pairs[number])
        print("Ready: a, b, 1, 2, 0, q", flush=True)
        answer = hear(pairs[number], takes, commands, booth)
        if answer is None:
            return False
        notebook.add(answer)
    return True


class Tracks:
    """Renders the two tracks of a pair into files whose names say nothing.

    Args:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, number: int, pair: Pair) -> dict[str, Path]:
        """The files of "a" and "b". Where a piece can't be spoiled this way, the next one is."""
        import soundfile

        from tests.quality.pairs import ORIGINAL, Studio
        from tests.quality.scorecard import PROMPTS

        studio = Studio(self._folder / "takes")
        for seed in range(pair.track_seed, pair.track_seed + 8 * _TRIES, 8):
            twin = studio.take(PROMPTS[pair.genre], seed, DURATION_S, pair.way)
            if twin is not None:
                break
        original = studio.take(PROMPTS[pair.genre], seed, DURATION_S, ORIGINAL)
        found = {}
        for name in "ab":
            take = original if name == pair.original else twin
            if take is not None:
                found[name] = self._folder / f"pair-{number + 1:02}-{name}.wav"
                soundfile.write(found[name], take.sound.samples, take.sound.rate, subtype="PCM_24")
        return found


class _PlayerBooth:
    """Plays through the program's player; names the file where nothing can be heard."""

    def __init__(self, player: Player) -> None:
        self._player = player
        player.playback_failed.connect(lambda message, hint: print(message, hint, flush=True))

    def play(self, file: Path) -> None:
        self._player.load(file.stem, file)
        problem, _ = self._player.silence
        if problem:
            print(f"{problem} Please play {file} yourself.", flush=True)

    def stop(self) -> None:
        self._player.stop()


def _typed(turn: Callable[[], None]) -> Iterator[str]:
    """The lines that are typed, stripped; `turn` is called over and over in between."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line.strip().lower())
        lines.put(None)

    threading.Thread(target=read, name="terminal", daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=0.03)
        except queue.Empty:
            turn()
            continue
        if line is None:
            return
        yield line


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module's text."""
    parser = argparse.ArgumentParser(prog="dev.py listen", description=__doc__)
    parser.add_argument("--profile", type=Path, help="the profile that keeps the answers")
    parser.add_argument("--seed", type=int, default=1, help="another seed: 24 other pairs")
    parser.add_argument("--again", action="store_true", help="forget the answers to these pairs")
    parser.add_argument("--result", action="store_true", help="only print the result so far")
    chosen = parser.parse_args(arguments)
    profile = paths.of(chosen.profile)
    notebook = Notebook(profile.data_dir / "listening.json", chosen.seed)
    if chosen.again:
        notebook.forget()
    if not chosen.result:
        _listen(notebook, chosen.seed, profile.cache_dir / "listening")
    print("\n" + result(notebook.answers))
    return 0


def _listen(notebook: Notebook, seed: int, folder: Path) -> None:
    from PySide6.QtCore import QCoreApplication

    from musicgen_desktop.playback.player import Player

    folder.mkdir(parents=True, exist_ok=True)
    application = QCoreApplication.instance() or QCoreApplication([])
    player = Player("auto")
    print(_HELP)
    try:
        commands = _typed(application.processEvents)
        listening(notebook, pairs_of(seed), Tracks(folder).of, commands, _PlayerBooth(player))
    finally:
        player.shut_down()


if __name__ == "__main__":
    sys.exit(main())
